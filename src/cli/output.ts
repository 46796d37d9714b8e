/** Results to standard output, one line each and at once; everything else to standard error. */
import type { Writable } from 'node:stream';
import { jsonLine, plain, type Result } from './print.js';

export interface OutputOptions {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Standard output takes nothing any more. */
  readonly onClosed: () => void;
}

export class Output {
  /** Whether results are written for programs. */
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
    // Who does not want to hear our messages shall not end us.
    stderr.on('error', () => {});
  }

  /** Why results were lost, such as a full disk; a reader that left, as after `| head -1`, had enough. */
  get fault(): string | undefined {
    if (this.#fault === undefined || ('code' in this.#fault && this.#fault.code === 'EPIPE')) return undefined;
    return `Standard output cannot be written: ${this.#fault.message}.`;
  }

  result({ json, lines }: Result): void {
    for (const line of this.json ? [jsonLine(json)] : lines) this.line(line);
  }

  /** A line that needs no escapes. */
  line(text: string): void {
    if (!this.#stdout.destroyed) this.#stdout.write(`${text}\n`);
  }

  /** A sentence to standard error. It may repeat what the network said. */
  message(text: string): void {
    this.usage(`mdns-actors: ${plain(text)}`);
  }

  /** Lines to standard error that need no escapes. */
  usage(text: string): void {
    if (!this.#stderr.destroyed) this.#stderr.write(`${text}\n`);
  }

  /** Resolves when all has left, or never can. */
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
