/**
 * One source of records, and how much of the cache it fills. Wanted and idle records have separate queues, each from
 * the one heard longest ago, so that the record to evict is found in constant time.
 */
import { Scheduled } from '../deadline-heap.js';
import { LoosePointers } from './loose.js';
import { type Linked, leave, Queue } from './lru.js';

/**
 * Records that a source with a full share may replace at once, and more of them each second: enough for a host that
 * changes all its records, few enough that a flood only costs a look at each record.
 */
export const TURNOVER = 100;
export const TURNOVER_PER_SECOND = 5;
/**
 * All sources together may replace as much as this many of them alone. A replaced record has lived long enough to be
 * garbage of the old generation, which V8 collects late: fifty sources left 40 MB of it within 20 seconds.
 */
export const SOURCES_THAT_REPLACE = 4;
/** Milliseconds for which no new records are accepted from a source that has exhausted its turnover. */
export const REST_TIME = 10_000;

/**
 * Pointers of one source that lead nowhere, while questions about where they lead are open: more than those that may
 * leave in ten seconds. A host of more services mostly adds to the pointers what they lead to.
 */
export const MAX_LOOSE = 500;
/** Milliseconds for which no further ones are accepted from a source that has exhausted its turnover. */
export const LOOSE_REST_TIME = 1_000;

/** Replacements that are allowed at once, and how many more of them each second. */
export class Turnover {
  #left: number;
  #at = -Infinity;

  constructor(readonly times = 1) {
    this.#left = TURNOVER * times;
  }

  /** Counts a replacement. @returns false if none is left */
  spend(now: number): boolean {
    const earned = ((now - this.#at) * TURNOVER_PER_SECOND * this.times) / 1_000;
    this.#left = Math.min(TURNOVER * this.times, this.#left + earned);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}

/** Something that takes room in the cache. */
interface Sized<E> extends Linked<E> {
  readonly bytes: number;
  readonly receivedAt: number;
  readonly set: { readonly name: object };
}

/** The bytes of one queue, as a rank among other sources: the largest comes first in a heap of deadlines. */
export class Rank<E extends Sized<E>> extends Scheduled {
  readonly queue = new Queue<E>();
  size = 0;
  bytes = 0;

  constructor(readonly source: Source<E>) {
    super();
  }
}

export class Source<E extends Sized<E>> {
  readonly idle = new Rank<E>(this);
  readonly wanted = new Rank<E>(this);
  /** Of the wanted ones, the pointers that lead nowhere; they are not in the queue of their rank. */
  readonly loose = new LoosePointers<E>();
  /** Until when no new records are accepted from it. */
  restsUntil = -Infinity;
  /** Until when no new pointers that lead nowhere are accepted from it, if it has as many as it may have. */
  looseRestsUntil = -Infinity;
  readonly #own = new Turnover();
  readonly #ofAll: Turnover;

  /** @param turnover that of all sources together */
  constructor(
    readonly name: string,
    turnover: Turnover,
  ) {
    this.#ofAll = turnover;
  }

  get size(): number {
    return this.idle.size + this.wanted.size;
  }

  get bytes(): number {
    return this.idle.bytes + this.wanted.bytes;
  }

  /**
   * Notes that an entry was heard just now, or has become wanted or idle, or loose or not.
   *
   * @param isLoose whether it is a wanted pointer that leads nowhere
   */
  enter(entry: E, isWanted: boolean, isLoose: boolean): void {
    const to = isWanted ? this.wanted : this.idle;
    const from = this.#rankOf(entry);
    if (from !== to) {
      if (from !== undefined) this.#count(from, entry, -1);
      this.#count(to, entry, 1);
    }
    (isLoose ? this.loose : to.queue).push(entry);
  }

  leave(entry: E): void {
    const from = this.#rankOf(entry);
    if (from === undefined) return;
    this.#count(from, entry, -1);
    leave(entry);
  }

  #rankOf(entry: E): Rank<E> | undefined {
    if (entry.queue === undefined) return undefined;
    return entry.queue === this.idle.queue ? this.idle : this.wanted;
  }

  #count(rank: Rank<E>, { bytes }: E, sign: 1 | -1): void {
    rank.size += sign;
    rank.bytes += sign * bytes;
  }

  /** Counts an attempt to replace a record towards its turnover. Once that is exhausted, the source rests. */
  spendTurn(now: number): boolean {
    if (this.#spend(now)) return true;
    this.restsUntil = now + REST_TIME;
    return false;
  }

  /** The same for a pointer that leads nowhere: only such ones rest then, since where others lead is still asked. */
  spendLooseTurn(now: number): boolean {
    if (this.#spend(now)) return true;
    this.looseRestsUntil = now + LOOSE_REST_TIME;
    return false;
  }

  #spend(now: number): boolean {
    return this.#own.spend(now) && this.#ofAll.spend(now);
  }
}
