/** One host with more services than half of the cache has room for: a bridge, a hub, a reflector (RFC 6762 section 21). */
import { describe, expect } from 'vitest';
import { IDLE } from '../support/peer-service.js';
import { question, service } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import type { Recording, TestHost, World } from '../support/world.js';

const TYPE = '_t._tcp.local';

/** A host that publishes so many services, once all have been announced. */
function hub(world: World, services: number): TestHost {
  const host = world.host('hub', { maxCacheRecords: 100 });
  for (let i = 0; i < services; i++) host.mdns.publish({ name: `hub ${i}`, type: 't', port: 1_000 + i });
  world.advance(30_000);
  return host;
}

function counts(seen: Recording<{ readonly event: string }>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event } of seen.events) counts[event] = (counts[event] ?? 0) + 1;
  return counts;
}

describe('a host with many services', () => {
  for (const services of [2_000, 3_000]) {
    scenario(
      `SEC-02 all of ${services} are found with the default options, and stay up`,
      (world) => {
        hub(world, services);
        const watching = world.host('watching', IDLE);
        world.advance(1_000);
        const seen = world.record(watching.mdns.browse('t'));
        world.advance(5_000);
        expect(counts(seen)).toEqual({ up: services });
        // Longer than the TTL of SRV records.
        world.advance(150_000);
        seen.stop();
        expect(counts(seen)).toEqual({ up: services });
      },
      { once: true },
    );
  }

  scenario(
    'ADD-01 ADD-04 a client that keeps no records finds all of 1,000 services, once a second at most',
    (world) => {
      const h1 = hub(world, 1_000);
      const reader = world.peer();
      const found = new Set<string>();
      reader.onHeard(({ message: { answers, additionals } }) => {
        const located = new Set(additionals.flatMap(({ type, name }) => (type === 'SRV' ? [name] : [])));
        for (const answer of answers) {
          if (answer.type === 'PTR' && located.has(answer.target)) found.add(answer.target);
        }
      });
      const asked = world.now;
      for (let i = 0; i < 4; i++) {
        reader.ask({ questions: [question(TYPE, 'PTR')] });
        world.advance(200);
      }
      expect(found.size).toBe(1_000);
      const records = h1.sent({ since: asked }).flatMap(({ message }) => [...message.answers, ...message.additionals]);
      expect(records.filter(({ type }) => type === 'SRV')).toHaveLength(1_000);
    },
    { once: true },
  );

  scenario(
    'SEC-02 that floods a browse with complete services takes nothing from others, and a newcomer is found',
    (world) => {
      const [loud, honest] = [world.peer(), world.peer({ address: '198.18.0.201', name: 'honest' })];
      const late = world.peer({ address: '198.18.0.202', name: 'late' });
      const h1 = world.host('h1', { ...IDLE, maxCacheRecords: 800 });
      world.advance(1_000);
      const seen = world.record(h1.mdns.browse('t'));
      const says = (peer: typeof loud, name: string) =>
        peer.say(
          service(name, TYPE, `p${peer.station.address.slice(-3)}.local`, 80, { addresses: [peer.station.address] }),
        );
      says(honest, 'Honest');
      world.advance(1_000);
      for (let i = 0; i < 1_000; i++) {
        says(loud, `X${i}`);
        world.advance(1);
      }
      expect(h1.mdns.metrics()['eth0/ipv4']?.cache.records).toBe(800);
      late.onHeard(({ message }) => {
        const isItself = ({ name }: { readonly name: string }) => name.startsWith('Late.') || name.startsWith('p202.');
        if (message.questions.some(isItself)) says(late, 'Late');
      });
      says(late, 'Late');
      world.advance(3_000);
      seen.stop();
      const told = seen.events as readonly { event: string; instance?: { name: string } }[];
      const honestly = told.filter(({ instance }) => !instance?.name.startsWith('X'));
      expect(honestly.map(({ event, instance }) => `${event} ${instance?.name}`)).toEqual(['up Honest', 'up Late']);
    },
    { once: true },
  );
});
