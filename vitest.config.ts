import { defineConfig } from 'vitest/config';

/**
 * Everything that needs neither privileges nor software of others; `vitest.interop.config.ts` is for the rest, and
 * `vitest.workers.config.ts` for real threads in real time.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/interop/**', 'test/domains/**', 'test/threads/**'],
    // Tests measure time on virtual clocks; real time only ends one that hangs, on a machine however busy.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // By default one processor stays idle.
    maxWorkers: '100%',
  },
});
