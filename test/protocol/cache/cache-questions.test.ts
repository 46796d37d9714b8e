/** When the cache has a question asked again, and when others have asked it (RFC 6762 sections 5.2 and 7.3). */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { question } from '../../support/records.js';
import { a, askA, askAaaa, browse, cacheWith, newCache, only, run, SOURCE, to } from './cache-fixture.js';

describe('QRY-11 questions that need not be repeated', () => {
  it('QRY-11 a unique answer answers, and so does the next one after the question was asked again', () => {
    const cache = newCache();
    cache.want(askA, 0);
    expect(cache.put([a('192.0.2.1'), a('192.0.2.2')], SOURCE, 50).answered).toEqual([askA]);
    expect(cache.put([a('192.0.2.1')], SOURCE, 90).answered).toEqual([]);
    expect(cache.want(askA, 100).answered).toBe(true);
    const answered = (now: number) => cache.put([a('192.0.2.1'), a('192.0.2.2')], SOURCE, now).answered;
    expect(cache.due(cache.nextDeadline()).refresh).toEqual([askA]);
    expect([answered(97_000), answered(97_010)]).toEqual([[askA], []]);
    cache.reconfirm([a('192.0.2.1')], 98_000);
    expect([answered(98_100), answered(98_200)]).toEqual([[askA], []]);
    cache.asksAnew();
    expect([answered(99_000), answered(99_010)]).toEqual([[askA], []]);
  });

  it('QRY-07 a shared answer does not; neither does a goodbye, nor anything for ANY', () => {
    const cache = newCache();
    for (const wanted of [browse, askA, question('h.local', 'ANY')]) cache.want(wanted, 0);
    expect(cache.put([to('x'), a('192.0.2.1', { flush: false })], SOURCE, 0).answered).toEqual([]);
    expect(cache.put([a('192.0.2.2', { ttl: 0 })], SOURCE, 0).answered).toEqual([]);
    expect(cache.put([a('192.0.2.2')], SOURCE, 0).answered).toEqual([askA]);
  });

  it('A-24 a PTR with the cache-flush bit set by mistake does not end a browse, a reverse mapping is answered', () => {
    const cache = newCache();
    const reverse = question('1.2.0.192.in-addr.arpa', 'PTR');
    cache.want(browse, 0);
    cache.want(reverse, 0);
    const records = [to('x', { flush: true }), to('h', { flush: true, name: '1.2.0.192.in-addr.arpa' })];
    expect(cache.put(records, SOURCE, 0).answered).toEqual([reverse]);
    expect(cache.want(browse, 0).answered).toBe(false);
  });

  it('does not count as answered what will go before it is asked for again', () => {
    const cache = cacheWith([a('192.0.2.1')]);
    expect(cache.want(askA, 113_999).answered).toBe(true);
    expect(cache.want(askA, 114_000).answered).toBe(false);
  });

  it('QRY-11 a record of another type answers nothing', () => {
    const cache = newCache();
    cache.want(askA, 0);
    cache.put([a('192.0.2.1')], SOURCE, 50);
    expect(cache.put([a('fe80::1')], SOURCE, 90).answered).toEqual([]);
  });

  it('QRY-11 one of two answers is answer enough, and none is missed before it is gone', () => {
    const cache = newCache();
    cache.want(askA, 0);
    cache.put([a('192.0.2.1'), a('192.0.2.2')], SOURCE, 0);
    cache.put([a('192.0.2.2', { ttl: 0 })], SOURCE, 10);
    expect(cache.want(askA, 20).answered).toBe(true);
    expect(cache.put([a('192.0.2.1', { ttl: 0 }), a('fe80::1')], SOURCE, 30).unanswered).toEqual([]);
    expect(run(cache, 2_000)).toEqual([
      { at: 1_010, what: 'goodbye 192.0.2.2' },
      { at: 1_010, what: 'unanswered h.local A' },
      { at: 1_030, what: 'goodbye 192.0.2.1' },
    ]);
  });

  it('QRY-11 tells so even if another question for the name comes meanwhile', () => {
    const cache = newCache();
    cache.want(askA, 0);
    cache.put([a('192.0.2.1'), only(['A'])], SOURCE, 0);
    cache.put([a('192.0.2.1', { ttl: 0 })], SOURCE, 10);
    expect(cache.want(askAaaa, 20)).toMatchObject({ denied: true, answered: true });
    expect(run(cache, 2_000).at(-1)).toEqual({ at: 1_010, what: 'unanswered h.local A' });
    expect(run(cache, 98_000).map(({ what }) => what)).toEqual(['ask h.local AAAA']);
  });

  it('tells when the last answer is gone, so that the question is asked anew', () => {
    const cache = newCache();
    cache.want(askA, 0);
    cache.put([a('192.0.2.1', { ttl: 100 }), a('192.0.2.2', { ttl: 50 })], SOURCE, 0);
    const events = run(cache, 100_000).filter(({ what }) => !what.startsWith('ask'));
    expect(events).toEqual([
      { at: 50_000, what: 'expired 192.0.2.2' },
      { at: 100_000, what: 'expired 192.0.2.1' },
      { at: 100_000, what: 'unanswered h.local A' },
    ]);
  });
});

describe('QRY-08 refresh', () => {
  const points = (events: readonly { at: number; what: string }[]) =>
    events.filter(({ what }) => what.startsWith('ask')).map(({ at }) => at);

  it('QRY-08 asks at 80, 85, 90 and 95 % of the TTL and gives up at 100 %', () => {
    const cache = newCache({ random: () => 0 });
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    expect(run(cache, 200_000)).toEqual([
      { at: 80_000, what: 'ask _t._tcp.local PTR' },
      { at: 85_000, what: 'ask _t._tcp.local PTR' },
      { at: 90_000, what: 'ask _t._tcp.local PTR' },
      { at: 95_000, what: 'ask _t._tcp.local PTR' },
      { at: 100_000, what: 'expired x._t._tcp.local' },
    ]);
  });

  it('QRY-08 begins anew with the TTL of an answer', () => {
    const cache = newCache({ random: () => 0 });
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    expect(points(run(cache, 82_000))).toEqual([80_000]);
    cache.put([to('x', { ttl: 200 })], SOURCE, 82_000);
    expect(points(run(cache, 260_000))).toEqual([242_000, 252_000]);
  });

  it('QRY-09 draws anew for each point', () => {
    const cache = newCache({ random: seededRandom(1) });
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    const offsets = points(run(cache, 100_000)).map((at) => (at % 5_000).toFixed(3));
    expect(new Set(offsets).size).toBe(4);
  });

  it('QRY-10 asks nothing for records that nobody wants, or wants no more', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    cache.unwant(browse);
    expect(run(cache, 200_000)).toEqual([]);
    expect(cache.size).toBe(0);
  });

  it('QRY-08 a record that becomes wanted late joins at the next point', () => {
    const cache = newCache({ random: () => 0 });
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    cache.want(browse, 86_000);
    expect(points(run(cache, 100_000))).toEqual([90_000, 95_000]);
  });

  it('A-52 asks once per window for many records of one question', () => {
    const random = seededRandom(3);
    const cache = newCache({ random });
    cache.want(browse, 0);
    for (let i = 0; i < 100; i++) cache.put([to(`x${i}`, { ttl: 100 })], SOURCE, random() * 500);
    const asked = points(run(cache, 200_000));
    expect(asked).toHaveLength(4);
    for (const [index, from] of [80_000, 85_000, 90_000, 95_000].entries()) {
      expect(asked[index]).toBeGreaterThanOrEqual(from);
      expect(asked[index]).toBeLessThan(from + 2_500);
    }
  });

  it('A-52 asks separately for records of one question that are not as old', () => {
    const cache = newCache({ random: () => 0 });
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    cache.put([to('y', { ttl: 100 })], SOURCE, 3_000);
    expect(points(run(cache, 84_000))).toEqual([80_000, 83_000]);
  });

  it('QRY-09 what may be asked for by now goes along with what is due, and nothing earlier', () => {
    const cache = newCache({ random: () => 0.5 });
    for (const [i, at] of [0, 1_000, 1_100].entries()) {
      run(cache, at);
      cache.want(question(`h${i}.local`, 'A'), at);
      cache.put([a('192.0.2.1', { name: `h${i}.local`, ttl: 100 })], SOURCE, at);
    }
    expect(run(cache, 85_000)).toEqual([
      { at: 81_000, what: 'ask h0.local A' },
      { at: 81_000, what: 'ask h1.local A' },
      { at: 82_100, what: 'ask h2.local A' },
    ]);
  });

  it('QRY-09 a doubted record keeps to its own times', () => {
    const cache = newCache({ random: () => 0.5 });
    for (const name of ['h.local', 'i.local']) {
      cache.want(question(name, 'A'), 0);
      cache.put([a('192.0.2.1', { name, ttl: 100 })], SOURCE, 0);
    }
    run(cache, 80_500);
    cache.reconfirm([{ name: 'i.local', type: 'A' }], 80_500);
    expect(run(cache, 82_000)).toEqual([
      { at: 81_000, what: 'ask h.local A' },
      { at: 81_500, what: 'ask i.local A' },
    ]);
  });

  it('QRY-09 sets that are heard in one burst share their place in the window, later ones draw their own', () => {
    const draws = [0.2, 0.6, 0.9];
    const cache = newCache({ random: () => draws.shift() ?? 0 });
    for (const [i, at] of [0, 1, 2_000].entries()) {
      cache.want(question(`h${i}.local`, 'A'), at);
      cache.put([a('192.0.2.1', { name: `h${i}.local`, ttl: 100 })], SOURCE, at);
    }
    expect(points(run(cache, 84_000))).toEqual([80_400, 80_400, 83_200]);
  });

  it('asks once after a sleep, however many points went by', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    expect(cache.due(93_000).refresh).toEqual([browse]);
    expect(cache.nextDeadline()).toBe(96_000);
  });

  it('asks the wanted question, never with the QU bit', () => {
    const cache = newCache();
    cache.want(question('H.local', 'ANY', { qu: true }), 0);
    cache.put([a('192.0.2.1')], SOURCE, 0);
    expect(cache.due(98_000).refresh).toEqual([question('H.local', 'ANY')]);
  });
});

describe('DQS-01 questions of other hosts', () => {
  it.each<[string, ResourceRecord[], boolean]>([
    ['no known answers', [], true],
    ['known answers that we hold', [to('x')], true],
    ['a known answer that we lack', [to('y')], false],
    ['a known answer that we hold, but not for long enough to list it', [to('old')], false],
    ['an unknown answer to another question', [to('y'), to('z', { name: '_u._tcp.local' })].slice(1), true],
  ])('DQS-01 with %s', (_, known, superfluous) => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('old', { ttl: 1_000 })], SOURCE, 0);
    cache.put([to('x')], SOURCE, 600_000);
    const asked = question('_T._TCP.local', 'PTR');
    expect(cache.questionHeard([asked], known, 600_000)).toEqual(superfluous ? [browse] : []);
  });

  it('DQS-02 not for QU questions, other types or what is not wanted', () => {
    const cache = newCache();
    cache.want(browse, 0);
    const asked = [question('_t._tcp.local', 'PTR', { qu: true }), question('_t._tcp.local', 'ANY'), askA];
    expect(cache.questionHeard(asked, [], 0)).toEqual([]);
  });

  it('KAS-04 learns nothing from known answers', () => {
    const cache = newCache();
    cache.questionHeard([browse], [to('x')], 0);
    expect(cache.size).toBe(0);
  });
});
