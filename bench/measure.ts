/** How long things take: the best of some rounds, since everything else that runs can only add to it. */

const ROUNDS = 7;
const MS_PER_ROUND = 200;

/** Microseconds per call of `run`, which is called as often as fits. */
export function microseconds(run: () => unknown): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    let calls = 0;
    let elapsed = 0;
    while (elapsed < MS_PER_ROUND) {
      for (let i = 0; i < 200; i++) run();
      calls += 200;
      elapsed = performance.now() - start;
    }
    best = Math.min(best, (elapsed * 1000) / calls);
  }
  return best;
}

/** As many as it takes until code is compiled for good. */
const WARM_ITEMS = 10_000;

/** Microseconds per item, where `prepare` makes something afresh that deals with `items` of them when it is called. */
export function microsecondsPerItem(items: number, prepare: () => () => unknown): number {
  const rounds = Math.max(3, Math.ceil(WARM_ITEMS / items) + 3);
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const run = prepare();
    const start = performance.now();
    run();
    best = Math.min(best, ((performance.now() - start) * 1000) / items);
  }
  return best;
}

/** A line of a table: what, its microseconds, and how that compares with others: 2.0 x is twice as long as ours. */
export function report(what: string, ours: number, others: Readonly<Record<string, number>> = {}): void {
  const compared = Object.entries(others).map(
    ([name, theirs]) => `${name} ${theirs.toFixed(2)} us = ${(theirs / ours).toPrecision(2)} x`,
  );
  console.log([`${what}: ${ours.toFixed(2)} us`, ...compared].join(', '));
}
