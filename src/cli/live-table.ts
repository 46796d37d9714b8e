/**
 * A table on a terminal that is kept up to date until the user stops it: what is asked, the rows that fit, and how many
 * there are. At the end all rows stay on the terminal.
 */
import process from 'node:process';
import type { Status } from '../actors/commands.js';
import type { Session } from './session.js';
import { type Key, listenToKeys } from './terminal/keys.js';
import { Screen, type Size, type Terminal } from './terminal/screen.js';
import type { Paint } from './terminal/style.js';
import { type Cell, type Column, tableLines } from './terminal/table.js';
import { fitted } from './terminal/width.js';

/** What a table shows; read anew for each drawing. */
export interface TableContent {
  readonly columns: readonly Column[];
  /** What is done, as the beginning of a sentence: `Browsing for _http._tcp`. */
  readonly doing: string;
  readonly rowCount: number;
  rows(from: number, to: number): readonly (readonly Cell[])[];
  /** Instead of rows, while there are none. */
  readonly none: string;
  /** How many there are. */
  readonly count: string;
  /** What happened last; empty at first. */
  readonly last: string;
}

/** The lines around the rows: what is asked, titles, what is not shown, the count. */
const FRAME_LINES = 4;

export class LiveTable {
  readonly #content: TableContent;
  readonly #screen: Screen;
  readonly #paint: Paint;
  readonly #where: () => string;
  #from = 0;
  #height = 1;

  constructor(content: TableContent, screen: Screen, paint: Paint, where: () => string) {
    this.#content = content;
    this.#screen = screen;
    this.#paint = paint;
    this.#where = where;
  }

  /** Draws it now, and again after each `refresh`. */
  show(): void {
    this.#screen.show((size) => this.lines(size));
  }

  refresh(): void {
    this.#screen.refresh();
  }

  /** Shows other rows. */
  move(key: Key): void {
    const page = Math.max(1, this.#height - 1);
    const steps = { up: -1, down: 1, 'page-up': -page, 'page-down': page, start: -Infinity, end: Infinity };
    if (!(key in steps)) return;
    this.#from = Math.max(0, Math.min(this.#from + steps[key as keyof typeof steps], this.#last()));
    this.#screen.refresh();
  }

  /** The first row when the last one is at the bottom. */
  #last(): number {
    return Math.max(0, this.#content.rowCount - this.#height);
  }

  lines({ width, height }: Size): string[] {
    const { rowCount, doing, none, count, last } = this.#content;
    this.#height = Math.max(1, height - FRAME_LINES);
    this.#from = Math.min(this.#from, this.#last());
    const to = Math.min(rowCount, this.#from + this.#height);
    const lines = [this.#minor(`${doing} ${this.#where()}. Ctrl-C stops.`, width)];
    if (rowCount === 0) return [...lines, this.#minor(none, width)];
    lines.push(...this.#table(this.#from, to, width));
    if (to - this.#from < rowCount)
      lines.push(this.#minor(`${this.#from + 1} to ${to} of ${rowCount}: arrows and space move, q stops`, width));
    return [...lines, this.#minor(last === '' ? count : `${count}; ${last}`, width)];
  }

  /** Ends it with all rows. */
  end(width: number): void {
    const { rowCount, none, count } = this.#content;
    if (rowCount === 0) this.#screen.end([this.#minor(none, width)]);
    else this.#screen.end([...this.#table(0, rowCount, width), this.#minor(count, width)]);
  }

  #table(from: number, to: number, width: number): string[] {
    return tableLines(this.#content.columns, this.#content.rows(from, to), width, this.#paint);
  }

  #minor(text: string, width: number): string {
    return this.#paint(fitted(text, width).trimEnd(), 'minor');
  }
}

/**
 * Shows a table while `work` runs.
 *
 * @param work gets what draws the table again after a change
 */
export async function withTable(
  { mdns, out, requestStop }: Session,
  terminal: Terminal,
  content: TableContent,
  work: (refresh: () => void) => Promise<void>,
): Promise<void> {
  const screen = new Screen(terminal);
  out.screen = screen;
  const table = new LiveTable(content, screen, out.paint, () => whereOf(mdns.status));
  const keyboard = listenToKeys((key) => {
    if (key === 'stop') requestStop();
    else if (key === 'pause') {
      screen.pause();
      keyboard.pause();
    } else table.move(key);
  });
  const resume = () => screen.resume();
  process.on('SIGCONT', resume);
  const status = mdns.status$.subscribe(() => table.refresh());
  try {
    table.show();
    await work(() => table.refresh());
  } finally {
    status.unsubscribe();
    process.off('SIGCONT', resume);
    keyboard.end();
    table.end(terminal.columns);
  }
}

/** `on eth0 (IPv4, IPv6) and wlan0 (IPv4)`. */
function whereOf({ links }: Status): string {
  const families = new Map<string, string[]>();
  for (const { interface: name, family, state } of links) {
    if (state !== 'up') continue;
    families.set(name, [...(families.get(name) ?? []), family === 'ipv4' ? 'IPv4' : 'IPv6']);
  }
  const names = [...families].map(([name, each]) => `${name} (${each.join(', ')})`);
  if (names.length === 0) return '(no interface works yet)';
  return `on ${names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`}`;
}
