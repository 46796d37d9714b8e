/**
 * What a link has to do with, and whether a datagram concerns it: told from the names in the datagram alone, without building
 * an object. Most of what is said on a busy link concerns others.
 */
import { MAX_LABEL_BYTES, MAX_NAME_BYTES } from '../constants.js';
import { type Name, writeLabel } from '../name.js';
import { HEADER_BYTES, MAX_POINTERS } from '../wire/limits.js';

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

/** Where flags and counts are in the header, and the flags that matter here (RFC 6762 section 18). */
const FLAGS_AT = 2;
const COUNTS_AT = 4;
const RESPONSE = 0x8000;
const OPCODE_AND_RCODE = 0x780f;
/** Type and class; and with TTL and RDLENGTH. */
const QUESTION_BYTES = 4;
const RECORD_BYTES = 10;
/** What begins with two set bits is a pointer, the other 14 are its target (RFC 1035 section 4.1.4). */
const POINTER = 0xc0;

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Where the name at `at` ends; -1 when nobody can tell. */
function nameEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  for (;;) {
    const length = bytes[end] ?? POINTER - 1;
    if (length === 0) return end + 1;
    if (length >= POINTER) return end + 2;
    if (length > MAX_LABEL_BYTES) return -1;
    end += 1 + length;
  }
}

/** FNV-1a of the labels with their lengths. */
const HASH_START = 0x811c9dc5 | 0;
const HASH_FACTOR = 0x01000193;

/**
 * The hash of the name at `at`, case folded as in `nameKey`; a length is never mistaken for a letter. Of a name that is no
 * name it is any number.
 */
function hashAt(bytes: Uint8Array, start: number): number {
  let hash = HASH_START;
  let at = start;
  let size = 0;
  for (let pointers = 0; size <= MAX_NAME_BYTES; ) {
    const length = bytes[at] ?? 0;
    if (length === 0) break;
    if (length >= POINTER) {
      const target = ((length & 0x3f) << 8) | (bytes[at + 1] ?? 0);
      // Pointers lead backwards, as for the decoder, which refuses what goes on too long.
      if (target >= at || ++pointers > MAX_POINTERS) break;
      at = target;
      continue;
    }
    for (const end = at + 1 + length; at < end; at++) hash = Math.imul(hash ^ folded(bytes[at] ?? 0), HASH_FACTOR);
    size += 1 + length;
  }
  return hash;
}

const scratch = new Uint8Array(MAX_LABEL_BYTES + 7);

/** A hash of a name as `nameKey` folds it. */
export function nameHash(name: Name): number {
  let hash = HASH_START;
  if (name === '.') return hash;
  for (let from = 0; from >= 0; ) {
    from = writeLabel(name, from, scratch, 0);
    const length = scratch[0] ?? 0;
    for (let i = 0; i <= length; i++) hash = Math.imul(hash ^ folded(scratch[i] ?? 0), HASH_FACTOR);
  }
  return hash;
}

/** RFC 6762 section 16: A-Z as a-z, all else as it is. */
function folded(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
