/**
 * Passive observation of failures (RFC 6762 section 10.5): when other hosts ask for records that we hold and nobody answers,
 * their owner is probably gone. Kept per record set, so that a question which is heard costs one step however large the set.
 */
import type { CachedSet, Entry } from './entry.js';

/** Milliseconds within which the expected answer has to be seen. */
export const SILENCE_TIME = 10_000;
/**
 * Milliseconds: an owner does not multicast a record again within one second (RFC 6762 section 6). So questions that are
 * closer than that count once, and a record that was heard that shortly before a question counts as its answer.
 */
export const ANSWER_INTERVAL = 1_000;
/** Milliseconds that an owner may take after the last question that counts: the one second above, delay and aggregation. */
export const ANSWER_GRACE = 2_000;

/**
 * Notes a foreign question for a set. Two of them have to go unanswered: the second one that counts returns when the verdict is
 * due, all others undefined.
 */
export function noteQuestion(set: CachedSet, now: number): number | undefined {
  if (set.askedCount === 2) return undefined;
  if (set.askedCount === 0 || now - set.askedFrom > SILENCE_TIME) {
    set.askedCount = 1;
    set.askedFrom = now;
    return undefined;
  }
  if (now - set.askedFrom < ANSWER_INTERVAL) return undefined;
  set.askedCount = 2;
  return Math.max(set.askedFrom + SILENCE_TIME, now + ANSWER_GRACE);
}

/** The records of a set that should have been heard and were not. Ends the observation: the next question begins a new one. */
export function takeUnobserved(set: CachedSet): Entry[] {
  const unobserved: Entry[] = [];
  for (const entry of set.entries.values()) {
    if (entry.receivedAt >= set.askedFrom - ANSWER_INTERVAL) continue;
    if (entry.excusedAt < set.askedFrom) unobserved.push(entry);
  }
  set.askedCount = 0;
  return unobserved;
}
