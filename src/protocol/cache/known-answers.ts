/** Known answers: what a query lists so that it need not be answered again (RFC 6762 sections 7.1 to 7.3). */
import { type QuestionKey, type ResourceRecord, setKey } from '../record.js';
import type { CachedSet, Entry } from './entry.js';
import type { RecordStore } from './store.js';
import { unresolvedBehind } from './unresolved.js';

/** Known answers for one packet's questions at most, about twenty datagrams: our choice (RFC 6762 section 7.2). */
export const MAX_KNOWN_ANSWERS = 1_000;

/** The known answers to send with questions (RFC 6762 section 7.1). */
export function collectKnownAnswers(
  store: RecordStore,
  questions: readonly QuestionKey[],
  now: number,
): ResourceRecord[] {
  const known: ResourceRecord[] = [];
  const seen = new Set<CachedSet>();
  for (const question of questions) {
    for (const set of store.name(question.name)?.setsFor(question) ?? []) {
      if (seen.has(set)) continue;
      seen.add(set);
      for (const entry of set.values()) {
        if (known.length >= MAX_KNOWN_ANSWERS) return known;
        const ttl = knownTtl(store, entry, now);
        if (ttl !== undefined) known.push({ ...entry.record, ttl });
      }
    }
  }
  return known;
}

/**
 * The keys of sets for which another host's known answers have a record that we would not list: our own question for
 * such a set could bring an answer that theirs does not (RFC 6762 section 7.3).
 */
export function setsWithUnlisted(
  store: RecordStore,
  knownAnswers: readonly ResourceRecord[],
  now: number,
): Set<string> {
  const keys = new Set<string>();
  for (const record of knownAnswers) {
    const entry = store.entry(record);
    if (entry === undefined || knownTtl(store, entry, now) === undefined) keys.add(setKey(record));
  }
  return keys;
}

/**
 * The remaining TTL with which a record may be listed as a known answer, at least half of the owner's TTL. Undefined
 * for unique records, for which we do not ask while we have them (RFC 6762 section 10.2), for those about to be
 * removed, and for those that refer to something unresolved, since their owner should answer.
 */
function knownTtl(store: RecordStore, entry: Entry, now: number): number | undefined {
  const { record } = entry;
  if (record.cacheFlush || !entry.isSound(now)) return undefined;
  const remaining = Math.floor(record.ttl - (now - entry.receivedAt) / 1000);
  if (remaining * 2 < record.ttl || unresolvedBehind(store, record).length > 0) return undefined;
  return remaining;
}
