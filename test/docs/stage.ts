/**
 * Where the programs of the docs run unchanged: each as a process of its own, in a network on loopback with a group of its own. A
 * package in front of ours gives `createMdns` that network. A NAS with a web server, and a printer, are there.
 */
import { type StdioOptions, spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMdns, type Mdns } from '../../src/index.js';
import { PATIENCE_MS, slowness } from '../support/patience.js';

/** What the docs call the ports of the reader's own servers, and of the NAS. */
const OWN_PORT = '3000';
const NAS_PORT = '8080';

export interface Ended {
  readonly output: string;
  /** The exit code, or the signal that ended it; `too late` if it had to be ended. */
  readonly how: number | string | null;
  /** The lines that it should have printed and has not. */
  readonly missing: readonly string[];
}

export class DocsStage {
  readonly folder: string;
  /** The network's NAS, which sees what the programs publish. */
  readonly mdns: Mdns;
  readonly #group: string;
  readonly #server = createServer((_, response) => response.end('the files of the NAS\n'));
  readonly #farewells = new Set<string>();
  #programs = 0;

  /**
   * @param folder an empty folder
   * @param entries the files behind `mdns-actors` and its other entries, by name
   */
  constructor(folder: string, entries: Readonly<Record<string, string>>, group: string) {
    this.folder = folder;
    this.#group = group;
    this.mdns = createMdns({ hostname: 'nas', interfaces: 'loopback', ipv4: group, ipv6: false });
    writePackage(join(folder, 'node_modules/mdns-actors'), entries, group);
  }

  /** Makes an installed package available to the programs. */
  link(name: string, path: string): void {
    const target = join(this.folder, 'node_modules', name);
    mkdirSync(join(target, '..'), { recursive: true });
    symlinkSync(path, target, 'dir');
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const txt = { rp: 'ipp/print', color: 'T' };
    const printer = { name: 'Office Printer', port: 631, txt, subtypes: ['_color'] };
    const { announced } = this.mdns.publish({ name: 'NAS', type: 'http', port: this.nasPort, txt: { path: '/' } });
    const others = [
      this.mdns.publish({ ...printer, type: 'ipp', records: [{ type: 'HINFO', data: { cpu: 'ARM', os: 'LINUX' } }] }),
      this.mdns.publish({ ...printer, type: 'http', port: 80, subtypes: ['_printer'] }),
      this.mdns.publishHost({ name: 'printer' }),
    ];
    await Promise.all([announced, ...others.map((each) => each.announced)]);
    this.mdns.browseAll().subscribe((change) => {
      if (change.event === 'down' && change.reason === 'goodbye') this.#farewells.add(change.instance.name);
    });
  }

  get nasPort(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Whether a service has been withdrawn, by its name. */
  hasLeft(name: string): boolean {
    return this.#farewells.has(name);
  }

  /** Arguments that bring the command line into this network. */
  get cliArguments(): string[] {
    return ['--loopback', '--group4', this.#group, '--no-ipv6'];
  }

  /**
   * Runs a program until it ends by itself, or, if it prints `lines`, until it has printed them all, and then gets a SIGINT.
   */
  async run(code: string, lines: readonly string[] | undefined, extension = 'mjs'): Promise<Ended> {
    const ownPort = await freePort();
    const place = (text: string) => text.replaceAll(NAS_PORT, `${this.nasPort}`).replaceAll(OWN_PORT, `${ownPort}`);
    const file = join(this.folder, `program-${this.#programs++}.${extension}`);
    writeFileSync(file, place(code));
    return run(process.execPath, [file], this.folder, lines?.map(place));
  }

  async close(): Promise<void> {
    await this.mdns.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Runs a command until it ends, or has printed `lines` and gets a SIGINT. */
async function run(command: string, args: readonly string[], cwd: string, lines?: readonly string[]): Promise<Ended> {
  // At the reader's there is none: with it, Ink draws nothing before the end.
  const { CI: _, ...env } = process.env;
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
  const child = spawn(command, args, { cwd, stdio, env: { ...env, SLOWNESS: `${slowness()}` } });
  let output = '';
  let missing = lines ?? [];
  let isLate = false;
  const hear = (data: Buffer) => {
    output += data;
    if (isLate) return;
    missing = missing.filter((line) => !output.includes(line));
    if (lines !== undefined && missing.length === 0) child.kill('SIGINT');
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const limit = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, PATIENCE_MS / 2);
  const how = await new Promise<Ended['how']>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  clearTimeout(limit);
  return { output, how: isLate ? 'too late' : how, missing };
}

/** Below the ports that systems give to connections, and another one each time. */
let nextPort = 20_000 + (process.pid % 10_000);

async function freePort(): Promise<number> {
  const port = nextPort++;
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, () => resolve(true));
  });
  if (!isFree) return freePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function writePackage(folder: string, entries: Readonly<Record<string, string>>, group: string): void {
  mkdirSync(folder, { recursive: true });
  const names = Object.keys(entries);
  const exports = names.map((name) => [name === 'index' ? '.' : `./${name}`, `./${name}.js`]);
  const about = { name: 'mdns-actors', type: 'module', exports: Object.fromEntries(exports) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(about));
  for (const [name, file] of Object.entries(entries)) {
    const own = name === 'index' ? inNetwork(pathToFileURL(file).href, group) : '';
    writeFileSync(join(folder, `${name}.js`), `export * from '${pathToFileURL(file).href}';\n${own}`);
  }
}

/**
 * A `createMdns` whose network is that of the stage, unless the program brings one of its own, or a port. Waits last as much longer as the
 * machine is slow: an answer that comes earlier ends them, except for `discover`.
 */
function inNetwork(url: string, group: string): string {
  return `import { createMdns as create } from '${url}';
const network = { interfaces: 'loopback', ipv4: '${group}', ipv6: false };
const slowness = Number(process.env.SLOWNESS);
const patient = (call, at, factor) => (...given) => {
  const [options = {}] = given.splice(at);
  return call(...given, { ...options, timeout: (options.timeout ?? 3000) * factor });
};
export function createMdns(options = {}) {
  if (options.network || options.port) return create(options);
  const mdns = create({ ...options, ...network });
  for (const [name, at, factor] of [['discover', 1, 1], ['resolve', 2, 20], ['lookup', 1, 20], ['query', 2, 20]])
    mdns[name] = patient(mdns[name].bind(mdns), at, slowness * factor);
  return mdns;
}
`;
}
