/**
 * One source of records, and what it fills of the cache. What somebody wants and what was only overheard queue apart, each from
 * the one heard longest ago, so that who has to go is found in one step.
 */
import { Scheduled } from '../deadline-heap.js';
import { type Link, leave, Queue } from './lru.js';

/**
 * So many records may a source that has filled its share replace at once, and so many more each second: enough for a host that
 * changes all that it says, little enough that a flood costs a look at each of its records and no more.
 */
export const TURNOVER = 100;
export const TURNOVER_PER_SECOND = 5;
/** Milliseconds for which nothing new is taken from a source that has exhausted that. */
export const REST_TIME = 10_000;

/** What takes room in the cache. */
interface Sized {
  readonly bytes: number;
}

/** The bytes of one queue, as a rank among those of other sources: the largest first in a heap of deadlines. */
export class Rank<E extends Sized> extends Scheduled {
  readonly queue = new Queue<E>();
  size = 0;
  bytes = 0;

  constructor(readonly source: Source<E>) {
    super();
  }
}

export class Source<E extends Sized> {
  readonly idle = new Rank<E>(this);
  readonly wanted = new Rank<E>(this);
  /** Until when nothing new is taken from it. */
  restsUntil = -Infinity;
  #turnover = TURNOVER;
  #turnoverAt = -Infinity;

  constructor(readonly name: string) {}

  get size(): number {
    return this.idle.size + this.wanted.size;
  }

  get bytes(): number {
    return this.idle.bytes + this.wanted.bytes;
  }

  /** Notes that an entry was heard just now, or has become wanted or idle. Returns the ranks that have changed. */
  enter(link: Link<E>, isWanted: boolean): void {
    const to = isWanted ? this.wanted : this.idle;
    const from = this.#rankOf(link);
    if (from !== to) {
      if (from !== undefined) this.#count(from, link, -1);
      this.#count(to, link, 1);
    }
    to.queue.push(link);
  }

  leave(link: Link<E>): void {
    const from = this.#rankOf(link);
    if (from === undefined) return;
    this.#count(from, link, -1);
    leave(link);
  }

  #rankOf(link: Link<E>): Rank<E> | undefined {
    if (link.queue === undefined) return undefined;
    return link.queue === this.idle.queue ? this.idle : this.wanted;
  }

  #count(rank: Rank<E>, { value }: Link<E>, sign: 1 | -1): void {
    rank.size += sign;
    rank.bytes += sign * value.bytes;
  }

  /** One of its own records that makes room for another; undefined when there is none that may go. */
  takeTurn(forWanted: boolean, now: number): E | undefined {
    if (!this.spendTurn(now)) return undefined;
    return this.idle.queue.oldest ?? (forWanted ? this.wanted.queue.oldest : undefined);
  }

  /** Counts an attempt to replace what is there towards its turnover. Once that is exhausted it rests. */
  spendTurn(now: number): boolean {
    const earned = ((now - this.#turnoverAt) * TURNOVER_PER_SECOND) / 1_000;
    this.#turnover = Math.min(TURNOVER, this.#turnover + earned);
    this.#turnoverAt = now;
    if (this.#turnover < 1) {
      this.restsUntil = now + REST_TIME;
      return false;
    }
    this.#turnover -= 1;
    return true;
  }
}
