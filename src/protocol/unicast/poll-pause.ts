/** When a question is asked again, in milliseconds. `random` is uniform in [0, 1). */
import { REFRESH_JITTER, REFRESH_POINTS } from '../constants.js';

/** A question is not asked again sooner, whatever TTL its answer has. */
export const SHORTEST_POLL_MS = 5_000;
/** Answers with a longer TTL are asked for anew all the same, and are not kept for longer. */
const LONGEST_POLL_MS = 24 * 3_600_000;
/** What is absent is asked for anew after this time at most: our choice, where RFC 2308 section 5 allows hours. */
const LONGEST_DENIAL_MS = 3_600_000;
/** At most so much is added to a short pause, so that not all questions are asked at one time. */
const SHORT_JITTER_MS = 500;
const LONGEST_BACK_OFF_MS = 300_000;

/** From an answer to the next question: 80 % of the TTL, with jitter; all of it, where there is no record. */
export function pollMs(ttlSeconds: number, isDenial: boolean, random: () => number): number {
  const ttlMs = Math.min(ttlSeconds * 1_000, isDenial ? LONGEST_DENIAL_MS : LONGEST_POLL_MS);
  const share = isDenial ? 1 : REFRESH_POINTS[0];
  const jitter = Math.max(SHORT_JITTER_MS, ttlMs * REFRESH_JITTER) * random();
  return Math.max(SHORTEST_POLL_MS, ttlMs * share) + jitter;
}

/** How long an answer is kept. */
export function keptMs(ttlSeconds: number): number {
  return Math.min(ttlSeconds * 1_000, LONGEST_POLL_MS);
}

/** From a question that no server answered to the next one: doubles with each, up to five minutes. */
export function backOffMs(failures: number, random: () => number): number {
  const pause = Math.min(LONGEST_BACK_OFF_MS, SHORTEST_POLL_MS * 2 ** failures);
  return pause * (1 + random() / 4);
}
