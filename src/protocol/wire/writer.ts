/**
 * Writes numbers, bytes and names in sequence, with names compressed (RFC 6762 section 18.14). It can roll back to a
 * mark: this measures the exact size of a record before its packet is chosen.
 */
import { MAX_NAME_BYTES } from '../constants.js';
import { MdnsError } from '../errors.js';
import { labelsOf, type Name, writeLabel } from '../name.js';
import { LAST_TARGET, POINTER, POINTER_BYTES } from './format.js';
import { MAX_MESSAGE_BYTES } from './limits.js';

const MAX_RDATA_BYTES = 0xffff;
/** Bytes. Every write begins within a message of the largest size, and writes at most one record. */
const ONE_MORE_RECORD = MAX_NAME_BYTES + MAX_RDATA_BYTES + 1024;
/** A name in presentation form up to this length cannot exceed `MAX_NAME_BYTES`: a character takes 1 to 3 bytes. */
const SURELY_SHORT = Math.floor(MAX_NAME_BYTES / 3) - 1;

/** A position to roll back to. */
export interface Mark {
  readonly position: number;
  readonly names: number;
}

export class Writer {
  position = 0;
  /** The bytes that a message may have. */
  readonly limit: number;
  readonly #bytes: Uint8Array;
  /** The offsets of names and their suffixes written so far. Keys keep their case, which a pointer must not change. */
  #offsets = new Map<Name, number>();
  /** The keys of `#offsets` in order. */
  readonly #names: Name[] = [];

  constructor(limit = MAX_MESSAGE_BYTES) {
    this.limit = limit;
    this.#bytes = new Uint8Array(limit + ONE_MORE_RECORD);
  }

  /** Starts a new message. */
  reset(): void {
    this.position = 0;
    // Not cleared: what is put into an old table becomes old with it.
    this.#offsets = new Map();
    this.#names.length = 0;
  }

  mark(): Mark {
    return { position: this.position, names: this.#names.length };
  }

  /** Removes what was written since the mark. */
  rollback({ position, names }: Mark): void {
    this.position = position;
    while (this.#names.length > names) this.#offsets.delete(this.#names.pop() ?? '');
  }

  /** A copy of everything from `start` on. */
  written(start = 0): Uint8Array {
    return this.#bytes.slice(start, this.position);
  }

  uint8(value: number): void {
    this.#bytes[this.position++] = value;
  }

  /** Throws `MdnsError` `invalid-option` unless `value` is a 16-bit unsigned integer. */
  uint16(value: number, what: string): void {
    if ((value & 0xffff) !== value) throw outOfRange(what, value, 0xffff);
    this.uint16At(this.position, value);
    this.position += 2;
  }

  uint16At(at: number, value: number): void {
    this.#bytes[at] = value >> 8;
    this.#bytes[at + 1] = value;
  }

  /** Throws `MdnsError` `invalid-option` unless `value` is a 32-bit unsigned integer. */
  uint32(value: number, what: string): void {
    if (value >>> 0 !== value) throw outOfRange(what, value, 0xffffffff);
    this.uint16At(this.position, value >>> 16);
    this.uint16At(this.position + 2, value);
    this.position += 4;
  }

  /** Throws `MdnsError` `invalid-option` for more bytes than rdata can have. */
  raw(bytes: Uint8Array): void {
    if (bytes.length > MAX_RDATA_BYTES) throw outOfRange('The size of rdata', bytes.length, MAX_RDATA_BYTES);
    this.#bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Throws `MdnsError` `invalid-name` if `name` is invalid or too long. */
  name(name: Name, compress = true): void {
    if (name.length > SURELY_SHORT) labelsOf(name);
    for (let from = name === '.' ? -1 : 0; from >= 0; ) {
      const ending = from === 0 ? name : name.slice(from);
      const offset = this.#offsets.get(ending);
      if (offset === undefined) {
        if (this.position <= LAST_TARGET) {
          this.#offsets.set(ending, this.position);
          this.#names.push(ending);
        }
      } else if (compress) {
        this.uint16At(this.position, (POINTER << 8) | offset);
        this.position += POINTER_BYTES;
        return;
      }
      from = writeLabel(name, from, this.#bytes, this.position);
      this.position += 1 + (this.#bytes[this.position] ?? 0);
    }
    this.uint8(0);
  }
}

/** The writer that all code shares: writing is synchronous, begins with `reset` and ends with a copy. */
export const sharedWriter = new Writer();

/** Throws `MdnsError` `invalid-option` unless `value` is an integer from 0 to `highest`. */
export function checkRange(value: number, highest: number, what: string): number {
  if (Number.isInteger(value) && value >= 0 && value <= highest) return value;
  throw outOfRange(what, value, highest);
}

function outOfRange(what: string, value: number, highest: number): MdnsError {
  return new MdnsError('invalid-option', `${what} is ${value}: give an integer from 0 to ${highest}.`);
}
