/**
 * Responses that are recognised when they are received again, byte for byte. Devices repeat their announcements, and a
 * responder answers a question with the same packet each time: such a response renews the same cached records, so it is
 * not decoded again.
 *
 * A response is remembered unless it has a goodbye, or one record twice, or is large, or has nothing that is kept, or
 * brings what a client waits for: an update comes once or twice. It is forgotten when one of its records is removed.
 *
 * Records that were left out, because there was no room or no client had asked, may be let in later. A response with
 * such records is remembered for some seconds, and until the next question is opened.
 */
import { bytesHash, hasBytesAt } from '../query/bytes-hash.js';
import type { ResourceRecord } from '../record.js';
import type { CachedSet, Entry } from './entry.js';
import { REST_TIME } from './source.js';

/** Bytes of memory for remembered responses, some 1,700 of ordinary size; the oldest are forgotten first. */
const MAX_BYTES = 2_097_152;
/** Besides its bytes, what a remembered response takes, and each of its records. */
const RESPONSE_BYTES = 320;
const ENTRY_BYTES = 64;
/** Larger responses are not remembered: they are rare, and cost less per byte to decode. */
const MAX_RESPONSE_BYTES = 1_500;

const NONE: ReadonlySet<CachedSet> = new Set();
const nothing = new Uint8Array(0);

/** A response that may be remembered, and the entries that the cache has of it. */
export class Repeat {
  /** Of the records that the cache has. */
  entries: readonly Entry[] = [];
  /** The record of each entry as the response has it. */
  records: readonly ResourceRecord[] = [];
  /** The sets of which it has a record with the cache-flush bit. */
  unique: ReadonlySet<CachedSet> = NONE;
  /** Bytes in memory, by an estimate. */
  size = 0;
  /** The cache's count of news when the response last had no effect but to renew its records. */
  quietSince = -1;
  readonly #owner: Repeats;
  /** The cache has filled it in, and it is not forgotten. */
  #isKnown = false;
  /** Milliseconds for which it is remembered. */
  #lifetime = Infinity;
  #until = Infinity;
  #questions: number;

  /** @param bytes are copied once it is remembered */
  constructor(
    owner: Repeats,
    readonly hash: number,
    readonly source: string,
    public bytes: Uint8Array,
  ) {
    this.#owner = owner;
    this.#questions = owner.questions;
  }

  /** Call when some of its records are not among the entries. */
  leaveOut(): void {
    this.#lifetime = REST_TIME;
  }

  /** Call when it is not remembered: what refers to it may stay in memory for a while. */
  letGo(): void {
    if (!this.#isKnown) this.bytes = nothing;
  }

  /** From now on it is remembered: these are the records that the cache has of it, and the sets that it may flush. */
  fill(entries: readonly Entry[], unique: ReadonlySet<CachedSet>, now: number): void {
    // With one record twice, perhaps with two TTLs, the order matters.
    if (new Set(entries).size < entries.length) return;
    this.#isKnown = true;
    this.bytes = this.bytes.slice();
    this.#until = now + this.#lifetime;
    this.#questions = this.#owner.questions;
    this.entries = entries;
    this.records = entries.map(({ record }) => record);
    this.unique = unique;
    this.size = this.bytes.length + RESPONSE_BYTES + ENTRY_BYTES * entries.length;
    this.#owner.remember(this);
    for (let i = 0; i < entries.length; i++) noteRepeat(entries[i] as Entry, this);
  }

  forget(): void {
    this.#owner.forget(this);
    for (let i = 0; i < this.entries.length; i++) dropRepeat(this.entries[i] as Entry, this);
    this.entries = [];
    this.records = [];
    this.unique = NONE;
    this.#isKnown = false;
  }

  /** Whether the cache has filled it in; otherwise it has to. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Whether it would have the same effect as before: its records are still cached and may be renewed. */
  isCurrent(now: number): boolean {
    if (!this.#isKnown || now >= this.#until) return false;
    if (this.#until < Infinity && this.#questions !== this.#owner.questions) return false;
    for (let i = 0; i < this.entries.length; i++) if (!(this.entries[i] as Entry).isSound(now)) return false;
    return true;
  }
}

/** Mostly a record is in one response, and needs no set of them. */
function noteRepeat(entry: Entry, repeat: Repeat): void {
  const { repeats } = entry;
  if (repeats === undefined) entry.repeats = repeat;
  else if (repeats instanceof Set) repeats.add(repeat);
  else entry.repeats = new Set([repeats, repeat]);
}

function dropRepeat(entry: Entry, repeat: Repeat): void {
  if (entry.repeats === repeat) entry.repeats = undefined;
  else if (entry.repeats instanceof Set) {
    entry.repeats.delete(repeat);
    if (entry.repeats.size === 0) entry.repeats = undefined;
  }
}

export class Repeats {
  readonly #known = new Map<number, Repeat>();
  #bytes = 0;
  /** How often questions were opened: what was left out of a response may be wanted since. */
  questions = 0;

  /** Call when our own names have changed: a response that was irrelevant may now be a rival's. */
  clear(): void {
    for (const repeat of [...this.#known.values()]) repeat.forget();
  }

  /**
   * @returns what is remembered of a response if that is current (it `isKnown`), or what the cache has to fill in;
   *   undefined for one that is too large
   */
  hear(bytes: Uint8Array, source: string, now: number): Repeat | undefined {
    if (bytes.length > MAX_RESPONSE_BYTES) return undefined;
    const hash = bytesHash(bytes);
    const known = this.#known.get(hash);
    if (known?.source === source && known.bytes.length === bytes.length && hasBytesAt(known.bytes, 0, bytes)) {
      return known.isCurrent(now) ? known : new Repeat(this, hash, source, known.bytes);
    }
    return new Repeat(this, hash, source, bytes);
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
