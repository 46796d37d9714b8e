import { defineConfig } from 'vitest/config';

/** The packed package in an empty folder; `npm run test:package` installs what its tests need into `packed`. */
export default defineConfig({
  test: {
    include: ['packed/*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // One tarball and one network for all.
    fileParallelism: false,
  },
});
