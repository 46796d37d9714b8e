/** How the delays of shared answers have to be spread (II.8). */
import { type Finding, fail, timing, warn } from './findings.js';
import { QUARTER_SHARE, SHARED_FAIL_MS, SHARED_WARN_MS } from './limits.js';

/** Judges a single delay, in milliseconds. */
export function judgeSharedDelay(id: string, delayMs: number): Finding[] {
  const told = `an answer with shared records after ${delayMs.toFixed(1)} ms`;
  if (delayMs < SHARED_FAIL_MS[0] || delayMs > SHARED_FAIL_MS[1]) return [timing(fail(id, told))];
  if (delayMs < SHARED_WARN_MS[0] || delayMs > SHARED_WARN_MS[1]) return [timing(warn(id, told))];
  return [];
}

/**
 * Judges delays together: those in the range from 20 to 125 ms have to be uniform. As in the outline, delays outside of the range
 * spare a device the failure: its clock may be coarse.
 */
export function judgeSpread(id: string, delaysMs: readonly number[]): Finding[] {
  const [least, most] = SHARED_WARN_MS;
  const inRange = delaysMs.filter((delay) => delay >= least && delay <= most);
  const shares = sharesOf(inRange, least, most);
  const findings: Finding[] = [];
  if (shares.some((share) => share < QUARTER_SHARE[0] || share > QUARTER_SHARE[1])) {
    const told = shares.map((share) => `${(share * 100).toFixed()} %`).join(', ');
    findings.push(warn(id, `the quarters from ${least} to ${most} ms hold ${told} of the answers`));
  }
  const extent = Math.max(...inRange) - Math.min(...inRange);
  if (inRange.length === delaysMs.length && extent <= (most - least) / 10) {
    findings.push(fail(id, `all answers come within ${extent.toFixed(1)} ms of one another`));
  }
  return findings;
}

/** What each quarter of a range holds of the samples, as a share of 1. */
function sharesOf(samples: readonly number[], least: number, most: number): number[] {
  const counts = [0, 0, 0, 0];
  for (const sample of samples) {
    const quarter = Math.min(3, Math.floor(((sample - least) / (most - least)) * 4));
    counts[quarter] = (counts[quarter] ?? 0) + 1;
  }
  return counts.map((count) => count / samples.length);
}
