/** How the answers of many services are kept fresh together (RFC 6762 sections 5.2 and 5.3). */
import { describe, expect } from 'vitest';
import { Crowd } from '../support/crowd.js';
import { scenarioForSeeds } from '../support/scenario.js';

const DUAL_STACK = { announceHost: false, scanIntervalMs: 3_600_000, addresses: ['198.18.0.1/16', 'fe80::1/64'] };

describe('refreshing what many services said', () => {
  for (const ttl of [120, undefined]) {
    scenarioForSeeds(
      `QRY-09 A-52 a hundred services heard in one burst, TTL ${ttl ?? 'as recommended'}, are refreshed by at most 15 packets of each family`,
      3,
      (world) => {
        const crowd = new Crowd(world, { count: 100, type: '_t._tcp.local', ...(ttl === undefined ? {} : { ttl }) });
        const h1 = world.host('h1', DUAL_STACK);
        world.advance(1_000);
        const browse = world.record(h1.mdns.browse('t'));
        world.advance(150);
        crowd.announce(world, 300);
        const heard = world.now;
        world.advance(20_000);
        expect(browse.events.filter(({ event }) => event === 'up')).toHaveLength(100);
        for (const life of [1, 2, 3, 4]) {
          const since = heard + (life - 1) * 97_000 + 60_000;
          world.runUntil(since + 65_000);
          for (const family of ['ipv4', 'ipv6'] as const) {
            const packets = h1.sent({ kind: 'query', family, since, before: since + 65_000 });
            expect(packets.length, `${family}, life ${life}`).toBeLessThanOrEqual(15);
          }
        }
        expect(browse.events.filter(({ event }) => event === 'down')).toEqual([]);
        browse.stop();
      },
      { once: true },
    );
  }
});
