/** One host with more services than half of the cache has room for: a bridge, a hub, a reflector (RFC 6762 section 21). */
import { describe, expect } from 'vitest';
import { MAX_LOOSE } from '../../src/protocol/cache/source.js';
import type { Question, ResourceRecord } from '../../src/protocol/record.js';
import { IDLE } from '../support/peer-service.js';
import { address, nameAndType, ptr, question, service, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import type { Recording, TestHost, TestPeer, World } from '../support/world.js';

const TYPE = '_t._tcp.local';

/** A host that publishes so many services, once all have been announced. */
function hub(world: World, services: number): TestHost {
  const host = world.host('hub', { maxCacheRecords: 100 });
  for (let i = 0; i < services; i++) host.mdns.publish({ name: `hub ${i}`, type: 't', port: 1_000 + i });
  world.advance(30_000);
  return host;
}

/** A host that answers with what was asked and nothing else, fifty records in a packet. */
function tersePeer(world: World, services: number): TestPeer {
  const peer = world.peer();
  const names = Array.from({ length: services }, (_, i) => `s${i}.${TYPE}`);
  const own = new Map(
    names.flatMap((name): [string, ResourceRecord][] => [
      [`${name} SRV`, srv(name, 'p.local', 80)],
      [`${name} TXT`, txt(name)],
    ]),
  );
  own.set('p.local A', address('p.local', peer.station.address));
  const known = new Set<string>();
  const asked: Question[] = [];
  const answer = () => {
    const isBrowsed = asked.some(({ name, type }) => name === TYPE && type === 'PTR');
    const pointers = isBrowsed ? names.filter((name) => !known.has(name)).map((name) => ptr(TYPE, name)) : [];
    const records = [...pointers, ...asked.flatMap((question) => own.get(nameAndType(question)) ?? [])];
    for (let i = 0; i < records.length; i += 50) peer.say(records.slice(i, i + 50));
    known.clear();
    asked.length = 0;
  };
  peer.onHeard(({ message }) => {
    if (message.response) return;
    for (const record of message.answers) if (record.type === 'PTR') known.add(record.target);
    asked.push(...message.questions);
    if (!message.truncated) answer();
  });
  return peer;
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
    'SEC-02 all of 1,500 are found whose pointers come without what they lead to, some later than others',
    (world) => {
      tersePeer(world, 1_500);
      const watching = world.host('watching', IDLE);
      world.advance(1_000);
      const seen = world.record(watching.mdns.browse('t'));
      world.advance(1_000);
      expect(seen.events.length).toBeGreaterThan(MAX_LOOSE / 2);
      world.advance(20_000);
      seen.stop();
      expect(counts(seen)).toEqual({ up: 1_500 });
    },
    { once: true },
  );

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
