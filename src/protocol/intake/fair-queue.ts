/**
 * Received datagrams that wait to be processed. Sources that send little go first, and sources of one rank take turns,
 * so that a flood only delays itself. Bounded in bytes: beyond that, datagrams of the sources that send most are
 * dropped.
 */
import { RANKS } from './sources.js';

/** Bytes of waiting datagrams: more than a host with a thousand services sends at once. */
export const MAX_WAITING_BYTES = 4 * 1_024 * 1_024;
/** Bytes of overhead for each datagram. */
export const BYTES_PER_DATAGRAM = 512;
/** Every eighth datagram comes from the other ranks in turn, so that none of them waits for ever. */
export const OTHERS_TURN = 8;

export interface Waiting {
  /** Bytes of the datagram. */
  readonly size: number;
}

/** The waiting items of one source, from `head` on. */
interface Lane<T> {
  readonly key: string;
  /** Those taken are undefined: a list that waits for seconds is in the old generation, and keeps what it refers to. */
  items: (T | undefined)[];
  head: number;
  rank: number;
}

export class FairQueue<T extends Waiting> {
  readonly #lanes = new Map<string, Lane<T>>();
  /** The sources of each rank, the one whose turn is next first. */
  readonly #ranks: readonly Set<Lane<T>>[] = Array.from({ length: RANKS }, () => new Set<Lane<T>>());
  #size = 0;
  #bytes = 0;
  #taken = 0;
  #othersRank = 0;

  get size(): number {
    return this.#size;
  }

  /** Whether items of a source wait. */
  has(key: string): boolean {
    return this.#lanes.has(key);
  }

  /** The best rank of all waiting items; Infinity if there are none. */
  get nextRank(): number {
    return this.#from(0)?.rank ?? Infinity;
  }

  /** @returns the items that were dropped for lack of room, which may include this one */
  add(key: string, item: T, rank: number): T[] {
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = { key, items: [], head: 0, rank };
      this.#lanes.set(key, lane);
    } else if (lane.rank !== rank) {
      this.#ranks[lane.rank]?.delete(lane);
    }
    lane.rank = rank;
    this.#ranks[rank]?.add(lane);
    lane.items.push(item);
    this.#size += 1;
    this.#bytes += weight(item);
    const dropped: T[] = [];
    while (this.#bytes > MAX_WAITING_BYTES) {
      const last = this.#last();
      if (last === undefined) break;
      dropped.push(last);
    }
    return dropped;
  }

  take(): T | undefined {
    if (this.#size === 0) return undefined;
    this.#taken += 1;
    const lane = this.#taken % OTHERS_TURN === 0 ? this.#other() : this.#from(0);
    return lane && this.#takeFirst(lane);
  }

  toJSON(): { readonly datagrams: number; readonly bytes: number; readonly sources: number } {
    return { datagrams: this.#size, bytes: this.#bytes, sources: this.#lanes.size };
  }

  /** The next lane of a rank, or of the next rank that has one. */
  #from(first: number): Lane<T> | undefined {
    if (this.#size === 0) return undefined;
    for (let rank = first; rank < RANKS; rank++) for (const lane of this.#ranks[rank] ?? []) return lane;
    return undefined;
  }

  #other(): Lane<T> | undefined {
    const lane = this.#from(this.#othersRank) ?? this.#from(0);
    this.#othersRank = ((lane?.rank ?? 0) + 1) % RANKS;
    return lane;
  }

  #takeFirst(lane: Lane<T>): T | undefined {
    const item = lane.items[lane.head];
    lane.items[lane.head] = undefined;
    lane.head += 1;
    // Copied now and then to free what was taken.
    if (lane.head * 2 > lane.items.length) {
      lane.items = lane.items.slice(lane.head);
      lane.head = 0;
    }
    // The other sources of its rank go first now.
    this.#ranks[lane.rank]?.delete(lane);
    this.#removed(lane, item);
    if (lane.items.length > lane.head) this.#ranks[lane.rank]?.add(lane);
    return item;
  }

  /** Removes the newest item of a source that sends most. */
  #last(): T | undefined {
    for (let rank = RANKS - 1; rank >= 0; rank--) {
      for (const lane of this.#ranks[rank] ?? []) {
        const item = lane.items.pop();
        this.#removed(lane, item);
        return item;
      }
    }
    return undefined;
  }

  #removed(lane: Lane<T>, item: T | undefined): void {
    if (item !== undefined) {
      this.#size -= 1;
      this.#bytes -= weight(item);
    }
    if (lane.items.length > lane.head) return;
    this.#ranks[lane.rank]?.delete(lane);
    this.#lanes.delete(lane.key);
    lane.items = [];
  }
}

function weight({ size }: Waiting): number {
  return size + BYTES_PER_DATAGRAM;
}
