/** The model of an interface that drives the simulated network, `test/model/interface-model.ts`, here drives a real one. */
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import type { Status } from '../../src/index.js';
import type { Random } from '../../src/net/simulated/index.js';
import { type InterfaceEvent, type InterfaceState, interfaceModel } from '../model/interface-model.js';
import { type Edge, type Run, Walker } from '../model/walk.js';
import { Ours } from './ours.js';
import type { Program } from './program.js';
import { describeInterop, useWorld } from './suite.js';
import { type Host, ip, LAN, type World } from './world.js';

const LIBRARY = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./peers/lifecycle.mjs', import.meta.url));
const TYPE = '_life._tcp';
const OWN = 'Life';
const NEIGHBOUR = 'Neighbour';
const SECOND = 'fd00:6d64:6e73::77';
/** Without it nothing is sent to an IPv6 group; over IPv4 routes do not matter to groups of one link. */
const MULTICAST_ROUTE = 'multicast ff00::/8 table local';
/** Milliseconds that the walk goes on for; it ends with the step that it is at. */
const WALK = 40_000;
/** Milliseconds: a scan, the pause for changes, five seconds in which a lost link is kept, opening, probing. */
const NOTICE = 15_000;
/** Milliseconds: more than a scan may be late without being taken for sleep. */
const SLEEP = 12_500;

describeInterop('an interface that comes, goes and changes', () => {
  const { host, world } = useWorld({ hosts: ['alpha', 'beta'], ipv4: false });

  it('is used as the model says, in a walk through it', { timeout: 120_000 }, async () => {
    await new Ours(host('beta')).publish({ name: NEIGHBOUR, type: TYPE, port: 1 });
    const end = performance.now() + WALK;
    let runs = 0;
    const walker = new Walker(interfaceModel, Date.now(), (random) => {
      runs += 1;
      return new RealInterface(world(), host('alpha'), host('beta'), random);
    });
    const hasSlept = () => [...walker.taken.keys()].some(({ event }) => event === 'sleep');
    const isTooLong = ({ event, from }: Edge) =>
      event === 'close' || (event === 'sleep' && (from !== 'up.settled' || hasSlept()));
    await walker.walkNewTransitions(() => performance.now() > end, isTooLong);
    expect(runs).toBe(1);
    expect(walker.steps).toBeGreaterThan(15);
    expect(walker.taken.size).toBeGreaterThan(12);
  });
});

interface Line {
  readonly state?: Status['state'];
  readonly reason?: string;
  readonly event?: 'up' | 'changed' | 'down';
  readonly name?: string;
  readonly handles?: readonly string[];
  readonly error?: string;
}

class RealInterface implements Run<InterfaceEvent, InterfaceState> {
  readonly #world: World;
  readonly #host: Host;
  readonly #neighbour: Host;
  readonly #random: Random;
  readonly #program: Program;
  #name = LAN;
  #number = 1;
  /** What it has besides its first address. */
  readonly #more = new Set<string>();
  #marks = 0;
  #isFailing = false;
  #isClosed = false;

  constructor(world: World, host: Host, neighbour: Host, random: Random) {
    if (!existsSync(LIBRARY)) throw new Error(`There is no ${LIBRARY}: run npm run build.`);
    this.#world = world;
    this.#host = host;
    this.#neighbour = neighbour;
    this.#random = random;
    this.#ip(`link set ${this.#name} down`);
    this.#program = host.start([process.execPath, PROGRAM, pathToFileURL(LIBRARY).href, OWN, TYPE], 'lifecycle.mjs');
  }

  readonly events: Readonly<Record<InterfaceEvent, () => void | Promise<void>>> = {
    add: () => this.#up(),
    remove: () => {
      this.#ip(`link set ${this.#name} down`);
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
      if (this.#more.has(SECOND)) this.#removeAddress(SECOND);
      else this.#addAnother(SECOND);
      return this.#pause();
    },
    recreate: () => {
      this.#ip(`link delete ${this.#name}`);
      const { bridge } = this.#world;
      ip(`-n ${bridge} link add port1 type veth peer name ${this.#name} netns ${this.#host.namespace}`);
      ip(`-n ${bridge} link set port1 master br0 up`);
      return this.#up();
    },
    rename: () => {
      this.#ip(`link set ${this.#name} down`);
      const name = this.#name === LAN ? 'lan1' : LAN;
      this.#ip(`link set ${this.#name} name ${name}`);
      this.#name = name;
      return this.#up();
    },
    // No multicast route. An open socket would notice when it sends; a new address has it opened anew.
    fail: () => {
      this.#isFailing = true;
      this.#mark();
      return this.#pause();
    },
    recover: () => {
      this.#isFailing = false;
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
    const reason = { absent: 'No interface', up: '', failing: 'ENETUNREACH' }[settled];
    const isSo = () => {
      const status = this.#lines.findLast((line) => line.state !== undefined);
      const found = this.#lines.findLast(({ name }) => name === NEIGHBOUR);
      const isFound = found !== undefined && found.event !== 'down';
      return status?.state === state && (status?.reason ?? '').includes(reason) && isFound === (settled === 'up');
    };
    const what = `"${state}", because of "${reason}", and the neighbour ${settled === 'up' ? 'found' : 'gone'}`;
    await this.#program.until(what, () => (isSo() ? true : undefined), NOTICE);
    if (settled === 'up') await this.#checkAnswer();
    else expect(await this.#sockets(), 'sockets on port 5353').toBe(0);
  }

  /** The service is there for others, on one group socket and one for each address. */
  async #checkAnswer(): Promise<void> {
    expect(await this.#sockets(), 'sockets on port 5353').toBe(2 + this.#more.size);
    const browser = new Ours(this.#neighbour).browse(TYPE);
    await browser.sees(OWN);
    await browser.program.stop();
  }

  async #sockets(): Promise<number> {
    const { lines } = await this.#host.run(['cat', '/proc/net/udp6']);
    return lines.filter((line) => / [0-9A-F]{32}:14E9 /.test(line)).length;
  }

  #up(): Promise<void> {
    this.#isFailing = false;
    this.#more.clear();
    this.#ip(`addr flush dev ${this.#name}`);
    this.#ip(`link set ${this.#name} addrgenmode none up`);
    this.#addFirst();
    return this.#pause();
  }

  /** The kernel adds the route for groups along with an address. */
  #addAddress(address: string): void {
    this.#ip(`addr add ${address}/64 dev ${this.#name} nodad`);
    if (this.#isFailing) this.#ip(`route delete ${MULTICAST_ROUTE} dev ${this.#name}`);
  }

  /** The one that is sent from. */
  #addFirst(): void {
    this.#addAddress(`fe80::ff:fe00:${this.#number}`);
  }

  #addAnother(address: string): void {
    this.#addAddress(address);
    this.#more.add(address);
  }

  #removeAddress(address: string): void {
    this.#ip(`addr delete ${address}/64 dev ${this.#name}`);
    this.#more.delete(address);
  }

  /** Gives it an address that it has never had. */
  #mark(): void {
    for (const address of this.#more) if (address !== SECOND) this.#removeAddress(address);
    this.#marks += 1;
    this.#addAnother(`fd00:6d64:6e73:2::${this.#marks}`);
  }

  #ip(line: string): void {
    ip(`-6 -n ${this.#host.namespace} ${line}`);
  }

  /** Now and then an event follows at once, now and then when much of it has been noticed. */
  async #pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#random() * 800));
  }
}
