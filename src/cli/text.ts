/** Data from the network can contain anything, so characters that control a terminal are escaped. */

/** One result in both formats. */
export interface Result {
  readonly json: object;
  /** One line or more. */
  readonly lines: readonly string[];
}

/** Control characters, line separators, lone surrogates and characters that change the direction of text. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_C}]/gu;

/** Text for people, on one line: unsafe characters are written as `\u001b`. */
export function plain(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** One line of JSON. Also escapes unsafe characters that JSON allows, since the line may be shown on a terminal. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replace(UNSAFE, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
