/** Text as it stands in a chart: words of several kinds, wrapped to lines whose width is known without a browser. */
import type { ChartTransition } from './model.js';

/** Each kind has its own style in the picture. */
export type WordKind = 'name' | 'keyword' | 'event' | 'guard' | 'action' | 'target';

export interface Word {
  readonly kind: WordKind;
  readonly text: string;
  /** No line ends after it. */
  readonly leads?: true;
}

export interface Line {
  readonly words: readonly Word[];
  /** From the left edge of the text, in pixels. */
  readonly indent: number;
}

/** One statement on one or more lines; `ids` are the transitions that it tells of. */
export interface Text {
  readonly ids: readonly string[];
  readonly lines: readonly Line[];
}

export const FONT_SIZE = 11;
export const LINE_HEIGHT = 15;
/** Every character of a monospaced font is so wide; the picture stretches or squeezes a font that differs. */
const CHARACTER_WIDTH = FONT_SIZE * 0.6;
const CONTINUATION = 2 * CHARACTER_WIDTH;

export function widthOf({ words }: Line): number {
  return words.map(({ text }) => text).join(' ').length * CHARACTER_WIDTH;
}

export function sizeOf(texts: readonly Text[]): { readonly width: number; readonly height: number } {
  const lines = texts.flatMap((text) => text.lines);
  return {
    width: Math.max(0, ...lines.map((line) => line.indent + widthOf(line))),
    height: lines.length * LINE_HEIGHT,
  };
}

/** Breaks between words, so that no line has more characters than `limit` unless one word has. */
export function wrap(words: readonly Word[], limit: number): Line[] {
  const lines: Word[][] = [];
  let [length, unit]: [number, Word[]] = [Number.POSITIVE_INFINITY, []];
  for (const word of words) {
    unit.push(word);
    if (word.leads) continue;
    const more = unit.reduce((sum, { text }) => sum + text.length + 1, 0);
    if (length + more > limit) {
      lines.push([]);
      length = lines.length > 1 ? 2 : 0;
    }
    lines.at(-1)?.push(...unit);
    length += more;
    unit = [];
  }
  return lines.map((line, index) => ({ words: line, indent: index === 0 ? 0 : CONTINUATION }));
}

export function list(kind: WordKind, items: readonly string[]): Word[] {
  return items.flatMap((item, index) => {
    const [first = '', ...others] = `${item}${index < items.length - 1 ? ',' : ''}`.split(' ');
    const head: Word = others.length > 0 ? { kind, text: first, leads: true } : { kind, text: first };
    return [head, ...others.map((text): Word => ({ kind, text }))];
  });
}

/** `event, event [guard] / action, action -> target`: transitions that differ only in their event. */
export function transitionWords(transitions: readonly ChartTransition[], target: string | undefined): Word[] {
  const [first] = transitions;
  if (!first) return [];
  const { guard, actions } = first;
  // The event is taken here so that no state around this one gets it.
  const isIgnored = actions.length === 0 && first.targets.length === 0;
  return [
    ...transitions.flatMap(({ event }, index) => eventWords(event, index < transitions.length - 1 ? ',' : '')),
    ...(guard === undefined ? [] : [{ kind: 'guard', text: `[${guard}]` } as const]),
    ...(actions.length === 0 ? [] : [{ kind: 'keyword', text: '/', leads: true } as const, ...list('action', actions)]),
    ...(isIgnored ? [{ kind: 'keyword', text: '(ignored)' } as const] : []),
    ...(target === undefined ? [] : [{ kind: 'target', text: `→ ${target}` } as const]),
  ];
}

function eventWords(event: string, comma: string): Word[] {
  if (event === 'always') return [{ kind: 'keyword', text: event + comma }];
  const [, keyword, name] = /^(after) (.*)$/.exec(event) ?? [];
  if (keyword === undefined) return [{ kind: 'event', text: event + comma }];
  return [
    { kind: 'keyword', text: keyword, leads: true },
    { kind: 'event', text: `${name}${comma}` },
  ];
}
