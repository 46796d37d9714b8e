/** What is still believed after links, machines and processes stood still. */
import { describe, expect } from 'vitest';
import { all, browsing, INSTANCE, TYPE, TYPES } from '../support/peer-service.js';
import { askedAt, queriesFor, questionsOf } from '../support/questions.js';
import { goodbye, ptr, service, srv } from '../support/records.js';
import { scenario, scenarioForSeeds } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

describe('a process that stands still', () => {
  for (const stall of [9_000, 25_000]) {
    scenario(`A-69 a service that is announced all the time outlives ${stall / 1_000} s, whatever its TTL`, (world) => {
      const { peer, h1, browse } = browsing(world);
      const types = world.record(h1.mdns.browse());
      const short = [...all, ptr(TYPES, TYPE)].map((record) => ({ ...record, ttl: 8 }));
      peer.onHeard(({ message }) => {
        if (message.questions.length > 0) peer.say(short);
      });
      for (let at = 0; at < 48_000; at += 3_000) world.clock.setTimeout(() => peer.say(short), at);
      world.advance(10_000);
      h1.network.stall();
      world.advance(stall);
      h1.network.recover();
      world.advance(30_000);
      browse.stop();
      expect(browse.events.map(({ event }) => event)).toEqual(['up']);
      expect(types.events.map(({ event }) => event)).toEqual(['up']);
    });
  }
});

describe('a link that goes', () => {
  scenario(
    'TOP-01 what it knew is gone within five seconds, with a reason, and the others are as they were',
    (world) => {
      const other = world.newLan('other');
      const { peer, h1, browse } = browsing(world, { announceHost: false });
      h1.network.plug('eth1', other, { addresses: ['198.19.0.1/24'] });
      world.advance(2_000);
      const there = world.peer({ lan: other, address: '198.19.0.200', name: 'there' });
      peer.say(all);
      there.say(service('Other', TYPE, 'q.local', 80, { addresses: ['198.19.0.200'] }));
      world.advance(2_000);
      h1.network.unplug('eth0');
      const gone = world.now;
      world.advance(20_000);
      browse.stop();
      expect(browse.events.map(({ event, instance }) => `${event} ${instance.name}`)).toEqual([
        'up I',
        'up Other',
        'down I',
      ]);
      const [, , down] = browse.events;
      expect(Number(down?.at) - gone).toBeLessThanOrEqual(1_500 + 5_000);
      expect(down).toMatchObject({ reason: 'link-lost' });
    },
  );

  for (const [title, outMs, index, seeds] of [
    ['that nobody noticed', 1_000, 2, 20],
    ['of two seconds', 2_000, 2, 100],
    ['of two seconds, come back as a new interface', 2_000, 3, 20],
  ] as const) {
    scenarioForSeeds(`A-55 TOP-01 a cable bounce ${title} is no event`, seeds, (world) => {
      const h2 = world.host('h2');
      for (const name of ['I', 'J']) h2.mdns.publish({ name, type: 't', port: 8085 });
      const h1 = world.host('h1');
      const browse = world.record(h1.mdns.browse('t'));
      world.advance(5_000);
      h1.network.unplug('eth0');
      world.advance(outMs);
      h1.network.plug('eth0', world.lan, { addresses: ['198.18.0.2/24'], index });
      world.advance(QUIET);
      browse.stop();
      expect(browse.events.map(({ event }) => event)).toEqual(['up', 'up']);
    });
  }

  scenario(
    'TOP-01 PRB-01 QU-02 a cable bounce between two looks has us probe, announce and ask anew, and is no event',
    (world) => {
      const h2 = world.host('h2');
      h2.mdns.publish({ name: 'I', type: 't', port: 8085 });
      const h1 = world.host('h1');
      h1.mdns.publish({ name: 'Own', type: 't', port: 8086 });
      const browse = world.record(h1.mdns.browse('t'));
      world.advance(QUIET);
      const bounced = world.now;
      h1.network.bounce('eth0');
      world.advance(QUIET);
      browse.stop();
      expect(h1.sent({ since: bounced, kind: 'probe', about: 'Own._t._tcp.local' })).toHaveLength(3);
      expect(h1.sent({ since: bounced, kind: 'response', about: 'Own._t._tcp.local' }).length).toBeGreaterThanOrEqual(
        2,
      );
      const [first] = queriesFor(h1, '_t._tcp.local', 'PTR', { since: bounced });
      expect(first?.message.questions[0]?.unicastResponse).toBe(true);
      expect(browse.events.map(({ event }) => event)).toEqual(['up', 'up']);
    },
  );

  scenario('TOP-01 what left while the cable was out is down soon after', (world) => {
    const h2 = world.host('h2');
    h2.mdns.publish({ name: 'I', type: 't', port: 8085 });
    const h1 = world.host('h1');
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(QUIET);
    h1.network.unplug('eth0');
    world.advance(1_700);
    h2.network.unplug('eth0');
    world.advance(300);
    h1.network.plug('eth0', world.lan, { addresses: ['198.18.0.2/24'], index: 2 });
    const back = world.now;
    world.advance(QUIET);
    browse.stop();
    expect(browse.events.map(({ event }) => event)).toEqual(['up', 'down']);
    expect(Number(browse.events[1]?.at) - back).toBeLessThanOrEqual(5_000);
  });
});

describe('a machine that sleeps', () => {
  scenario(
    'TOP-01 QU-02 PRB-01 CFL-07 probes, announces and asks anew, and believes little of what it knew',
    async (world) => {
      const peer = world.peer();
      const h2 = world.host('h2');
      h2.mdns.publish({ name: 'Stays', type: 't', port: 80 });
      const h1 = world.host('h1');
      const browse = world.record(h1.mdns.browse('t'));
      world.advance(2_000);
      peer.say(all);
      world.advance(QUIET);
      expect(browse.events.map(({ event, instance }) => `${event} ${instance.name}`).sort()).toEqual([
        'up I',
        'up Stays',
      ]);
      h1.network.sleep();
      world.advance(60_000);
      h1.network.wake();
      const since = world.now;
      world.advance(QUIET);
      browse.stop();
      expect(browse.events.slice(2)).toMatchObject([{ event: 'down', instance: { name: 'I' }, reason: 'link-lost' }]);
      expect(Number(browse.events[2]?.at) - since).toBeLessThanOrEqual(5_000);
      expect(h1.sent({ kind: 'probe', since })).toHaveLength(3);
      expect(h1.sent({ kind: 'response', since }).length).toBeGreaterThanOrEqual(2);
      const [first] = h1.sent({ kind: 'query', since });
      expect(first && questionsOf(first)).toContain(`${TYPE} PTR QU`);
    },
  );
});

describe('questions come back', () => {
  scenario('QRY-11 when a unique answer is gone its series begins anew', (world) => {
    const { peer, h1, browse } = browsing(world);
    peer.say(all);
    world.advance(QUIET);
    const heard = world.now + 1;
    peer.say(goodbye([srv(INSTANCE, 'p.local', 80)]));
    world.advance(10_000);
    browse.stop();
    const asked = askedAt(h1, INSTANCE, 'SRV', { since: heard });
    expect(asked[0]).toBeGreaterThanOrEqual(heard + 1_020);
    expect(asked[0]).toBeLessThanOrEqual(heard + 1_120);
    expect(asked.length).toBeGreaterThan(2);
    expect(h1.sent({ kind: 'query', since: heard }).flatMap(questionsOf)).not.toContain(`${INSTANCE} TXT`);
  });
});
