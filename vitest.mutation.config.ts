import { defineConfig } from 'vitest/config';
import { slowTests } from './scripts/mutation-targets.js';

const { MUTATION_TESTS = '' } = process.env;

/** The tests that judge planted faults; `scripts/mutation.ts` names them for each file. */
export default defineConfig({
  test: {
    include: MUTATION_TESTS.split(' '),
    exclude: slowTests,
    testTimeout: 60_000,
    maxWorkers: 1,
  },
});
