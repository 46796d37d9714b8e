/**
 * The next name to try after a conflict: a number is appended, or the number at the end is incremented (RFC 6762
 * section 9). Labels are plain text here, without escapes, and stay within 63 bytes.
 */
import { MAX_LABEL_BYTES } from '../constants.js';

/** `Web` -> `Web (2)` -> `Web (3)`. */
export function nextInstanceLabel(label: string): string {
  return next(label, / \(([1-9]\d{0,8})\)$/, (number) => ` (${number})`);
}

/** `host` -> `host-2` -> `host-3`. */
export function nextHostLabel(label: string): string {
  return next(label, /-([1-9]\d{0,8})$/, (number) => `-${number}`);
}

/** `host` -> `host-(2)` -> `host-(3)`. */
export function nextBracketedLabel(label: string): string {
  return next(label, /-\(([1-9]\d{0,8})\)$/, (number) => `-(${number})`);
}

function next(label: string, numbered: RegExp, suffix: (number: number) => string): string {
  const match = numbered.exec(label);
  const base = match === null ? label : label.slice(0, match.index);
  const ending = suffix(match === null ? 2 : Number(match[1]) + 1);
  return cutTo(base, MAX_LABEL_BYTES - Buffer.byteLength(ending)) + ending;
}

/**
 * The longest prefix of a text that takes at most `maxBytes` in UTF-8 and ends between grapheme clusters, so that no
 * accent, surrogate or emoji is cut. A single grapheme cluster that is too long is cut between code points.
 */
function cutTo(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  return fitting(graphemes(text), maxBytes) || fitting(text, maxBytes);
}

function fitting(parts: Iterable<string>, maxBytes: number): string {
  let kept = '';
  let left = maxBytes;
  for (const part of parts) {
    left -= Buffer.byteLength(part);
    if (left < 0) break;
    kept += part;
  }
  return kept;
}

function* graphemes(text: string): Iterable<string> {
  for (const { segment } of new Intl.Segmenter('und').segment(text)) yield segment;
}
