import { defineConfig } from 'vitest/config';

/** Domains beyond the link on real name servers: BIND and Knot with private configurations on loopback, in real time. */
export default defineConfig({
  test: {
    include: ['test/domains/**/*.test.ts'],
    globalSetup: ['test/domains/setup.ts'],
    pool: 'forks',
    fileParallelism: false,
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
