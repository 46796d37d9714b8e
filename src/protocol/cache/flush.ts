/** The effect of a received record on its siblings (RFC 6762 sections 6.1 and 10.2). */
import { FLUSH_GRACE_MS } from '../constants.js';
import { nameKey } from '../name.js';
import { listsType } from '../nsec.js';
import type { ResourceRecord } from '../record.js';
import type { RecordType } from '../types.js';
import type { CachedSet, Entry } from './entry.js';
import { isShared } from './set-kind.js';

/** Types that are unique in Multicast DNS, so that an NSEC record says which of them are gone. */
const UNIQUE_TYPES: readonly RecordType[] = ['A', 'AAAA', 'SRV', 'TXT', 'HINFO'];

/** Mostly nothing is flushed. Never written to. */
const NONE: Entry[] = [];
const NO_SETS: readonly CachedSet[] = [];

/**
 * The record as its owner should have sent it. The pointers of DNS-SD are shared by all hosts and must not have the
 * cache-flush bit (RFC 6762 section 10.2, RFC 6763 section 4.1), but a widespread library sets it. The bit would remove
 * other hosts' services, and keep the record out of the known answers.
 */
export function withoutMistakenFlush(record: ResourceRecord): ResourceRecord {
  const isMistaken = record.cacheFlush && isShared(nameKey(record.name), record.type);
  return isMistaken ? { ...record, cacheFlush: false } : record;
}

/**
 * Flushes a set after a member was heard with the cache-flush bit: records not heard for more than one second are
 * removed in one second (RFC 6762 section 10.2). A record is flushed at most once each time it is heard, so the work is
 * bounded by the received records. Returns the entries whose deadline has changed.
 */
export function flush(set: CachedSet, now: number, why: 'flushed' | 'denied' = 'flushed'): readonly Entry[] {
  let flushed = NONE;
  for (;;) {
    const oldest = set.oldestHeard;
    if (oldest === undefined || now - oldest.receivedAt <= FLUSH_GRACE_MS) return flushed;
    if (flushed === NONE) flushed = [];
    set.noteEnding(oldest);
    oldest.shorten(why, now + FLUSH_GRACE_MS);
    flushed.push(oldest);
  }
}

/**
 * Flushes what a received unique NSEC record denies (RFC 6762 section 6.1). Only types that are never shared, so that a
 * mistaken NSEC at the name of a service type does not remove PTR records.
 */
export function flushDenied(nsec: CachedSet, now: number): readonly Entry[] {
  const denied = deniedSets(nsec);
  return denied.length === 0 ? NONE : denied.flatMap((set) => flush(set, now, 'denied'));
}

/** Whether a response with these records may flush others, now or when it is heard again. */
export function mayFlush(unique: ReadonlySet<CachedSet>, entries: readonly Entry[]): boolean {
  let others = 0;
  for (const set of unique) {
    others += set.size;
    for (const denied of deniedSets(set)) others += denied.size;
  }
  for (const { set } of entries) if (unique.has(set)) others -= 1;
  return others > 0;
}

/** The cached sets that a received unique NSEC record denies. */
function deniedSets(nsec: CachedSet): readonly CachedSet[] {
  // The set says so, too: its shape does not depend on the type, as that of a record does.
  const record = nsec.type === 'NSEC' ? nsec.newestHeard?.record : undefined;
  if (record?.type !== 'NSEC') return NO_SETS;
  const denied: CachedSet[] = [];
  for (let i = 0; i < UNIQUE_TYPES.length; i++) {
    const type = UNIQUE_TYPES[i] as RecordType;
    const set = listsType(record, type) ? undefined : nsec.name.set(type, nsec.class);
    if (set !== undefined) denied.push(set);
  }
  return denied;
}
