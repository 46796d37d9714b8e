/** An interface of the operating system, driven by the model `test/model/interface-model.ts`, and a program of ours that uses it. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, vi } from 'vitest';
import type { Status } from '../../src/index.js';
import type { Random } from '../../src/net/simulated/index.js';
import type { InterfaceEvent, InterfaceState } from '../model/interface-model.js';
import type { Run } from '../model/walk.js';
import { Ours } from './ours.js';
import type { Program } from './program.js';
import { type Host, ip, LAN, type World } from './world.js';

const LIBRARY = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./peers/lifecycle.mjs', import.meta.url));
export const TYPE = '_life._tcp';
export const NEIGHBOUR = 'Neighbour';
const OWN = 'Life';
/** Milliseconds: a scan, the pause for changes, five seconds in which a lost link is kept, opening, probing. */
const NOTICE = 15_000;
/** Milliseconds: more than a scan may be late without being taken for sleep. */
const SLEEP = 12_500;

export interface InterfaceKind {
  /** A cable's end, or a bridge with the cable in it. */
  readonly device: 'veth' | 'bridge';
  readonly family: 'ipv4' | 'ipv6';
  /** What goes wrong with it: there is no route for groups (which IPv4 does not need on one link), or a firewall. */
  readonly fault: 'ENETUNREACH' | 'EPERM';
}

interface Place {
  readonly world: World;
  readonly host: Host;
  readonly neighbour: Host;
}

interface Line {
  readonly state?: Status['state'];
  readonly reason?: string;
  readonly event?: 'up' | 'changed' | 'down';
  readonly name?: string;
  readonly handles?: readonly string[];
  readonly error?: string;
}

/** Addresses: the first one, whose number changes, a second one, and others that it has never had. */
const ADDRESSES = {
  ipv4: {
    first: (number: number) => `198.18.0.${number}/24`,
    second: '198.18.0.77/24',
    mark: (number: number) => `198.18.0.${110 + number}/24`,
  },
  ipv6: {
    first: (number: number) => `fe80::ff:fe00:${number}/64`,
    second: 'fd00:6d64:6e73::77/64',
    mark: (number: number) => `fd00:6d64:6e73:2::${number}/64`,
  },
};

export class RealInterface implements Run<InterfaceEvent, InterfaceState> {
  readonly #kind: InterfaceKind;
  readonly #world: World;
  readonly #host: Host;
  readonly #neighbour: Host;
  readonly #random: Random;
  readonly #program: Program;
  #name: string;
  #number = 1;
  /** What it has besides its first address. */
  readonly #more = new Set<string>();
  #marks = 0;
  #isFailing = false;
  #isClosed = false;

  constructor(kind: InterfaceKind, { world, host, neighbour }: Place, random: Random) {
    if (!existsSync(LIBRARY)) throw new Error(`There is no ${LIBRARY}: run npm run build.`);
    this.#kind = kind;
    this.#world = world;
    this.#host = host;
    this.#neighbour = neighbour;
    this.#random = random;
    this.#name = kind.device === 'veth' ? LAN : 'own0';
    if (kind.device === 'bridge') {
      this.#ip(`addr flush dev ${LAN}`);
      this.#addBridge();
    }
    this.#ip(`link set ${this.#name} down`);
    const argv = [process.execPath, PROGRAM, pathToFileURL(LIBRARY).href, OWN, TYPE];
    this.#program = host.start(argv, 'lifecycle.mjs');
  }

  readonly events: Readonly<Record<InterfaceEvent, () => void | Promise<void>>> = {
    add: () => this.#up(),
    remove: () => {
      // An interface without a carrier is none.
      if (this.#random() < 0.5) this.#host.unplug();
      else this.#ip(`link set ${this.#name} down`);
      this.#isFailing = false;
      return this.#pause();
    },
    change: () => {
      this.#ip(`addr flush dev ${this.#name}`);
      this.#number = this.#number === 1 ? 101 : 1;
      this.#more.clear();
      this.#addFirst();
      return this.#pause();
    },
    extend: () => {
      const { second } = this.#addresses;
      if (this.#more.has(second)) this.#removeAddress(second);
      else this.#addAnother(second);
      return this.#pause();
    },
    recreate: () => {
      this.#ip(`link delete ${this.#name}`);
      if (this.#kind.device === 'bridge') this.#addBridge();
      else this.#addCable();
      return this.#up();
    },
    bounce: () => {
      this.#host.unplug();
      this.#host.plug();
      return this.#pause();
    },
    rename: () => {
      this.#ip(`link set ${this.#name} down`);
      const name = this.#name === 'lan1' ? 'lan2' : 'lan1';
      this.#ip(`link set ${this.#name} name ${name}`);
      this.#name = name;
      return this.#up();
    },
    // An open socket would notice when it sends; a new address has it opened anew.
    fail: () => {
      this.#isFailing = true;
      this.#setFirewall();
      this.#mark();
      return this.#pause();
    },
    recover: () => {
      this.#isFailing = false;
      this.#setFirewall();
      this.#mark();
      return this.#pause();
    },
    // The program looks at its interfaces by itself.
    scan: () => this.#pause(),
    settle: () => {},
    sleep: async () => {
      this.#program.signal('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, SLEEP));
    },
    wake: () => {
      this.#program.signal('SIGCONT');
      return this.#pause();
    },
    close: async () => {
      this.#isClosed = true;
      expect(await this.#program.stop()).toMatchObject({ code: 0 });
    },
  };

  readonly states: Readonly<Record<InterfaceState, () => void | Promise<void>>> = {
    'absent.outdated': () => this.#check(),
    'absent.fresh': () => this.#check(),
    'absent.settled': () => this.#check('absent'),
    'up.outdated': () => this.#check(),
    'up.fresh': () => this.#check(),
    'up.settled': () => this.#check('up'),
    'failing.outdated': () => this.#check(),
    'failing.fresh': () => this.#check(),
    'failing.settled': () => this.#check('failing'),
    'asleep.absent': () => {},
    'asleep.up': () => {},
    'asleep.failing': () => {},
    closed: () => {
      expect(this.#lines.at(-1), 'nothing is left behind').toEqual({ handles: [] });
    },
  };

  async end(): Promise<void> {
    if (this.#isClosed) return;
    this.#program.signal('SIGCONT');
    await this.events.close();
    this.states.closed();
  }

  report(): string {
    return this.#world.report();
  }

  get #lines(): readonly Line[] {
    return this.#program.lines.map((line) => JSON.parse(line) as Line);
  }

  async #check(settled?: 'absent' | 'up' | 'failing'): Promise<void> {
    expect(this.#lines.filter(({ error }) => error !== undefined)).toEqual([]);
    if (!settled) return;
    const state = settled === 'up' ? 'up' : 'down';
    const reason = { absent: 'No interface', up: '', failing: this.#kind.fault }[settled];
    const isSo = () => {
      const status = this.#lines.findLast((line) => line.state !== undefined);
      const found = this.#lines.findLast(({ name }) => name === NEIGHBOUR);
      const isFound = found !== undefined && found.event !== 'down';
      return status?.state === state && (status?.reason ?? '').includes(reason) && isFound === (settled === 'up');
    };
    const what = `"${state}", because of "${reason}", and the neighbour ${settled === 'up' ? 'found' : 'gone'}`;
    await this.#program.until(what, () => (isSo() ? true : undefined), NOTICE);
    if (settled === 'up') await this.#checkAnswer();
    else await this.#checkSockets(0);
  }

  /** The service is there for others, on one group socket and one for each address. */
  async #checkAnswer(): Promise<void> {
    await this.#checkSockets(2 + this.#more.size);
    const browser = new Ours(this.#neighbour).browse(TYPE);
    await browser.sees(OWN);
    await browser.program.stop();
  }

  /** The status stays as it is while a further address comes or goes, so the sockets follow in their own time. */
  async #checkSockets(expected: number): Promise<void> {
    const isSo = async () => expect(await this.#sockets(), 'sockets on port 5353').toBe(expected);
    await vi.waitFor(isSo, { timeout: NOTICE, interval: 200 });
  }

  async #sockets(): Promise<number> {
    const { lines } = await this.#host.run(['cat', `/proc/net/${this.#kind.family === 'ipv4' ? 'udp' : 'udp6'}`]);
    return lines.filter((line) => / [0-9A-F]+:14E9 /.test(line)).length;
  }

  get #addresses() {
    return ADDRESSES[this.#kind.family];
  }

  #up(): Promise<void> {
    this.#isFailing = false;
    this.#setFirewall();
    this.#host.plug();
    this.#more.clear();
    this.#ip(`addr flush dev ${this.#name}`);
    this.#ip(`link set ${this.#name} addrgenmode none up`);
    this.#addFirst();
    return this.#pause();
  }

  #addBridge(): void {
    this.#ip(`link add ${this.#name} type bridge mcast_snooping 0`);
    this.#ip(`link set ${LAN} master ${this.#name} up`);
  }

  #addCable(): void {
    const { bridge } = this.#world;
    ip(`-n ${bridge} link add port1 type veth peer name ${this.#name} netns ${this.#host.namespace}`);
    ip(`-n ${bridge} link set port1 master br0 up`);
  }

  #setFirewall(): void {
    if (this.#kind.fault !== 'EPERM') return;
    const rules = 'table inet closed { chain out { type filter hook output priority 0; udp dport 5353 drop; }; }';
    this.#nft('table inet closed');
    this.#nft('delete table inet closed');
    if (this.#isFailing) this.#nft(rules);
  }

  #nft(rules: string): void {
    execFileSync('ip', ['netns', 'exec', this.#host.namespace, 'nft', rules], { stdio: 'pipe' });
  }

  #addAddress(address: string): void {
    this.#ip(`addr add ${address} dev ${this.#name}${this.#kind.family === 'ipv6' ? ' nodad' : ''}`);
    // The kernel adds the route for groups along with an address.
    if (this.#isFailing && this.#kind.fault === 'ENETUNREACH')
      this.#ip(`route delete multicast ff00::/8 table local dev ${this.#name}`);
  }

  /** The one that is sent from. */
  #addFirst(): void {
    this.#addAddress(this.#addresses.first(this.#number));
  }

  #addAnother(address: string): void {
    this.#addAddress(address);
    this.#more.add(address);
  }

  #removeAddress(address: string): void {
    this.#ip(`addr delete ${address} dev ${this.#name}`);
    this.#more.delete(address);
  }

  /** Gives it an address that it has never had. */
  #mark(): void {
    for (const address of this.#more) if (address !== this.#addresses.second) this.#removeAddress(address);
    this.#marks += 1;
    this.#addAnother(this.#addresses.mark(this.#marks));
  }

  #ip(line: string): void {
    ip(`-${this.#kind.family === 'ipv4' ? 4 : 6} -n ${this.#host.namespace} ${line}`);
  }

  /** Now and then an event follows at once, now and then when much of it has been noticed. */
  async #pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#random() * 800));
  }
}
