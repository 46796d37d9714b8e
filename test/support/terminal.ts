/**
 * What a terminal shows: as much of ECMA-48 and of xterm's sequences as the command line uses. An unknown sequence is
 * an error.
 */
import { widthOf } from '../../src/cli/terminal/width.js';

interface Look {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
  /** An ANSI colour: 30 to 37. */
  readonly color: number | undefined;
  readonly url: string | undefined;
}

/** A character of the screen; the one after a wide character is empty. */
export interface Spot extends Look {
  readonly text: string;
}

const PLAIN: Look = { bold: false, dim: false, underline: false, color: undefined, url: undefined };
const ESC = '\x1b';
const SEQUENCE = new RegExp(`${ESC}\\[([?\\d;]*)([A-Za-z])|${ESC}\\]8;;([^${ESC}]*)${ESC}\\\\|[^]`, 'gu');
/** One that has not arrived completely. */
const CUT = new RegExp(`${ESC}(?:\\[[?\\d;]*|\\][^${ESC}]*${ESC}?)?$`);

export class TerminalImage {
  columns: number;
  readonly rows: number;
  cursorIsShown = true;
  /** Lines that have left the screen at its top, and those of the screen. */
  readonly lines: Spot[][] = [[]];
  #row = 0;
  #column = 0;
  #wraps = true;
  #look = PLAIN;
  #rest = '';
  readonly #segmenter = new Intl.Segmenter();

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  /** The lines as text, without spaces at their ends, and without empty lines at the end. */
  get texts(): string[] {
    const texts = this.lines.map((line) =>
      line
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    );
    return texts.slice(0, texts.findLastIndex((text) => text !== '') + 1);
  }

  /** The lines of the screen alone. */
  get screen(): readonly Spot[][] {
    return this.lines.slice(this.#top);
  }

  write(given: string): void {
    const data = this.#rest + given;
    // A sequence may be cut at the end of what has arrived.
    const cut = CUT.exec(data)?.index ?? data.length;
    this.#rest = data.slice(cut);
    let text = '';
    for (const [whole, params, final, url] of data.slice(0, cut).matchAll(SEQUENCE)) {
      const isText = whole.length === 1 ? whole >= ' ' : final === undefined && url === undefined;
      if (isText) {
        text += whole;
        continue;
      }
      this.#print(text);
      text = '';
      if (url !== undefined) this.#look = { ...this.#look, url: url === '' ? undefined : url };
      else if (final !== undefined) this.#control(params ?? '', final);
      else this.#move(whole);
    }
    this.#print(text);
  }

  get #top(): number {
    return Math.max(0, this.lines.length - this.rows);
  }

  /** Its column: on the last character of a line that is full. */
  get #cursor(): number {
    return Math.min(this.#column, this.columns - 1);
  }

  #move(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') {
      this.#row++;
      this.#column = 0;
      this.#line(this.#row);
    } else throw new Error(`A terminal gets the character ${JSON.stringify(character)}.`);
  }

  #control(params: string, final: string): void {
    const [first = 0] = params.replace('?', '').split(';').map(Number);
    if (final === 'A') this.#row = Math.max(this.#top, this.#row - (first || 1));
    else if (final === 'H' && params === '') [this.#row, this.#column] = [this.#top, 0];
    else if (final === 'K' && params === '') this.#line(this.#row).splice(this.#cursor);
    else if (final === 'J') this.#erase(first);
    else if (final === 'm') for (const code of params.split(';')) this.#paint(Number(code));
    else if (params === '?7') this.#wraps = final === 'h';
    else if (params === '?25') this.cursorIsShown = final === 'h';
    else if (params !== '?2026') throw new Error(`A terminal gets the sequence ${params}${final}.`);
  }

  #erase(what: number): void {
    if (what === 2) for (let row = this.#top; row < this.lines.length; row++) this.lines[row] = [];
    else {
      this.#line(this.#row).splice(this.#cursor);
      for (let row = this.#row + 1; row < this.lines.length; row++) this.lines[row] = [];
    }
  }

  #paint(code: number): void {
    const looks: Record<number, Partial<Look>> = {
      0: PLAIN,
      1: { bold: true },
      2: { dim: true },
      4: { underline: true },
      22: { bold: false, dim: false },
      24: { underline: false },
      39: { color: undefined },
    };
    const look = looks[code] ?? (code >= 30 && code <= 37 ? { color: code } : undefined);
    if (look === undefined) throw new Error(`A terminal gets the look ${code}.`);
    this.#look = { ...this.#look, ...look };
  }

  #print(text: string): void {
    for (const { segment } of this.#segmenter.segment(text)) {
      const width = widthOf(segment);
      if (this.#column + width > this.columns) {
        if (!this.#wraps) continue;
        this.#move('\n');
      }
      const line = this.#line(this.#row);
      while (line.length < this.#column) line.push({ text: ' ', ...PLAIN });
      const spots = Array.from({ length: width }, (_, i) => ({ text: i === 0 ? segment : '', ...this.#look }));
      line.splice(this.#column, width, ...spots);
      this.#column += width;
    }
  }

  #line(row: number): Spot[] {
    while (this.lines.length <= row) this.lines.push([]);
    return this.lines[row] as Spot[];
  }
}
