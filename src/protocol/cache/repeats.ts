/**
 * Responses that were received before, byte for byte. Devices repeat their announcements, and a responder answers a
 * question with the same packet each time: such a response renews the same cached records, so it is not decoded again.
 *
 * A response is remembered when it is received for the second time, so that one that is never repeated takes no memory.
 * It is forgotten when one of its records is removed.
 */
import type { ResourceRecord } from '../record.js';
import type { Entry } from './entry.js';

/** Bytes of memory for remembered responses, some 1,700 of ordinary size; the oldest are forgotten first. */
const MAX_BYTES = 2_097_152;
/** Besides its bytes, what a remembered response takes, and each of its records. */
const RESPONSE_BYTES = 320;
const ENTRY_BYTES = 64;
/** Larger responses are not remembered: they are rare, and cost less per byte to decode. */
const MAX_RESPONSE_BYTES = 1_500;
/** The number of responses that are known to have been received once. */
const MAX_ONCE = 4_096;

/** A response that was received before, and the entries that the cache has of it. */
export class Repeat {
  /** Empty unless the cache has every record of the response. */
  entries: readonly Entry[] = [];
  /** The record of each entry as the response has it. */
  records: readonly ResourceRecord[] = [];
  /** Bytes in memory, by an estimate. */
  size = 0;
  readonly #owner: Repeats;

  constructor(
    owner: Repeats,
    readonly hash: number,
    readonly source: string,
    readonly bytes: Uint8Array,
  ) {
    this.#owner = owner;
  }

  /** The cache has every record of the response: from now on it is remembered. */
  fill(entries: readonly Entry[]): void {
    if (this.entries.length > 0) return;
    this.entries = entries;
    this.records = entries.map(({ record }) => record);
    this.size = this.bytes.length + RESPONSE_BYTES + ENTRY_BYTES * entries.length;
    for (const entry of entries) {
      entry.repeats ??= new Set();
      entry.repeats.add(this);
    }
    this.#owner.remember(this);
  }

  forget(): void {
    this.#owner.forget(this);
    for (const entry of this.entries) {
      entry.repeats?.delete(this);
      if (entry.repeats?.size === 0) entry.repeats = undefined;
    }
    this.entries = [];
    this.records = [];
  }

  /** Whether every record is still cached and may be renewed. */
  isCurrent(now: number): boolean {
    for (const entry of this.entries) if (!entry.isSound(now)) return false;
    return this.entries.length > 0;
  }
}

export class Repeats {
  /** Hashes of the responses that were received once. */
  readonly #once = new Set<number>();
  readonly #known = new Map<number, Repeat>();
  #bytes = 0;

  /** Call when our own names have changed: a response that was irrelevant may now be a rival's. */
  clear(): void {
    this.#once.clear();
    for (const repeat of [...this.#known.values()]) repeat.forget();
  }

  /**
   * Notes a response. @returns what is remembered of it, or what the cache has to fill in; undefined the first time
   */
  hear(bytes: Uint8Array, source: string): Repeat | undefined {
    if (bytes.length > MAX_RESPONSE_BYTES) return undefined;
    const hash = hashOf(bytes);
    const known = this.#known.get(hash);
    if (known?.source === source && isEqual(known.bytes, bytes)) return known;
    if (this.#once.delete(hash)) return new Repeat(this, hash, source, bytes.slice());
    if (this.#once.size >= MAX_ONCE) this.#once.clear();
    this.#once.add(hash);
    return undefined;
  }

  remember(repeat: Repeat): void {
    this.#known.get(repeat.hash)?.forget();
    this.#known.set(repeat.hash, repeat);
    this.#bytes += repeat.size;
    for (const oldest of this.#known.values()) {
      if (this.#bytes <= MAX_BYTES) break;
      oldest.forget();
    }
  }

  forget(repeat: Repeat): void {
    if (this.#known.get(repeat.hash) !== repeat) return;
    this.#known.delete(repeat.hash);
    this.#bytes -= repeat.size;
  }

  toJSON(): object {
    return { responses: this.#known.size, bytes: this.#bytes };
  }
}

/** FNV-1a, 32 bits. Equal hashes are compared byte by byte. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
