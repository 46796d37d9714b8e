/** How queriers spare the link: known answers, truncated queries, duplicate questions (RFC 6762 sections 7.1 to 7.3). */
import { describe, expect } from 'vitest';
import { IDLE } from '../support/peer-service.js';
import { askedAt, gapsOf, queriesFor, questionsOf } from '../support/questions.js';
import { address, ptr, question } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import type { World } from '../support/world.js';

const TYPE = '_t._tcp.local';

/** A host that browses for names only, and has asked at 0.1, 1.1 and 3.1 s or so. */
function browsing(world: World) {
  const h1 = world.host('h1', IDLE);
  world.advance(1_000);
  const browse = world.record(h1.mdns.browse('t', { resolve: false }));
  // So long after the last query that what is heard now is no answer to it.
  world.advance(4_200);
  return { h1, browse };
}

function pointers(count: number, over: Parameters<typeof ptr>[2] = {}) {
  return Array.from({ length: count }, (_, i) => ptr(TYPE, `Instance number ${i}.${TYPE}`, over));
}

describe('known answers', () => {
  scenario('KAS-03 list the seconds that remain, and no record with less than half of its life left', (world) => {
    const peer = world.peer();
    const { h1, browse } = browsing(world);
    const heard = world.now + 1;
    peer.say([ptr(TYPE, `Long.${TYPE}`, { ttl: 1000 }), ptr(TYPE, `Short.${TYPE}`, { ttl: 100 })]);
    world.advance(70_000);
    browse.stop();
    const later = queriesFor(h1, TYPE, 'PTR', { since: heard });
    expect(later.length).toBeGreaterThanOrEqual(4);
    for (const { time, message } of later) {
      const age = (time - heard) / 1000;
      const listed = Object.fromEntries(
        message.answers.map((record) => [record.type === 'PTR' && record.target, record.ttl]),
      );
      const expected = { [`Long.${TYPE}`]: Math.floor(1000 - age) };
      expect(listed).toEqual(age > 50 ? expected : { ...expected, [`Short.${TYPE}`]: Math.floor(100 - age) });
    }
    expect(later.some(({ time }) => time - heard > 51_000)).toBe(true);
  });

  scenario('KAS-04 nothing is learnt from the answers or authorities of queries', async (world) => {
    const peer = world.peer();
    const { h1, browse } = browsing(world);
    peer.ask({
      questions: [question(TYPE, 'PTR'), question('x.local', 'A')],
      answers: [ptr(TYPE, `Bogus.${TYPE}`), address('x.local', '198.18.0.66', { flush: false })],
      authorities: [address('x.local', '198.18.0.66', { flush: false })],
    });
    world.advance(100);
    expect(browse.events).toEqual([]);
    browse.stop();
    await expect(world.settle(h1.mdns.lookup('x'))).rejects.toMatchObject({ code: 'timeout' });
  });

  scenario('KAS-05 are of shared records, without the cache-flush bit, even where their owner set it', (world) => {
    const peer = world.peer();
    const { h1, browse } = browsing(world);
    peer.say([ptr(TYPE, `Flushing.${TYPE}`, { flush: true })]);
    world.advance(3_000);
    peer.say([ptr(TYPE, `Sharing.${TYPE}`)]);
    world.advance(60_000);
    browse.stop();
    const answers = h1.sent({ kind: 'query' }).flatMap(({ message }) => message.answers);
    expect(new Set(answers.map((record) => record.type === 'PTR' && record.target))).toEqual(
      new Set([`Flushing.${TYPE}`, `Sharing.${TYPE}`]),
    );
    expect(answers.filter(({ cacheFlush }) => cacheFlush)).toEqual([]);
  });

  scenario('KAS-06 suppress our answer in whatever case and compression they come', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    h1.mdns.publish({ name: 'I', type: 't', port: 8085 });
    world.advance(10_000);
    const since = world.now;
    for (const [name, target] of [
      [TYPE, `I.${TYPE}`],
      ['_T._TCP.LOCAL', 'i._T._tcp.Local'],
    ] as const) {
      // The encoder compresses rdata against the question and the owner name.
      peer.ask({ questions: [question(name, 'PTR')], answers: [ptr(name, target)] });
      world.advance(1_500);
    }
    expect(h1.sent({ kind: 'response', since })).toEqual([]);
    peer.ask({ questions: [question(TYPE, 'PTR')], answers: [ptr(TYPE, `Other.${TYPE}`)] });
    world.advance(1_500);
    expect(h1.sent({ kind: 'response', since })).toHaveLength(1);
  });

  scenario(
    'TC-01 that do not fit follow at once in packets without questions, the TC bit on all but the last',
    (world) => {
      const peer = world.peer();
      const { h1, browse } = browsing(world);
      const all = pointers(300);
      for (let i = 0; i < all.length; i += 25) peer.say(all.slice(i, i + 25));
      const since = world.now;
      world.advance(4_500);
      browse.stop();
      const [first, ...more] = h1.sent({ kind: 'query', since });
      expect(first && questionsOf(first)).toEqual([`${TYPE} PTR`]);
      const train = [first, ...more];
      expect(train.length).toBeGreaterThan(5);
      expect(train.map((packet) => packet?.time)).toEqual(train.map(() => first?.time));
      expect(train.map((packet) => packet?.message.questions.length)).toEqual(train.map((_, i) => (i === 0 ? 1 : 0)));
      expect(train.map((packet) => packet?.message.truncated)).toEqual(train.map((_, i) => i < train.length - 1));
      const listed = train.flatMap((packet) => packet?.message.answers ?? []);
      expect(listed.map((record) => record.type === 'PTR' && record.target).sort()).toEqual(
        all.map((record) => record.type === 'PTR' && record.target).sort(),
      );
      for (const packet of train) expect(packet?.bytes.length).toBeLessThanOrEqual(1472);
    },
  );

  scenario(
    'TC-01 SEC-02 are limited: a type with thousands of instances does not flood the link',
    (world) => {
      const peer = world.peer();
      const { h1, browse } = browsing(world);
      const all = pointers(3_000);
      for (let i = 0; i < all.length; i += 25) peer.say(all.slice(i, i + 25));
      const since = world.now;
      world.advance(4_500);
      browse.stop();
      expect(browse.events).toHaveLength(3_000);
      const train = h1.sent({ kind: 'query', since });
      // What fits into the budget for questions when nothing else is said (`protocol/query/question-budget.ts`).
      expect(train.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(16_384);
      expect(train.flatMap(({ message }) => message.answers).length).toBeGreaterThan(250);
      expect(train.at(-1)?.message.truncated).toBe(false);
    },
    { once: true },
  );
});

describe('duplicate questions', () => {
  /** The time of the next query of the series is known: the gaps double. */
  function nextSlot(world: World, h1: ReturnType<typeof browsing>['h1']): { slot: number; gap: number } {
    const asked = askedAt(h1, TYPE, 'PTR', { since: 0, before: world.now });
    const gap = 2 * (gapsOf(asked).at(-1) ?? 0);
    return { slot: (asked.at(-1) ?? 0) + gap, gap };
  }

  for (const [title, listed] of [
    ['without known answers', []],
    ['with one that we have as well', [ptr(TYPE, `Known.${TYPE}`, { ttl: 4000 })]],
  ] as const) {
    scenario(`DQS-01 of others, ${title}, count as ours: the slot stays empty, the gaps go on doubling`, (world) => {
      const peer = world.peer();
      const { h1, browse } = browsing(world);
      peer.say([ptr(TYPE, `Known.${TYPE}`)]);
      const { slot, gap } = nextSlot(world, h1);
      world.runUntil(slot - 10);
      peer.ask({ questions: [question(TYPE, 'PTR')], answers: listed });
      const counted = world.now + 1;
      world.runUntil(slot + 4 * gap);
      browse.stop();
      const [next] = askedAt(h1, TYPE, 'PTR', { since: slot - 10 });
      // Twice the gap, and a random delay, so that the two hosts do not go on in step.
      expect(Number(next) - counted).toBeGreaterThanOrEqual(2 * gap + 20 - 1e-6);
      expect(Number(next) - counted).toBeLessThanOrEqual(2 * gap + 120);
    });
  }

  const negatives = {
    'with a known answer that we lack': {
      questions: [question(TYPE, 'PTR')],
      answers: [ptr(TYPE, `Unknown.${TYPE}`)],
    },
    'with the QU bit': { questions: [question(TYPE, 'PTR', { qu: true })] },
    'for another type': { questions: [question(TYPE, 'SRV')] },
    'with more known answers to follow': { questions: [question(TYPE, 'PTR')], truncated: true },
  };
  for (const [title, parts] of Object.entries(negatives)) {
    scenario(`DQS-02 ${title} do not count`, (world) => {
      const peer = world.peer();
      const { h1, browse } = browsing(world);
      const { slot } = nextSlot(world, h1);
      world.runUntil(slot - 10);
      peer.ask(parts);
      world.runUntil(slot + 10);
      browse.stop();
      expect(askedAt(h1, TYPE, 'PTR', { since: slot - 10 })).toEqual([expect.closeTo(slot, 3)]);
    });
  }

  scenario('DQS-02 A-34 of a querier that does not listen do not count', (world) => {
    const peer = world.peer();
    const { h1, browse } = browsing(world);
    const { slot } = nextSlot(world, h1);
    world.runUntil(slot - 10);
    peer.ask({ questions: [question(TYPE, 'PTR')] }, { port: 40_000 });
    world.runUntil(slot + 10);
    browse.stop();
    expect(askedAt(h1, TYPE, 'PTR', { since: slot - 10 })).toEqual([expect.closeTo(slot, 3)]);
  });

  scenario('DQS-02 A-44 of our own, come back, do not count', (world) => {
    const { h1, browse } = browsing(world);
    world.advance(60_000);
    browse.stop();
    const gaps = gapsOf(askedAt(h1, TYPE, 'PTR'));
    expect(gaps.map((gap) => Math.round(gap))).toEqual([1, 2, 4, 8, 16, 32].map((s) => s * 1_000));
  });

  scenario('DQS-01 of two of our own hosts one query serves both, even when their first ones cross', (world) => {
    const hosts = ['h1', 'h2'].map((name) => world.host(name, IDLE));
    world.advance(1_000);
    const browses = hosts.map((host) => world.record(host.mdns.browse('t', { resolve: false })));
    world.advance(3_600_000);
    for (const browse of browses) browse.stop();
    const all = world.log.find({ kind: 'query', about: TYPE });
    // One alone would have asked 12 times.
    expect(all.length).toBeLessThanOrEqual(13);
  });
});

describe('one engine', () => {
  scenario(
    'SMH-03 two clients that browse for one type ask once, and the later is told what the first one knows',
    (world) => {
      const peer = world.peer();
      const h1 = world.host('h1', IDLE);
      world.advance(1_000);
      const first = world.record(h1.mdns.browse('t', { resolve: false }));
      const second = world.record(h1.mdns.browse('t', { resolve: false }));
      world.advance(5_000);
      expect(askedAt(h1, TYPE, 'PTR')).toHaveLength(3);
      peer.say(pointers(1));
      world.advance(5);
      const since = world.now;
      const late = world.record(h1.mdns.browse('T', { resolve: false }));
      world.advance(1_000);
      expect(late.events).toMatchObject([{ event: 'up', at: since }]);
      expect(h1.sent({ since })).toEqual([]);
      expect([first.events.length, second.events.length]).toEqual([1, 1]);
      for (const each of [first, second]) each.stop();
      world.advance(100_000);
      // The question lives on with its last asker, in its old rhythm.
      expect(askedAt(h1, TYPE, 'PTR', { since }).length).toBeGreaterThan(2);
      late.stop();
      const end = world.now;
      world.advance(100_000);
      expect(h1.sent({ since: end })).toEqual([]);
    },
  );

  scenario('SMH-03 a lookup, a resolve, a query and a browse share questions and packets', async (world) => {
    const h2 = world.host('h2');
    h2.mdns.publish({ name: 'I', type: 't', port: 8085 });
    world.advance(200_000);
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const since = world.now;
    const browse = world.record(h1.mdns.browse('t'));
    const all = Promise.all([
      h1.mdns.resolve('I', 't'),
      h1.mdns.lookup('h2'),
      h1.mdns.query(`I.${TYPE}`, 'SRV'),
      h1.mdns.query(TYPE, 'PTR'),
    ]);
    await world.settle(all);
    const [first, ...more] = h1.sent({ kind: 'query', since, before: since + 1_000 });
    expect(first && questionsOf(first).sort()).toEqual(
      [`${TYPE} PTR`, `I.${TYPE} SRV`, `I.${TYPE} TXT`, 'h2.local A', 'h2.local AAAA'].sort(),
    );
    expect(more).toEqual([]);
    browse.stop();
  });
});
