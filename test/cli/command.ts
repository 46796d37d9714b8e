/** `dist/cli/main.js` as a program, alone with those of the same test: on the loopback interface, in a group and port of their own. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Program } from '../interop/program.js';
import { PATIENCE_MS } from '../support/patience.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Test runs at the same time have other process ids, and tests of one run other counts. */
let nextPort = 50_000 + (process.pid % 250) * 40;

export interface JsonLine {
  readonly event?: string;
  readonly [key: string]: unknown;
}

/** Some programs that hear each other and nobody else. */
export class Neighbours implements AsyncDisposable {
  readonly #options: readonly string[];
  readonly #programs: Program[] = [];

  constructor() {
    this.#options = ['--loopback', '--no-ipv6', '--group4', `224.0.0.254:${nextPort++}`];
  }

  start(...args: readonly string[]): Program {
    return this.startPlain(...this.#options, ...args);
  }

  /** Without the options that make it a neighbour. */
  startPlain(...args: readonly string[]): Program {
    const report = () => this.#programs.map((each) => each.transcript()).join('\n');
    const program = new Program(argvOf(...args), { label: args.join(' '), report, deadlineMs: PATIENCE_MS });
    this.#programs.push(program);
    return program;
  }

  /** The same, for a test that starts it by itself. */
  argv(...args: readonly string[]): readonly [string, ...string[]] {
    return argvOf(...this.#options, ...args);
  }

  /** Publishes and waits until that is announced. */
  async publish(...args: readonly string[]): Promise<Program> {
    const program = this.start('--json', 'publish', ...args);
    await seen(program, 'announced');
    return program;
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.#programs) program.kill();
    return Promise.resolve();
  }
}

/** Runs a command without neighbours to its end. */
export async function call(...args: readonly string[]): Promise<Program> {
  const program: Program = new Program(argvOf(...args), {
    label: args.join(' '),
    report: () => program.transcript(),
    deadlineMs: PATIENCE_MS,
  });
  await program.ended();
  return program;
}

export function jsonLines(program: Program): readonly JsonLine[] {
  return program.lines.map((line) => JSON.parse(line) as JsonLine);
}

/** Waits for the first line of this event. */
export function seen(program: Program, event: string): Promise<JsonLine> {
  return program.until(`"${event}"`, () => jsonLines(program).find((line) => line.event === event));
}

function argvOf(...args: readonly string[]): readonly [string, ...string[]] {
  if (!existsSync(MAIN)) throw new Error(`There is no ${MAIN}: run npm run build.`);
  return [process.execPath, MAIN, ...args];
}
