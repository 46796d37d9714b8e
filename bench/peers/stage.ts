/** A contender, a publisher of many services and a process that does nothing, each in a network namespace of its own. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Program } from '../../test/interop/program.js';
import { type Host, ip, LAN, World } from '../../test/interop/world.js';
import { cpuOf, memoryOf } from '../hostile/process.js';
import { type Contender, type Role, type Running, running, type State, startNode } from './contender.js';

export class Stage {
  readonly contender: Running;
  readonly #world: World;
  readonly #idle: Running;

  private constructor(world: World, contender: Running, idle: Running) {
    this.#world = world;
    this.contender = contender;
    this.#idle = idle;
  }

  /** Runs `act` while they do, and removes them. */
  static async with<T>(contender: Contender, role: Role, count: number, act: (stage: Stage) => Promise<T>): Promise<T> {
    const world = new World({ hosts: ['contender', 'publisher', 'idle'], ipv6: false });
    try {
      // As hosts have it that reach further: some contenders leave it to the system where the group is.
      ip(`-n ${world.host('contender').namespace} route add default dev ${LAN}`);
      if (role === 'browse') {
        const program = startTyped(world.host('publisher'), 'publisher.ts', world.host('publisher').ipv4 ?? '', count);
        await program.until('"ready"', () => program.lines[0], 60_000);
      }
      const idle = startNode(world.host('idle'), 'idle');
      await idle.until('"ready"', () => idle.lines[0], 30_000);
      const started = await contender.start(world.host('contender'), role, count);
      return await act(new Stage(world, started, running(idle)));
    } finally {
      await world.close();
    }
  }

  /** Its state, with the delay of its event loop less that of an idle one. */
  async state(): Promise<State> {
    const [state, { delay: usual = 0 }] = await Promise.all([this.contender.state(), this.#idle.state()]);
    return state.delay === undefined ? state : { ...state, delay: Math.max(0, state.delay - usual) };
  }

  /** Seconds of CPU that all its processes have used: Avahi has a daemon, a bus and a browser. */
  cpu(): number {
    return this.#sum((pid) => cpuOf(pid) / 1_000);
  }

  /** MiB of RSS. */
  memory(): number {
    return this.#sum((pid) => memoryOf(pid).now);
  }

  /** Datagrams that its sockets have dropped since they were opened. */
  dropped(): number {
    const [pid] = this.#pids();
    if (pid === undefined) return 0;
    const rows = readFileSync(`/proc/${pid}/net/udp`, 'utf8').trim().split('\n').slice(1);
    return rows.reduce((sum, row) => sum + Number(row.trim().split(/\s+/).at(-1)), 0);
  }

  /** Packets that it has sent on the network. */
  sent(): number {
    const [pid] = this.#pids();
    const lines = readFileSync(`/proc/${pid}/net/dev`, 'utf8').split('\n');
    const [, counters = ''] = lines.find((line) => line.trim().startsWith(`${LAN}:`))?.split(':') ?? [];
    return Number(counters.trim().split(/\s+/)[9]);
  }

  /** Starts a program of this directory on the publisher's host, with the address of that. */
  start(file: string, ...args: readonly (string | number)[]): Program {
    const host = this.#world.host('publisher');
    return startTyped(host, file, host.ipv4 ?? '', ...args);
  }

  #pids(): readonly number[] {
    const { namespace } = this.#world.host('contender');
    return ip(`netns pids ${namespace}`).split('\n').filter(Boolean).map(Number);
  }

  #sum(of: (pid: number) => number): number {
    return this.#pids().reduce((sum, pid) => sum + of(pid), 0);
  }
}

function startTyped(host: Host, file: string, ...args: readonly (string | number)[]): Program {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const argv = [process.execPath, '--import', import.meta.resolve('tsx'), path, ...args.map(String)];
  return host.start(argv, file);
}
