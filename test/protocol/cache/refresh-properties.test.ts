import { expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';
import { browse, newCache, run, SOURCE, to } from './cache-fixture.js';

it('QRY-09 spreads each point evenly over 2 % of the TTL', () => {
  const seen: number[][] = [[], [], [], []];
  for (let seed = 0; seed < 1_000; seed++) {
    const cache = newCache({ random: seededRandom(seed) });
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    for (const [index, { at }] of run(cache, 99_999).entries()) seen[index]?.push(at / 1_000);
  }
  for (const [index, from] of [80, 85, 90, 95].entries()) {
    const samples = seen[index] ?? [];
    expect(samples).toHaveLength(1_000);
    for (let quarter = 0; quarter < 4; quarter++) {
      const low = from + quarter * 0.5;
      const share = samples.filter((at) => at >= low && at < low + 0.5).length;
      expect(share).toBeGreaterThan(200);
      expect(share).toBeLessThan(300);
    }
  }
});
