/** Parses a command line into plain data. Pure: opens and reads nothing. */

// node:util's parseArgs splits the words: it understands `--name value`, `--name=value` and `--`, and saves a
// dependency. It is not used in strict mode, which has messages of its own: it only returns tokens, and this file
// reports what is wrong.
import { parseArgs } from 'node:util';
import { DEFAULT_WAIT_MS } from '../api/default-wait.js';
import { parseGroup } from '../api/group.js';
import type { MdnsOptions, ServiceOptions } from '../api/options.js';
import { MdnsError } from '../protocol/errors.js';
import { nearest } from '../protocol/shape/object-reader.js';
import { type CommandName, commands, isCommand, isOption, type OptionName, options, takes } from './commands.js';

/** The command line is invalid; the message says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** The command, if it is known. */
  readonly command: CommandName | undefined;

  constructor(message: string, command?: CommandName) {
    super(message);
    this.command = command;
  }
}

/** One command with its arguments; `timeout` is in milliseconds. */
export type Task =
  | { readonly command: 'publish'; readonly services: readonly ServiceOptions[] | FileName; readonly rename: boolean }
  | { readonly command: 'browse'; readonly type: string | undefined; readonly subtype: string | undefined }
  | {
      readonly command: 'discover';
      readonly type: string;
      readonly subtype: string | undefined;
      readonly timeout: number;
    }
  | { readonly command: 'resolve'; readonly name: string; readonly type: string; readonly timeout: number }
  | { readonly command: 'lookup'; readonly host: string; readonly timeout: number }
  | { readonly command: 'query'; readonly name: string; readonly type: string; readonly timeout: number }
  | { readonly command: 'interfaces' }
  | { readonly command: 'demo' };

/** The file that lists the services to publish. */
interface FileName {
  readonly file: string;
}

export interface Run {
  readonly kind: 'run';
  readonly task: Task;
  readonly json: boolean;
  readonly verbose: boolean;
  /** The interfaces that the user named, by name or address. */
  readonly interfaces: readonly string[];
  readonly mdns: MdnsOptions;
}

export type CommandLine =
  | { readonly kind: 'help'; readonly command: CommandName | undefined }
  | { readonly kind: 'version' }
  | Run;

const MAX_PORT = 0xffff;

/** @throws UsageError for an invalid command line */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { tokens } = parseArgs({ args: [...args], options: parserOptions, strict: false, tokens: true });
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const [first, ...operands] = words;
  const command = first !== undefined && isCommand(first) ? first : undefined;
  const given = new Given(command);
  for (const token of tokens) if (token.kind === 'option') given.take(token);

  if (given.has('help')) return { kind: 'help', command };
  if (given.has('version')) return { kind: 'version' };
  if (first === undefined) throw new UsageError('No command given.');
  if (command === undefined) {
    const near = nearest(first, Object.keys(commands));
    throw new UsageError(
      `There is no command ${JSON.stringify(first)}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    );
  }
  given.refuseThoseNotFor(command);
  return {
    kind: 'run',
    task: readers[command](new Operands(command, operands), given),
    json: given.has('json'),
    verbose: given.has('verbose'),
    interfaces: given.all('interface'),
    mdns: mdnsOptions(command, given),
  };
}

const parserOptions = {
  ...Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }])),
  help: { type: 'boolean', short: 'h' },
} as const;

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** The options of a command line. */
class Given {
  readonly #command: CommandName | undefined;
  readonly #values = new Map<OptionName, string[]>();

  constructor(command: CommandName | undefined) {
    this.#command = command;
  }

  take({ name, rawName, value, inlineValue }: OptionToken): void {
    if (!isOption(name)) {
      const near = nearest(name, Object.keys(options));
      const hint = near === undefined ? 'Arguments that begin with a dash come after "--".' : `Did you mean --${near}?`;
      throw new UsageError(`There is no option ${JSON.stringify(rawName)}. ${hint}`, this.#command);
    }
    if (options[name].type === 'boolean') {
      if (value !== undefined) throw new UsageError(`${rawName} takes no value.`, this.#command);
    } else if (value === undefined || value === '' || (value.startsWith('-') && !inlineValue)) {
      throw new UsageError(`${rawName} needs a value: ${options[name].form}.`, this.#command);
    }
    this.#values.set(name, [...this.all(name), value ?? '']);
  }

  refuseThoseNotFor(command: CommandName): void {
    for (const name of this.#values.keys()) {
      if (!takes(command, name)) throw new UsageError(`${command} takes no option --${name}.`, command);
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

  timeout(): number {
    const text = this.one('timeout');
    if (text === undefined) return DEFAULT_WAIT_MS;
    if (/^\d+$/.test(text) && Number(text) > 0) return Number(text);
    throw new UsageError(
      `--timeout is ${JSON.stringify(text)}: give a whole number of milliseconds above 0.`,
      this.#command,
    );
  }
}

/** The words after the command, read one by one. */
class Operands {
  readonly command: CommandName;
  readonly #words: string[];

  constructor(command: CommandName, words: readonly string[]) {
    this.command = command;
    this.#words = [...words];
  }

  next(what: string): string {
    const word = this.#words.shift();
    if (word === undefined || word === '') throw new UsageError(`${this.command} needs ${what}.`, this.command);
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
    throw new UsageError(`${JSON.stringify(word)} is one argument too many for ${this.command}.`, this.command);
  }
}

const readers: Readonly<Record<CommandName, (operands: Operands, given: Given) => Task>> = {
  publish: readPublish,
  browse: (operands, given) => {
    const type = operands.optional();
    const subtype = given.one('subtype');
    if (type === undefined && subtype !== undefined)
      throw new UsageError('--subtype needs the type that it belongs to: browse <type> --subtype SUBTYPE.', 'browse');
    return operands.endWith({ command: 'browse', type, subtype });
  },
  discover: (operands, given) => {
    const type = operands.next('the type of the services');
    return operands.endWith({ command: 'discover', type, subtype: given.one('subtype'), timeout: given.timeout() });
  },
  resolve: (operands, given) => {
    const name = operands.next('the name of the service and its type');
    const type = operands.next('the type of the service after its name');
    return operands.endWith({ command: 'resolve', name, type, timeout: given.timeout() });
  },
  lookup: (operands, given) => {
    const host = operands.next('the name of the host');
    return operands.endWith({ command: 'lookup', host, timeout: given.timeout() });
  },
  query: (operands, given) => {
    const name = operands.next('a name and a record type');
    const type = operands.next('a record type after the name');
    return operands.endWith({ command: 'query', name, type, timeout: given.timeout() });
  },
  interfaces: (operands) => operands.endWith({ command: 'interfaces' }),
  demo: (operands) => operands.endWith({ command: 'demo' }),
};

function readPublish(operands: Operands, given: Given): Task {
  const rename = !given.has('no-rename');
  const file = given.one('file');
  if (file !== undefined) {
    if (given.has('subtype'))
      throw new UsageError('With --file the subtypes are written in the file: leave --subtype out.', 'publish');
    return operands.endWith({ command: 'publish', services: { file }, rename });
  }
  const name = operands.next('a name, a type and a port, or --file');
  const type = operands.next('a type and a port after the name');
  const port = readPort(operands.next('a port after the type'));
  const service = { name, type, port, txt: readTxt(operands.rest()), subtypes: given.all('subtype') };
  return { command: 'publish', services: [service], rename };
}

function readPort(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= MAX_PORT) return Number(text);
  throw new UsageError(`${JSON.stringify(text)} is not a port: give a whole number from 0 to ${MAX_PORT}.`, 'publish');
}

/** `key=value`, or a key alone (RFC 6763 section 6.4). */
function readTxt(words: readonly string[]): Record<string, string | true> {
  const attributes = new Map<string, string | true>();
  for (const word of words) {
    const equals = word.indexOf('=');
    const key = equals < 0 ? word : word.slice(0, equals);
    if (attributes.has(key)) throw new UsageError(`The attribute ${JSON.stringify(key)} is given twice.`, 'publish');
    attributes.set(key, equals < 0 ? true : word.slice(equals + 1));
  }
  return Object.fromEntries(attributes);
}

function mdnsOptions(command: CommandName, given: Given): MdnsOptions {
  if (given.has('no-ipv4') && given.has('no-ipv6')) {
    throw new UsageError('With --no-ipv4 and --no-ipv6 no IP version is left: leave one of them out.', command);
  }
  const [group4, group6, hostname] = [given.one('group4'), given.one('group6'), given.one('host')];
  try {
    if (group4 !== undefined) parseGroup('ipv4', group4);
    if (group6 !== undefined) parseGroup('ipv6', group6);
  } catch (error) {
    throw error instanceof MdnsError ? new UsageError(error.message, command) : error;
  }
  return {
    ...chosenInterfaces(given),
    ...(given.has('no-ipv4') ? { ipv4: false } : group4 === undefined ? {} : { ipv4: group4 }),
    ...(given.has('no-ipv6') ? { ipv6: false } : group6 === undefined ? {} : { ipv6: group6 }),
    ...(hostname === undefined ? {} : { hostname }),
  };
}

function chosenInterfaces(given: Given): Pick<MdnsOptions, 'interfaces'> {
  const names = given.all('interface');
  if (names.length > 0) return { interfaces: given.has('loopback') ? [...names, 'loopback'] : names };
  return given.has('loopback') ? { interfaces: 'loopback' } : {};
}
