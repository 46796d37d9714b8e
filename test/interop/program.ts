/**
 * A program that runs on a host of the world: its lines, its end, and waiting for either with a deadline.
 * Every wait that fails tells what all programs of the world wrote.
 */
import { type ChildProcess, spawn } from 'node:child_process';

/** How long a test waits for what should happen within a second or two. */
const DEADLINE_MS = 10_000;
/** How long a program may take to end before it is killed. */
const STOP_MS = 5_000;
/** How long what an ended program wrote may take to arrive. */
const LAST_WORDS_MS = 200;
/** How much of a program's transcript goes into a message. */
const REPORTED_LINES = 80;

export interface Exit {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds from the signal that asked it to stop; 0 if it ended by itself. */
  readonly tookMs: number;
}

export interface ProgramOptions {
  /** How messages call it: `alpha: avahi-daemon`. */
  readonly label: string;
  /** Tells what all programs of the world wrote. */
  readonly report: () => string;
  /** Milliseconds for each wait; `DEADLINE_MS` unless given. */
  readonly deadlineMs?: number;
}

export class Program {
  readonly label: string;
  /** Complete lines of standard output. */
  readonly lines: string[] = [];
  /** Complete lines of standard error. */
  readonly errors: string[] = [];
  #exit: Exit | undefined;
  #askedToStopAt: number | undefined;
  readonly #child: ChildProcess;
  readonly #startedAt = performance.now();
  readonly #transcript: string[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #report: () => string;
  readonly #deadlineMs: number;

  constructor(argv: readonly string[], options: ProgramOptions) {
    this.label = options.label;
    this.#report = options.report;
    this.#deadlineMs = options.deadlineMs ?? DEADLINE_MS;
    const [command = '', ...rest] = argv;
    this.#child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#readLines(this.#child.stdout, this.lines, ' ');
    this.#readLines(this.#child.stderr, this.errors, '!');
    this.#child.on('error', (error) => this.#note('!', error.message));
    this.#child.on('exit', () => {
      // Programs that it started may hold the pipes open.
      setTimeout(() => this.#closePipes(), LAST_WORDS_MS).unref();
    });
    this.#child.on('close', (code, signal) => {
      const tookMs = this.#askedToStopAt === undefined ? 0 : performance.now() - this.#askedToStopAt;
      this.#exit = { code, signal, tookMs };
      this.#note('=', `ended with ${signal ?? code}`);
      this.#changed();
    });
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  /**
   * Waits until `look` finds something. It is asked at once, and again after every line and when the program ends.
   * Rejects after the deadline, or as soon as the program has ended without it.
   */
  until<T>(what: string, look: () => T | undefined, deadlineMs = this.#deadlineMs): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(check);
      };
      const check = (): void => {
        const found = look();
        if (found === undefined && this.#exit === undefined) return;
        finish();
        if (found !== undefined) resolve(found);
        else reject(this.#failure(`${this.label} ended before this was seen: ${what}`));
      };
      const timer = setTimeout(() => {
        finish();
        reject(this.#failure(`${this.label} did not show this within ${deadlineMs} ms: ${what}`));
      }, deadlineMs);
      this.#watchers.add(check);
      check();
    });
  }

  /** Waits for the end of a program that ends by itself. */
  async ended(deadlineMs = this.#deadlineMs): Promise<Exit> {
    return this.until('its own end', () => this.#exit, deadlineMs);
  }

  /** Asks it to stop, waits, and kills it if it does not. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', killAfterMs = Math.max(STOP_MS, this.#deadlineMs / 2)): Promise<Exit> {
    if (this.#exit !== undefined) return this.#exit;
    this.#askedToStopAt = performance.now();
    this.#child.kill(signal);
    const killer = setTimeout(() => this.kill(), killAfterMs);
    return this.ended(killAfterMs + this.#deadlineMs).finally(() => clearTimeout(killer));
  }

  /** Sends a signal that does not end it. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it at once: no goodbyes. */
  kill(): void {
    if (this.#exit === undefined) this.#child.kill('SIGKILL');
  }

  /** What it wrote, with seconds since its start; `!` marks standard error. */
  transcript(): string {
    const cut = Math.max(0, this.#transcript.length - REPORTED_LINES);
    const head = cut > 0 ? [`  ... ${cut} lines before`] : [];
    return [`--- ${this.label}`, ...head, ...this.#transcript.slice(cut)].join('\n');
  }

  #failure(message: string): Error {
    return new Error(`${message}\n${this.#report()}`);
  }

  #readLines(stream: NodeJS.ReadableStream | null, into: string[], mark: string): void {
    let rest = '';
    stream?.setEncoding('utf8');
    const take = (line: string): void => {
      into.push(line);
      this.#note(mark, line);
    };
    stream?.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
      if (lines.length > 0) this.#changed();
    });
    stream?.on('close', () => {
      if (rest !== '') take(rest);
    });
  }

  #closePipes(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  #note(mark: string, line: string): void {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    this.#transcript.push(`${seconds.toFixed(3).padStart(8)} ${mark} ${line}`);
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
