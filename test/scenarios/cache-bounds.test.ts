/** What cannot be had by shouting: memory, time, other people's records (RFC 6762 section 21). */

import { describe, expect } from 'vitest';
import type { InspectionEvent } from 'xstate';
import type { ResourceRecord } from '../../src/protocol/record.js';
import { IDLE } from '../support/peer-service.js';
import { queriesFor } from '../support/questions.js';
import { address, ptr, question, service, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type TestPeer, type World } from '../support/world.js';

const TYPE = '_t._tcp.local';
const LINK = 'eth0/ipv4';
const FLOOD = 100_000;
const PER_PACKET = 40;

function metrics(host: TestHost) {
  const found = host.mdns.metrics()[LINK];
  if (!found) throw new Error('no metrics');
  return found;
}

/** Says `count` records, a packetful every fifth of a millisecond. */
function flood(world: World, peer: TestPeer, count: number, record: (i: number) => ResourceRecord): void {
  for (let i = 0; i < count; i += PER_PACKET) {
    peer.say(Array.from({ length: PER_PACKET }, (_, j) => record(i + j)));
    world.advance(0.2);
  }
}

describe('a flood', () => {
  scenario(
    'SEC-02 of 100,000 names from one source: memory is flat, our own service is answered',
    (world) => {
      const [peer, asker] = [world.peer(), world.peer({ address: '198.18.0.201', name: 'asker' })];
      const h1 = world.host('h1');
      h1.mdns.publish({ name: 'I', type: 't', port: 8085 });
      world.advance(QUIET);
      const before = metrics(h1);
      flood(world, peer, FLOOD, (i) => address(`x${i}.local`, '198.18.0.66', { ttl: 4_500 }));
      const asked = world.now;
      asker.ask({ questions: [question(`I.${TYPE}`, 'SRV')] });
      world.advance(15);
      expect(h1.sent({ kind: 'response', since: asked, about: `I.${TYPE}` })).toHaveLength(1);
      const after = metrics(h1);
      expect(after.received - before.received).toBeGreaterThanOrEqual(FLOOD / PER_PACKET);
      expect(after.cache.records).toBeLessThanOrEqual(10_000);
      expect(after.cache.names).toBeLessThanOrEqual(10_000);
      expect(after.irrelevant).toBeGreaterThan((0.9 * FLOOD) / PER_PACKET);
      // Nothing grows with the length of the flood.
      flood(world, peer, FLOOD / 10, (i) => address(`y${i}.local`, '198.18.0.66', { ttl: 4_500 }));
      world.advance(2);
      expect(metrics(h1).cache.records).toBe(after.cache.records);
      expect(metrics(h1).irrelevant - after.irrelevant).toBe(FLOOD / 10 / PER_PACKET);
    },
    { once: true },
  );

  scenario(
    'SEC-02 from hundreds of sources, one name each',
    (world) => {
      const h1 = world.host('h1', { ...IDLE, maxCacheRecords: 100 });
      world.advance(1_000);
      const peers = Array.from({ length: 300 }, (_, i) =>
        world.peer({ address: `198.18.${1 + (i >> 8)}.${i & 0xff}`, name: `p${i}` }),
      );
      for (const [i, peer] of peers.entries()) peer.say([address(`x${i}.local`, peer.station.address)]);
      world.advance(10);
      const { cache } = metrics(h1);
      expect(cache.records).toBeLessThanOrEqual(100);
      expect(cache.sources).toBeLessThanOrEqual(100);
    },
    { once: true },
  );

  scenario(
    'SEC-02 of instances of a type that is browsed for: bounded, counted, and the honest ones stay',
    (world) => {
      const [peer, honest] = [world.peer(), world.peer({ address: '198.18.0.201', name: 'honest' })];
      const h1 = world.host('h1', { ...IDLE, maxCacheRecords: 800 });
      world.advance(1_000);
      const browse = world.record(h1.mdns.browse('t'));
      honest.say(service('Honest', TYPE, 'p.local', 80, { addresses: ['198.18.0.201'] }));
      world.advance(1_000);
      flood(world, peer, 6_000, (i) => ptr(TYPE, `X${i}.${TYPE}`));
      world.advance(500);
      const { cache, skipped } = metrics(h1);
      expect(cache.records).toBeLessThanOrEqual(800);
      expect(cache.counters.evicted + cache.counters.refused + skipped).toBeGreaterThan(5_000);
      expect(browse.events.map(({ event, instance }) => `${event} ${instance.name}`)).toEqual(['up Honest']);
      browse.stop();
    },
    { once: true },
  );

  scenario(
    'SEC-02 of names that nobody wants takes nothing away from those that somebody does',
    (world) => {
      const [peer, honest] = [world.peer(), world.peer({ address: '198.18.0.201', name: 'honest' })];
      const h1 = world.host('h1', { ...IDLE, maxCacheRecords: 100 });
      world.advance(1_000);
      const browse = world.record(h1.mdns.browse('t'));
      for (let i = 0; i < 10; i++) honest.say(service(`I${i}`, TYPE, 'p.local', 80, { addresses: ['198.18.0.201'] }));
      world.advance(1_000);
      flood(world, peer, 10_000, (i) => address(`x${i}.local`, '198.18.0.66'));
      // Packets that concern us get past the first look, and bring whatever else they say along.
      for (let i = 0; i < 1_000; i += 20) {
        peer.say([
          ptr('_t._tcp.local', `I0.${TYPE}`),
          ...Array.from({ length: 20 }, (_, j) => address(`z${i + j}.local`, '198.18.0.66')),
        ]);
      }
      world.advance(1_000);
      browse.stop();
      expect(browse.events).toHaveLength(10);
      const { cache, skipped } = metrics(h1);
      expect(cache.records).toBeLessThanOrEqual(100);
      expect(cache.counters.evicted + skipped).toBeGreaterThan(800);
    },
    { once: true },
  );

  scenario(
    'SEC-02 of questions for names that are none of our business costs a look each',
    (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      h1.mdns.publish({ name: 'I', type: 't', port: 8085 });
      world.advance(QUIET);
      const before = metrics(h1);
      for (let i = 0; i < 5_000; i++) peer.ask({ questions: [question(`_x${i}._tcp.local`, 'PTR')] });
      world.advance(1_000);
      const after = metrics(h1);
      expect(after.irrelevant - before.irrelevant).toBe(5_000);
      expect(h1.sent({ since: world.now - 1_000 })).toEqual([]);
      peer.ask({ questions: [question(TYPE, 'PTR')] });
      world.advance(200);
      expect(h1.sent({ kind: 'response', since: world.now - 200 })).toHaveLength(1);
    },
    { once: true },
  );

  scenario('SEC-02 a TTL of years is not believed', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const browse = world.record(h1.mdns.browse('t', { resolve: false }));
    const heard = world.now + 1;
    peer.say([ptr(TYPE, `I.${TYPE}`, { ttl: 0x7fffffff })]);
    world.advance(2 * 4_500_000);
    browse.stop();
    expect(browse.events).toMatchObject([{ event: 'up' }, { event: 'down', at: heard + 4_500_000 }]);
  });
});

describe('what concerns us', () => {
  scenario('QRY-14 is heard though the link is too busy to remember what nobody asked for', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', { ...IDLE, maxCacheRecords: 100 });
    world.advance(1_000);
    flood(world, peer, 1_000, (i) => address(`x${i}.local`, '198.18.0.66'));
    let answered = false;
    peer.onHeard(({ message }) => {
      if (!answered && message.questions.some(({ name }) => name === TYPE)) {
        answered = true;
        peer.say(service('I', TYPE, 'p.local', 80, { addresses: ['198.18.0.200'] }));
      }
    });
    const skipped = metrics(h1).irrelevant;
    expect(skipped).toBeGreaterThan(0);
    const opened = world.now;
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(1_000);
    expect(browse.events).toMatchObject([{ event: 'up', instance: { name: 'I' } }]);
    expect(Number(browse.events[0]?.at) - opened).toBeLessThanOrEqual(122);
    // What is known is kept up to date, down to the last of it.
    peer.say([txt(`I.${TYPE}`, ['a=2'])]);
    world.advance(2_000);
    peer.say([ptr(TYPE, `I.${TYPE}`, { ttl: 0 }), srv(`I.${TYPE}`, 'p.local', 80, { ttl: 0 })]);
    world.advance(2_000);
    browse.stop();
    expect(browse.events.map(({ event }) => event)).toEqual(['up', 'changed', 'down']);
    expect(queriesFor(h1, TYPE, 'PTR').length).toBeGreaterThan(0);
  });

  scenario(
    'is told to whom it concerns: of hundreds of browses one, and no actor of the others',
    (world) => {
      const peer = world.peer();
      const heard = new Map<string, number>();
      const h1 = world.host('h1', {
        ...IDLE,
        inspect: (event: InspectionEvent) => {
          if (event.type !== '@xstate.event') return;
          const { id } = event.actorRef as unknown as { readonly id: string };
          heard.set(id, (heard.get(id) ?? 0) + 1);
        },
      });
      world.advance(1_000);
      const browses = Array.from({ length: 200 }, (_, i) => world.record(h1.mdns.browse(`t${i}`)));
      world.advance(500);
      heard.clear();
      peer.say(service('I', '_t7._tcp.local', 'p.local', 80, { addresses: ['198.18.0.200'] }));
      world.advance(2);
      const watchers = [...heard.keys()].filter((id) => id.startsWith('watcher.'));
      expect(watchers).toHaveLength(1);
      expect([...heard.values()].reduce((sum, n) => sum + n, 0)).toBeLessThan(50);
      expect(browses.map(({ events }) => events.length).filter((n) => n > 0)).toEqual([1]);
      for (const browse of browses) browse.stop();
    },
    { once: true },
  );
});
