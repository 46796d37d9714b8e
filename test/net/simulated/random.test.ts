import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';

describe('seeded random', () => {
  const take = (seed: number | string, count: number) => Array.from({ length: count }, seededRandom(seed));

  it('gives the same numbers for the same seed, for ever', () => {
    expect(take('kitchen', 100)).toEqual(take('kitchen', 100));
    expect(take(7, 3)).toMatchInlineSnapshot(`
      [
        0.9526379930321127,
        0.7380948634818196,
        0.19220794923603535,
      ]
    `);
  });

  it('gives other numbers for a seed that differs in one character', () => {
    const seeds = ['', '0', '1', '10', '01', '1/lan', '1/lam', 'ab', 'ba'];
    expect(new Set(seeds.map((seed) => take(seed, 1)[0])).size).toBe(seeds.length);
  });

  it('is uniform in [0, 1), also over the first numbers of neighbouring seeds', () => {
    for (const numbers of [take(1, 20_000), Array.from({ length: 20_000 }, (_, seed) => seededRandom(seed)())]) {
      const quarters = [0, 0, 0, 0];
      expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
      for (const number of numbers) {
        const quarter = Math.floor(number * 4);
        quarters[quarter] = (quarters[quarter] ?? 0) + 1;
      }
      for (const count of quarters) expect(Math.abs(count - 5_000)).toBeLessThan(250);
    }
  });
});
