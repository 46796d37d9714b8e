/** Records that nobody answers with any more (RFC 6762 sections 10.4 and 10.5). */
import { describe, expect } from 'vitest';
import { all, browsing, IDLE, INSTANCE, TYPE } from '../support/peer-service.js';
import { queriesFor } from '../support/questions.js';
import { ptr, question, service, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';

describe('doubts', () => {
  scenario('RCF-01 reconfirm asks again and again, and what nobody confirms is gone within ten seconds', (world) => {
    const { peer, h1, browse } = browsing(world);
    peer.say(all);
    world.advance(100_000);
    const up = browse.events[0];
    if (up?.event !== 'up') throw new Error('not up');
    const since = world.now;
    h1.mdns.reconfirm(up.instance);
    world.advance(12_000);
    browse.stop();
    for (const [name, type] of [
      [TYPE, 'PTR'],
      [INSTANCE, 'SRV'],
    ] as const) {
      expect(queriesFor(h1, name, type, { since, before: since + 10_000 }).length).toBeGreaterThanOrEqual(2);
    }
    expect(browse.events.slice(1)).toMatchObject([{ event: 'down', reason: 'reconfirmed' }]);
    expect(Number(browse.events[1]?.at) - since).toBeLessThanOrEqual(10_000);
  });

  scenario('RCF-01 what is confirmed stays, without an event', (world) => {
    const h2 = world.host('h2');
    h2.mdns.publish({ name: 'I', type: 't', port: 8085 });
    const h1 = world.host('h1', IDLE);
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(60_000);
    const up = browse.events[0];
    if (up?.event !== 'up') throw new Error('not up');
    h1.mdns.reconfirm(up.instance);
    world.advance(60_000);
    browse.stop();
    expect(browse.events).toHaveLength(1);
  });

  scenario('RCF-01 does not disturb other instances of the type', (world) => {
    const { peer, h1, browse } = browsing(world);
    peer.say(all);
    peer.say(service('Other', TYPE, 'p.local', 81));
    world.advance(100_000);
    const up = browse.events.find(({ instance }) => instance.name === 'I');
    if (up?.event !== 'up') throw new Error('not up');
    h1.mdns.reconfirm(up.instance);
    world.advance(12_000);
    browse.stop();
    expect(browse.events.map(({ event, instance }) => `${event} ${instance.name}`)).toEqual([
      'up I',
      'up Other',
      'down I',
    ]);
  });

  scenario(
    'POO-01 POO-02 what others ask for in vain is gone after ten seconds, and we do not ask to make sure',
    (world) => {
      const { peer, h1, browse } = browsing(world);
      const asker = world.peer({ address: '198.18.0.201', name: 'asker' });
      peer.say([ptr(TYPE, INSTANCE, { ttl: 4500 }), srv(INSTANCE, '.', 80, { ttl: 4500 }), txt(INSTANCE)]);
      browse.stop();
      const names = world.record(h1.mdns.browse('t', { resolve: false }));
      // Our own next query is minutes away.
      world.advance(300_000);
      const since = world.now + 1;
      for (const wait of [1_000, 0]) {
        asker.ask({ questions: [question(TYPE, 'PTR')] });
        world.advance(wait);
      }
      world.runUntil(since + 11_000);
      expect(names.events).toMatchObject([{ event: 'up' }, { event: 'down', reason: 'unobserved' }]);
      expect(Number(names.events[1]?.at) - since).toBeCloseTo(10_000, 3);
      expect(h1.sent({ since, kind: 'query' })).toEqual([]);
      names.stop();
    },
  );

  const harmless = {
    'one query is not enough': [{ questions: [question(TYPE, 'PTR')] }],
    'a burst counts once': [0, 0, 0, 0].map(() => ({ questions: [question(TYPE, 'PTR')] })),
    'QU questions do not count': [1, 1].map(() => ({ questions: [question(TYPE, 'PTR', { qu: true })] })),
    'those that list it do not count': [1, 1].map(() => ({
      questions: [question(TYPE, 'PTR')],
      answers: [ptr(TYPE, INSTANCE, { ttl: 4000 })],
    })),
    'those with more to follow do not count': [1, 1].map(() => ({
      questions: [question(TYPE, 'PTR')],
      truncated: true,
    })),
    'those for something else do not count': [1, 1].map(() => ({ questions: [question('_u._tcp.local', 'PTR')] })),
  };
  for (const [title, queries] of Object.entries(harmless)) {
    scenario(`POO-01 ${title}`, (world) => {
      const { peer, h1, browse } = browsing(world);
      browse.stop();
      const asker = world.peer({ address: '198.18.0.201', name: 'asker' });
      const names = world.record(h1.mdns.browse('t', { resolve: false }));
      peer.say([ptr(TYPE, INSTANCE)]);
      world.advance(300_000);
      for (const parts of queries) {
        asker.ask(parts);
        world.advance(queries.length > 2 ? 100 : 1_500);
      }
      world.advance(30_000);
      expect(names.events).toMatchObject([{ event: 'up' }]);
      names.stop();
    });
  }

  scenario('POO-01 A-33 an owner that answers is not suspected', (world) => {
    const h2 = world.host('h2');
    h2.mdns.publish({ name: 'I', type: 't', port: 8085 });
    const h1 = world.host('h1', IDLE);
    const browse = world.record(h1.mdns.browse('t'));
    const asker = world.peer();
    world.advance(60_000);
    for (let i = 0; i < 100; i++) {
      asker.ask({ questions: [question(TYPE, 'PTR'), question(INSTANCE, 'SRV'), question('h2.local', 'A')] });
      world.advance(300);
    }
    world.advance(20_000);
    browse.stop();
    expect(browse.events).toMatchObject([{ event: 'up' }]);
  });
});
