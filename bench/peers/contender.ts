/** Who is compared: each is a program that prints JSON lines (see contenders/say.mjs), and Avahi with its own. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Avahi } from '../../test/interop/avahi.js';
import type { Program } from '../../test/interop/program.js';
import type { Host } from '../../test/interop/world.js';
import { PYTHON } from '../../test/interop/zeroconf.js';

/** `find`: services, and what they cost in memory. `hear`: floods. */
export type Ability = 'find' | 'hear' | 'answer' | 'import';
export type Role = 'browse' | 'answer';

export interface State {
  /** Services that are up; undefined for who does not keep them. */
  readonly up?: number;
  /** Datagrams that it has thrown away unread by a decision of its own. */
  readonly throttled?: number;
  /** p99.9 of its event loop's delay in ms since the last state. */
  readonly delay?: number;
}

export interface Running {
  /** Seconds until all were resolved, from when the browse was opened. */
  found(deadlineMs: number): Promise<number>;
  state(): Promise<State>;
}

export interface Contender {
  readonly name: string;
  readonly abilities: readonly Ability[];
  /** Why it is left out. */
  missing(): string | undefined;
  start(host: Host, role: Role, count: number): Promise<Running>;
}

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const contenders: readonly Contender[] = [
  node('us', 'ours', ['find', 'hear', 'answer', 'import'], '../../dist/index.js'),
  node('bonjour-service', 'bonjour-service', ['find', 'hear', 'answer', 'import']),
  node('multicast-dns', 'multicast-dns', ['hear', 'import']),
  node('ciao', 'ciao', ['answer', 'import'], '../node_modules/@homebridge/ciao'),
  {
    name: 'python-zeroconf',
    abilities: ['find', 'hear', 'answer'],
    missing: () =>
      works(PYTHON, '-c', 'import zeroconf') ? undefined : 'it is not installed: apt-get install python3-zeroconf',
    start: (host, role, count) => {
      const argv = [PYTHON, '-B', file('contenders/python-zeroconf.py'), role, String(count), host.ipv4 ?? ''];
      return begin(host.start(argv, 'python-zeroconf.py'), role);
    },
  },
  {
    name: 'Avahi',
    abilities: ['find', 'hear', 'answer'],
    missing: () =>
      works('sh', '-c', 'command -v avahi-daemon && command -v avahi-browse && command -v dbus-daemon')
        ? undefined
        : 'it is not installed: apt-get install avahi-daemon avahi-utils dbus',
    start: startAvahi,
  },
];

/** A program of the directory for Node. */
function node(
  name: string,
  program: string,
  abilities: readonly Ability[],
  needs = `../node_modules/${name}`,
): Contender {
  return {
    name,
    abilities,
    missing: () => (existsSync(file(needs)) ? undefined : 'it is not installed: npm ci --prefix bench'),
    start: (host, role, count) => begin(startNode(host, program, role, String(count)), role),
  };
}

export function startNode(host: Host, program: string, ...args: readonly string[]): Program {
  return host.start([process.execPath, file(`contenders/${program}.mjs`), ...args], program);
}

/** Waits until it can be measured. */
export async function begin(program: Program, role: Role): Promise<Running> {
  if (role === 'answer') await event(program, 'ready', 0, 30_000);
  return running(program);
}

/** What a program says by JSON lines. */
export function running(program: Program): Running {
  let states = 0;
  return {
    found: async (deadlineMs) => Number((await event(program, 'found', 0, deadlineMs)).seconds),
    state: () => {
      program.signal('SIGUSR2');
      return event(program, 'state', states++, 30_000);
    },
  };
}

type Said = State & { readonly event?: string; readonly seconds?: number };

/** The line of that event that comes after so many others. */
function event(program: Program, what: string, after: number, deadlineMs: number): Promise<Said> {
  const look = (): Said | undefined => {
    const lines = program.lines.filter((line) => line.startsWith('{')).map((line): Said => JSON.parse(line));
    return lines.filter((line) => line.event === what)[after];
  };
  return program.until(`"${what}"`, look, deadlineMs);
}

/** avahi-browse is timed from its start; `=` is a resolved service, `-` one that has gone. */
async function startAvahi(host: Host, role: Role, count: number): Promise<Running> {
  const avahi = await Avahi.start(host);
  if (role === 'answer') {
    const own = Array.from({ length: count }, (_, i) => ({ name: `Own ${i}`, type: '_own._tcp', port: 1 + i }));
    await Promise.all(own.map((service) => avahi.publish(service)));
    return { found: () => Promise.resolve(0), state: () => Promise.resolve({}) };
  }
  const began = performance.now();
  const program = host.start(['avahi-browse', '-r', '-p', '_http._tcp'], 'avahi-browse');
  const up = new Set<string>();
  let read = 0;
  const fold = (): number => {
    for (const line of program.lines.slice(read)) {
      const [sign, , , name = ''] = line.split(';');
      if (sign === '=') up.add(name);
      if (sign === '-') up.delete(name);
    }
    read = program.lines.length;
    return up.size;
  };
  return {
    found: async (deadlineMs) => {
      await program.until(`${count} services`, () => (fold() >= count ? true : undefined), deadlineMs);
      return (performance.now() - began) / 1_000;
    },
    state: () => Promise.resolve({ up: fold() }),
  };
}

function works(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
