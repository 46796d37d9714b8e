/**
 * Seeded runs against a model of the world. `SIM_SEEDS=500 npx vitest run test/sim/seeds.test.ts` runs more of them; a failure
 * tells its seed and a short list of moves.
 */
import { describe, expect, it } from 'vitest';
import { settingOf } from './moves.js';
import { reportOf, runSeed } from './report.js';

const SEEDS = Number(process.env.SIM_SEEDS ?? 20);
/** Seeds in one test. */
const BLOCK = 10;
/** Real milliseconds for a block, shrinking included. */
const TIMEOUT = 900_000;

describe('seeded runs', () => {
  for (let first = 1; first <= SEEDS; first += BLOCK) {
    const last = Math.min(first + BLOCK - 1, SEEDS);
    it(`seeds ${first} to ${last} end as the model says`, { timeout: TIMEOUT }, () => {
      for (let seed = first; seed <= last; seed++) {
        const result = runSeed(settingOf(seed));
        if (result.violations.length > 0) throw new Error(reportOf(result));
      }
    });
  }

  it('the same seed sends the same packets, byte for byte', () => {
    const hashes = [7, 7, 8].map((seed) => runSeed(settingOf(seed)).hash);
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).not.toBe(hashes[2]);
  });
});
