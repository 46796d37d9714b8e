/** Where rules of the cache begin and end: to the millisecond, to the draw, and to the record that finds no room. */

import { describe, expect, it } from 'vitest';
import { REST_TIME, TURNOVER } from '../../../src/protocol/cache/source.js';
import { Relevance } from '../../../src/protocol/query/relevance.js';
import { leaveUnread } from '../../support/leave-unread.js';
import { ptr, question, response } from '../../support/records.js';
import { a, askA, browse, cacheWith, found, newCache, run, SOURCE, to } from './cache-fixture.js';

const TYPES = '_services._dns-sd._udp.local';

describe('counting', () => {
  it('tells what is new from what is heard again', () => {
    const cache = cacheWith([to('x')]);
    for (const now of [1, 2]) cache.put([to('x')], SOURCE, now);
    expect(cache.counters).toMatchObject({ added: 1, renewed: 2 });
  });

  it('ENU-01 counts what a list of types has that is no type, once for each', () => {
    const cache = newCache();
    for (const now of [0, 1, 2]) {
      const listed = [ptr(TYPES, '_t._tcp.local'), ptr(TYPES, 'printer.local'), a('192.0.2.1', { name: TYPES })];
      cache.put([a('192.0.2.1'), to('x'), ...listed], SOURCE, now);
    }
    expect(cache.counters).toMatchObject({ added: 5, noType: 1 });
  });
});

describe('the moment of expiry', () => {
  it('a record that is heard in the moment in which it expires is new', () => {
    const cache = cacheWith([to('x', { ttl: 10 })]);
    expect(cache.want(browse, 10_000).records).toEqual([]);
    expect(cache.put([to('x')], SOURCE, 10_000).added).toEqual([to('x')]);
  });

  it('QRY-11 a question that was opened when its answer was there is not answered once that is gone', () => {
    const cache = cacheWith([a('192.0.2.1', { ttl: 100 })]);
    cache.want(askA, 99_000);
    expect(run(cache, 100_000)).toEqual([
      { at: 100_000, what: 'expired 192.0.2.1' },
      { at: 100_000, what: 'unanswered h.local A' },
    ]);
  });

  it('GBY-02 another instance keeps a type in the list after a goodbye, not after its TTL', () => {
    const cache = newCache();
    const types = question(TYPES, 'PTR');
    cache.want(types, 0);
    cache.put([ptr(TYPES, '_t._tcp.local', { ttl: 10 }), to('x')], SOURCE, 0);
    const ends = run(cache, 20_000).filter(({ what }) => !what.startsWith('ask'));
    expect(ends).toEqual([{ at: 10_000, what: 'expired _t._tcp.local' }]);
  });

  it('QRY-09 nothing is asked for along with a record that expires', () => {
    const cache = newCache({ random: () => 0.9 });
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 }), a('192.0.2.1', { ttl: 81 })], SOURCE, 0);
    expect(run(cache, 83_000)).toEqual([{ at: 81_800, what: 'ask _t._tcp.local PTR' }]);
  });
});

describe('QRY-09 drawing', () => {
  /** The number of draws after these records of one burst have been asked for once. */
  function draws(...ttls: number[]): number {
    let count = 0;
    const random = () => {
      count += 1;
      return 0;
    };
    const cache = newCache({ random });
    const records = ttls.map((ttl, i) => a('192.0.2.1', { name: `h${i}.local`, ttl }));
    for (const { name } of records) cache.want(question(name, 'A'), 0);
    cache.put(records, SOURCE, 0);
    run(cache, 81_000);
    return count;
  }

  it('QRY-09 what is asked for together draws once, and what follows within a second draws anew', () => {
    expect(draws(100, 100)).toBe(2);
    expect(draws(100, 101)).toBe(3);
  });
});

describe('DQS-01 questions of other hosts', () => {
  it('DQS-01 one for any class replaces none of ours: its known answers are of one class each', () => {
    const cache = newCache();
    const any = { ...askA, class: 255 };
    cache.want(any, 0);
    expect(cache.questionHeard([any], [], 1_000)).toEqual([]);
  });
});

describe('SEC-02 what finds no room', () => {
  it('SEC-02 a record that is refused is not kept', () => {
    const cache = newCache({ maxRecords: 2, maxPerName: 2, maxPerSource: 2 });
    cache.want(browse, 0);
    cache.put([to('x'), to('y')], SOURCE, 0);
    cache.put([a('192.0.2.1')], SOURCE, 1);
    expect([cache.size, found(cache, askA, 1)]).toEqual([2, []]);
  });

  it('SEC-02 a source that has replaced too much rests, even where it has room again', () => {
    const cache = newCache({ maxRecords: 2 });
    const named = (i: number, ttl = 1) => a('192.0.2.1', { name: `h${i}.local`, ttl });
    for (let i = 0; i <= TURNOVER + 2; i++) cache.put([named(i, i === TURNOVER ? 4_500 : 1)], SOURCE, 0);
    expect(cache.counters).toMatchObject({ evicted: TURNOVER, refused: 1 });
    run(cache, 1_000);
    cache.put([named(1_000)], SOURCE, REST_TIME - 1);
    expect([cache.size, cache.counters.refused]).toEqual([1, 2]);
    cache.put([named(1_000)], SOURCE, REST_TIME);
    expect(cache.size).toBe(2);
  });

  it('SEC-02 so does one that changes the addresses of its host over and over', () => {
    const cache = newCache({ maxSiblings: 2 });
    for (let i = 0; i <= TURNOVER + 2; i++) cache.put([a(`198.18.0.${i}`)], SOURCE, i);
    expect(cache.counters).toMatchObject({ crowded: TURNOVER + 1, evicted: TURNOVER });
    expect(found(cache, askA, 200)).toEqual([`198.18.0.${TURNOVER}`, `198.18.0.${TURNOVER + 1}`]);
  });

  it('SEC-02 what was kept while changes of it may have been missed goes when it is wanted', () => {
    const relevance = new Relevance();
    const cache = newCache({ maxRecords: 4, relevance });
    cache.put([to('x'), to('y')], SOURCE, 0);
    cache.put([to('z')], SOURCE, 1);
    expect(cache.size).toBe(2);
    leaveUnread(relevance, response({ answers: [to('x')] }), SOURCE, 2);
    relevance.unread.clear();
    expect(cache.want(browse, 2).records).toEqual([]);
    expect([cache.size, cache.counters.evicted]).toEqual([0, 2]);
  });
});
