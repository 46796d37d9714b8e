import { expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';
import { TURNOVER } from '../../../src/protocol/cache/source.js';
import { a, newCache, SOURCE } from './cache-fixture.js';

it('SEC-02 fifty thousand records are one timer, and leave nothing behind', () => {
  const cache = newCache({ random: seededRandom(1), maxRecords: 50_000, maxPerSource: 50_000, maxBytes: 2 ** 28 });
  for (let i = 0; i < 51_000; i++) cache.put([a('192.0.2.1', { name: `h${i}.local` })], SOURCE, i / 10);
  expect(cache.size).toBe(50_000);
  expect(cache.counters).toMatchObject({ added: 50_000 + TURNOVER, evicted: TURNOVER, refused: 1_000 - TURNOVER });
  while (cache.size > 0) cache.due(10_000_000);
  expect(cache.nextDeadline()).toBe(Infinity);
});
