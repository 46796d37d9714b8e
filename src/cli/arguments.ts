/** Parses a command line into plain data. Pure: opens and reads nothing. */

// node:util's parseArgs splits the words: it understands `--name value`, `--name=value` and `--`, and saves a
// dependency. It is not used in strict mode, which has messages of its own: it only returns tokens, and this file
// reports what is wrong.
import { parseArgs } from 'node:util';
import { DEFAULT_WAIT_MS } from '../api/default-wait.js';
import { parseGroup } from '../api/group.js';
import type { MdnsOptions, ServiceOptions } from '../api/options.js';
import { FAILURE_WINDOW_MS } from '../protocol/constants.js';
import { MdnsError } from '../protocol/errors.js';
import { nearest } from '../protocol/shape/object-reader.js';
import { type CommandName, commands, isCommand, options } from './commands.js';
import { UsageError } from './usage-error.js';
import { readPort, readService, readTxt, readType, shown } from './values.js';
import { Given, Operands } from './words.js';

/** The shells for which there is a completion. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** One command with its arguments; `timeout` is in milliseconds. */
export type Task =
  | {
      readonly command: 'publish';
      readonly services: readonly ServiceOptions[] | FileName;
      readonly rename: boolean;
      /** The domains to publish in; undefined for the link. */
      readonly domains: readonly string[] | undefined;
      /** The program to run meanwhile, and its arguments. */
      readonly exec: readonly [string, ...string[]] | undefined;
    }
  | ({ readonly command: 'browse' } & Wanted)
  | ({ readonly command: 'discover'; readonly timeout: number } & Wanted)
  | ({ readonly command: 'resolve'; readonly name: string; readonly type: string; readonly timeout: number } & InDomain)
  | { readonly command: 'domains'; readonly domain: string | undefined; readonly timeout: number }
  | { readonly command: 'reconfirm'; readonly name: string; readonly type: string; readonly timeout: number }
  | { readonly command: 'lookup'; readonly host: string; readonly timeout: number }
  | { readonly command: 'watch-host'; readonly host: string }
  | { readonly command: 'reverse'; readonly address: string; readonly timeout: number }
  | { readonly command: 'query'; readonly name: string; readonly type: string; readonly timeout: number }
  | { readonly command: 'interfaces' }
  | { readonly command: 'doctor'; readonly timeout: number }
  | {
      readonly command: 'inspect';
      readonly services: readonly ServiceOptions[];
      readonly types: readonly string[];
      readonly port: number;
      readonly open: boolean;
    }
  | { readonly command: 'demo' };

/** What is searched for: the services of a type or of all types, or the types. */
export interface Wanted extends InDomain {
  readonly what: 'all' | 'types' | { readonly type: string };
  readonly subtype: string | undefined;
}

/** Where to search: a domain of unicast DNS; undefined for the link. */
interface InDomain {
  readonly domain?: string;
}

/** The file that lists the services to publish, or the package.json that has them. */
export type FileName = { readonly file: string } | { readonly from: string };

export interface Run {
  readonly kind: 'run';
  readonly task: Task;
  readonly json: boolean;
  readonly color: boolean;
  readonly verbose: boolean;
  /** The interfaces that the user named, by name or address. */
  readonly interfaces: readonly string[];
  readonly mdns: MdnsOptions;
}

export type CommandLine =
  | { readonly kind: 'help'; readonly command: CommandName | undefined }
  | { readonly kind: 'version' }
  | { readonly kind: 'completion'; readonly shell: Shell }
  | Run;

/** @throws UsageError for an invalid command line */
export function readCommandLine(args: readonly string[]): CommandLine {
  const [own, exec] = splitAtExec(args);
  const { words, given } = split(own);
  const [first, ...operands] = words;
  const command = first !== undefined && isCommand(first) ? first : undefined;
  if (given.has('help')) return { kind: 'help', command: command === 'help' ? undefined : command };
  if (given.has('version')) return { kind: 'version' };
  if (first === undefined) throw new UsageError('No command given.', undefined, { isForm: true });
  if (command === undefined) throw noCommand(first);
  given.refuseThoseNotFor(command);
  const rest = new Operands(command, operands);
  if (command === 'help') return readHelp(rest);
  if (command === 'completion') return { kind: 'completion', shell: readShell(rest) };
  if (exec !== undefined && command !== 'publish') throw new UsageError(`${command} takes no option --exec.`, command);
  return {
    kind: 'run',
    task: command === 'publish' ? readPublish(rest, given, exec) : readers[command](rest, given),
    json: given.has('json'),
    color: !given.has('no-color'),
    verbose: given.has('verbose'),
    interfaces: given.all('interface'),
    mdns: { ...mdnsOptions(command, given), ...domainOptions(command, given, operands[0]) },
  };
}

/** Everything after `--exec` belongs to that command. */
function splitAtExec(args: readonly string[]): [own: readonly string[], exec: readonly string[] | undefined] {
  const at = args.findIndex((word) => word === '--exec' || word === '--');
  return at < 0 || args[at] === '--' ? [args, undefined] : [args.slice(0, at), args.slice(at + 1)];
}

const parserOptions = Object.fromEntries(
  Object.entries(options).map(([name, { type, ...option }]) => [
    name,
    'short' in option ? { type, short: option.short } : { type },
  ]),
);

/** Operands and options. A word such as -5 is a number below zero, which its reader refuses with a better message. */
function split(args: readonly string[]): { readonly words: readonly string[]; readonly given: Given } {
  const { tokens } = parseArgs({ args: [...args], options: parserOptions, strict: false, tokens: true });
  const numbers = new Map(
    tokens.flatMap(({ index }) => (/^-\d/.test(args[index] ?? '') ? [[index, args[index]]] : [])),
  );
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    const number = token.kind === 'option' && numbers.get(token.index);
    if (number && numbers.delete(token.index)) words.push(number);
  }
  const [first = ''] = words;
  const given = new Given(isCommand(first) ? first : undefined);
  for (const token of tokens) {
    if (token.kind === 'option' && !/^-\d/.test(args[token.index] ?? '')) given.take(token);
  }
  return { words, given };
}

function noCommand(word: string): UsageError {
  const near = nearest(word, Object.keys(commands));
  const hint = near === undefined ? 'mdns-actors help shows all commands.' : `Did you mean ${near}?`;
  return new UsageError(`There is no command ${shown(word)}. ${hint}`);
}

function readHelp(operands: Operands): CommandLine {
  const word = operands.optional();
  if (word !== undefined && !isCommand(word)) throw noCommand(word);
  return operands.endWith({ kind: 'help', command: word });
}

function readShell(operands: Operands): Shell {
  const word = operands.next(`a shell: ${shells.join(', ')}`);
  const shell = shells.find((each) => each === word);
  if (shell !== undefined) return operands.endWith(shell);
  throw new UsageError(`There is no completion for ${shown(word)}, only for ${shells.join(', ')}.`, 'completion');
}

type Reader = (operands: Operands, given: Given) => Task;

const readers: Readonly<Record<Exclude<CommandName, 'publish' | 'help' | 'completion'>, Reader>> = {
  browse: (operands, given) => {
    const type = operands.optional();
    return operands.endWith({ command: 'browse', ...wanted('browse', type, given) });
  },
  discover: (operands, given) => {
    const type = given.has('all') ? operands.optional() : operands.next('the type of the services, or --all');
    const found = wanted('discover', type, given);
    return operands.endWith({ command: 'discover', ...found, timeout: given.timeout(DEFAULT_WAIT_MS) });
  },
  resolve: (operands, given) => {
    const { name, type } = readInstance('resolve', operands);
    return { command: 'resolve', name, type, timeout: given.timeout(DEFAULT_WAIT_MS), ...inDomain(given) };
  },
  domains: (operands, given) => {
    const domain = operands.optional();
    return operands.endWith({ command: 'domains', domain, timeout: given.timeout(DEFAULT_WAIT_MS) });
  },
  reconfirm: (operands, given) => {
    const timeout = given.timeout(FAILURE_WINDOW_MS);
    return { command: 'reconfirm', ...readInstance('reconfirm', operands), timeout };
  },
  lookup: (operands, given) => {
    const host = hostIn(operands.next('the name of the host'), given.one('domain'), 'lookup');
    return operands.endWith({ command: 'lookup', host, timeout: given.timeout(DEFAULT_WAIT_MS) });
  },
  'watch-host': (operands, given) => {
    const host = hostIn(operands.next('the name of the host'), given.one('domain'), 'watch-host');
    return operands.endWith({ command: 'watch-host', host });
  },
  reverse: (operands, given) => {
    const address = operands.next('an address');
    return operands.endWith({ command: 'reverse', address, timeout: given.timeout(DEFAULT_WAIT_MS) });
  },
  query: (operands, given) => {
    const name = operands.next('a name and a record type');
    const type = operands.next('a record type after the name');
    return operands.endWith({ command: 'query', name, type, timeout: given.timeout(DEFAULT_WAIT_MS) });
  },
  interfaces: (operands) => operands.endWith({ command: 'interfaces' }),
  doctor: (operands, given) => operands.endWith({ command: 'doctor', timeout: given.timeout(DEFAULT_WAIT_MS) }),
  inspect: (operands, given) => {
    const port = readPort(given.one('port') ?? '0', 'inspect');
    const services = given.all('publish').map(readService);
    const types = given.all('browse').map((type) => readType(type, 'inspect'));
    return operands.endWith({ command: 'inspect', services, types, port, open: given.has('open') });
  },
  demo: (operands) => operands.endWith({ command: 'demo' }),
};

function readInstance(
  command: 'resolve' | 'reconfirm',
  operands: Operands,
): { readonly name: string; readonly type: string } {
  const name = operands.next('the name of the service and its type');
  const type = readType(operands.next('the type of the service after its name'), command);
  return operands.endWith({ name, type });
}

function inDomain(given: Given): InDomain {
  const domain = given.one('domain');
  return domain === undefined ? {} : { domain };
}

function wanted(command: 'browse' | 'discover', type: string | undefined, given: Given): Wanted {
  const subtype = given.one('subtype');
  const where = inDomain(given);
  if (given.has('all')) {
    if (type === undefined) return { what: 'all', subtype, ...where };
    throw new UsageError(`--all means every type: leave ${shown(type)} or --all out.`, command);
  }
  if (type !== undefined) return { what: { type: readType(type, command) }, subtype, ...where };
  if (subtype === undefined) return { what: 'types', subtype, ...where };
  throw new UsageError('--subtype needs the type that it belongs to: browse <type> --subtype SUBTYPE.', command);
}

function readPublish(operands: Operands, given: Given, program: readonly string[] | undefined): Task {
  const rename = !given.has('no-rename');
  if (given.has('exec'))
    throw new UsageError('--exec is followed by the command and its arguments: --exec CMD ARGS.', 'publish');
  const exec = readExec(program);
  const domains = given.has('domain') ? given.all('domain') : undefined;
  const [file, from] = [given.one('file'), given.one('from')];
  if (file !== undefined && from !== undefined)
    throw new UsageError('--file and --from are both given: leave one of them out.', 'publish');
  const [option, source] = file === undefined ? ['--from', from] : ['--file', file];
  if (source !== undefined) {
    if (given.has('subtype'))
      throw new UsageError(`With ${option} the subtypes are written in the file: leave --subtype out.`, 'publish');
    const services = file === undefined ? { from: source } : { file };
    return operands.endWith({ command: 'publish', services, rename, domains, exec });
  }
  const name = operands.next('a name, a type and a port, or --file');
  const type = readType(operands.next('a type and a port after the name'), 'publish');
  const port = readPort(operands.next('a port after the type'), 'publish');
  const service = { name, type, port, txt: readTxt(operands.rest()), subtypes: given.all('subtype') };
  return { command: 'publish', services: [service], rename, domains, exec };
}

function readExec(words: readonly string[] | undefined): readonly [string, ...string[]] | undefined {
  if (words === undefined) return undefined;
  const [program = '', ...args] = words;
  if (program !== '') return [program, ...args];
  throw new UsageError('--exec needs a command: --exec CMD ARGS, as the last option.', 'publish');
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

/** A host as `--domain` makes it: one label is a name there. */
function hostIn(host: string, domain: string | undefined, command: 'lookup' | 'watch-host'): string {
  if (domain === undefined) return host;
  const bare = (name: string) => name.toLowerCase().replace(/\.$/, '');
  if (bare(host).endsWith(`.${bare(domain)}`)) return host;
  if (!bare(host).includes('.')) return `${bare(host)}.${domain}`;
  const advice = `give the name below ${domain}, or leave out --domain`;
  throw new UsageError(`${JSON.stringify(host)} is not in the domain ${JSON.stringify(domain)}: ${advice}.`, command);
}

/** The domain of `--domain`, or that `domains` is about, with its servers. */
function domainOptions(command: CommandName, given: Given, operand: string | undefined): Pick<MdnsOptions, 'domains'> {
  const names = command === 'domains' ? [operand ?? []].flat() : domainsNamed(command, given);
  const servers = given.all('server');
  const file = given.one('key-file');
  if (names.length === 0) {
    if (servers.length === 0 && file === undefined) return {};
    if (command === 'publish') {
      throw new UsageError('--server and --key-file need the domain: --domain DOMAIN --server A.', command);
    }
    const advice = command === 'domains' ? 'domains <domain> --server A' : '--domain DOMAIN --server A';
    throw new UsageError(`--server needs the domain that it has: ${advice}.`, command);
  }
  const [server, key] = [servers.length > 0 && { server: servers }, file !== undefined && { key: { file } }];
  return { domains: names.map((name) => ({ name, ...server, ...key })) };
}

/** Those beyond the link. */
function domainsNamed(command: CommandName, given: Given): readonly string[] {
  if (command !== 'publish') return [given.one('domain') ?? []].flat();
  return given.all('domain').filter((name) => !/^local\.?$/i.test(name));
}

function chosenInterfaces(given: Given): Pick<MdnsOptions, 'interfaces'> {
  const names = given.all('interface');
  if (names.length > 0) return { interfaces: given.has('loopback') ? [...names, 'loopback'] : names };
  return given.has('loopback') ? { interfaces: 'loopback' } : {};
}
