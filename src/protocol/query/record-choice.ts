/**
 * Which records of a response are worth decoding, told from their bytes: a record can stand for two names of 1,000 characters,
 * and a packet holds hundreds of them. A choice is made for large responses, while not everything is welcome, and for sources
 * that have filled their share of the cache over and over.
 */
import { hashAt, recordHashAt } from './name-hash.js';

/** Records at our own names that a source which rests may say in one packet: one of them is conflict enough. */
export const RIVALS_PER_PACKET = 32;

/** A record that is cached. */
export interface KnownRecord {
  /** Whether the source said just the same, with that TTL, so short a time ago that it need not be heard again. */
  isFresh(source: string, ttl: number, now: number): boolean;
}

/** Some names, known by their hashes. */
interface Hashes {
  has(hash: number): boolean;
}

/** What matters on the link, and what more is welcome. */
export interface Relevance {
  /** Of our records alone. */
  readonly own: Hashes;
  readonly names: Hashes;
  /** The records that are cached, by their hashes. */
  readonly known: ReadonlyMap<number, KnownRecord>;
  readonly curious: boolean;
  /** Whether nothing new is taken from a source for now. */
  rests(source: string, now: number): boolean;
}

const POINTER = 0xc0;
const TYPES_WITH_TARGET: ReadonlySet<number> = new Set([5, 12, 33]);
const SRV = 33;
const SRV_BYTES = 6;

export class RecordChoice {
  /** Records that were left out. */
  skipped = 0;
  readonly #interest: Relevance;
  readonly #bytes: Uint8Array;
  readonly #source: string;
  readonly #now: number;
  readonly #rests: boolean;
  /** The names to which records lead that were taken: instances, and their hosts (RFC 6763 section 12). */
  readonly #led = new Set<number>();
  /** The hashes of names that are a pointer alone, by its target: many records have the same. */
  readonly #pointed = new Map<number, number>();
  #rivals = RIVALS_PER_PACKET;

  constructor(interest: Relevance, bytes: Uint8Array, source: string, now: number) {
    this.#interest = interest;
    this.#bytes = bytes;
    this.#source = source;
    this.#now = now;
    this.#rests = interest.rests(source, now);
  }

  /** Whether to decode the record whose name begins at `start`, and whose rdata lies between `data` and `end`. */
  takes(start: number, type: number, ttl: number, data: number, end: number): boolean {
    const takes = this.#takes(start, type, ttl, data, end);
    if (!takes) this.skipped += 1;
    return takes;
  }

  #takes(start: number, type: number, ttl: number, data: number, end: number): boolean {
    const { own, names, known, curious } = this.#interest;
    const owner = this.#hashAt(start);
    // Our own names are always heard, for conflicts.
    if (own.has(owner)) return !this.#rests || this.#rivals-- > 0;
    const record = known.get(recordHashAt(this.#bytes, owner, type, data, end));
    if (record !== undefined) {
      if (record.isFresh(this.#source, ttl, this.#now)) return false;
      this.#lead(type, data);
      return true;
    }
    if (this.#rests || ttl === 0) return false;
    const matters = names.has(owner) || this.#led.has(owner);
    if (matters) this.#lead(type, data);
    return matters || curious;
  }

  #lead(type: number, data: number): void {
    if (TYPES_WITH_TARGET.has(type)) this.#led.add(this.#hashAt(type === SRV ? data + SRV_BYTES : data));
  }

  #hashAt(start: number): number {
    const length = this.#bytes[start] ?? 0;
    if (length < POINTER) return hashAt(this.#bytes, start);
    const target = ((length & 0x3f) << 8) | (this.#bytes[start + 1] ?? 0);
    let hash = this.#pointed.get(target);
    if (hash === undefined) {
      hash = hashAt(this.#bytes, start);
      this.#pointed.set(target, hash);
    }
    return hash;
  }
}
