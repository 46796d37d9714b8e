/**
 * How much work something is, as a count that does not depend on the machine: how often a block of our code, or of XState's, is
 * entered, as V8 counts it. A loop counts with each turn of its body.
 */
import { Session } from 'node:inspector';

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

const COUNTED = /\/dist\/|\/xstate\//;

/** The blocks that are entered while `run` runs. */
export function blocksOf(run: () => void): number {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  take(session);
  run();
  const blocks = take(session);
  session.post('Profiler.stopPreciseCoverage');
  session.disconnect();
  return blocks;
}

/** Those since it was last called. */
function take(session: Session): number {
  let blocks = 0;
  session.post('Profiler.takePreciseCoverage', (_, taken) => {
    for (const { url, functions } of (taken as Coverage).result) {
      if (!COUNTED.test(url)) continue;
      for (const { ranges } of functions) for (const { count } of ranges) blocks += count;
    }
  });
  return blocks;
}
