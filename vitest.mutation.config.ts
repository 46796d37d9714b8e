import { defineConfig } from 'vitest/config';

/** The tests by which planted faults are judged: those of the folder that a fault is in, which have to stand for themselves. */
export default defineConfig({
  test: {
    include: [
      'test/protocol/{cache,claim,query,respond}/**/*.test.ts',
      'test/actors/{announcer,querier}.test.ts',
      'test/model/announcer.test.ts',
    ],
    maxWorkers: 1,
  },
});
