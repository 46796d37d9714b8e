/**
 * The attributes of a service in its TXT record (RFC 6763 section 6): writing is strict about what the RFC forbids and warns
 * of what it discourages; reading takes whatever comes.
 */
import { ADVISED_TXT_BYTES, ADVISED_TXT_KEY_BYTES, MAX_TXT_BYTES, MAX_TXT_STRING_BYTES } from '../constants.js';
import { MdnsError } from '../errors.js';
import { nameKey } from '../name.js';

/**
 * What a TXT record shall say. By key: `true` is written as the key alone, `''` as `key=`, bytes as they are, numbers in
 * decimal; `false`, `null` and `undefined` leave the key out (RFC 6763 section 6.4). Or the strings themselves, as they are.
 */
export type TxtInput =
  | Readonly<Record<string, string | number | boolean | Uint8Array | null | undefined>>
  | readonly (string | Uint8Array)[];

/** Something that works but that RFC 6763 section 6 advises against. */
export interface TxtWarning {
  readonly key?: string;
  readonly message: string;
}

/** Keys that say again what the SRV record says (RFC 6763 section 6.3). */
const srvKeys = new Set(['port', 'host', 'hostname', 'target', 'server']);

const EQUALS = '='.charCodeAt(0);
const encoder = new TextEncoder();

/**
 * The character strings of a TXT record, in the order of the input. None at all is written as one empty string (RFC 6763
 * section 6.1).
 *
 * @param warn hears what is allowed but discouraged
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

/** RFC 6763 section 6.4: printable US-ASCII without `=`, at least one character, each key once, case aside. */
function checkKey(key: string, seen: Set<string>, warn: (warning: TxtWarning) => void): void {
  if (!/^[ -<>-~]+$/.test(key)) {
    throw invalid(`TXT key "${key}" must have one or more printable ASCII characters and no "=".`);
  }
  const folded = nameKey(key);
  if (seen.has(folded))
    throw invalid(`TXT key "${key}" is given twice: keys differ in more than upper and lower case.`);
  seen.add(folded);
  if (key.length > ADVISED_TXT_KEY_BYTES) {
    warn({ key, message: `TXT key "${key}" is longer than ${ADVISED_TXT_KEY_BYTES} characters: keep keys short.` });
  }
  if (srvKeys.has(folded)) {
    warn({ key, message: `TXT key "${key}" seems to repeat what the SRV record says: clients read it there.` });
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

/** A copy, so that nobody changes a published record, and with a buffer of its own, since records may be cloned. */
function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? encoder.encode(value) : Uint8Array.from(value);
}

function invalid(message: string): MdnsError {
  return new MdnsError('invalid-txt', message);
}

/**
 * The attributes in a TXT record's strings, in their order and with the keys as they were written. Keys compare without
 * regard to ASCII case, and of equal keys the first wins; strings without a key are skipped (RFC 6763 section 6.4). `true` is
 * a key without `=`, an empty value one with `=` and nothing after it.
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

/** The same with the values read as UTF-8, as a plain object; a peer's `__proto__` is a key like any other. */
export function txtText(strings: readonly Uint8Array[]): Record<string, string | true> {
  const text = [...txtAttributes(strings)].map(([key, value]) => [key, value === true ? true : utf8(value)] as const);
  return Object.fromEntries(text);
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
