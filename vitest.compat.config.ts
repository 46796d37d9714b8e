import { defineConfig } from 'vitest/config';

/** Contracts of other packages, on those and on what replaces them; `npm run test:compat` installs them into `compat`. */
export default defineConfig({
  test: {
    include: ['compat/contracts/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Some of the originals use the one port of Multicast DNS.
    fileParallelism: false,
  },
});
