import { defineConfig } from 'vitest/config';

/**
 * Tests against Avahi and python-zeroconf on networks made for the purpose: root on Linux, real time, a few minutes.
 * One file at a time: the timing of a dozen daemons on a busy machine would tell about the machine.
 */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    globalSetup: ['test/interop/setup.ts'],
    pool: 'forks',
    fileParallelism: false,
    maxWorkers: 1,
    // A dozen daemons in real time: what a stalled machine spoils once is tried once more; a fault fails twice.
    retry: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
