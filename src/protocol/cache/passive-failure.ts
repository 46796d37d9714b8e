/**
 * Passive observation of failures (RFC 6762 section 10.5): if other hosts ask for cached records and get no answer, the
 * owner is probably gone. Kept for each record set, so that a question takes constant time however large the set.
 */
import { FAILURE_WINDOW_MS, MULTICAST_GAP_MS } from '../constants.js';
import type { CachedSet, Entry } from './entry.js';
import type { Observation } from './observation.js';

/**
 * Milliseconds that an owner may take after the last question that counts: gap between multicasts, delay, aggregation.
 */
const ANSWER_GRACE = 2_000;

/**
 * Notes another host's question for a set. The owner fails if two of them are not answered: for the second one that
 * counts, returns when to call `takeUnobserved`; undefined for all others.
 */
export function noteQuestion(observation: Observation<CachedSet>, now: number): number | undefined {
  const { count, from } = observation;
  if (count === 2) return undefined;
  if (count === 0 || now - from > FAILURE_WINDOW_MS) {
    observation.count = 1;
    observation.from = now;
    return undefined;
  }
  // An owner does not multicast a record again sooner (RFC 6762 section 6), so closer questions count once.
  if (now - from < MULTICAST_GAP_MS) return undefined;
  observation.count = 2;
  return Math.max(from + FAILURE_WINDOW_MS, now + ANSWER_GRACE);
}

/**
 * The records of a set that should have been heard and were not. Ends the observation; the next question begins a new
 * one.
 */
export function takeUnobserved(observation: Observation<CachedSet>): Entry[] {
  const { set, from } = observation;
  const unobserved: Entry[] = [];
  for (const entry of set.values()) {
    // For the same reason a record heard this shortly before a question counts as its answer.
    if (entry.receivedAt >= from - MULTICAST_GAP_MS) continue;
    if ((entry.excusedAt ?? -Infinity) < from) unobserved.push(entry);
  }
  observation.count = 0;
  return unobserved;
}
