/** Records that were received earlier and are read only now: the last argument of `put` is when they were received. */
import { describe, expect, it } from 'vitest';
import { nsec, ptr, txt } from '../../support/records.js';
import { a, askA, browse, found, newCache, SOURCE, to } from './cache-fixture.js';

const NOW = 100_000;

/** A cache that hears records now, or reads them late. */
function start() {
  const cache = newCache();
  const hear = (record: ReturnType<typeof a>, at = NOW) => cache.put([record], SOURCE, at);
  const read = (record: ReturnType<typeof a>, heardAt: number) => cache.put([record], SOURCE, NOW, undefined, heardAt);
  return { cache, hear, read };
}

describe('what is read late', () => {
  it('is as old as it is', () => {
    const { cache, read } = start();
    cache.want(askA, NOW);
    read(a('192.0.2.1', { ttl: 120 }), NOW - 20_000);
    expect(cache.lookup(askA, NOW)).toMatchObject([
      { receivedAt: NOW - 20_000, firstHeardAt: NOW - 20_000, expiresAt: NOW + 100_000 },
    ]);
    // Its first refresh point is at 80 % of its life, not of what is left of it.
    expect(cache.nextDeadline()).toBeGreaterThanOrEqual(NOW + 76_000);
    expect(cache.nextDeadline()).toBeLessThan(NOW + 80_000);
  });

  it('is nothing if its time is over, unless it replaces something', () => {
    const { cache, read } = start();
    read(a('192.0.2.1', { ttl: 10 }), NOW - 10_000);
    expect(cache.size).toBe(0);
    read(a('192.0.2.1', { ttl: 10 }), NOW - 9_999);
    expect(found(cache, askA, NOW)).toEqual(['192.0.2.1']);
    cache.due(NOW + 1);
    expect(cache.size).toBe(0);
    read(a('192.0.2.2', { ttl: 4_500 }), NOW - 30_000);
    read(a('192.0.2.3', { ttl: 10 }), NOW - 20_000);
    cache.due(NOW);
    expect(cache.size).toBe(0);
  });

  it('CFL-01 flushes what was heard more than a second before it, as of then', () => {
    const { cache, read } = start();
    read(a('192.0.2.1'), NOW - 5_000);
    read(a('192.0.2.2'), NOW - 3_000);
    read(a('192.0.2.3'), NOW - 2_500);
    expect(found(cache, askA, NOW)).toEqual(['192.0.2.2', '192.0.2.3']);
    expect(cache.due(NOW).changes.removed).toEqual([]);
    expect([cache.size, cache.counters.flushed]).toEqual([2, 1]);
    read(a('192.0.2.4'), NOW - 900);
    expect(found(cache, askA, NOW)).toEqual(['192.0.2.2', '192.0.2.3', '192.0.2.4']);
    expect(found(cache, askA, NOW + 100)).toEqual(['192.0.2.4']);
  });

  it('CFL-01 replaces nothing that was heard since, of whatever type the host has said something', () => {
    const { cache, hear, read } = start();
    hear(a('192.0.2.1'));
    read(a('192.0.2.2'), NOW - 1);
    read(a('192.0.2.1', { ttl: 0 }), NOW - 1);
    read(txt(askA.name, ['old']), NOW - 1);
    expect([cache.size, found(cache, askA, NOW + 2_000)]).toEqual([1, ['192.0.2.1']]);
    // What came in the same millisecond is not older.
    cache.put([txt(askA.name, ['new'])], SOURCE, NOW + 1, undefined, NOW);
    expect(cache.size).toBe(2);
  });

  it('A-53 denies what was heard more than a second before it, as of then', () => {
    const { cache, read } = start();
    read(a('192.0.2.1'), NOW - 5_000);
    read(nsec(askA.name, ['AAAA']), NOW - 3_000);
    expect(found(cache, askA, NOW)).toEqual([]);
  });

  it('GBY-02 says goodbye as of then, if the same was not heard since', () => {
    const { cache, hear, read } = start();
    read(to('x'), NOW - 5_000);
    read(to('y'), NOW - 5_000);
    hear(to('z'));
    for (const name of ['x', 'y', 'z']) read({ ...to(name), ttl: 0 }, name === 'y' ? NOW - 500 : NOW - 3_000);
    const left = (at: number) => cache.lookup(browse, at).map(({ record }) => 'target' in record && record.target);
    expect(left(NOW)).toEqual([to('y'), to('z')].map((record) => 'target' in record && record.target));
    expect(left(NOW + 500)).toEqual([to('z')].map((record) => 'target' in record && record.target));
  });

  it('GBY-02 says goodbye to what came in the same millisecond', () => {
    const { cache, read } = start();
    read(to('x'), NOW - 3_000);
    read({ ...to('x'), ttl: 0 }, NOW - 3_000);
    expect(cache.lookup(browse, NOW)).toEqual([]);
  });

  it('is heard of one of many hosts though others were heard since', () => {
    const { cache, hear, read } = start();
    hear(to('x'));
    read(to('y'), NOW - 5_000);
    read(ptr(browse.name, 'other.local', { ttl: 4_500 }), NOW - 5_000);
    expect(cache.size).toBe(3);
    read({ ...to('x'), ttl: 10 }, NOW - 5_000);
    expect(cache.lookup(browse, NOW + 60_000)).toHaveLength(3);
  });

  it('is heard of a name that has records of other types, of which many hosts share some', () => {
    const { cache, hear, read } = start();
    hear(txt(browse.name, ['x']));
    read(to('x'), NOW - 5_000);
    expect(cache.size).toBe(2);
    const { cache: other, hear: hearOther, read: readOther } = start();
    hearOther(to('x'));
    readOther(txt(browse.name, ['x']), NOW - 5_000);
    expect(other.size).toBe(2);
  });
});
