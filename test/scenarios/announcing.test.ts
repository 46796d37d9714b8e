/** Telling everybody (RFC 6762 section 8.3). */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { address, ptr, question, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const DAY = 24 * 3_600_000;

describe('announcing', () => {
  scenario(
    'ANN-01 TTL-01 TTL-02 multicasts all new records as answers, the unique ones with the cache-flush bit',
    (world) => {
      const h1 = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64'] });
      startService(h1, { subtypes: ['_printer'] });
      world.advance(QUIET);
      for (const { message, toGroup } of h1.sent({ kind: 'response', family: 'ipv4' })) {
        expect(toGroup).toBe(true);
        expect(message.additionals).toEqual([]);
        expect(message.answers).toHaveLength(9);
        expect(message.answers).toEqual(
          expect.arrayContaining([
            address('h1.local', '198.18.0.1'),
            address('h1.local', 'fe80::1'),
            ptr('1.0.18.198.in-addr.arpa', 'h1.local', { ttl: 120, flush: true }),
            ptr('_t._tcp.local', 'I._t._tcp.local'),
            ptr('_printer._sub._t._tcp.local', 'I._t._tcp.local'),
            ptr('_services._dns-sd._udp.local', '_t._tcp.local'),
            srv('I._t._tcp.local', 'h1.local', 8085),
            txt('I._t._tcp.local', ['a=1']),
          ]),
        );
      }
    },
  );

  scenario('ANN-02 announces twice, a second apart', (world) => {
    const h1 = world.host('h1');
    world.advance(60_000);
    expect(gaps(h1.sent({ kind: 'response' }))).toEqual([1_000]);
  });

  scenario('ANN-02 announces as often as it is told to, with doubling gaps', (world) => {
    const h1 = world.host('h1', { announcements: 8 });
    world.advance(300_000);
    expect(gaps(h1.sent({ kind: 'response' }))).toEqual([1, 2, 4, 8, 16, 32, 64].map((s) => s * 1_000));
  });

  scenario('ANN-02 A-18 a query between the announcements does not cost the second one', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    world.advance(1_500);
    const [first] = h1.sent({ kind: 'response' });
    peer.ask({ questions: [question('_t._tcp.local', 'PTR')] });
    world.advance(QUIET);
    const times = h1.sent({ kind: 'response' }).map(({ time }) => time - (first?.time ?? 0));
    expect(times[1]).toBeCloseTo(1_000, 6);
    expect(times).toHaveLength(2);
  });

  scenario('ANN-03 is silent for a day when nothing changes and nobody asks', (world) => {
    const h1 = world.host('h1', { scanIntervalMs: 60_000, addresses: ['198.18.0.1/24', 'fe80::1/64'] });
    startService(h1);
    world.advance(QUIET);
    const quiet = world.now;
    world.advance(DAY);
    expect(h1.sent({ since: quiet })).toEqual([]);
  });
});

function gaps(packets: readonly { readonly time: number }[]): number[] {
  return packets.slice(1).map(({ time }, i) => Math.round(time - (packets[i]?.time ?? 0)));
}
