/** Data from the network can contain anything, so characters that control a terminal are escaped. */

/** One result in both formats. */
export interface Result {
  readonly json: object;
  /** One line or more. */
  readonly lines: readonly string[];
  /** Whether it is good news; the first line is in colour then. */
  readonly tone?: 'good' | 'bad' | undefined;
}

/** What cannot be seen and still belongs there: joiners and variants of emoji, and within Arabic words. */
const BELONGS =
  /(?<=\p{ExtPict})\ufe0f|(?<=[\d#*])\ufe0f(?=\u20e3)|(?<=\p{ExtPict}|\p{EMod}|\ufe0f)\u200d(?=\p{ExtPict})|(?<=\p{sc=Arab})\u200c(?=\p{sc=Arab})/u;
/**
 * Control characters, line separators, lone surrogates, and characters that change the direction of text or are not
 * seen at all, such as a space of no width: with them two names would look the same.
 */
const UNSAFE = new RegExp(`(?!${BELONGS.source})[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{DI}]`, 'gu');

/** Text for people, on one line: unsafe characters are written as `\u001b`. */
export function plain(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** One line of JSON. Also escapes unsafe characters that JSON allows, since the line may be shown on a terminal. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replace(UNSAFE, escaped);
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
