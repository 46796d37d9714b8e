/**
 * Passive observation of failures (RFC 6762 section 10.5): when other hosts ask for records that we hold and nobody answers,
 * their owner is probably gone. Kept per record set, so that a question which is heard costs one step however large the set.
 */
import { FAILURE_WINDOW_MS, MULTICAST_GAP_MS } from '../constants.js';
import type { CachedSet, Entry } from './entry.js';

/** Milliseconds that an owner may take after the last question that counts: gap between multicasts, delay and aggregation. */
const ANSWER_GRACE = 2_000;

/**
 * Notes a foreign question for a set. Two of them have to go unanswered: the second one that counts returns when the verdict is
 * due, all others undefined.
 */
export function noteQuestion(set: CachedSet, now: number): number | undefined {
  if (set.askedCount === 2) return undefined;
  if (set.askedCount === 0 || now - set.askedFrom > FAILURE_WINDOW_MS) {
    set.askedCount = 1;
    set.askedFrom = now;
    return undefined;
  }
  // An owner does not multicast a record again sooner (RFC 6762 section 6): questions closer than that count once.
  if (now - set.askedFrom < MULTICAST_GAP_MS) return undefined;
  set.askedCount = 2;
  return Math.max(set.askedFrom + FAILURE_WINDOW_MS, now + ANSWER_GRACE);
}

/** The records of a set that should have been heard and were not. Ends the observation: the next question begins a new one. */
export function takeUnobserved(set: CachedSet): Entry[] {
  const unobserved: Entry[] = [];
  for (const entry of set.entries.values()) {
    // For the same reason a record that was heard that shortly before a question counts as its answer.
    if (entry.receivedAt >= set.askedFrom - MULTICAST_GAP_MS) continue;
    if (entry.excusedAt < set.askedFrom) unobserved.push(entry);
  }
  set.askedCount = 0;
  return unobserved;
}
