/** Many services at once: packets are shared and fit the link (RFC 6762 sections 8.1, 8.3 and 17). */
import { describe, expect } from 'vitest';
import { recordsOf } from '../support/packet-log.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const SERVICES = 200;
/** Bytes of UDP payload on an IPv4 link of 1500. */
const FULL = 1_472;

describe('many publications', () => {
  scenario(
    'SIZ-03 PRB-02 ANN-01 200 services share packets that fit the link',
    (world) => {
      const h1 = world.host('h1');
      const published = Array.from({ length: SERVICES }, (_, i) =>
        h1.mdns.publish({ name: `Service number ${i}`, type: 't', port: 1_000 + i, txt: { id: String(i) } }),
      );
      const changes = published.map(({ changes$ }) => world.record(changes$));
      world.advance(QUIET);
      expect(changes.map(({ events }) => events.at(-1)?.event)).toEqual(published.map(() => 'announced'));

      const probes = h1.sent({ kind: 'probe' });
      const names = probes.flatMap(({ message }) => message.questions.map(({ name }) => name));
      expect(names).toHaveLength(3 * (SERVICES + 1));
      expect(new Set(names).size).toBe(SERVICES + 1);
      expect(fill(probes)).toBeGreaterThan(0.8);

      const announcements = h1.sent({ kind: 'response' });
      const records = announcements.flatMap(({ message }) => recordsOf(message));
      expect(records.filter(({ type }) => type === 'SRV')).toHaveLength(2 * SERVICES);
      expect(records.filter(({ name }) => name === '_t._tcp.local')).toHaveLength(2 * SERVICES);
      expect(fill(announcements)).toBeGreaterThan(0.8);
    },
    { once: true },
  );

  scenario(
    'GBY-01 200 goodbyes share packets and leave in time',
    async (world) => {
      const h1 = world.host('h1');
      for (let i = 0; i < SERVICES; i++) h1.mdns.publish({ name: `Service number ${i}`, type: 't', port: 1_000 + i });
      world.advance(QUIET);
      const at = world.now;
      await world.settle(h1.mdns.close());
      expect(world.now - at).toBeLessThan(1_500);
      const goodbyes = h1.sent({ since: at });
      const records = goodbyes.flatMap(({ message }) => message.answers);
      expect(records.filter(({ type, ttl }) => type === 'SRV' && ttl === 0)).toHaveLength(SERVICES);
      expect(fill(goodbyes)).toBeGreaterThan(0.8);
    },
    { once: true },
  );

  scenario(
    'SIZ-03 a browse finds all of 200 services in one go',
    (world) => {
      const h1 = world.host('h1');
      const watching = world.host('watching');
      for (let i = 0; i < SERVICES; i++) h1.mdns.publish({ name: `Service number ${i}`, type: 't', port: 1_000 + i });
      world.advance(QUIET);
      const at = world.now;
      const seen = world.record(watching.mdns.browse('t'));
      world.advance(2_000);
      expect(seen.events.filter(({ event }) => event === 'up')).toHaveLength(SERVICES);
      expect(watching.sent({ since: at, kind: 'query' }).length).toBeLessThan(40);
    },
    { once: true },
  );

  scenario('SIZ-01 on a link of 576 bytes the packets are smaller', (world) => {
    const narrow = world.newLan('narrow', { mtu: 576 });
    const h1 = world.host('h1', { lan: narrow });
    for (let i = 0; i < 30; i++) h1.mdns.publish({ name: `Service number ${i}`, type: 't', port: 1_000 + i });
    world.advance(QUIET);
    expect(Math.max(...h1.sent().map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(548);
    expect(h1.sent({ kind: 'response' }).flatMap(({ message }) => message.answers).length).toBeGreaterThan(120);
  });

  scenario('SIZ-02 a record larger than the link goes alone', (world) => {
    const h1 = world.host('h1');
    const txt = Array.from({ length: 12 }, (_, i) => `${i}=`.padEnd(250, 'x'));
    h1.mdns.publish({ name: 'Large', type: 't', port: 1, txt });
    world.advance(QUIET);
    const large = h1.sent({ kind: 'response' }).filter(({ bytes }) => bytes.length > FULL);
    expect(large).toHaveLength(2);
    expect(large.map(({ message }) => recordsOf(message).map(({ type }) => type))).toEqual([['TXT'], ['TXT']]);
  });
});

/** How full packets are on average, the last of each series aside. */
function fill(packets: readonly { readonly time: number; readonly bytes: Uint8Array }[]): number {
  const full = packets.filter(({ time }, i) => packets[i + 1]?.time === time);
  return full.reduce((sum, { bytes }) => sum + bytes.length, 0) / full.length / FULL;
}
