/** Writes results to standard output, immediately and line by line, and everything else to standard error. */
import type { Writable } from 'node:stream';
import { jsonLine, plain, type Result } from './text.js';

export interface OutputOptions {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Called when standard output is closed. */
  readonly onClosed: () => void;
}

export class Output {
  /** Whether results are written as JSON. */
  json = false;
  readonly #stdout: Writable;
  readonly #stderr: Writable;
  #fault: Error | undefined;

  constructor({ stdout, stderr, onClosed }: OutputOptions) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    stdout.on('error', (error) => {
      this.#fault ??= error;
      onClosed();
    });
    // A closed standard error, such as a broken pipe, must not end the program.
    stderr.on('error', () => {});
  }

  /** Why results were lost, such as a full disk; undefined if the reader closed the pipe, as `| head -1` does. */
  get fault(): string | undefined {
    if (this.#fault === undefined || ('code' in this.#fault && this.#fault.code === 'EPIPE')) return undefined;
    return `Standard output cannot be written: ${this.#fault.message}.`;
  }

  result({ json, lines }: Result): void {
    for (const line of this.json ? [jsonLine(json)] : lines) this.line(line);
  }

  /** Writes a result line that is already escaped. */
  line(text: string): void {
    if (!this.#stdout.destroyed) this.#stdout.write(`${text}\n`);
  }

  /** Writes a sentence to standard error, escaped, since it may contain data from the network. */
  message(text: string): void {
    this.usage(`mdns-actors: ${plain(text)}`);
  }

  /** Writes lines that need no escapes to standard error. */
  usage(text: string): void {
    if (!this.#stderr.destroyed) this.#stderr.write(`${text}\n`);
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
