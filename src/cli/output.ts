/** Writes results to standard output, immediately and line by line, and everything else to standard error. */
import type { Writable } from 'node:stream';
import type { Screen, Terminal } from './terminal/screen.js';
import type { Paint } from './terminal/style.js';
import { jsonLine, plain, type Result } from './text.js';

export interface OutputOptions {
  /** A terminal if `isTTY`. */
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly fd?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Called when standard output is closed. */
  readonly onClosed: () => void;
}

export class Output {
  /** Whether results are written as JSON. */
  json = false;
  /** Colours texts on a terminal that has colours; until then they stay as they are. */
  paint: Paint = (text) => text;
  readonly #stdout: OutputOptions['stdout'];
  readonly #stderr: OutputOptions['stderr'];
  #fault: Error | undefined;
  #screen: Screen | undefined;
  readonly #onClosed: () => void;

  constructor({ stdout, stderr, onClosed }: OutputOptions) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#onClosed = onClosed;
    stdout.on('error', (error) => {
      this.#fault ??= error;
      onClosed();
    });
    // A closed standard error, such as a broken pipe, must not end the program.
    stderr.on('error', () => {});
  }

  /** The terminal that shows results, if they go to one that can move its cursor. */
  get terminal(): Terminal | undefined {
    return this.#stdout.isTTY && !this.json && process.env.TERM !== 'dumb' ? (this.#stdout as never) : undefined;
  }

  /** Whether results go to a terminal with colours. Node knows the terminals, and `NO_COLOR`. */
  get hasColors(): boolean {
    const { hasColors } = this.#stdout as Partial<{ hasColors(): boolean }>;
    return hasColors?.call(this.#stdout) === true;
  }

  /** What is drawn on the terminal, until `Screen.end`: messages go above it. */
  set screen(screen: Screen) {
    this.#screen = screen;
  }

  /** Why results were lost, such as a full disk; undefined if the reader closed the pipe, as `| head -1` does. */
  get fault(): string | undefined {
    if (this.#fault === undefined || ('code' in this.#fault && this.#fault.code === 'EPIPE')) return undefined;
    return `Standard output cannot be written: ${this.#fault.message}.`;
  }

  result({ json, lines, tone }: Result): void {
    const [first = '', ...more] = this.json ? [jsonLine(json)] : lines;
    this.line(this.json ? first : this.paint(first, tone));
    for (const line of more) this.line(line);
  }

  /** Writes a result to standard error, since standard output belongs to another program. */
  aside({ json, lines }: Result): void {
    for (const line of this.json ? [jsonLine(json)] : lines) this.usage(line);
  }

  /** Writes a result line that is already escaped. */
  line(text: string): void {
    if (!this.#stdout.destroyed) this.#stdout.write(`${text}\n`);
  }

  /** Writes a sentence to standard error, escaped, since it may contain data from the network. */
  message(text: string): void {
    const line = `mdns-actors: ${plain(text)}`;
    if (this.#screen?.isShown && this.#stderr.isTTY) this.#screen.above(line);
    else this.usage(line);
  }

  /** Writes lines that need no escapes to standard error. */
  usage(text: string): void {
    if (!this.#stderr.destroyed) this.#stderr.write(`${text}\n`);
  }

  /** Notices when the reader of standard output leaves, for a command that may write nothing for a long time. */
  async endWithReader(): Promise<void> {
    const { fd } = this.#stdout;
    if (fd === undefined || this.#stdout.isTTY) return;
    const { watchReader } = await import('./reader-watch.js');
    watchReader(fd, this.#onClosed);
  }

  /** Leaves the terminal as it was, if the program has to end at once. */
  leaveTerminal(): void {
    this.#screen?.end();
  }

  /** Resolves when all output is written, or cannot be written any more. */
  async flush(): Promise<void> {
    await Promise.all([left(this.#stdout), left(this.#stderr)]);
  }
}

function left(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write('', () => resolve());
  });
}
