/**
 * The vocabulary of scenarios: LANs, hosts that run an `Mdns`, and scripted peers, all on one virtual clock.
 *
 * ```ts
 * scenario('GBY-01 says goodbye', (world) => {
 *   const h1 = world.host('h1');
 *   const service = h1.mdns.publish({ name: 'I', type: 't', port: 8085 });
 *   world.advance(10_000);
 *   void service.withdraw();
 *   world.advance(10);
 *   expect(h1.sent({ kind: 'goodbye' })).toHaveLength(1);
 * });
 * ```
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Observable, Subscription } from 'rxjs';
import { createMdns, type Mdns, type MdnsOptions } from '../../src/index.js';
import {
  type Endpoint,
  type PeerOptions,
  type PlugOptions,
  type ScriptedPeer,
  type SimulatedHost,
  SimulatedLan,
  type SimulatedLanOptions,
  seededRandom,
  VirtualClock,
} from '../../src/net/simulated/index.js';
import type { Station } from '../../src/net/simulated/wire.js';
import type { Message, ResourceRecord } from '../../src/protocol/record.js';
import { type PacketFilter, PacketLog, type SentPacket } from './packet-log.js';
import { query, response } from './records.js';

/** Milliseconds in which everything has been claimed, announced twice and is quiet, when nobody objects. */
export const QUIET = 10_000;
/** Milliseconds between looks at a promise that waits for virtual time. */
const STEP = 5;

export interface HostOptions extends Omit<MdnsOptions, 'network'> {
  /** Of `eth0`. Default: one of its own in 198.18.0.0/24; IPv6 is off where there is no IPv6 address. */
  readonly addresses?: readonly string[];
  /** Default: the first of the world. */
  readonly lan?: SimulatedLan;
  /** Interfaces besides `eth0`, by name. */
  readonly nics?: Readonly<Record<string, PlugOptions & { readonly lan: SimulatedLan }>>;
  /** Whether there is a loopback interface. Default: false. */
  readonly lo?: boolean;
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly details: object | undefined;
}

/** What an Observable has told, and when. */
export interface Recording<T> {
  readonly events: (T & { readonly at: number })[];
  completed: boolean;
  error: unknown;
  stop(): void;
}

export class World {
  readonly clock = new VirtualClock();
  readonly log = new PacketLog();
  readonly hosts: TestHost[] = [];
  /** Where everybody is who is not put elsewhere. */
  readonly lan: SimulatedLan;
  readonly #seed: number;

  constructor(seed = 1) {
    this.#seed = seed;
    this.lan = this.newLan('lan');
  }

  get now(): number {
    return this.clock.now();
  }

  /** Another LAN, which has nothing to do with the first. */
  newLan(name: string, options: Omit<SimulatedLanOptions, 'clock' | 'seed'> = {}): SimulatedLan {
    const lan = new SimulatedLan({ ...options, clock: this.clock, seed: `${this.#seed}/${name}` });
    this.log.follow(lan, name);
    return lan;
  }

  /** A host that runs an `Mdns` of the same name. */
  host(name: string, options: HostOptions = {}): TestHost {
    const {
      addresses = [`198.18.0.${this.hosts.length + 1}/24`],
      lan = this.lan,
      lo = false,
      nics = {},
      ...rest
    } = options;
    const network = lan.host(name, addresses, { lo, random: seededRandom(`${this.#seed}/${name}`) });
    for (const [nic, { lan: on, ...plug }] of Object.entries(nics)) network.plug(nic, on, plug);
    const host = new TestHost(this, name, network);
    host.start({ hostname: name, ...(addresses.some((each) => each.includes(':')) ? {} : { ipv6: false }), ...rest });
    this.hosts.push(host);
    return host;
  }

  peer(options: Partial<PeerOptions> & { readonly lan?: SimulatedLan } = {}): TestPeer {
    const { lan = this.lan, ...rest } = options;
    return new TestPeer(this, lan.peer({ address: '198.18.0.200', name: 'peer', ...rest }));
  }

  /** Makes two LANs one: whatever is sent on either is heard on the other, some milliseconds later. */
  bridge(one: SimulatedLan, other: SimulatedLan, delayMs = 3): void {
    const end = (to: () => [SimulatedLan, Station]): Station => ({
      label: 'bridge',
      owns: () => false,
      receive: ({ source, destination, bytes }) => {
        const [lan, station] = to();
        this.clock.setTimeout(() => lan.transmit(station, source, destination, bytes), delayMs);
      },
    });
    const left: Station = end(() => [other, right]);
    const right: Station = end(() => [one, left]);
    one.attach(left);
    other.attach(right);
  }

  advance(ms: number): void {
    this.clock.advance(ms);
  }

  /** Lets time pass until a time on the clock. */
  runUntil(time: number): void {
    this.clock.runUntil(time);
  }

  /** Lets time pass while promises are kept, as they would be in real time. */
  async pass(ms: number): Promise<void> {
    for (const end = this.now + ms; this.now < end; ) {
      this.advance(Math.min(STEP, end - this.now));
      await nextTurn();
    }
  }

  /** Lets time pass until a promise is settled, and settles as it does. */
  async settle<T>(promise: Promise<T>, limitMs = 120_000): Promise<T> {
    let isSettled = false;
    const note = () => {
      isSettled = true;
    };
    promise.then(note, note);
    const end = this.now + limitMs;
    for (await nextTurn(); !isSettled; await nextTurn()) {
      if (this.now >= end) throw new Error(`A promise was not settled within ${limitMs} ms of virtual time.`);
      this.advance(STEP);
    }
    return promise;
  }

  /** Subscribes, and notes what comes. */
  record<T extends object>(source: Observable<T>): Recording<T> {
    let subscription: Subscription | undefined;
    const recording: Recording<T> = {
      events: [],
      completed: false,
      error: undefined,
      stop: () => subscription?.unsubscribe(),
    };
    subscription = source.subscribe({
      next: (event) => recording.events.push({ ...event, at: this.now }),
      complete: () => {
        recording.completed = true;
      },
      error: (error: unknown) => {
        recording.error = error;
      },
    });
    return recording;
  }

  /** Closes what is still open, and lets everything end that should. */
  async close(): Promise<void> {
    const closed = this.hosts.flatMap((host) => host.all.map((mdns) => mdns.close()));
    await this.settle(Promise.all(closed), 5_000);
    this.advance(3_000);
  }
}

/** A host of ours. */
export class TestHost {
  readonly name: string;
  readonly network: SimulatedHost;
  readonly lines: LogLine[] = [];
  /** Every one that was ever started. */
  readonly all: Mdns[] = [];
  readonly #world: World;
  #mdns: Mdns | undefined;

  constructor(world: World, name: string, network: SimulatedHost) {
    this.#world = world;
    this.name = name;
    this.network = network;
  }

  get mdns(): Mdns {
    if (!this.#mdns) throw new Error(`${this.name} has not been started.`);
    return this.#mdns;
  }

  /** Starts an `Mdns` here, as another process or after an earlier one was closed. */
  start(options: MdnsOptions = {}): Mdns {
    const note = (level: LogLine['level']) => (message: string, details?: object) => {
      this.lines.push({ level, message, details });
    };
    const logger = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
    this.#mdns = createMdns({ network: this.network, logger, ...options });
    this.all.push(this.#mdns);
    return this.#mdns;
  }

  /** What it sent. */
  sent(filter: Omit<PacketFilter, 'from'> & { readonly interface?: string } = {}): SentPacket[] {
    const { interface: nic, ...rest } = filter;
    return this.#world.log.find({ ...rest, from: nic === undefined ? this.name : `${this.name}/${nic}` });
  }
}

/** A station that says what a test tells it to. */
export class TestPeer {
  readonly station: ScriptedPeer;
  readonly #world: World;

  constructor(world: World, station: ScriptedPeer) {
    this.#world = world;
    this.station = station;
  }

  /** Multicasts a query, from port 5353 unless another one is given. */
  ask(parts: Parameters<typeof query>[0], options: { readonly port?: number; readonly to?: Endpoint } = {}): void {
    this.#send(query(parts), options);
  }

  /** Sends a response with these answers: to the group unless `to` is given. */
  say(
    answers: readonly ResourceRecord[],
    options: Partial<Message> & { readonly port?: number; readonly to?: Endpoint } = {},
  ): void {
    const { port, to, ...parts } = options;
    this.#send(response({ answers, ...parts }), { ...(port === undefined ? {} : { port }), ...(to && { to }) });
  }

  /** Sends any bytes. */
  send(bytes: Uint8Array): void {
    this.#send(bytes, {});
  }

  /** Calls `listener` for each packet of others that this peer hears from now on. */
  onHeard(listener: (packet: SentPacket) => void): void {
    this.station.onReceived((heard) => {
      const packet = this.#world.log.packets.findLast(
        ({ from, time, bytes }) =>
          from === heard.from && time === heard.time && Buffer.compare(bytes, heard.bytes) === 0,
      );
      if (packet) listener(packet);
    });
  }

  /** The packets that came to its own address. */
  unicastHeard(): SentPacket[] {
    return this.#world.log
      .find({ to: 'unicast' })
      .filter(({ destination }) => destination.address === this.station.address);
  }

  #send(bytes: Uint8Array, { port, to }: { readonly port?: number; readonly to?: Endpoint }): void {
    const options = port === undefined ? {} : { port };
    if (to) this.station.unicast(bytes, to, options);
    else this.station.multicast(bytes, options);
  }
}
