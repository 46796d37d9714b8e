import { defineConfig } from 'vitest/config';

/** Systems in real worker threads, on the loopback interface, in real time. */
export default defineConfig({
  test: {
    include: ['test/threads/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
