/** A device that answers what it is asked, minus what the querier lists as known, and does nothing else. */
import { nameKey } from '../../src/protocol/name.js';
import { type ResourceRecord, recordKey } from '../../src/protocol/record.js';
import type { TestPeer, World } from './world.js';

export interface Device {
  readonly peer: TestPeer;
  /** Replaced where a test takes some away. */
  records: readonly ResourceRecord[];
}

export function answeringDevice(world: World, address: string, records: readonly ResourceRecord[]): Device {
  const device: Device = { peer: world.peer({ address, name: address }), records };
  device.peer.onHeard(({ message }) => {
    if (message.response) return;
    const known = new Set(message.answers.map(recordKey));
    const isAsked = ({ name, type }: ResourceRecord) =>
      message.questions.some((asked) => nameKey(asked.name) === nameKey(name) && asked.type === type);
    const answers = device.records.filter((record) => isAsked(record) && !known.has(recordKey(record)));
    if (answers.length > 0) device.peer.say(answers);
  });
  return device;
}
