/** Lines at the end of a terminal that are drawn again in place. What was there before stays above them. */

/** The part of `tty.WriteStream` that is used. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

export interface Size {
  readonly width: number;
  /** The number of lines that can be drawn in place. */
  readonly height: number;
}

/** Calls later, at once or after a while, and returns how to call it off. */
export type Later = (run: () => void, afterMs: number) => () => void;

/** Milliseconds between two drawings at least: more often than people see costs time on slow connections. */
const GAP_MS = 80;

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
/** A terminal that knows them shows a drawing when it is complete. */
const [BEGIN, END] = ['\x1b[?2026h', '\x1b[?2026l'];
/** A line that a terminal finds wider than we do must not take two: it is cut. */
const [NO_WRAP, WRAP] = ['\x1b[?7l', '\x1b[?7h'];
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
const CLEAR_ALL = '\x1b[H\x1b[2J';

export class Screen {
  readonly #terminal: Terminal;
  readonly #later: Later;
  #render: ((size: Size) => readonly string[]) | undefined;
  #drawn = 0;
  #isDue = false;
  #isResting = false;
  #callOff = () => {};

  constructor(terminal: Terminal, later: Later = afterwards) {
    this.#terminal = terminal;
    this.#later = later;
  }

  get isShown(): boolean {
    return this.#render !== undefined;
  }

  /** Draws what `render` returns, now and after each `refresh`. */
  show(render: (size: Size) => readonly string[]): void {
    if (this.#render === undefined) {
      this.#terminal.on('resize', this.#onResize);
      this.#terminal.write(HIDE_CURSOR);
    }
    this.#render = render;
    this.refresh();
  }

  /** Draws soon; many calls at once cause one drawing. */
  refresh(): void {
    this.#isDue = true;
    if (this.#isResting || this.#render === undefined) return;
    this.#isResting = true;
    this.#callOff = this.#later(() => this.#drawIfDue(), 0);
  }

  /** Writes a line above what is drawn. */
  above(line: string): void {
    this.#terminal.write(`${this.#clear()}${line}\n`);
    this.#drawn = 0;
    this.#draw();
  }

  /** Leaves the cursor to the shell, until `resume`. */
  pause(): void {
    if (this.#render !== undefined) this.#terminal.write(SHOW_CURSOR);
  }

  /** The drawing is gone from the terminal, as after a pause of this process: draws below what is there now. */
  resume(): void {
    if (this.#render === undefined) return;
    this.#drawn = 0;
    this.#terminal.write(HIDE_CURSOR);
    this.#draw();
  }

  /** Replaces what is drawn by these lines, which stay. */
  end(lines: readonly string[] = []): void {
    if (this.#render === undefined) return;
    this.#callOff();
    this.#terminal.off('resize', this.#onResize);
    this.#render = undefined;
    this.#terminal.write(`${this.#clear()}${NO_WRAP}${lines.map((line) => `${line}\n`).join('')}${WRAP}${SHOW_CURSOR}`);
    this.#drawn = 0;
  }

  readonly #onResize = () => {
    // A terminal may have broken the lines anew: where they are now is not known.
    this.#terminal.write(CLEAR_ALL);
    this.#drawn = 0;
    this.#draw();
  };

  #drawIfDue(): void {
    this.#isResting = this.#isDue;
    if (!this.#isDue) return;
    this.#draw();
    this.#callOff = this.#later(() => this.#drawIfDue(), GAP_MS);
  }

  #draw(): void {
    if (this.#render === undefined) return;
    this.#isDue = false;
    const size = { width: this.#terminal.columns, height: Math.max(1, this.#terminal.rows - 1) };
    const lines = this.#render(size).slice(0, size.height);
    // Cleared before: the cursor of a full line stands on its last character.
    const text = lines.map((line) => `${CLEAR_LINE}${line}\n`).join('');
    this.#terminal.write(`${BEGIN}${NO_WRAP}${this.#toStart()}${text}${CLEAR_BELOW}${WRAP}${END}`);
    this.#drawn = lines.length;
  }

  #toStart(): string {
    return this.#drawn === 0 ? '\r' : `\r\x1b[${this.#drawn}A`;
  }

  #clear(): string {
    return `${this.#toStart()}${CLEAR_BELOW}`;
  }
}

const afterwards: Later = (run, afterMs) => {
  const timer = setTimeout(run, afterMs);
  return () => clearTimeout(timer);
};
