/**
 * The strings of a TXT record, packed as on the wire: each after its length. A record keeps this form, since thousands
 * of short strings take a hundred times their size as objects, and few records are ever read (decision 11).
 */
import { MAX_TXT_STRING_BYTES } from './constants.js';
import { MdnsError } from './errors.js';
import type { TxtData } from './record.js';

/** RFC 6763 section 6.1: rdata without any string is not allowed; one empty string means the same. */
const none = Uint8Array.of(0);
/** All empty strings are one object. */
const empty = new Uint8Array(0);

/** The data of a TXT record of these strings. Throws `MdnsError` `invalid-txt` for a string of more than 255 bytes. */
export function txtData(strings: readonly Uint8Array[]): TxtData {
  return { type: 'TXT', packed: packStrings(strings) };
}

function packStrings(strings: readonly Uint8Array[]): Uint8Array {
  if (strings.length === 0) return none;
  let size = 0;
  for (const string of strings) {
    if (string.length > MAX_TXT_STRING_BYTES) throw tooLong(string);
    size += 1 + string.length;
  }
  const packed = new Uint8Array(size);
  let at = 0;
  for (const string of strings) {
    packed[at] = string.length;
    packed.set(string, at + 1);
    at += 1 + string.length;
  }
  return packed;
}

/**
 * Copies of the strings, so that the packed bytes can be freed. None if there is only an empty string (RFC 6763 section
 * 6.1); an incomplete last string is omitted.
 */
export function txtStringsOf({ packed }: Pick<TxtData, 'packed'>): Uint8Array[] {
  const strings: Uint8Array[] = [];
  if (packed.length === 1 && packed[0] === 0) return strings;
  const end = wholeStringsEnd(packed, 0, packed.length);
  for (let at = 0; at < end; ) {
    const next = at + 1 + (packed[at] ?? 0);
    strings.push(next === at + 1 ? empty : packed.slice(at + 1, next));
    at = next;
  }
  return strings;
}

/** The end of the last string that lies completely between `start` and `end`. */
export function wholeStringsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const next = at + 1 + (bytes[at] ?? 0);
    if (next > end) return at;
    at = next;
  }
  return at;
}

/** Whether two TXT records are equal; no string at all equals one empty string (RFC 6763 section 6.1). */
export function sameStrings(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  return a.length === b.length ? Buffer.compare(a, b) === 0 : isNothing(a) && isNothing(b);
}

function isNothing(packed: Uint8Array): boolean {
  return packed.length === 0 || (packed.length === 1 && packed[0] === 0);
}

function tooLong(string: Uint8Array): MdnsError {
  return new MdnsError(
    'invalid-txt',
    `A TXT string has ${string.length} bytes: at most ${MAX_TXT_STRING_BYTES} fit, so split it.`,
  );
}
