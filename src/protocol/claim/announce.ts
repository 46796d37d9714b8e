/** Announcing, updating and withdrawing records (RFC 6762 sections 8.3, 8.4 and 10.1). */
import { FIRST_ANNOUNCEMENT_GAP_MS, MAX_UPDATES, UPDATE_WINDOW_MS } from '../constants.js';
import { nameKey } from '../name.js';
import { type ResourceRecord, recordKey, setKey, withTtl } from '../record.js';
import type { RecordSet } from '../record-set.js';

/**
 * Milliseconds to wait after the `sent`-th announcement, counted from 1: 1000, then each time twice as long (RFC 6762
 * section 8.3). A series has `MIN_ANNOUNCEMENTS` to `MAX_ANNOUNCEMENTS`.
 */
export function announcementGap(sent: number): number {
  return FIRST_ANNOUNCEMENT_GAP_MS * 2 ** (sent - 1);
}

/** Keeps the updates of one record set to ten in any minute (RFC 6762 section 8.4). */
export class UpdateBudget {
  /** When the last updates went out, oldest first, at most `MAX_UPDATES`. */
  readonly #times: number[] = [];

  /** Milliseconds until the next update may go out, 0 when it may go now. */
  waitMs(now: number): number {
    const oldest = this.#times[0];
    if (oldest === undefined || this.#times.length < MAX_UPDATES) return 0;
    return Math.max(0, oldest + UPDATE_WINDOW_MS - now);
  }

  /** An update goes out. */
  spend(now: number): void {
    if (this.#times.push(now) > MAX_UPDATES) this.#times.shift();
  }
}

/** The records' goodbyes: the same data with TTL 0 (RFC 6762 section 10.1). */
export function goodbyes(records: readonly ResourceRecord[]): ResourceRecord[] {
  return records.map((record) => withTtl(record, 0));
}

/** What an update puts on the wire: goodbyes first, then announcements. */
export interface RecordSetChanges {
  readonly announce: readonly ResourceRecord[];
  /** With TTL 0. */
  readonly goodbye: readonly ResourceRecord[];
}

/**
 * What to send when a record set takes the place of another (RFC 6762 section 8.4). A unique record set of which anything
 * changed is announced whole, since its cache-flush bits remove what is no longer in it; so only what cannot be flushed gets
 * a goodbye: shared records, and unique ones of whose name and type nothing is left.
 */
export function changedRecords(before: RecordSet, after: RecordSet): RecordSetChanges {
  const old = new Map(before.records.map((record) => [recordKey(record), record]));
  const current = new Map(after.records.map((record) => [recordKey(record), record]));
  const gone = before.records.filter((record) => !current.has(recordKey(record)));
  const changed = after.records.filter((record) => !sameTerms(old.get(recordKey(record)), record));

  const flushed = new Set(after.records.filter(isUnique).map(setKey));
  const touched = new Set([...gone, ...changed].filter(isUnique).map(groupKey));
  const news = new Set(changed);
  return {
    announce: after.records.filter((record) => news.has(record) || (isUnique(record) && touched.has(groupKey(record)))),
    goodbye: goodbyes(gone.filter((record) => !(isUnique(record) && flushed.has(setKey(record))))),
  };
}

/** Whether a record, equal in its data, also keeps its TTL and its kind. */
function sameTerms(old: ResourceRecord | undefined, record: ResourceRecord): boolean {
  return old !== undefined && old.ttl === record.ttl && old.cacheFlush === record.cacheFlush;
}

function isUnique(record: ResourceRecord): boolean {
  return record.cacheFlush;
}

/** What is announced together: a record set, and both families of a host's addresses (RFC 6762 section 6.2). */
function groupKey(record: ResourceRecord): string {
  const isAddress = record.type === 'A' || record.type === 'AAAA';
  return isAddress ? `${nameKey(record.name)} address ${record.class}` : setKey(record);
}
