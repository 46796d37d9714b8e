/**
 * Domain names in presentation form: labels joined by dots, no dot at the end, the root is `.`.
 *
 * Within a label a dot is written `\.` and a backslash `\\` (RFC 6763 section 4.3); control characters and bytes that
 * are not UTF-8 are written `\DDD` (RFC 1035 section 5.1). Every sequence of labels has exactly one such form, so names
 * can be compared and used as keys as strings: `nameKey` folds ASCII case and nothing else (RFC 6762 section 16).
 */
import { MAX_LABEL_BYTES, MAX_NAME_BYTES } from './constants.js';
import { MdnsError } from './errors.js';
import { utf8 } from './utf8.js';

export type Name = string;

const upperCase = /[A-Z]/;
const upperCaseRun = /[A-Z]+/g;
const notAscii = /[^\0-\x7f]/;

/** The last name passed to `nameKey`, and its key: a hostile packet has hundreds of records at one name. */
let lastName: Name = '';
let lastKey = '';

/**
 * Names passed to `nameKey` lately, and their keys. The tables that a name passes through then keep one string together
 * instead of one each, and a name is folded once.
 */
let lately = new Map<Name, string>();
/**
 * Names in a few of the largest packets of services: some 40 kB. When there are more, the table is replaced and not
 * cleared: what is put into a table of V8's old generation becomes old with it, and is garbage until a major
 * collection.
 */
const MANY_LATELY = 256;

/** The key under which names compare equal: A-Z folded to a-z, all other characters unchanged (RFC 6762 section 16). */
export function nameKey(name: Name): string {
  if (name !== lastName) {
    lastKey = lately.get(name) ?? newKey(name);
    lastName = name;
  }
  return lastKey;
}

function newKey(name: Name): string {
  if (lately.size >= MANY_LATELY) lately = new Map();
  const key = upperCase.test(name) ? folded(name) : name;
  lately.set(name, key);
  return key;
}

/** `toLowerCase` knows letters beyond A-Z too, which stay as they are; for ASCII it takes a third of the time. */
function folded(name: Name): string {
  return notAscii.test(name) ? name.replace(upperCaseRun, (run) => run.toLowerCase()) : name.toLowerCase();
}

/**
 * Parses a name as people type it: a dot at the end is allowed, any character may be escaped, and characters are
 * composed (NFC, RFC 6762 section 16) except those given as `\DDD`. Throws `MdnsError` `invalid-name`.
 */
export function parseName(text: string): Name {
  if (text === '.') return text;
  return nameFromLabels(splitLabels(text.normalize('NFC'), true));
}

/**
 * The name with these labels, each given as plain text (without escapes, kept unchanged) or as bytes. No labels make
 * the root. Throws `MdnsError` `invalid-name` for an empty label, one of more than 63 bytes, or more than 255 bytes in
 * all.
 */
export function nameFromLabels(labels: readonly (string | Uint8Array)[]): Name {
  if (labels.length === 0) return '.';
  let size = 0;
  const texts = labels.map((label) => {
    const bytes = typeof label === 'string' ? labelBytes(label) : checkedLabel(label);
    size += bytes.length + 1;
    return labelText(bytes, 0, bytes.length);
  });
  const name = texts.join('.');
  if (size > MAX_NAME_BYTES) throw nameTooLong(name);
  return name;
}

/** The last parent passed to `nameBelow`, in its one form, with its size: a thousand services have one type. */
let lastParent = { given: '.', name: '.', bytes: 0 };

/** The name with one label more, given as plain text. Throws what `nameFromLabels` and `labelsOf` throw. */
export function nameBelow(label: string, parent: Name): Name {
  const { length } = labelBytes(label);
  if (lastParent.given !== parent) {
    const labels = labelsOf(parent);
    const bytes = labels.reduce((sum, each) => sum + each.length + 1, 0);
    lastParent = { given: parent, name: nameFromLabels(labels), bytes };
  }
  const name = lastParent.name === '.' ? escapeText(label) : `${escapeText(label)}.${lastParent.name}`;
  if (length + 1 + lastParent.bytes > MAX_NAME_BYTES) throw nameTooLong(name);
  return name;
}

/**
 * The bytes of each label; none for the root. Throws `MdnsError` `invalid-name` if `name` is not in presentation form.
 */
export function labelsOf(name: Name): readonly Uint8Array[] {
  return name === '.' ? [] : splitLabels(name, false);
}

/** One label of plain text in presentation form. Throws `MdnsError` `invalid-name` unless it has 1 to 63 bytes. */
export function escapeLabel(text: string): string {
  labelBytes(text);
  return escapeText(text);
}

/** A label for people: without escapes, bytes that are not UTF-8 as U+FFFD. Empty if there is no such label. */
export function plainLabel(name: Name, index = 0): string {
  if (name === '.') return '';
  if (!name.includes('\\')) return name.split('.', index + 1)[index] ?? '';
  const label = labelsOf(name)[index];
  return label === undefined ? '' : utf8(label);
}

/** Whether `name` lies in the domain `ancestor`, and is not `ancestor` itself. */
export function isBelow(name: Name, ancestor: Name): boolean {
  if (ancestor === '.') return name !== '.';
  const dot = name.length - ancestor.length - 1;
  return dot > 0 && name[dot] === '.' && !isEscaped(name, dot) && nameKey(name.slice(dot + 1)) === nameKey(ancestor);
}

/** Whether `name` is `ancestor`, or lies in that domain. */
export function isWithin(name: Name, ancestor: Name): boolean {
  return nameKey(name) === nameKey(ancestor) || isBelow(name, ancestor);
}

/** The name without its first label; the parent of a top-level name, and of the root, is the root. */
export function parentOf(name: Name): Name {
  const dot = firstDot(name);
  return dot < 0 || dot + 1 === name.length ? '.' : name.slice(dot + 1);
}

/** The first label, still escaped; empty for the root. */
export function firstLabel(name: Name): string {
  const dot = firstDot(name);
  return dot < 0 ? name : name.slice(0, dot);
}

function firstDot(name: Name): number {
  let dot = name.indexOf('.');
  while (dot > 0 && isEscaped(name, dot)) dot = name.indexOf('.', dot + 1);
  return dot;
}

/** Whether a character is escaped: an odd number of backslashes precedes it. */
function isEscaped(name: Name, index: number): boolean {
  let first = index;
  while (first > 0 && name.charCodeAt(first - 1) === backslash) first--;
  return (index - first) % 2 === 1;
}

const dotCode = 0x2e;
const backslash = 0x5c;

/**
 * Writes the label at `from` in a presentation form to `out`, as a length byte and its bytes. Returns where the next
 * label begins, or -1 after the last. Throws `MdnsError` `invalid-name`; `out` needs 70 bytes of room.
 */
export function writeLabel(name: Name, from: number, out: Uint8Array, at: number): number {
  let put = at + 1;
  let index = from;
  while (index < name.length) {
    let code = name.charCodeAt(index);
    if (code === dotCode) break;
    if (put > at + MAX_LABEL_BYTES) throw labelTooLong(name);
    if (code === backslash) {
      code = name.charCodeAt(++index);
      if (isDigit(code)) {
        out[put++] = decimalEscape(name, index);
        index += 3;
        continue;
      }
    }
    if (code < 0x80) {
      out[put++] = code;
      index++;
    } else {
      const point = name.codePointAt(index) ?? Number.NaN;
      put = writeUtf8(name, point, out, put);
      index += point > 0xffff ? 2 : 1;
    }
  }
  const size = put - at - 1;
  if (size === 0) throw invalid(name, 'has an empty label; every label needs 1 to 63 bytes');
  if (size > MAX_LABEL_BYTES) throw labelTooLong(name);
  out[at] = size;
  return index < name.length ? index + 1 : -1;
}

/** The presentation form of a label with these bytes, whatever they are. */
export function labelText(bytes: Uint8Array, start: number, end: number): string {
  const text = utf8(bytes, start, end);
  return text.includes('\ufffd') ? escapeBytes(bytes, start, end) : escapeText(text);
}

/** Room for one label as `writeLabel` writes it; valid until the next call. */
export const labelScratch = new Uint8Array(MAX_LABEL_BYTES + 7);

function splitLabels(text: string, dotAtEnd: boolean): Uint8Array[] {
  const labels: Uint8Array[] = [];
  let size = 0;
  let from = 0;
  do {
    from = writeLabel(text, from, labelScratch, 0);
    const label = labelScratch.slice(1, 1 + (labelScratch[0] ?? 0));
    labels.push(label);
    size += label.length + 1;
    if (size > MAX_NAME_BYTES) throw nameTooLong(text);
  } while (from >= 0 && !(dotAtEnd && from === text.length));
  return labels;
}

function labelBytes(text: string): Uint8Array {
  if (loneSurrogate.test(text)) throw invalid(text, 'contains half of a surrogate pair; give well-formed Unicode text');
  return checkedLabel(Buffer.from(text), text);
}

function checkedLabel(bytes: Uint8Array, text?: string): Uint8Array {
  if (bytes.length > 0 && bytes.length <= MAX_LABEL_BYTES) return bytes;
  throw invalid(text ?? Buffer.from(bytes).toString('latin1'), `is a label of ${bytes.length} bytes; use 1 to 63`);
}

const loneSurrogate = /\p{Cs}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the presentation form escapes
const escaped = /[.\\\u0000-\u001f\u007f]/g;

function escapeText(text: string): string {
  return text.replace(escaped, (char) =>
    char === '.' || char === '\\' ? `\\${char}` : (decimals[char.charCodeAt(0)] ?? ''),
  );
}

function escapeBytes(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let from = start;
  let at = start;
  while (at < end) {
    const size = utf8Size(bytes, at, end);
    if (size > 0) {
      at += size;
      continue;
    }
    if (from < at) text += escapeText(utf8(bytes, from, at));
    text += decimals[bytes[at] ?? 0];
    from = ++at;
  }
  return from < end ? text + escapeText(utf8(bytes, from, end)) : text;
}

const decimals = Array.from({ length: 256 }, (_, byte) => `\\${String(byte).padStart(3, '0')}`);

const ZERO = 0x30;

function decimalEscape(name: Name, index: number): number {
  const [a, b, c] = [name.charCodeAt(index), name.charCodeAt(index + 1), name.charCodeAt(index + 2)];
  const byte = a * 100 + b * 10 + c - ZERO * 111;
  if (!isDigit(b) || !isDigit(c) || byte > 255)
    throw invalid(name, 'has a bad escape; write three digits, \\000 to \\255');
  return byte;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/**
 * The length of the well-formed UTF-8 sequence at `at`: shortest form, no surrogate, up to U+10FFFF. 0 if there is
 * none.
 */
function utf8Size(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + size > end) return 0;
  const second = bytes[at + 1] ?? 0;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let next = at + 2; next < at + size; next++) if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  return size;
}

function writeUtf8(name: Name, point: number, out: Uint8Array, at: number): number {
  if (Number.isNaN(point)) throw invalid(name, 'ends in a backslash; write two for one');
  if (point >= 0xd800 && point <= 0xdfff)
    throw invalid(name, 'contains half of a surrogate pair; give well-formed text');
  let put = at;
  if (point < 0x800) {
    out[put++] = 0xc0 | (point >> 6);
  } else {
    if (point < 0x10000) {
      out[put++] = 0xe0 | (point >> 12);
    } else {
      out[put++] = 0xf0 | (point >> 18);
      out[put++] = 0x80 | ((point >> 12) & 0x3f);
    }
    out[put++] = 0x80 | ((point >> 6) & 0x3f);
  }
  out[put++] = 0x80 | (point & 0x3f);
  return put;
}

function labelTooLong(name: Name): MdnsError {
  return invalid(name, 'has a label of more than 63 bytes; shorten it');
}

function nameTooLong(name: Name): MdnsError {
  return invalid(name, 'has more than 255 bytes; shorten it');
}

function invalid(name: string, why: string): MdnsError {
  const shown = name.length > 80 ? `${name.slice(0, 80)}...` : name;
  return new MdnsError('invalid-name', `${JSON.stringify(shown)} ${why}`);
}
