/**
 * Responses that concern nothing that is known or asked now, as they were received: most of what a busy link has. None
 * of them is decoded unless a question is opened, or something else is heard, about a name in it. A hot path: keeping a
 * response makes one object, receiving it again none.
 *
 * A name is either cached, or what is known of it is unread: so what was heard first is also read first.
 */
import { Queue } from '../cache/lru.js';
import { bytesHash, hasBytesAt } from './bytes-hash.js';
import type { HashList } from './hash-list.js';

/** Bytes of responses, some 2,500 of ordinary size, and more than a datagram can have; new ones replace the oldest. */
export const ROOM = 1_048_576;
/** Bytes of memory for finding them, by an estimate: for each response, and for each name in it. */
const RESPONSE_BYTES = 200;
const NAME_BYTES = 160;
const MAX_INDEX_BYTES = 2_097_152;
/**
 * Owners of a response that is kept: the ordinary ones of a frame have fewer. Hundreds of names in each of many large
 * packets made the tables that find them garbage of several times their size.
 */
const MAX_NAMES = 64;

/** A response as it was received; its bytes are valid until the next one is kept. */
export interface UnreadResponse {
  readonly bytes: Uint8Array;
  readonly source: string;
  /** Milliseconds. */
  readonly receivedAt: number;
}

/** The owners of a response's records, as hashes of their names. */
interface Owners<List = readonly number[]> {
  readonly names: List;
  /**
   * Those of which a record's effect depends on what was said before and after: names of a single host, whose records
   * replace each other, and names with a goodbye.
   */
  readonly ties: List;
}

class Kept {
  queue: Queue<Kept> | undefined = undefined;
  older: Kept | undefined = undefined;
  newer: Kept | undefined = undefined;
  /** Where its bytes begin, in all that was ever kept. */
  start = 0;

  constructor(
    readonly hash: number,
    readonly size: number,
    readonly source: string,
    readonly owners: Owners,
    public receivedAt: number,
  ) {}

  get indexBytes(): number {
    return RESPONSE_BYTES + NAME_BYTES * this.owners.names.length;
  }
}

export class Unread {
  /** Made for the first response. */
  #room: Uint8Array | undefined = undefined;
  /** The end of all that was ever kept; what is more than `ROOM` before it is overwritten. */
  #end = 0;
  /** From the oldest to the newest, which is also their order in the room. */
  readonly #order = new Queue<Kept>();
  readonly #byHash = new Map<number, Kept>();
  readonly #byName = new Map<number, Kept | Set<Kept>>();
  #size = 0;
  #indexBytes = 0;
  /** How often something was dropped unread, since when there may be news of what is cached that were missed. */
  missed = 0;

  get size(): number {
    return this.#size;
  }

  /**
   * Keeps a response, unless it has no records or very many names. The same bytes again are kept once, as of the last
   * time.
   */
  keep(bytes: Uint8Array, source: string, now: number, { names, ties }: Owners<HashList>): void {
    if (names.size === 0) return;
    if (names.size > MAX_NAMES) {
      // What was said before about these names is no longer all that was said; for shared ones it still holds.
      this.take(ties.toArray(), 0);
      this.missed += 1;
      return;
    }
    const hash = bytesHash(bytes);
    const same = this.#byHash.get(hash);
    if (same?.source === source && same.size === bytes.length && hasBytesAt(this.#bytes, same.start % ROOM, bytes)) {
      same.receivedAt = now;
      this.#write(same, bytes);
      return;
    }
    const kept = new Kept(hash, bytes.length, source, { names: names.toArray(), ties: ties.toArray() }, now);
    this.#size += 1;
    this.#indexBytes += kept.indexBytes;
    this.#byHash.set(hash, kept);
    for (const name of kept.owners.names) this.#note(name, kept);
    this.#write(kept, bytes);
  }

  /** Whether a name is the owner of a record in any of them; by its hash, so mistaken once in a while. */
  has(name: number): boolean {
    return this.#byName.has(name);
  }

  /**
   * Takes out the responses with records of some names, and all that belong with these (`Owners.ties`), from the oldest
   * to the newest.
   *
   * @param beyond what happens if these are more than `most`: the oldest are dropped, so that what is read is never
   *   older than what is not, or all of them are left
   */
  take(names: readonly number[], most: number, beyond: 'drop' | 'leave' = 'drop'): UnreadResponse[] {
    const found = new Set<Kept>();
    const looked = new Set(names);
    // A set also loops over what is added meanwhile.
    for (const name of looked) {
      for (const kept of this.#about(name)) {
        if (found.has(kept)) continue;
        if (beyond === 'leave' && found.size === most) return [];
        found.add(kept);
        for (const tie of kept.owners.ties) looked.add(tie);
      }
    }
    if (found.size === 0) return [];
    const all = [...found].sort((a, b) => a.start - b.start);
    const dropped = Math.max(0, all.length - most);
    this.missed += dropped;
    for (const kept of all) this.#remove(kept);
    return all.slice(dropped).map((kept) => this.#response(kept));
  }

  /** Drops all of them: they may be of another network. */
  clear(): void {
    for (let kept = this.#order.oldest; kept !== undefined; kept = this.#order.oldest) this.#miss(kept);
  }

  toJSON(): object {
    const { size, missed } = this;
    const { oldest } = this.#order;
    return { responses: size, bytes: oldest === undefined ? 0 : this.#end - oldest.start, missed };
  }

  get #bytes(): Uint8Array {
    this.#room ??= new Uint8Array(ROOM);
    return this.#room;
  }

  #about(name: number): Iterable<Kept> {
    const found = this.#byName.get(name);
    if (found === undefined) return [];
    return found instanceof Kept ? [found] : found;
  }

  #response({ start, size, source, receivedAt }: Kept): UnreadResponse {
    const at = start % ROOM;
    return { bytes: this.#bytes.subarray(at, at + size), source, receivedAt };
  }

  /** Writes its bytes behind all others, over the oldest. */
  #write(kept: Kept, bytes: Uint8Array): void {
    const left = ROOM - (this.#end % ROOM);
    kept.start = this.#end + (left < bytes.length ? left : 0);
    this.#end = kept.start + bytes.length;
    this.#bytes.set(bytes, kept.start % ROOM);
    this.#order.push(kept);
    for (let oldest = this.#order.oldest; oldest !== undefined && oldest !== kept; oldest = this.#order.oldest) {
      if (oldest.start >= this.#end - ROOM && this.#indexBytes <= MAX_INDEX_BYTES) return;
      this.#miss(oldest);
    }
  }

  #miss(kept: Kept): void {
    this.missed += 1;
    this.#remove(kept);
  }

  #remove(kept: Kept): void {
    this.#order.remove(kept);
    this.#size -= 1;
    this.#indexBytes -= kept.indexBytes;
    if (this.#byHash.get(kept.hash) === kept) this.#byHash.delete(kept.hash);
    for (const name of kept.owners.names) this.#forget(name, kept);
  }

  #note(name: number, kept: Kept): void {
    const others = this.#byName.get(name);
    if (others === undefined) this.#byName.set(name, kept);
    else if (others instanceof Kept) this.#byName.set(name, new Set([others, kept]));
    else others.add(kept);
  }

  #forget(name: number, kept: Kept): void {
    const all = this.#byName.get(name);
    if (all instanceof Set) {
      all.delete(kept);
      if (all.size > 0) return;
    }
    this.#byName.delete(name);
  }
}
