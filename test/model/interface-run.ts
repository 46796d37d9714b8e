/** A host on the simulated network, driven by the model of one of its interfaces. See `interface-model.ts`. */
import { expect } from 'vitest';
import type { LinkStatus, ServiceInstance, Status } from '../../src/index.js';
import { type Random, SimulatedHost, type SimulatedLan } from '../../src/net/simulated/index.js';
import { nsec, question, service } from '../support/records.js';
import { TestHost, type TestPeer, World } from '../support/world.js';
import type { InterfaceEvent, InterfaceState } from './interface-model.js';
import { linkActors, Timers } from './left-behind.js';
import type { Run } from './walk.js';

const TYPE = '_t._tcp.local';
const OWN = 'I._own._tcp.local';
/** Milliseconds between scans. Nothing is noticed in the course of a walk but when the model says so. */
const SCAN_INTERVAL = 600_000;
const SLEEP = 3_600_000;
/** The longest pause between retries, then probing and the rest. */
const SETTLING = 45_000;
/** Milliseconds after an event; the shorter ones end in the middle of everything. */
const PAUSES = [0, 1, 40, 400, 1_100, 3_000, 6_000];
const FAULTS = ['ENETUNREACH', 'EADDRINUSE', 'EADDRNOTAVAIL', 'EPERM', 'ENODEV', 'EMFILE'];

export interface InterfaceRunOptions {
  /** Whether the host has another interface, which nothing happens to. */
  readonly steady: boolean;
}

export class InterfaceRun implements Run<InterfaceEvent, InterfaceState> {
  readonly #world: World;
  readonly #random: Random;
  readonly #timers = new Timers();
  readonly #host: TestHost;
  readonly #lan: SimulatedLan;
  readonly #askers: readonly TestPeer[];
  readonly #steadyAsker: TestPeer | undefined;
  readonly #found = new Set<string>();
  readonly #statuses: Status[] = [];
  #name = 'eth1';
  #naps = 0;
  #address = 1;
  #second = false;
  #code = '';
  #isClosed = false;
  /** Since when the host has something to probe for anew on the interface; undefined when it has not. */
  #awaySince: number | undefined;

  constructor(random: Random, { steady }: InterfaceRunOptions) {
    this.#random = random;
    this.#world = new World(Math.floor(random() * 2 ** 32));
    this.#lan = this.#world.newLan('other');
    this.#askers = [
      this.#neighbour('right', '198.19.0.200', this.#lan),
      this.#world.peer({ lan: this.#lan, address: 'fe80::200', name: 'right6' }),
    ];
    if (steady) this.#steadyAsker = this.#neighbour('left', '198.18.0.200', this.#world.lan);
    const network = new SimulatedHost({ clock: this.#world.clock, hostname: 'h', random });
    if (steady) network.plug('eth0', this.#world.lan, { addresses: ['198.18.0.1/24'] });
    this.#host = new TestHost(this.#world, 'h', network);
    this.#host.start({ scanIntervalMs: SCAN_INTERVAL, inspect: this.#timers.inspect });
    this.#host.mdns.publish({ name: 'I', type: 'own', port: 8085 });
    this.#host.mdns.browse('t').subscribe(({ event, instance }) => this.#see(event, instance));
    this.#host.mdns.status$.subscribe((status) => this.#statuses.push(status));
    this.#world.advance(SETTLING);
  }

  readonly events = {
    add: () => this.#happens(() => this.#plug(), true),
    remove: () => this.#happens(() => this.#host.network.unplug(this.#name)),
    change: () =>
      this.#happens(() => {
        this.#address = 3 - this.#address;
        this.#host.network.setAddresses(this.#name, this.#addresses);
      }),
    extend: () =>
      this.#happens(() => {
        this.#second = !this.#second;
        this.#host.network.setAddresses(this.#name, this.#addresses);
      }),
    recreate: () =>
      this.#happens(() => {
        this.#host.network.unplug(this.#name);
        this.#plug();
      }, true),
    bounce: () => this.#happens(() => this.#host.network.bounce(this.#name), true),
    rename: () =>
      this.#happens(() => {
        this.#host.network.unplug(this.#name);
        this.#name = this.#name === 'eth1' ? 'lan1' : 'eth1';
        this.#plug();
      }, true),
    fail: () => this.#happens(() => this.#fail()),
    recover: () => this.#happens(() => this.#host.network.heal(this.#name)),
    scan: () => {
      void this.#host.mdns.scanInterfaces();
      this.#pause();
    },
    settle: () => {
      this.#world.advance(SETTLING);
      // Not in the middle of a retry.
      const isTrying = () => this.#host.mdns.status.links.some(({ state }) => state === 'opening');
      for (let i = 0; i < 10 && isTrying(); i++) this.#world.advance(100);
    },
    sleep: () => {
      this.#awaySince ??= this.#world.now;
      this.#host.network.sleep();
      this.#world.advance(SLEEP);
    },
    wake: () => {
      this.#naps += 1;
      this.#host.network.wake();
      this.#pause();
    },
    close: async () => {
      this.#isClosed = true;
      const closed = this.#host.mdns.close();
      this.#pause();
      await this.#world.settle(closed, 1_600);
    },
  } satisfies Record<InterfaceEvent, () => void | Promise<void>>;

  readonly states = {
    'absent.outdated': () => this.#check(),
    'absent.fresh': () => this.#check(),
    'absent.settled': () => this.#check('absent'),
    'up.outdated': () => this.#check(),
    'up.fresh': () => this.#check(),
    'up.settled': () => this.#check('up'),
    'failing.outdated': () => this.#check(),
    'failing.fresh': () => this.#check(),
    'failing.settled': () => this.#check('failing'),
    'asleep.absent': () => this.#check(),
    'asleep.up': () => this.#check(),
    'asleep.failing': () => this.#check(),
    closed: () => this.#checkClosed(),
  } satisfies Record<InterfaceState, () => void>;

  async end(): Promise<void> {
    if (this.#isClosed) return;
    this.#host.network.wake();
    await this.events.close();
    this.#checkClosed();
  }

  report(): string {
    return `${JSON.stringify(this.#host.mdns.status, undefined, 1)}\n${this.#world.log.render(this.#world.log.packets.slice(-30))}`;
  }

  /** A peer that answers for a service of its own name. */
  #neighbour(name: string, own: string, lan: SimulatedLan): TestPeer {
    const peer = this.#world.peer({ lan, address: own, name });
    const host = `${name}.local`;
    const records = [...service(name, TYPE, host, 80, { addresses: [own] }), nsec(host, ['A'])];
    const isMine = (asked: string) => asked === TYPE || asked === `${name}.${TYPE}` || asked === host;
    peer.onHeard(({ message }) => {
      if (!message.response && message.questions.some((each) => isMine(each.name))) peer.say(records);
    });
    return peer;
  }

  #see(event: 'up' | 'changed' | 'down', { name }: ServiceInstance): void {
    if (event === 'down') this.#found.delete(name);
    else this.#found.add(name);
  }

  get #addresses(): string[] {
    const second = this.#second ? ['198.19.0.77/24', 'fd00::77/64'] : [];
    return [`198.19.0.${this.#address}/24`, 'fe80::1/64', ...second];
  }

  #plug(): void {
    this.#host.network.plug(this.#name, this.#lan, { addresses: this.#addresses });
  }

  #fail(): void {
    this.#code = FAULTS[Math.floor(this.#random() * FAULTS.length)] ?? '';
    const isSilent = this.#random() < 0.5;
    this.#host.network.failWith(this.#name, this.#code, isSilent ? 'send' : 'link');
    // What cannot be sent is noticed when something is to be sent.
    if (isSilent) for (const peer of this.#askers) ask(peer);
  }

  /** @param away whether the host cannot have been on the link all the time (RFC 6762 section 8, CFL-07) */
  #happens(what: () => void, away = false): void {
    if (away) this.#awaySince ??= this.#world.now;
    what();
    this.#pause();
  }

  #pause(): void {
    this.#world.advance(PAUSES[Math.floor(this.#random() * PAUSES.length)] ?? 0);
  }

  /** @param settled what the model says of the interface, when the host has had the time to know */
  #check(settled?: 'absent' | 'up' | 'failing'): void {
    expect(this.#timers.stranded, 'timers of actors that stopped').toEqual([]);
    expect(this.#severe, 'errors in the log').toEqual([]);
    if (this.#steadyAsker) {
      expect(this.#host.mdns.metrics()['eth0/ipv4']?.opened, 'sockets ever opened on the steady interface').toBe(
        1 + this.#naps,
      );
    }
    if (!settled) return;
    const steady = this.#steadyAsker ? 1 : 0;
    expect(this.#links, 'links').toEqual(this.#expectedLinks(settled));
    expect(this.#host.network.openLinks, 'open sockets').toBe(steady + (settled === 'up' ? 2 : 0));
    // One more is the scanner's, which is no machine.
    expect(this.#host.network.pendingTimers, 'timers').toBe(this.#timers.all.length + 1);
    expect([...this.#found].sort(), 'what is found').toEqual([
      ...(steady ? ['left'] : []),
      ...(settled === 'up' ? ['right'] : []),
    ]);
    this.#checkStatus(settled);
    if (settled === 'up' && this.#awaySince !== undefined) this.#checkProbes(this.#awaySince);
    this.#awaySince = undefined;
    this.#checkAnswers(settled);
  }

  #checkProbes(since: number): void {
    for (const family of ['ipv4', 'ipv6'] as const) {
      const probes = this.#host.sent({ interface: this.#name, family, kind: 'probe', about: OWN, since });
      expect(probes.length, `probes over ${family} since ${since}`).toBeGreaterThanOrEqual(3);
    }
  }

  #checkStatus(settled: 'absent' | 'up' | 'failing'): void {
    const { state, reason } = this.#host.mdns.status;
    const bad = this.#steadyAsker ? 'degraded' : 'down';
    if (settled === 'up') expect([state, reason]).toEqual(['up', undefined]);
    else if (settled === 'failing') expect([state, reason]).toEqual([bad, expect.stringContaining(this.#code)]);
    else if (this.#steadyAsker) expect([state, reason]).toEqual(['up', undefined]);
    else expect([state, reason]).toEqual(['down', expect.stringContaining('No interface')]);
    const unexplained = this.#statuses.filter((each) => ['degraded', 'down'].includes(each.state) && !each.reason);
    expect(unexplained, 'a bad status without a reason').toEqual([]);
    const isRetry = ({ state, links }: Status) =>
      state === 'starting' && links.every((link) => link.fault !== undefined || link.state === 'unused');
    expect(this.#statuses.slice(1).filter(isRetry), 'a retry is no start').toEqual([]);
  }

  /** What is published is answered for on exactly the live links. */
  #checkAnswers(settled: 'absent' | 'up' | 'failing'): void {
    const at = this.#world.now;
    const asked = [...this.#askers, ...(this.#steadyAsker ? [this.#steadyAsker] : [])];
    for (const peer of asked) ask(peer);
    this.#world.advance(1_500);
    const answering = new Set(
      this.#host.sent({ since: at, kind: 'response', about: OWN }).map(({ from, family }) => `${from}/${family}`),
    );
    expect([...answering].sort(), 'answering links').toEqual([
      ...(this.#steadyAsker ? ['h/eth0/ipv4'] : []),
      ...(settled === 'up' ? [`h/${this.#name}/ipv4`, `h/${this.#name}/ipv6`] : []),
    ]);
  }

  get #links(): string[] {
    const isUsed = (link: LinkStatus) => link.state !== 'unused';
    const used = this.#host.mdns.status.links.filter(isUsed);
    const actors = [...linkActors(this.#timers.root).keys()];
    expect(actors.sort(), 'actors of links').toEqual(used.map((link) => `${link.interface}/${link.family}`).sort());
    for (const id of actors) expect(this.#socketsOf(id).length, `actors of sockets of ${id}`).toBeLessThanOrEqual(1);
    return used.map((link) => `${link.interface}/${link.family} ${link.state}`).sort();
  }

  #socketsOf(link: string): string[] {
    const children = linkActors(this.#timers.root).get(link)?.getSnapshot().children ?? {};
    return Object.keys(children).filter((id) => id.startsWith('socket-'));
  }

  #expectedLinks(settled: 'absent' | 'up' | 'failing'): string[] {
    const state = settled === 'failing' ? 'retrying' : 'up';
    const changing = settled === 'absent' ? [] : ['ipv4', 'ipv6'].map((family) => `${this.#name}/${family} ${state}`);
    return [...(this.#steadyAsker ? ['eth0/ipv4 up'] : []), ...changing];
  }

  get #severe(): string[] {
    return this.#host.lines.filter(({ level }) => level === 'error').map(({ message }) => message);
  }

  #checkClosed(): void {
    this.#world.advance(3_000);
    expect(this.#severe, 'errors in the log').toEqual([]);
    expect(this.#timers.all, 'delayed events').toEqual([]);
    expect(this.#host.network.pendingTimers, 'timers').toBe(0);
    expect(this.#host.network.openLinks, 'open sockets').toBe(0);
    expect(this.#statuses.at(-1)?.state).toBe('closed');
  }
}

function ask(peer: TestPeer): void {
  peer.ask({ questions: [question(OWN, 'SRV')] });
}
