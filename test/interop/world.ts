/**
 * A small network on this machine: hosts in network namespaces, joined by a bridge that has a namespace of its own, so that
 * no packet of it can reach a real network. Names carry our process id; whatever a killed run left is removed by `sweep`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Exit, Program } from './program.js';

export interface WorldOptions {
  /** Names of the hosts: also their operating system's host names. */
  readonly hosts: readonly string[];
  /** Families that the network has; both by default. Without IPv6 there are no link-local addresses either. */
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
}

/** The only interface of every host besides `lo`. */
export const LAN = 'lan0';
/** Where programs of a host look for its D-Bus. */
export const SYSTEM_BUS = 'unix:path=/run/dbus/system_bus_socket';
const PREFIX = 'mdi';
let worlds = 0;

export class World {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly programs: Program[] = [];
  /** A directory for files of this world. */
  readonly directory = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  readonly #prefix: string;
  readonly #hosts = new Map<string, Host>();

  constructor(options: WorldOptions) {
    this.ipv4 = options.ipv4 ?? true;
    this.ipv6 = options.ipv6 ?? true;
    worlds += 1;
    this.#prefix = `${PREFIX}${process.pid}-${worlds}`;
    process.once('exit', this.#remove);
    try {
      ip(`netns add ${this.bridge}`);
      ip(`-n ${this.bridge} link add br0 type bridge mcast_snooping 0`);
      ip(`-n ${this.bridge} link set br0 up`);
      options.hosts.forEach((name, index) => {
        this.#hosts.set(name, new Host(this, name, `${this.#prefix}-${name}`, index + 1));
      });
    } catch (error) {
      this.#remove();
      throw error;
    }
  }

  /** The namespace of the bridge. */
  get bridge(): string {
    return `${this.#prefix}-lan`;
  }

  host(name: string): Host {
    const host = this.#hosts.get(name);
    if (host === undefined)
      throw new Error(`this world has no host ${name}, only ${[...this.#hosts.keys()].join(', ')}`);
    return host;
  }

  /** Joins two of its namespaces by a tunnel besides, whose ends are `tun0`; it lasts as long as its program. */
  async tunnel(one: string, other: string): Promise<void> {
    const script = fileURLToPath(new URL('peers/tunnel.py', import.meta.url));
    const argv = ['/usr/bin/python3', '-B', script, `/run/netns/${one}`, `/run/netns/${other}`];
    const program = new Program(argv, { label: 'tunnel.py', report: () => this.report() });
    this.programs.push(program);
    await program.until('"made"', () => program.lines[0]);
  }

  /** What every program of this world wrote. */
  report(): string {
    return this.programs.map((program) => program.transcript()).join('\n');
  }

  /** Stops the programs that were started after the first `keep`, and forgets them. */
  async stop(keep = 0): Promise<void> {
    await Promise.all(this.programs.splice(keep).map((program) => program.stop()));
  }

  /** Kills what still runs and removes the network. */
  async close(): Promise<void> {
    for (const program of this.programs) program.kill();
    await Promise.all(this.programs.map((program) => program.ended())).finally(this.#remove);
    process.removeListener('exit', this.#remove);
  }

  readonly #remove = (): void => {
    removeNamespaces((name) => name.startsWith(`${this.#prefix}-`));
    rmSync(this.directory, { recursive: true, force: true });
  };
}

export class Host {
  readonly name: string;
  readonly world: World;
  /** The addresses on `lan0`, as far as the world has the family. */
  readonly ipv4: string | undefined;
  readonly ipv6: string | undefined;
  readonly linkLocal: string | undefined;
  /** Of its network. */
  readonly namespace: string;
  readonly #port: string;

  constructor(world: World, name: string, namespace: string, number: number) {
    this.name = name;
    this.world = world;
    this.ipv4 = world.ipv4 ? `198.18.0.${number}` : undefined;
    this.ipv6 = world.ipv6 ? `fd00:6d64:6e73::${number}` : undefined;
    this.linkLocal = world.ipv6 ? `fe80::ff:fe00:${number}` : undefined;
    this.namespace = namespace;
    this.#port = `port${number}`;
    mkdirSync(join(world.directory, name));
    ip(`netns add ${namespace}`);
    // Addresses are usable at once, not after a second of duplicate address detection.
    this.#kernel('net/ipv6/conf/default/accept_dad', '0');
    this.#kernel('net/ipv6/conf/default/disable_ipv6', world.ipv6 ? '0' : '1');
    ip(`-n ${namespace} link set lo up`);
    const mac = `02:00:00:00:00:${number.toString(16).padStart(2, '0')}`;
    ip(`-n ${world.bridge} link add ${this.#port} type veth peer name ${LAN} address ${mac} netns ${namespace}`);
    ip(`-n ${world.bridge} link set ${this.#port} master br0 up`);
    this.up();
  }

  /** Every address that other hosts may hear of. */
  get addresses(): readonly string[] {
    return [this.ipv4, this.ipv6, this.linkLocal].filter((address) => address !== undefined);
  }

  /** Starts a program here. */
  start(argv: readonly string[], label: string = argv[0] ?? ''): Program {
    const program = new Program(this.command(argv), {
      label: `${this.name}: ${label}`,
      report: () => this.world.report(),
    });
    this.world.programs.push(program);
    return program;
  }

  /** Runs a program here to its end. */
  async run(
    argv: readonly string[],
  ): Promise<Exit & { readonly lines: readonly string[]; readonly errors: readonly string[] }> {
    const program = this.start(argv, argv.join(' '));
    const exit = await program.ended();
    return { ...exit, lines: program.lines, errors: program.errors };
  }

  /**
   * The command that runs a program here: in the host's network, under its host name, with a /run of its own, where its
   * D-Bus and Avahi live. Every step replaces the one before, so the process id is the program's.
   */
  command(argv: readonly string[]): readonly string[] {
    const script = `hostname "$0" && mount --bind "$1" /run && shift && DBUS_SYSTEM_BUS_ADDRESS=${SYSTEM_BUS} exec "$@"`;
    const run = join(this.world.directory, this.name);
    return ['ip', 'netns', 'exec', this.namespace, 'unshare', '--uts', 'sh', '-c', script, this.name, run, ...argv];
  }

  /** Pulls the cable: the interface stays, without a carrier. */
  unplug(): void {
    ip(`-n ${this.world.bridge} link set ${this.#port} down`);
  }

  plug(): void {
    ip(`-n ${this.world.bridge} link set ${this.#port} up`);
  }

  /** Takes the interface down; with it go its IPv6 addresses. */
  down(): void {
    ip(`-n ${this.namespace} link set ${LAN} down`);
  }

  up(): void {
    ip(`-n ${this.namespace} link set ${LAN} up`);
    if (this.ipv4 !== undefined) ip(`-n ${this.namespace} addr replace ${this.ipv4}/24 dev ${LAN}`);
    if (this.ipv6 !== undefined) ip(`-n ${this.namespace} addr replace ${this.ipv6}/64 dev ${LAN} nodad`);
  }

  #kernel(setting: string, value: string): void {
    execFileSync('ip', ['netns', 'exec', this.namespace, 'sh', '-c', `echo ${value} > /proc/sys/${setting}`]);
  }
}

/** Removes the networks of runs that were killed before they could clean up. */
export function sweep(): void {
  const orphaned = (name: string): boolean => {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  };
  removeNamespaces(orphaned);
  for (const name of readdirSync(tmpdir()).filter(orphaned))
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
}

/** Whoever still runs in such a namespace was started there by us. */
function removeNamespaces(which: (name: string) => boolean): void {
  const names = ip('netns list')
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');
  for (const name of names.filter(which)) {
    for (const pid of ip(`netns pids ${name}`).split('\n').filter(Boolean)) kill(Number(pid));
    ip(`netns delete ${name}`);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}

/** Runs `ip` with the words of one line. */
export function ip(line: string): string {
  return execFileSync('ip', line.split(' '), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
