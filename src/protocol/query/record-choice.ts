/**
 * Which records of a response to decode, decided by their bytes: a record can expand to two names of 1,000 characters,
 * and a packet has hundreds of records. Used for large responses, while unasked records are not accepted, and for
 * sources that have filled their share of the cache repeatedly.
 */
import { typeNumber } from '../types.js';
import { POINTER, pointerTarget, SRV_BYTES } from '../wire/format.js';
import { hashAt, recordHashAt } from './name-hash.js';

/** Records at our own names that are decoded from one packet of a resting source: a single one is a conflict. */
export const RIVALS_PER_PACKET = 32;

/** A cached record. */
export interface KnownRecord {
  /** Whether the source has sent the same record with that TTL so recently that it can be ignored. */
  isFresh(source: string, ttl: number, now: number): boolean;
}

/** A set of names by their hashes. */
interface Hashes {
  has(hash: number): boolean;
}

/** Which names are relevant to the link, and what else is accepted; see `Relevance`. */
export interface RelevantNames {
  /** The names of our own records. */
  readonly own: Hashes;
  readonly names: Hashes;
  /** The cached records by their hashes. */
  readonly known: ReadonlyMap<number, KnownRecord>;
  readonly acceptsUnasked: boolean;
  /** Whether no new records of a source are accepted for now. */
  rests(source: string, now: number): boolean;
  /** The same for its pointers to names that have no records. */
  restsLoose(source: string, now: number): boolean;
}

const [SRV, PTR] = [typeNumber('SRV'), typeNumber('PTR')];
const TYPES_WITH_TARGET: ReadonlySet<number> = new Set([typeNumber('CNAME'), PTR, SRV]);

export class RecordChoice {
  /** The number of records that were skipped. */
  skipped = 0;
  /**
   * Whether a record was skipped that counts when the same packet comes again: one that was heard a moment ago, or a
   * goodbye for one that is not known yet.
   */
  skippedForNow = false;
  readonly #relevance: RelevantNames;
  readonly #bytes: Uint8Array;
  readonly #source: string;
  readonly #now: number;
  readonly #rests: boolean;
  readonly #restsLoose: boolean;
  /** The names that chosen records lead to: instances and their hosts (RFC 6763 section 12). */
  readonly #led = new Set<number>();
  /** The hashes of names that consist of a pointer, by its target: many records share one. */
  readonly #pointed = new Map<number, number>();
  #rivals = RIVALS_PER_PACKET;

  constructor(relevance: RelevantNames, bytes: Uint8Array, source: string, now: number) {
    this.#relevance = relevance;
    this.#bytes = bytes;
    this.#source = source;
    this.#now = now;
    this.#rests = relevance.rests(source, now);
    this.#restsLoose = relevance.restsLoose(source, now);
  }

  /** Whether to decode the record whose name begins at `start`, and whose rdata lies between `data` and `end`. */
  takes(start: number, type: number, ttl: number, data: number, end: number): boolean {
    const takes = this.#takes(start, type, ttl, data, end);
    if (!takes) this.skipped += 1;
    return takes;
  }

  #takes(start: number, type: number, ttl: number, data: number, end: number): boolean {
    const { own, names, known, acceptsUnasked } = this.#relevance;
    const owner = this.#hashAt(start);
    // Records at our own names are always decoded, to detect conflicts.
    if (own.has(owner)) return !this.#rests || this.#rivals-- > 0;
    const record = known.get(recordHashAt(this.#bytes, owner, type, data, end));
    if (record !== undefined) {
      if (record.isFresh(this.#source, ttl, this.#now)) {
        this.skippedForNow = true;
        return false;
      }
      this.#lead(type, data);
      return true;
    }
    if (ttl === 0) this.skippedForNow = true;
    if (this.#rests || ttl === 0) return false;
    if (this.#restsLoose && type === PTR && !names.has(hashAt(this.#bytes, data))) return false;
    const matters = names.has(owner) || this.#led.has(owner);
    if (matters) this.#lead(type, data);
    return matters || acceptsUnasked;
  }

  #lead(type: number, data: number): void {
    if (TYPES_WITH_TARGET.has(type)) this.#led.add(this.#hashAt(type === SRV ? data + SRV_BYTES : data));
  }

  #hashAt(start: number): number {
    const length = this.#bytes[start] ?? 0;
    if (length < POINTER) return hashAt(this.#bytes, start);
    const target = pointerTarget(length, this.#bytes[start + 1] ?? 0);
    let hash = this.#pointed.get(target);
    if (hash === undefined) {
      hash = hashAt(this.#bytes, start);
      this.#pointed.set(target, hash);
    }
    return hash;
  }
}
