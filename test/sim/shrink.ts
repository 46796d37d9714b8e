/** From a long list of moves that fails to a short one: whatever can be left out is left out. */

/** Runs that are spent on one list at most. */
const MAX_RUNS = 400;

/**
 * Delta debugging: leaves out ever smaller pieces as long as what is left still fails. Costs up to `maxRuns` calls of `fails`.
 *
 * @returns a list that fails, of which no single move that was tried can be left out
 */
export function shrink<T>(
  moves: readonly T[],
  fails: (moves: readonly T[]) => boolean,
  maxRuns = MAX_RUNS,
): readonly T[] {
  let left = moves;
  let runs = 0;
  for (let piece = Math.ceil(left.length / 2); piece >= 1 && runs < maxRuns; ) {
    let isShorter = false;
    for (let at = 0; at < left.length && runs < maxRuns; ) {
      const without = [...left.slice(0, at), ...left.slice(at + piece)];
      runs++;
      if (without.length > 0 && fails(without)) {
        left = without;
        isShorter = true;
      } else {
        at += piece;
      }
    }
    if (piece > 1) piece = Math.ceil(piece / 2);
    else if (!isShorter) break;
  }
  return left;
}
