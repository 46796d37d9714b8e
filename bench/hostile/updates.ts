/** B9: the newest data of a service is on the wire within 6 s, whatever happens meanwhile. */
import { createMdns } from '../../dist/index.js';
import { SimulatedLan } from '../../dist/testing.js';
import { decodeMessage } from '../../src/protocol/wire/decode.js';
import { Draft, labels, port, TYPES } from './draft.js';
import type { Scenario } from './line.js';

const UPDATES = 14;
const BOUND = 6_000;
/** ms after its link came back, or a rival was heard, in which a name may be claimed anew: settling, three probes, an announcement. */
const CLAIMING = 3_000;

type Trouble = 'nothing' | 'the link bounces' | 'a rival is heard once';

export const updates: Scenario = async function* () {
  for (const gap of [100, 1_000, 7_000]) yield line('nothing', gap, BOUND);
  for (const gap of [100, 1_000]) {
    yield line('the link bounces', gap, BOUND + CLAIMING);
    yield line('a rival is heard once', gap, BOUND + CLAIMING);
  }
};

function line(trouble: Trouble, gap: number, bound: number) {
  const what = `${UPDATES} updates, one each ${gap} ms, ${trouble}: the last is on the wire after`;
  return { item: 'B9', what, value: lateness(trouble, gap), unit: 'ms', bound };
}

/** ms from the last update, or the trouble behind it, until it is announced; and no earlier one is late by more either. */
function lateness(trouble: Trouble, gap: number): number {
  const lan = new SimulatedLan({ seed: 1 });
  const { clock } = lan;
  const host = lan.host('one', ['198.18.0.1/24']);
  const rival = lan.peer({ address: '198.18.0.2' });
  const mdns = createMdns({ network: host });
  const lamp = mdns.publish({ name: 'Lamp', type: 'hap', port: 1, txt: { n: 0 } });
  const announced = new Map<number, number>();
  lan.onPacket(({ bytes, time }) => {
    const n = newestIn(bytes);
    if (n !== undefined && !announced.has(n)) announced.set(n, time);
  });
  clock.advance(20_000);
  const updated: number[] = [];
  for (let n = 1; n <= UPDATES; n++) {
    lamp.update({ txt: { n } });
    updated.push(clock.now());
    clock.advance(gap);
  }
  const from = clock.now();
  if (trouble === 'the link bounces') host.bounce('eth0');
  if (trouble === 'a rival is heard once') rival.multicast(rivalRecord());
  clock.advance(300_000);
  void mdns.close();
  clock.advance(5_000);
  const delays = updated.map((at, i) => {
    const times = [...announced].filter(([n]) => n > i).map(([, time]) => time);
    return Math.min(...times) - (trouble === 'nothing' ? at : Math.max(at, from - gap));
  });
  return Math.max(...delays);
}

/** The number that an announcement of the TXT record tells. */
function newestIn(bytes: Uint8Array): number | undefined {
  const { message } = decodeMessage(bytes);
  for (const record of message?.response ? message.answers : []) {
    if (record.type !== 'TXT' || record.ttl === 0) continue;
    // The length of the only string, `n=`, and the number.
    return Number(Buffer.from(record.packed.subarray(3)).toString());
  }
  return undefined;
}

function rivalRecord(): Uint8Array {
  return new Draft()
    .record(labels('Lamp._hap._tcp.local'), { type: TYPES.SRV, ttl: 120 }, [port(9), labels('rival.local')])
    .done();
}
