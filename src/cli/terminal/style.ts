/** Colours and links of a terminal. */
import { styleText } from 'node:util';

/** What a text is, not how it looks. */
export type Style = 'title' | 'name' | 'link' | 'minor' | 'good' | 'bad';

const looks = {
  title: ['bold', 'dim'],
  name: 'bold',
  link: ['cyan', 'underline'],
  minor: 'dim',
  good: 'green',
  bad: 'red',
} as const satisfies Record<Style, Parameters<typeof styleText>[0]>;

/** Gives a text its look. */
export type Paint = (text: string, style: Style | undefined) => string;

export const painted: Paint = (text, style) => {
  if (style === undefined || text === '') return text;
  const format = looks[style] as Parameters<typeof styleText>[0];
  // Whether colours are wanted has been decided: Node is not to decide it again by its own standard output.
  return styleText(format, text, { validateStream: false });
};

/** A text to click (OSC 8); terminals that do not know links show the text. @param url of printable ASCII only */
export function linked(text: string, url: string | undefined): string {
  return url === undefined ? text : `\x1b]8;;${url}\x1b\\${text}\x1b]8;;\x1b\\`;
}
