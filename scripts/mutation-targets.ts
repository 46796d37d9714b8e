/** The files that decide most, by the name that `npm run mutation -- NAME` knows them by, and the tests that judge each. */
export interface Target {
  readonly file: string;
  /** Globs: the tests of the file's own folder, or those of them that come by the file. */
  readonly tests: readonly string[];
}

const ofFolder = (folder: string) => [`test/protocol/${folder}/*.test.ts`];

export const targets: Readonly<Record<string, Target>> = {
  flush: { file: 'src/protocol/cache/flush.ts', tests: ofFolder('cache') },
  'record-life': { file: 'src/protocol/cache/record-life.ts', tests: ofFolder('cache') },
  refresh: { file: 'src/protocol/cache/refresh.ts', tests: ofFolder('cache') },
  'passive-failure': { file: 'src/protocol/cache/passive-failure.ts', tests: ofFolder('cache') },
  cache: { file: 'src/protocol/cache/cache.ts', tests: ofFolder('cache') },
  conclude: { file: 'src/protocol/cache/conclude.ts', tests: ofFolder('cache') },
  late: { file: 'src/protocol/cache/late.ts', tests: ofFolder('cache') },
  admission: { file: 'src/protocol/cache/admission.ts', tests: ofFolder('cache') },
  'query-plan': { file: 'src/protocol/query/query-plan.ts', tests: ['test/protocol/query/query-plan*.test.ts'] },
  'response-queue': { file: 'src/protocol/respond/response-queue.ts', tests: ofFolder('respond') },
  probe: { file: 'src/protocol/claim/probe.ts', tests: ofFolder('claim') },
  announcer: { file: 'src/actors/link/announcer.ts', tests: ['test/actors/link/announcer*.test.ts'] },
  querier: { file: 'src/actors/link/querier.ts', tests: ['test/actors/link/querier*.test.ts'] },
};

/** Tests that draw thousands of cases, measure or need a build: too slow to be run for every fault. */
export const slowTests = ['**/*-{budget,bytes,model,properties,scale}.test.ts', '**/footprint.test.ts'];
