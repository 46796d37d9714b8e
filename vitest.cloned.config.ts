/** The scenarios and the tests of the API once more, over a boundary that clones both ways. `npm run test:cloned`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/scenarios/**/*.test.ts', 'test/api/**/*.test.ts'],
    setupFiles: ['test/support/cloned.ts'],
    isolate: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    maxWorkers: '100%',
  },
});
