/**
 * What a link has to do with, and whether a datagram concerns it: told from the names in the datagram alone, without building
 * an object. Most of what is said on a busy link concerns others.
 */
import type { Name } from '../name.js';
import { COUNTS_AT, FLAGS_AT, RESPONSE, uint16 } from '../wire/header.js';
import { HEADER_BYTES } from '../wire/limits.js';
import { hashAt, nameEnd, nameHash } from './name-hash.js';
import { type KnownRecord, RecordChoice } from './record-choice.js';

/**
 * A set of names as hashes, each counted as often as it was added. Two names may have one hash: then a datagram is decoded for
 * nothing.
 */
export class NameHashes {
  readonly #counts = new Map<number, number>();

  get size(): number {
    return this.#counts.size;
  }

  add(name: Name): void {
    const hash = nameHash(name);
    this.#counts.set(hash, (this.#counts.get(hash) ?? 0) + 1);
  }

  delete(name: Name): void {
    const hash = nameHash(name);
    const left = (this.#counts.get(hash) ?? 0) - 1;
    if (left > 0) this.#counts.set(hash, left);
    else this.#counts.delete(hash);
  }

  has(hash: number): boolean {
    return this.#counts.has(hash);
  }
}

/** What matters on one link. Whoever keeps names that matter adds them, and takes them away again. */
export class Interest {
  /** Of our records, of open questions, and of cached records of one owner. */
  readonly names = new NameHashes();
  /**
   * Names that many hosts share, such as those of service types, and of which something is cached though nobody wants it. They
   * matter while everything is welcome: what every second announcement mentions tells nothing of whom it concerns.
   */
  readonly sharedNames = new NameHashes();
  /** Of our records alone. */
  readonly own = new NameHashes();
  /** The records that are cached, by their hashes. */
  readonly known = new Map<number, KnownRecord>();
  /** Whether nothing new is taken from a source for now. The record cache says so. */
  rests: (source: string, now: number) => boolean = () => false;
  /** Whether answers that nobody has asked for are welcome as well (RFC 6762 section 18.1). The record cache says so. */
  curious = true;

  /**
   * Whether a datagram has to be decoded. A response has when it says something of a name that matters, or when more is welcome;
   * a query when it asks about such a name. One without questions goes on from an earlier one (RFC 6762 section 7.2). What
   * cannot be read is for others to complain about.
   */
  concerns(bytes: Uint8Array): boolean {
    if (bytes.length < HEADER_BYTES) return true;
    const flags = uint16(bytes, FLAGS_AT);
    if ((flags & OPCODE_AND_RCODE) !== 0) return true;
    const isResponse = (flags & RESPONSE) !== 0;
    const questions = uint16(bytes, COUNTS_AT);
    if (isResponse ? this.curious : questions === 0) return true;
    let at = HEADER_BYTES;
    for (let left = questions; left > 0; left--) {
      const end = nameEnd(bytes, at);
      if (end < 0 || end + QUESTION_BYTES > bytes.length) return true;
      if (!isResponse && this.#matters(hashAt(bytes, at))) return true;
      at = end + QUESTION_BYTES;
    }
    return isResponse && this.#recordsMatter(bytes, at);
  }

  /**
   * Which records of a response have to be decoded; undefined for all of them. Small packets are read as a whole while
   * everything is welcome.
   */
  choice(bytes: Uint8Array, source: string, now: number): RecordChoice | undefined {
    if (this.curious && bytes.length <= SMALL_PACKET && !this.rests(source, now)) return undefined;
    return new RecordChoice(this, bytes, source, now);
  }

  #recordsMatter(bytes: Uint8Array, start: number): boolean {
    const count = uint16(bytes, COUNTS_AT + 2) + uint16(bytes, COUNTS_AT + 4) + uint16(bytes, COUNTS_AT + 6);
    let at = start;
    for (let left = count; left > 0; left--) {
      const end = nameEnd(bytes, at);
      const data = end + RECORD_BYTES;
      if (end < 0 || data > bytes.length || this.#matters(hashAt(bytes, at))) return true;
      at = data + uint16(bytes, data - 2);
      if (at > bytes.length) return true;
    }
    return false;
  }

  #matters(hash: number): boolean {
    return this.names.has(hash) || (this.curious && this.sharedNames.has(hash));
  }

  toJSON(): object {
    return { names: this.names.size, sharedNames: this.sharedNames.size, curious: this.curious };
  }
}

/** What fits into one Ethernet frame. */
const SMALL_PACKET = 1_500;
/** What a header has set that is not for us (RFC 6762 sections 18.3 and 18.11). */
const OPCODE_AND_RCODE = 0x780f;
/** Type and class; and with TTL and RDLENGTH. */
const QUESTION_BYTES = 4;
const RECORD_BYTES = 10;
