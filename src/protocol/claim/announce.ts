/** Announcing, updating and withdrawing records (RFC 6762 sections 8.3, 8.4 and 10.1). */
import { FIRST_ANNOUNCEMENT_GAP_MS, MAX_ANNOUNCEMENTS, MAX_UPDATES, UPDATE_WINDOW_MS } from '../constants.js';
import { nameKey } from '../name.js';
import { type ResourceRecord, recordKey, setKey, withTtl } from '../record.js';
import type { RecordSet } from '../record-set.js';

/**
 * Milliseconds to wait after announcement number `sent`, counted from 1: 1000, then twice as long each time (RFC 6762
 * section 8.3). A series has `MIN_ANNOUNCEMENTS` to `MAX_ANNOUNCEMENTS`.
 */
export function announcementGap(sent: number): number {
  return FIRST_ANNOUNCEMENT_GAP_MS * 2 ** (sent - 1);
}

/**
 * Milliseconds until the next update may be announced: ten per minute, evenly spaced, so that the first one after a
 * pause leaves at once and no later one waits longer than a tenth of a minute (RFC 6762 section 8.4).
 *
 * @param updatedAt when the last update was first announced, ms; -Infinity for never
 */
export function updateWaitMs(updatedAt: number, now: number): number {
  return Math.max(0, updatedAt + UPDATE_WINDOW_MS / MAX_UPDATES - now);
}

/** The part of a record set in one announcement: everything, or the records and groups with these keys. */
type Part = 'all' | ReadonlySet<string>;

export interface Announcement {
  readonly records: readonly ResourceRecord[];
  /** Records with TTL 0 (RFC 6762 section 10.1). */
  readonly goodbyes: readonly ResourceRecord[];
  /** Whether it repeats the previous announcement. */
  readonly isRepeat: boolean;
  /** What remains to be announced. */
  readonly rest: Announcements;
}

interface State {
  readonly queue: readonly Part[];
  /** The number of announcements sent since the names were claimed, or since the update began. */
  readonly sent: number;
  /** Goodbyes to send with the next announcement. */
  readonly goodbyes: readonly ResourceRecord[];
  /** The keys of changes that may not be announced yet. */
  readonly owed: ReadonlySet<string>;
  readonly owedGoodbyes: readonly ResourceRecord[];
}

const NOTHING: State = { queue: [], sent: 0, goodbyes: [], owed: new Set(), owedGoodbyes: [] };

/**
 * The announcements still to be made of one record set, as an immutable value: each step returns the next one. It keeps
 * keys and never records, so that each announcement has the records that the set has when it leaves.
 */
export class Announcements {
  static readonly none = new Announcements(NOTHING);
  readonly #state: State;

  private constructor(state: State) {
    this.#state = state;
  }

  /**
   * Starts the announcements of a set whose names have just been claimed: all of it is announced (RFC 6762 section
   * 8.3).
   */
  static begin(times: number): Announcements {
    return new Announcements({ ...NOTHING, queue: new Array<Part>(times).fill('all') });
  }

  /**
   * Notes that the set has changed: the difference is owed. Changes add up until they are announced. A change that is
   * reverted counts as well, since questions were answered with it meanwhile.
   */
  update(from: RecordSet, to: RecordSet): Announcements {
    if (this.isNew) return this;
    const { announce, goodbye } = changedRecords(from, to);
    const owed = new Set([...this.#state.owed, ...announce.map(partKey)]);
    const owedGoodbyes = unflushed([...this.#state.owedGoodbyes, ...goodbye], to);
    return new Announcements({ ...this.#state, owed, owedGoodbyes });
  }

  /** Whether nothing has been announced since the names were claimed. */
  get isNew(): boolean {
    return this.#state.queue[0] === 'all' && this.#state.sent === 0;
  }

  /** Whether there is something that has not been announced yet: the whole set, or what has changed. */
  get owes(): boolean {
    return this.isNew || this.#state.owed.size > 0 || this.#state.owedGoodbyes.length > 0;
  }

  /** Begins to announce what is owed. What remains of earlier announcements is included from the second one on. */
  beginUpdate(times: number): Announcements {
    const { queue: left, owed, owedGoodbyes: goodbyes } = this.#state;
    const length = Math.min(MAX_ANNOUNCEMENTS, Math.max(times, left.length + 1));
    const queue = Array.from({ length }, (_, i) => union(i < times ? owed : new Set(), left[i - 1]));
    return new Announcements({ ...NOTHING, queue, goodbyes });
  }

  /**
   * The next announcement, without what is owed, which has its own time.
   *
   * @param told what was announced before the names had to be claimed again. Shared records of it that no longer exist
   *   get a goodbye, since nothing else removes them from caches; unique ones do not, since another host may have their
   *   names by now.
   */
  next(set: RecordSet, told?: RecordSet): Announcement {
    const { queue, sent, owed, goodbyes } = this.#state;
    const [part = new Set()] = queue;
    const goneMeanwhile = this.isNew && told ? changedRecords(told, set).goodbye.filter((each) => !isUnique(each)) : [];
    const isWhole = part === 'all' && owed.size === 0;
    const isPart = (key: string) => (part === 'all' || part.has(key)) && !owed.has(key);
    return {
      records: isWhole ? set.records : set.records.filter((record) => isPart(partKey(record))),
      goodbyes: [...goodbyes, ...goneMeanwhile],
      isRepeat: sent > 0,
      rest: new Announcements({ ...this.#state, queue: queue.slice(1), sent: sent + 1, goodbyes: [] }),
    };
  }

  get isOver(): boolean {
    return this.#state.queue.length === 0;
  }

  /** Milliseconds between the last announcement and the next. */
  get gapMs(): number {
    return announcementGap(this.#state.sent);
  }

  /** A summary for logs and inspectors. */
  toJSON(): Readonly<Record<'queued' | 'owed', number>> {
    return { queued: this.#state.queue.length, owed: this.#state.owed.size };
  }
}

/** The goodbyes of records: the same data with TTL 0 (RFC 6762 section 10.1). */
export function goodbyes(records: readonly ResourceRecord[]): ResourceRecord[] {
  return records.map((record) => withTtl(record, 0));
}

/** What an update sends: goodbyes first, then announcements. */
export interface RecordSetChanges {
  readonly announce: readonly ResourceRecord[];
  /** With TTL 0. */
  readonly goodbye: readonly ResourceRecord[];
}

/**
 * What to send when a record set replaces another (RFC 6762 section 8.4). A unique record set with any change is
 * announced completely, since its cache-flush bits remove old records. So only what cannot be flushed gets a goodbye:
 * shared records, and unique ones whose name and type have no records left.
 */
export function changedRecords(before: RecordSet, after: RecordSet): RecordSetChanges {
  const old = new Map(before.records.map((record) => [recordKey(record), record]));
  const current = new Map(after.records.map((record) => [recordKey(record), record]));
  const gone = before.records.filter((record) => !current.has(recordKey(record)));
  const changed = after.records.filter((record) => !sameTerms(old.get(recordKey(record)), record));

  const touched = new Set([...gone, ...changed].filter(isUnique).map(groupKey));
  const news = new Set(changed);
  return {
    announce: after.records.filter((record) => news.has(record) || (isUnique(record) && touched.has(groupKey(record)))),
    goodbye: goodbyes(unflushed(gone, after)),
  };
}

/** The records that are not in a set and that none of its cache-flush bits removes. */
function unflushed(records: readonly ResourceRecord[], set: RecordSet): ResourceRecord[] {
  const current = new Set(set.records.map(recordKey));
  const flushed = new Set(set.records.filter(isUnique).map(setKey));
  return records.filter(
    (record) => !current.has(recordKey(record)) && !(isUnique(record) && flushed.has(setKey(record))),
  );
}

/** The key of a record in an announcement; a unique record has the key of its group. */
function partKey(record: ResourceRecord): string {
  return isUnique(record) ? groupKey(record) : recordKey(record);
}

/** Whether a record with equal data also has the same TTL and is unique or shared as before. */
function sameTerms(old: ResourceRecord | undefined, record: ResourceRecord): boolean {
  return old !== undefined && old.ttl === record.ttl && old.cacheFlush === record.cacheFlush;
}

function isUnique(record: ResourceRecord): boolean {
  return record.cacheFlush;
}

/**
 * The key of what is announced together: a record set, and both families of a host's addresses (RFC 6762 section 6.2).
 */
function groupKey(record: ResourceRecord): string {
  const isAddress = record.type === 'A' || record.type === 'AAAA';
  return isAddress ? `${nameKey(record.name)} address ${record.class}` : setKey(record);
}

function union(owed: ReadonlySet<string>, other: Part | undefined): Part {
  return other === 'all' ? 'all' : new Set([...owed, ...(other ?? [])]);
}
