/** python-zeroconf on a host of the world, driven by the programs in `peers/`. */
import { fileURLToPath } from 'node:url';
import type { Program } from './program.js';
import {
  Browser,
  type Family,
  foldJson,
  jsonLine,
  type Publication,
  type Service,
  type Stack,
  txtStrings,
} from './stack.js';
import { type Host, LAN } from './world.js';

/** Debian's python: the packages of other pythons are not ours to know. */
export const PYTHON = '/usr/bin/python3';

export interface ZeroconfOptions {
  /** First label of the host name that services point to; the host's own name by default. */
  readonly hostName?: string;
}

/** What came back to a legacy question. */
export interface LegacyReply {
  readonly from: string;
  readonly port: number;
  readonly id: number;
  readonly questions: readonly string[];
  readonly answers: ReadonlyArray<{ name: string; type: number; ttl: number; flush: boolean }>;
}

export class Zeroconf implements Stack {
  readonly kind = 'python-zeroconf';
  readonly host: Host;
  readonly #hostName: string;

  constructor(host: Host, options: ZeroconfOptions = {}) {
    this.host = host;
    this.#hostName = options.hostName ?? host.name;
  }

  async publish(service: Service): Promise<Publication> {
    if (service.subtypes !== undefined)
      throw new Error('python-zeroconf 0.47 publishes one type per name: no subtypes.');
    const addresses = this.host.addresses.flatMap((address) => ['--address', address]);
    const argv = ['--host', this.#hostName, ...addresses, '--', service.name, service.type, String(service.port)];
    const program = this.#run('publisher.py', [...argv, ...txtStrings(service.txt)], service.name);
    const name = await program.until('"registered"', () => registeredName(program));
    return { name, program, withdraw: () => program.stop('SIGTERM') };
  }

  /** Without a type: the types themselves, as python-zeroconf cannot browse them all. */
  browse(type?: string, subtype?: string): Browser {
    const what = type === undefined ? [] : [subtype === undefined ? type : `${subtype}._sub.${type}`];
    return new Browser(this.#run('browser.py', what), foldJson);
  }

  /** Publishes `count` services, `Member 0` and so on, whose records live for `ttl` seconds. */
  async publishCrowd(type: string, count: number, ttl: number): Promise<Program> {
    const { ipv4 = '' } = this.host;
    const program = this.#run('crowd.py', [
      '--host',
      this.#hostName,
      '--address',
      ipv4,
      '--ttl',
      String(ttl),
      type,
      String(count),
    ]);
    await program.until('"registered"', () => program.lines.find((line) => line.includes('registered')), 60_000);
    return program;
  }

  /** Adds `updated=1` to the TXT record of a publication. */
  update(publication: Publication): void {
    publication.program.signal('SIGUSR1');
  }

  /** Asks a legacy question: one multicast query from an ephemeral port (RFC 6762 section 6.7). */
  async askOnce(name: string, type: number, family: Family): Promise<LegacyReply> {
    const where = family === 'ipv4' ? ['--ipv4', this.host.ipv4 ?? ''] : ['--ipv6', LAN];
    const program = this.host.start(script('oneshot.py', ...where, name, String(type)), `oneshot.py ${name} ${type}`);
    const line = await program.until('a reply', () => program.lines[0]);
    return JSON.parse(line) as LegacyReply;
  }

  async lookup(hostName: string, family: Family): Promise<string | undefined> {
    const program = this.#run('lookup.py', [hostName, family]);
    await program.ended();
    return program.lines[0];
  }

  #run(name: string, args: readonly string[], about = args.join(' ')): Program {
    const { ipv4, ipv6 } = this.host;
    const where = [...(ipv4 === undefined ? [] : ['--ipv4', ipv4]), ...(ipv6 === undefined ? [] : ['--ipv6', LAN])];
    return this.host.start(script(name, ...where, ...args), `${name} ${about}`);
  }
}

function script(name: string, ...args: readonly string[]): readonly string[] {
  return [PYTHON, '-B', fileURLToPath(new URL(`peers/${name}`, import.meta.url)), ...args];
}

function registeredName(program: Program): string | undefined {
  return program.lines.map(jsonLine).find((event) => event?.event === 'registered')?.name;
}
