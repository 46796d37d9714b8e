/**
 * Passive observation of failures (RFC 6762 section 10.5): if other hosts ask for cached records and get no answer, the
 * owner is probably gone. Kept for each record set, so that a question takes constant time however large the set.
 */
import { FAILURE_WINDOW_MS, MULTICAST_GAP_MS } from '../constants.js';
import type { CachedSet, Entry } from './entry.js';

/**
 * Milliseconds that an owner may take after the last question that counts: gap between multicasts, delay, aggregation.
 */
const ANSWER_GRACE = 2_000;

/**
 * Notes another host's question for a set. The owner fails if two of them are not answered: for the second one that
 * counts, returns when to call `takeUnobserved`; undefined for all others.
 */
export function noteQuestion(set: CachedSet, now: number): number | undefined {
  if (set.askedCount === 2) return undefined;
  if (set.askedCount === 0 || now - set.askedFrom > FAILURE_WINDOW_MS) {
    set.askedCount = 1;
    set.askedFrom = now;
    return undefined;
  }
  // An owner does not multicast a record again sooner (RFC 6762 section 6), so closer questions count once.
  if (now - set.askedFrom < MULTICAST_GAP_MS) return undefined;
  set.askedCount = 2;
  return Math.max(set.askedFrom + FAILURE_WINDOW_MS, now + ANSWER_GRACE);
}

/**
 * The records of a set that should have been heard and were not. Ends the observation; the next question begins a new
 * one.
 */
export function takeUnobserved(set: CachedSet): Entry[] {
  const unobserved: Entry[] = [];
  for (const entry of set.entries.values()) {
    // For the same reason a record heard this shortly before a question counts as its answer.
    if (entry.receivedAt >= set.askedFrom - MULTICAST_GAP_MS) continue;
    if (entry.excusedAt < set.askedFrom) unobserved.push(entry);
  }
  set.askedCount = 0;
  return unobserved;
}
