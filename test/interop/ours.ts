/** Our command line on a host of the world: `dist/cli/main.js`, as it is installed. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Program } from './program.js';
import {
  Browser,
  type Family,
  foldJson,
  type JsonEvent,
  jsonLine,
  type Publication,
  type Service,
  type Stack,
  txtStrings,
} from './stack.js';
import type { Host } from './world.js';

export const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface OursOptions {
  /** `--host`; without it the command picks its own. */
  readonly hostName?: string;
  /** Options for every call: `['--no-ipv6']`. */
  readonly options?: readonly string[];
}

export class Ours implements Stack {
  readonly kind = 'mdns-actors';
  readonly host: Host;
  readonly #hostName: string | undefined;
  readonly #options: readonly string[];

  constructor(host: Host, { hostName, options = [] }: OursOptions = {}) {
    this.host = host;
    this.#hostName = hostName;
    this.#options = options;
  }

  /** Starts any command of ours, with `--json`. */
  run(command: string, ...args: readonly string[]): Program {
    if (!existsSync(CLI)) throw new Error(`There is no ${CLI}: run npm run build.`);
    const argv = [process.execPath, CLI, command, ...args, '--json', ...this.#options];
    return this.host.start(argv, `mdns-actors ${command} ${args.join(' ')}`);
  }

  async publish(service: Service, ...options: readonly string[]): Promise<Publication> {
    const program = this.startPublishing(service, ...options);
    const event = await program.until('"announced"', () => events(program, 'announced')[0]);
    return { name: event.name ?? '', program, withdraw: () => program.stop('SIGINT') };
  }

  /** The same without waiting. */
  startPublishing(service: Service, ...options: readonly string[]): Program {
    const host = this.#hostName === undefined ? [] : ['--host', this.#hostName];
    const subtypes = (service.subtypes ?? []).flatMap((subtype) => ['--subtype', subtype]);
    const what = [service.name, service.type, String(service.port), ...txtStrings(service.txt)];
    return this.run('publish', ...what, ...host, ...subtypes, ...options);
  }

  /** `publish --file`: resolves when every name in it is announced. */
  async publishFile(path: string, names: readonly string[]): Promise<Program> {
    const host = this.#hostName === undefined ? [] : ['--host', this.#hostName];
    const program = this.run('publish', '--file', path, ...host);
    const announced = (): boolean => {
      const seen = new Set(events(program, 'announced').map((event) => event.name));
      return names.every((name) => seen.has(name));
    };
    await program.until(`"announced" for ${JSON.stringify(names)}`, () => (announced() ? true : undefined));
    return program;
  }

  /** Without a type: events that name the types there are. */
  browse(type?: string, subtype?: string): Browser {
    const what = type === undefined ? [] : [type];
    return new Browser(this.run('browse', ...what, ...(subtype === undefined ? [] : ['--subtype', subtype])), foldJson);
  }

  async lookup(hostName: string, family: Family): Promise<string | undefined> {
    const program = this.run('lookup', hostName, '--timeout', '1500');
    await program.ended();
    const addresses = program.lines.flatMap((line) => jsonLine(line)?.addresses ?? []);
    return addresses.find((address) => address.family === family)?.address;
  }
}

/** The events of one kind that a program of ours has printed so far. */
export function events(program: Program, kind: string): readonly JsonEvent[] {
  return program.lines.map(jsonLine).filter((event): event is JsonEvent => event?.event === kind);
}
