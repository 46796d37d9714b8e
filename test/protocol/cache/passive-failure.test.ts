import { describe, expect, it } from 'vitest';
import { browse, newCache, run, SOURCE, to } from './cache-fixture.js';

describe('POO-01 passive observation of failures', () => {
  it('POO-01 after the link was lost the next question is the first of a new observation', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x')], SOURCE, 0);
    cache.questionHeard([browse], [], 20_000);
    cache.shorten(60_000, 20_500);
    cache.questionHeard([browse], [], 22_000);
    cache.questionHeard([browse], [], 24_000);
    expect(run(cache, 60_000)).toEqual([{ at: 32_000, what: 'unobserved x._t._tcp.local' }]);
  });
});
