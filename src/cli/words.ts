/** The words of a command line: its options, and its operands one by one. */
import { nearest } from '../protocol/shape/object-reader.js';
import { type CommandName, isOption, type OptionName, options, takes } from './commands.js';
import { UsageError } from './usage-error.js';
import { readDuration, shown } from './values.js';

export interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** The options of a command line. */
export class Given {
  readonly #command: CommandName | undefined;
  readonly #values = new Map<OptionName, string[]>();

  constructor(command: CommandName | undefined) {
    this.#command = command;
  }

  take({ name, rawName, value, inlineValue }: OptionToken): void {
    if (!isOption(name)) {
      const near = nearest(name, Object.keys(options));
      const hint = near === undefined ? 'Arguments that begin with a dash come after "--".' : `Did you mean --${near}?`;
      throw new UsageError(`There is no option ${shown(rawName)}. ${hint}`, this.#command);
    }
    if (options[name].type === 'boolean') {
      if (value !== undefined) throw new UsageError(`${rawName} takes no value.`, this.#command);
    } else if (value === undefined || value === '' || (/^-(?!\d)/.test(value) && !inlineValue)) {
      throw new UsageError(`${rawName} needs a value: ${options[name].form}.`, this.#command);
    }
    this.#values.set(name, [...this.all(name), value ?? '']);
  }

  refuseThoseNotFor(command: CommandName): void {
    for (const name of this.#values.keys()) {
      if (takes(command, name)) continue;
      const taken = Object.keys(options).filter((each) => takes(command, each as OptionName));
      throw new UsageError(
        `${command} takes no option --${name}; it takes ${taken.map((each) => `--${each}`).join(', ')}.`,
        command,
      );
    }
  }

  has(name: OptionName): boolean {
    return this.#values.has(name);
  }

  all(name: OptionName): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  one(name: OptionName): string | undefined {
    const values = this.all(name);
    if (values.length > 1)
      throw new UsageError(`--${name} is given ${values.length} times: give it once.`, this.#command);
    return values[0];
  }

  /** Milliseconds. */
  timeout(otherwise: number): number {
    const text = this.one('timeout');
    return text === undefined ? otherwise : readDuration('--timeout', text, this.#command);
  }
}

/** The words after the command, read one by one. */
export class Operands {
  readonly command: CommandName;
  readonly #words: string[];

  constructor(command: CommandName, words: readonly string[]) {
    this.command = command;
    this.#words = [...words];
  }

  next(what: string): string {
    const word = this.#words.shift();
    if (word === undefined || word === '') throw this.#wrong(`${this.command} needs ${what}.`);
    return word;
  }

  optional(): string | undefined {
    return this.#words.shift();
  }

  rest(): readonly string[] {
    return this.#words.splice(0);
  }

  /** @returns its argument, if no word is left */
  endWith<T>(task: T): T {
    const [word] = this.#words;
    if (word === undefined) return task;
    throw this.#wrong(`${shown(word)} is one argument too many for ${this.command}.`);
  }

  #wrong(message: string): UsageError {
    return new UsageError(message, this.command, { isForm: true });
  }
}
