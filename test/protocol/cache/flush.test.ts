import { describe, expect, it } from 'vitest';
import { a, askAaaa, found, newCache, only, run, SOURCE } from './cache-fixture.js';

describe('NEG-09 denial', () => {
  it('NEG-09 a denial that its owner takes back in the same response takes nothing away', () => {
    const cache = newCache();
    cache.want(askAaaa, 0);
    cache.put([a('fe80::1')], SOURCE, 0);
    const changes = cache.put([only(['A']), only(['A'], { ttl: 0 }), a('192.0.2.1')], SOURCE, 5_000);
    expect(changes).toMatchObject({ removed: [], denied: [] });
    expect(run(cache, 10_000)).toEqual([]);
    expect(found(cache, askAaaa, 10_000)).toEqual(['fe80::1']);
  });
});

describe('CFL-01 flush', () => {
  it('CFL-01 of several records removes all of them a second later', () => {
    const cache = newCache();
    cache.put(
      ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => a(address)),
      SOURCE,
      0,
    );
    cache.put([a('192.0.2.4')], SOURCE, 5_000);
    cache.due(6_000);
    expect(cache.size).toBe(1);
  });
});
