import { defineConfig } from 'vitest/config';

/** Tests in which a module is replaced by another: each of these files loads its modules for itself. */
const replacing = [
  'test/protocol/cache/cache-scale.test.ts',
  'test/worker/**/*.test.ts',
  'test/model/restart.test.ts',
  'test/sim/worker-cycles.test.ts',
];
const elsewhere = ['test/interop/**', 'test/domains/**', 'test/threads/**'];

/**
 * Everything that needs neither privileges nor software of others; `vitest.interop.config.ts` is for the rest, and
 * `vitest.workers.config.ts` for real threads in real time.
 */
export default defineConfig({
  test: {
    // Tests measure time on virtual clocks; real time only ends one that hangs, on a machine however busy.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // By default one processor stays idle.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        // Loading the modules once for all files saves two fifths of the time.
        test: { name: 'all', isolate: false, include: ['test/**/*.test.ts'], exclude: [...elsewhere, ...replacing] },
      },
      { extends: true, test: { name: 'replacing', include: replacing } },
    ],
  },
});
