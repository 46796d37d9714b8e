/** Records in doubt: those that nobody answers with, and those that clients reconfirm (RFC 6762 sections 10.4 and 10.5). */
import { describe, expect, it } from 'vitest';
import type { RecordCache } from '../../../src/protocol/cache/cache.js';
import { question } from '../../support/records.js';
import { a, askA, browse, cacheWith, found, newCache, run, SOURCE, to } from './cache-fixture.js';

describe('POO-01 passive observation of failures', () => {
  function observed(): RecordCache {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x'), to('y')], SOURCE, 0);
    return cache;
  }

  it('POO-01 removes what two questions in ten seconds did not bring forth; POO-02 without asking', () => {
    const cache = observed();
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 21_000);
    cache.put([to('y')], SOURCE, 21_100);
    expect(run(cache, 60_000)).toEqual([{ at: 30_000, what: 'unobserved x._t._tcp.local' }]);
  });

  it('POO-01 observes again after each verdict', () => {
    const cache = observed();
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 21_000);
    cache.put([to('x'), to('y')], SOURCE, 21_100);
    expect(run(cache, 40_000)).toEqual([]);
    cache.questionHeard([browse], [], 40_000);
    cache.questionHeard([browse], [], 41_000);
    expect(run(cache, 60_000).map(({ at }) => at)).toEqual([50_000, 50_000]);
  });

  it('POO-01 ends with the last record', () => {
    const cache = cacheWith([to('x')]);
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 21_000);
    cache.put([to('x', { ttl: 0 })], SOURCE, 22_000);
    run(cache, 23_000);
    expect(cache.nextDeadline()).toBe(Infinity);
  });

  it('POO-01 one question is not enough, nor two that one response answers', () => {
    const cache = observed();
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 20_999);
    expect(run(cache, 60_000)).toEqual([]);
  });

  it('POO-01 nor two that are more than ten seconds apart', () => {
    const cache = observed();
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 30_001);
    expect(run(cache, 60_000)).toEqual([]);
    cache.questionHeard([browse], [], 60_000);
    cache.questionHeard([browse], [], 62_000);
    expect(run(cache, 80_000)).toHaveLength(2);
  });

  it('POO-01 gives the owner time to answer the last question', () => {
    const cache = observed();
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 29_900);
    expect(run(cache, 31_899)).toEqual([]);
    expect(run(cache, 31_900)).toHaveLength(2);
  });

  it('POO-01 QU questions do not count, nor those for ANY', () => {
    const cache = observed();
    for (const at of [20_000, 22_000, 24_000]) {
      cache.questionHeard([question('_t._tcp.local', 'PTR', { qu: true }), question('_t._tcp.local', 'ANY')], [], at);
    }
    expect(run(cache, 60_000)).toEqual([]);
  });

  it('POO-01 a record that its owner was told is known does not count, unless with too short a TTL', () => {
    const cache = observed();
    const known = [to('x', { ttl: 2_250 }), to('y', { ttl: 2_249 })];
    cache.questionHeard([browse], known, 20_000);
    cache.questionHeard([browse], known, 21_000);
    expect(run(cache, 60_000)).toEqual([{ at: 30_000, what: 'unobserved y._t._tcp.local' }]);
  });

  it('RSP-11 a record heard less than a second before the question counts as its answer', () => {
    const cache = observed();
    cache.put([to('x')], SOURCE, 19_100);
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 21_000);
    expect(run(cache, 60_000)).toEqual([{ at: 30_000, what: 'unobserved y._t._tcp.local' }]);
  });

  it('POO-01 holds for what nobody wants as well', () => {
    const cache = cacheWith([a('192.0.2.1')]);
    cache.questionHeard([askA], [], 20_000);
    cache.questionHeard([askA], [], 21_000);
    run(cache, 30_000);
    expect(cache.size).toBe(0);
    expect(cache.counters.unobserved).toBe(1);
  });
});

describe('RCF-01 reconfirm', () => {
  it('RCF-01 asks three times and gives up after ten seconds', () => {
    const cache = newCache();
    cache.want(askA, 0);
    cache.put([a('192.0.2.1')], SOURCE, 0);
    expect(cache.reconfirm([a('192.0.2.1')], 5_000)).toEqual([askA]);
    expect(run(cache, 20_000)).toEqual([
      { at: 6_000, what: 'ask h.local A' },
      { at: 8_000, what: 'ask h.local A' },
      { at: 15_000, what: 'reconfirmed 192.0.2.1' },
      { at: 15_000, what: 'unanswered h.local A' },
    ]);
  });

  it('RCF-01 an answer ends the doubt', () => {
    const cache = cacheWith([a('192.0.2.1')]);
    cache.reconfirm([a('192.0.2.1')], 5_000);
    cache.put([a('192.0.2.1')], SOURCE, 5_100);
    expect(run(cache, 60_000)).toEqual([]);
    expect(cache.size).toBe(1);
  });

  it('RCF-01 works for records that nobody wants, and while they stop being wanted', () => {
    const cache = cacheWith([a('192.0.2.1')]);
    cache.want(askA, 4_000);
    cache.reconfirm([{ name: 'H.local', type: 'A', address: '192.0.2.1' }], 5_000);
    cache.unwant(askA);
    expect(run(cache, 20_000).map(({ at }) => at)).toEqual([6_000, 8_000]);
    expect(cache.size).toBe(0);
  });

  it('RCF-01 doubts one record or a whole set, and asks once', () => {
    const cache = cacheWith([to('x'), to('y'), to('z')]);
    expect(cache.reconfirm([{ name: '_t._tcp.local', type: 'PTR' }], 0)).toEqual([browse]);
    expect(run(cache, 9_999).map(({ at }) => at)).toEqual([1_000, 3_000]);
    run(cache, 10_000);
    expect(cache.size).toBe(0);
    const other = cacheWith([to('x'), to('y')]);
    other.reconfirm([to('x'), to('unknown')], 0);
    run(other, 10_000);
    expect(found(other, browse, 10_000)).toEqual(['y._t._tcp.local']);
  });

  it('A-54 doubting again, or what is about to go, changes nothing', () => {
    const cache = cacheWith([to('x'), to('y')]);
    cache.put([to('y', { ttl: 0 })], SOURCE, 0);
    cache.reconfirm([to('x')], 0);
    expect(cache.reconfirm([to('x'), to('y'), to('unknown')], 500)).toEqual([]);
    run(cache, 10_000);
    expect(cache.size).toBe(0);
  });

  it('RCF-01 asks even if little of the TTL is left', () => {
    const cache = cacheWith([a('192.0.2.1', { ttl: 4 })]);
    expect(cache.reconfirm([a('192.0.2.1')], 0)).toHaveLength(1);
    expect(cache.reconfirm([a('192.0.2.1')], 100)).toHaveLength(0);
    expect(run(cache, 10_000).map(({ at }) => at)).toEqual([1_000, 3_000]);
    expect(cache.counters.reconfirmed).toBe(1);
  });
});
