/** What the cache knows about a question: its answer, that it has none, and what need not be told again. */
import { CLASS_ANY } from '../constants.js';
import { isListed } from '../dns-sd/lists.js';
import { nameKey } from '../name.js';
import { listsType } from '../nsec.js';
import { type Question, type QuestionKey, type ResourceRecord, setKey } from '../record.js';
import { type CachedName, type CachedSet, type Entry, isShared } from './entry.js';
import { hasRefreshAhead } from './refresh.js';
import type { RecordStore } from './store.js';
import { unresolvedBehind } from './unresolved.js';

/** The most known answers for one packet's questions, about twenty datagrams: our choice (RFC 6762 section 7.2). */
export const MAX_KNOWN_ANSWERS = 1_000;

/**
 * Whether one answer can be the whole answer. Not for type ANY, and not for PTR outside of reverse mapping: the pointers of
 * DNS-SD are shared by all hosts, whatever one of them says with a cache-flush bit or an NSEC record (RFC 6763 section 4.1).
 */
export function isConclusive(question: QuestionKey): boolean {
  if (question.type === 'ANY' || question.class === CLASS_ANY) return false;
  return !isShared(nameKey(question.name), question.type);
}

/**
 * The record by which a question is settled: a unique answer, or the NSEC record which denies that there is one
 * (RFC 6762 sections 5.2 and 6.1).
 */
export function settledBy(name: CachedName, question: Question, now: number): Entry | undefined {
  if (!isConclusive(question)) return undefined;
  const newest = name.set(question.type, question.class)?.heard.newest;
  if (newest?.record.cacheFlush && newest.isSound(now)) return newest;
  return deniedBy(name, question, now);
}

/** The NSEC record that denies that there is an answer. An answer that is there proves it wrong (RFC 6762 section 6.1). */
export function deniedBy(name: CachedName, question: QuestionKey, now: number): Entry | undefined {
  const nsec = name.set('NSEC', question.class)?.heard.newest;
  if (nsec?.record.type !== 'NSEC' || !nsec.isSound(now)) return undefined;
  const { type } = question;
  if (type === 'ANY' || listsType(nsec.record, type) || !isConclusive(question)) return undefined;
  return hasLive(name.set(type, question.class), now) ? undefined : nsec;
}

/** Whether a question is settled, and will be asked again before it no longer is. */
export function isAnswered(name: CachedName, question: Question, now: number): boolean {
  const by = settledBy(name, question, now);
  return by !== undefined && hasRefreshAhead(by, now);
}

function hasLive(set: CachedSet | undefined, now: number): boolean {
  if (set !== undefined) for (const entry of set.entries.values()) if (entry.expiresAt > now) return true;
  return false;
}

/** The known answers to send along with questions (RFC 6762 section 7.1). */
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
      for (const entry of set.entries.values()) {
        if (known.length >= MAX_KNOWN_ANSWERS) return known;
        const ttl = knownTtl(store, entry, now);
        if (ttl !== undefined) known.push({ ...entry.record, ttl });
      }
    }
  }
  return known;
}

/**
 * The keys of the sets of which somebody else's known answers hold a record that we would not list: our own question for such
 * a set could bring an answer that theirs does not (RFC 6762 section 7.3).
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
 * The remaining seconds with which a record may be listed as a known answer: those of the TTL that its owner gave, at least
 * half of it. Undefined for unique records, whose questions we do not ask while we have them (RFC 6762 section 10.2), for those
 * about to go, whose owner is to be heard, and for those whose owner has not told the rest yet.
 */
function knownTtl(store: RecordStore, entry: Entry, now: number): number | undefined {
  const { record } = entry;
  if (record.cacheFlush || !entry.isSound(now)) return undefined;
  const remaining = Math.floor(record.ttl - (now - entry.receivedAt) / 1000);
  if (remaining * 2 < record.ttl || unresolvedBehind(store, record).length > 0) return undefined;
  return remaining;
}

/** Whether the type that a list points to has an instance besides those of `except`. */
export function hasOtherInstance(
  store: RecordStore,
  listed: ResourceRecord,
  except: readonly ResourceRecord[],
  now: number,
): boolean {
  if (listed.type !== 'PTR' || !isListed(listed)) return false;
  const instances = store.name(listed.target)?.set('PTR', listed.class);
  if (instances === undefined) return false;
  if (except.length === 0) return instances.heard.newest?.isSound(now) === true;
  const ours = new Set(except.map((record) => store.entry(record)));
  for (const entry of instances.entries.values()) if (entry.isSound(now) && !ours.has(entry)) return true;
  return false;
}
