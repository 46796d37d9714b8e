/**
 * Hashes of names and records. They are the same whether computed from the bytes of a datagram, without building an
 * object, or from decoded records. Different names may have the same hash: a hash decides what may be skipped, never
 * what is equal.
 */
import { addressBytes } from '../../ip/address.js';
import { MAX_LABEL_BYTES, MAX_NAME_BYTES } from '../constants.js';
import { FNV_PRIME, FNV_START, fnv } from '../fnv.js';
import { labelScratch, type Name, writeLabel } from '../name.js';
import type { ResourceRecord } from '../record.js';
import { typeNumber } from '../types.js';
import { POINTER, POINTER_BYTES, pointerTarget, SRV_BYTES } from '../wire/format.js';
import { MAX_POINTERS } from '../wire/limits.js';

const [CNAME, PTR, SRV, NSEC] = [typeNumber('CNAME'), typeNumber('PTR'), typeNumber('SRV'), typeNumber('NSEC')];

/** Where the name at `at` ends; -1 if that cannot be determined. */
export function nameEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  for (;;) {
    const length = bytes[end] ?? POINTER - 1;
    if (length === 0) return end + 1;
    if (length >= POINTER) return end + POINTER_BYTES;
    if (length > MAX_LABEL_BYTES) return -1;
    end += 1 + length;
  }
}

/**
 * The hash of the name at `at`, case folded as in `nameKey`; lengths cannot be confused with letters. For an invalid
 * name it is any number.
 */
export function hashAt(bytes: Uint8Array, start: number): number {
  let hash = FNV_START;
  let at = start;
  let size = 0;
  for (let pointers = 0; size <= MAX_NAME_BYTES; ) {
    const length = bytes[at] ?? 0;
    if (length === 0) break;
    if (length >= POINTER) {
      const target = pointerTarget(length, bytes[at + 1] ?? 0);
      // As in the decoder: pointers lead backwards, and their number is limited.
      if (target >= at || ++pointers > MAX_POINTERS) break;
      at = target;
      continue;
    }
    for (const end = at + 1 + length; at < end; at++) hash = fnv(hash, folded(bytes[at] ?? 0));
    size += 1 + length;
  }
  return hash;
}

/** Hashes of names lately: a name passes through several tables, and is the owner of several records. */
let lately = new Map<Name, number>();
/** As many as in a few of the largest packets of services; then the table is replaced, as that of `nameKey`. */
const MANY_LATELY = 256;

export function nameHash(name: Name): number {
  let hash = lately.get(name);
  if (hash === undefined) {
    if (lately.size >= MANY_LATELY) lately = new Map();
    hash = asciiHash(name) ?? labelsHash(name);
    lately.set(name, hash);
  }
  return hash;
}

/**
 * Most names are ASCII without escapes, so that their characters are their bytes; undefined for others. It runs for
 * each new name, mostly before V8 has compiled it, so it calls nothing for a character.
 */
function asciiHash(name: Name): number | undefined {
  let hash = FNV_START;
  if (name === '.') return hash;
  for (let from = 0; from <= name.length; ) {
    const dot = name.indexOf('.', from);
    const end = dot < 0 ? name.length : dot;
    if (end === from || end - from > MAX_LABEL_BYTES) return undefined;
    hash = Math.imul(hash ^ (end - from), FNV_PRIME);
    for (; from < end; from++) {
      const code = name.charCodeAt(from);
      if (code >= 0x80 || code === BACKSLASH) return undefined;
      hash = Math.imul(hash ^ (code >= 0x41 && code <= 0x5a ? code | 0x20 : code), FNV_PRIME);
    }
    from += 1;
  }
  return hash;
}

const BACKSLASH = 0x5c;

function labelsHash(name: Name): number {
  let hash = FNV_START;
  for (let from = 0; from >= 0; ) {
    from = writeLabel(name, from, labelScratch, 0);
    const length = labelScratch[0] ?? 0;
    for (let i = 0; i <= length; i++) hash = fnv(hash, folded(labelScratch[i] ?? 0));
  }
  return hash;
}

/** RFC 6762 section 16: A-Z become a-z, all other bytes stay. */
function folded(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

/**
 * The hash of a record's identity, without class, TTL and flags, from its bytes in a datagram; `owner` is the hash of
 * its name.
 */
export function recordHashAt(bytes: Uint8Array, owner: number, type: number, data: number, end: number): number {
  const start = mixed(owner, type);
  switch (type) {
    case CNAME:
    case PTR:
    // The bits of NSEC do not count: records keep them in a different form.
    case NSEC:
      return mixed(start, hashAt(bytes, data));
    case SRV:
      return mixed(bytesHash(start, bytes, data, Math.min(end, data + SRV_BYTES)), hashAt(bytes, data + SRV_BYTES));
    default:
      return bytesHash(start, bytes, data, end);
  }
}

/** The same hash for a decoded record. It may differ for data with compressed names or faults. */
export function recordHash(record: ResourceRecord): number {
  const start = mixed(nameHash(record.name), typeNumber(record.type));
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return wholeHash(start, addressBytes(record.address) ?? nothing);
    case 'PTR':
    case 'CNAME':
      return mixed(start, nameHash(record.target));
    case 'NSEC':
      return mixed(start, nameHash(record.next));
    case 'SRV': {
      const { priority, weight, port } = record;
      const numbers = Uint8Array.of(priority >> 8, priority, weight >> 8, weight, port >> 8, port);
      return mixed(wholeHash(start, numbers), nameHash(record.target));
    }
    case 'TXT':
      return wholeHash(start, record.packed);
    case 'HINFO':
      return wholeHash(wholeHash(start, lengthFirst(record.cpu)), lengthFirst(record.os));
    default:
      return wholeHash(start, record.rdata);
  }
}

const nothing = new Uint8Array(0);

function lengthFirst(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  return Uint8Array.of(bytes.length, ...bytes);
}

function wholeHash(start: number, bytes: Uint8Array): number {
  return bytesHash(start, bytes, 0, bytes.length);
}

function bytesHash(start: number, bytes: Uint8Array, from: number, end: number): number {
  let hash = start;
  for (let at = from; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), FNV_PRIME);
  return hash;
}

function mixed(hash: number, value: number): number {
  return Math.imul(Math.imul(hash ^ value, FNV_PRIME) ^ (value >>> 16), FNV_PRIME);
}
