import { defineConfig } from 'vitest/config';

/** Everything that needs neither privileges nor software of others; `vitest.interop.config.ts` is for the rest. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/interop/**'],
    // By default one processor stays idle.
    maxWorkers: '100%',
  },
});
