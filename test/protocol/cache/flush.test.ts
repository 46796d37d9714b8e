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
