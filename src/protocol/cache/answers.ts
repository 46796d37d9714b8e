/**
 * Whether the cache can answer a question conclusively: by a unique answer, or by a denial (RFC 6762 sections 5.2 and
 * 6.1).
 */
import { CLASS_ANY } from '../constants.js';
import { isListed } from '../dns-sd/lists.js';
import { nameKey } from '../name.js';
import { listsType } from '../nsec.js';
import type { Question, QuestionKey, ResourceRecord } from '../record.js';
import type { CachedName, CachedSet, Entry } from './entry.js';
import { isShared } from './set-kind.js';
import type { RecordStore } from './store.js';
import type { CachedRecord } from './types.js';

/**
 * Whether one host's answer can be complete. Not for type ANY, and not for PTR outside the reverse mapping: all hosts
 * share the pointers of DNS-SD, whatever one of them asserts by a cache-flush bit or an NSEC record (RFC 6763 section
 * 4.1).
 */
export function isConclusive(question: QuestionKey): boolean {
  if (question.type === 'ANY' || question.class === CLASS_ANY) return false;
  return !isShared(nameKey(question.name), question.type);
}

/**
 * The record that settles a question: a unique answer, an alias, or the NSEC record that denies that there is one (RFC
 * 6762 sections 5.2 and 6.1).
 */
export function settledBy(name: CachedName, question: Question, now: number): Entry | undefined {
  if (!isConclusive(question)) return undefined;
  const newest = name.set(question.type, question.class)?.newestHeard;
  if (newest?.record.cacheFlush && newest.isSound(now)) return newest;
  const alias = name.aliasFor(question)?.newestHeard;
  if (alias?.record.cacheFlush && alias.isSound(now)) return alias;
  return deniedBy(name, question, now);
}

/**
 * The NSEC record that denies that there is an answer; undefined if there is an answer nevertheless (RFC 6762 section
 * 6.1).
 */
export function deniedBy(name: CachedName, question: QuestionKey, now: number): Entry | undefined {
  const nsec = name.set('NSEC', question.class)?.newestHeard;
  if (nsec?.record.type !== 'NSEC' || !nsec.isSound(now)) return undefined;
  const { type } = question;
  if (type === 'ANY' || listsType(nsec.record, type) || !isConclusive(question)) return undefined;
  return hasLive(name.set(type, question.class), now) ? undefined : nsec;
}

function hasLive(set: CachedSet | undefined, now: number): boolean {
  if (set?.only !== undefined) return set.only.expiresAt > now;
  if (set !== undefined) for (const entry of set.values()) if (entry.expiresAt > now) return true;
  return false;
}

/** Whether the type that a list entry points to has an instance besides those in `except`. */
export function hasOtherInstance(
  store: RecordStore,
  listed: ResourceRecord,
  except: readonly ResourceRecord[],
  now: number,
): boolean {
  if (listed.type !== 'PTR' || !isListed(listed)) return false;
  const instances = store.name(listed.target)?.set('PTR', listed.class);
  if (instances === undefined) return false;
  if (except.length === 0) return instances.newestHeard?.isSound(now) === true;
  const ours = new Set(except.map((record) => store.entry(record)));
  for (const entry of instances.values()) if (entry.isSound(now) && !ours.has(entry)) return true;
  return false;
}

/** Adds the records of a set that have not expired. */
export function addLive(set: CachedSet, now: number, found: CachedRecord[]): void {
  for (const entry of set.values()) if (entry.expiresAt > now) found.push(cachedRecord(entry));
}

export function cachedRecord({ record, source, receivedAt, firstHeardAt, expiresAt }: Entry): CachedRecord {
  return { record, source: source.name, receivedAt, firstHeardAt, expiresAt };
}
