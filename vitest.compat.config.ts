import { defineConfig } from 'vitest/config';

/**
 * Contracts of other packages, on those and on what replaces them, and programs from npm that use them; `npm run
 * test:compat` installs both into `compat`. As root on Linux also on networks made for the purpose, with Avahi as the peer.
 */
export default defineConfig({
  test: {
    include: ['compat/{contracts,consumers}/*.test.ts'],
    globalSetup: ['test/interop/setup.ts'],
    pool: 'forks',
    fileParallelism: false,
    maxWorkers: 1,
    // In real time, like the interop suite.
    retry: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
