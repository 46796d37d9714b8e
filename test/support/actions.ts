/** What many scenarios have in common: a service that is published, and a peer that stands in the way. */
import type { PublishedService, ServiceOptions } from '../../src/index.js';
import type { SentPacket } from './packet-log.js';
import { address, srv } from './records.js';
import type { TestHost, TestPeer, World } from './world.js';

/** Publishes `I._t._tcp.local`, port 8085, TXT `a=1`, or what differs. */
export function startService(host: TestHost, over: Partial<ServiceOptions> = {}): PublishedService {
  return host.mdns.publish({ name: 'I', type: 't', port: 8085, txt: ['a=1'], ...over });
}

/**
 * Makes a peer object to each probe for a name that `contested` picks: it answers with a record of its own, an address or an
 * SRV record as the name asks for. The returned function ends it.
 */
export function conflictsWith(peer: TestPeer, contested: (name: string) => boolean): () => void {
  let isOver = false;
  peer.onHeard(({ message }) => {
    if (isOver || message.response || message.authorities.length === 0) return;
    const names = [...new Set(message.questions.map(({ name }) => name))].filter(contested);
    const records = names.map((name) =>
      name.includes('._') ? srv(name, 'peer.local', 1) : address(name, peer.station.address),
    );
    if (records.length > 0) peer.say(records);
  });
  return () => {
    isOver = true;
  };
}

/** Lets time pass until a host has sent its first probe. */
export function untilFirstProbe(world: World, from: string): SentPacket {
  const limit = world.now + 1_000;
  while (world.now < limit) {
    const [first] = world.log.find({ from, kind: 'probe' });
    if (first) return first;
    world.runUntil(Math.min(world.clock.nextDeadline ?? limit, limit));
  }
  throw new Error(`${from} sends no probe.`);
}
