/**
 * The attributes of a service in its TXT record (RFC 6763 section 6). Writing refuses what the RFC forbids and warns
 * about what it discourages; reading accepts anything.
 */
import { ADVISED_TXT_BYTES, ADVISED_TXT_KEY_BYTES, MAX_TXT_BYTES, MAX_TXT_STRING_BYTES } from '../constants.js';
import { MdnsError } from '../errors.js';
import { nameKey } from '../name.js';
import { wholeStringsEnd } from '../txt-strings.js';
import { utf8 } from '../utf8.js';

/**
 * The contents of a TXT record. Attributes by key: `true` is written as the key alone, `''` as `key=`, bytes unchanged,
 * numbers in decimal; `false`, `null` and `undefined` omit the key (RFC 6763 section 6.4). Or the raw strings, written
 * unchanged.
 */
export type TxtInput =
  | Readonly<Record<string, string | number | boolean | Uint8Array | null | undefined>>
  | readonly (string | Uint8Array)[];

/** Something that works but that RFC 6763 section 6 discourages. */
export interface TxtWarning {
  readonly key?: string;
  readonly message: string;
}

/** Keys that repeat the SRV record (RFC 6763 section 6.3). */
const srvKeys = new Set(['port', 'host', 'hostname', 'target', 'server']);

const EQUALS = '='.charCodeAt(0);
const encoder = new TextEncoder();

/**
 * The character strings of a TXT record, in the order of the input. No strings are written as one empty string (RFC
 * 6763 section 6.1).
 *
 * @param warn called for what is allowed but discouraged
 * @throws MdnsError `invalid-txt` for a key, string or total that cannot be written
 */
export function txtStrings(input: TxtInput, warn: (warning: TxtWarning) => void = () => {}): Uint8Array[] {
  const strings = isArray(input) ? input.map(rawString) : attributeStrings(input, warn);
  checkTotal(strings, warn);
  return strings;
}

/** `Array.isArray` does not narrow to readonly arrays. */
function isArray(input: TxtInput): input is readonly (string | Uint8Array)[] {
  return Array.isArray(input);
}

function rawString(value: string | Uint8Array, index: number): Uint8Array {
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
    throw invalid(`TXT string ${index} is of type ${typeof value}: give text or bytes.`);
  }
  return checkLength(bytesOf(value), `TXT string ${index}`);
}

function attributeStrings(
  input: Exclude<TxtInput, readonly unknown[]>,
  warn: (warning: TxtWarning) => void,
): Uint8Array[] {
  const strings: Uint8Array[] = [];
  const seen = new Set<string>();
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined || value === null || value === false) continue;
    checkKey(key, seen, warn);
    strings.push(attributeString(key, value));
  }
  return strings;
}

function attributeString(key: string, value: string | number | true | Uint8Array): Uint8Array {
  if (value === true) return checkLength(encoder.encode(key), `TXT key "${key}"`);
  if (
    typeof value === 'number' ? !Number.isFinite(value) : typeof value !== 'string' && !(value instanceof Uint8Array)
  ) {
    throw invalid(
      `TXT key "${key}" has a value that cannot be written: give text, a finite number, a boolean or bytes.`,
    );
  }
  const head = encoder.encode(`${key}=`);
  const tail = bytesOf(typeof value === 'number' ? String(value) : value);
  const string = new Uint8Array(head.length + tail.length);
  string.set(head);
  string.set(tail, head.length);
  return checkLength(string, `TXT key "${key}" with its value`);
}

/** RFC 6763 section 6.4: printable US-ASCII without `=`, at least one character, each key once regardless of case. */
function checkKey(key: string, seen: Set<string>, warn: (warning: TxtWarning) => void): void {
  if (!/^[ -<>-~]+$/.test(key)) {
    throw invalid(`TXT key "${key}" must have one or more printable ASCII characters and no "=".`);
  }
  const folded = nameKey(key);
  if (seen.has(folded)) throw invalid(`TXT key "${key}" is given twice: upper and lower case are the same key.`);
  seen.add(folded);
  if (key.length > ADVISED_TXT_KEY_BYTES) {
    warn({ key, message: `TXT key "${key}" is longer than ${ADVISED_TXT_KEY_BYTES} characters: keep keys short.` });
  }
  if (srvKeys.has(folded)) {
    warn({ key, message: `TXT key "${key}" seems to repeat the SRV record: clients read it there.` });
  }
}

function checkLength(string: Uint8Array, what: string): Uint8Array {
  if (string.length <= MAX_TXT_STRING_BYTES) return string;
  throw invalid(`${what} takes ${string.length} bytes: at most ${MAX_TXT_STRING_BYTES} fit into one string.`);
}

function checkTotal(strings: readonly Uint8Array[], warn: (warning: TxtWarning) => void): void {
  const total = strings.reduce((sum, string) => sum + 1 + string.length, 0);
  if (total > MAX_TXT_BYTES) {
    throw invalid(`The TXT record takes ${total} bytes: at most ${MAX_TXT_BYTES} fit into a packet.`);
  }
  if (total > ADVISED_TXT_BYTES) {
    warn({
      message: `The TXT record takes ${total} bytes: more than ${ADVISED_TXT_BYTES} do not fit into one Ethernet frame.`,
    });
  }
}

/**
 * A copy, so that the caller cannot change a published record, with a buffer of its own, since records may be cloned.
 */
function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? encoder.encode(value) : Uint8Array.from(value);
}

function invalid(message: string): MdnsError {
  return new MdnsError('invalid-txt', message);
}

/**
 * The attributes in a TXT record's strings, in their order and with keys as written. Keys compare without regard to
 * ASCII case, and the first of equal keys wins; strings without a key are skipped (RFC 6763 section 6.4). The value is
 * `true` for a key without `=`, and empty for a key that ends with `=`.
 *
 * @example const { txtStrings } = await mdns.resolve('Office', 'ipp'); txtAttributes(txtStrings).get('rp');
 */
export function txtAttributes(strings: readonly Uint8Array[]): Map<string, Uint8Array | true> {
  const attributes = new Map<string, Uint8Array | true>();
  const seen = new Set<string>();
  for (const string of strings) {
    const equals = string.indexOf(EQUALS);
    const key = utf8(equals < 0 ? string : string.subarray(0, equals));
    const folded = nameKey(key);
    if (key === '' || seen.has(folded)) continue;
    seen.add(folded);
    attributes.set(key, equals < 0 ? true : string.subarray(equals + 1));
  }
  return attributes;
}

const notAscii = /[^\0-\x7f]/;

/**
 * The same of a packed TXT record, as a plain object with values decoded as UTF-8; a peer's `__proto__` is a key like
 * any other. Programs read it with each change, so it is made without the strings.
 */
export function txtText(packed: Uint8Array): Record<string, string | true> {
  // A copy: V8 would move short bytes out of its heap for good when their `buffer` is read.
  const bytes = Buffer.from(packed);
  // Of ASCII, one string is made and cut.
  const whole = bytes.toString('latin1');
  const isAscii = !notAscii.test(whole);
  const text: [key: string, value: string | true][] = [];
  const seen = new Set<string>();
  const end = wholeStringsEnd(bytes, 0, bytes.length);
  /** The first sign that is not behind: strings without one are not searched for it again and again. */
  let sign = -1;
  for (let at = 0; at < end; ) {
    const start = at + 1;
    at = start + (bytes[at] ?? 0);
    if (sign < start) sign = whole.indexOf('=', start);
    if (sign < 0) sign = Infinity;
    const equals = Math.min(sign, at);
    const key = isAscii ? whole.slice(start, equals) : bytes.toString('utf8', start, equals);
    const folded = nameKey(key);
    if (key === '' || seen.has(folded)) continue;
    seen.add(folded);
    if (equals === at) text.push([key, true]);
    else text.push([key, isAscii ? whole.slice(equals + 1, at) : bytes.toString('utf8', equals + 1, at)]);
  }
  return Object.fromEntries(text);
}
