/**
 * A host in memory: interfaces that can be plugged, unplugged, renumbered and broken at will, and links on them that behave as
 * those of `NodeNetwork` do. It is a `Network`, so whatever runs on the real one runs on it.
 */

import { familyOf } from '../../ip/family.js';
import { compareText } from '../../ip/text.js';
import { MdnsError } from '../../protocol/errors.js';
import { compareAddresses } from '../addresses.js';
import type {
  Clock,
  Datagram,
  Link,
  LinkFault,
  LinkHandlers,
  LinkOptions,
  Network,
  NetworkInterface,
} from '../network.js';
import { HostClock } from './host-clock.js';
import { type LinkSite, SimulatedLink } from './link.js';
import { Nic } from './nic.js';
import type { Packet } from './packet.js';
import { parseAddress } from './parse-address.js';
import { type Random, seededRandom } from './random.js';
import type { VirtualClock } from './virtual-clock.js';
import { LoopbackWire, type Wire } from './wire.js';

export interface SimulatedHostOptions {
  readonly clock: VirtualClock;
  /** Default 'host'. */
  readonly hostname?: string;
  /** Default: seeded by the host name. */
  readonly random?: Random;
  /** Whether it has a loopback interface `lo` with 127.0.0.1 and ::1; default false. */
  readonly lo?: boolean;
  /** What its clock gains: 0.001 is a millisecond a second, negative where it loses; default 0. */
  readonly drift?: number;
}

export interface PlugOptions {
  /** With prefix lengths, and what the system says of them: `192.0.2.10/24`, `fd00::10/64 deprecated temporary`. */
  readonly addresses: readonly string[];
  /** Default: one that no interface of this host has had. Plugging in again with the old one revives the links on it. */
  readonly index?: number;
  /** Bytes; default the LAN's. */
  readonly mtu?: number;
  /** Default true. */
  readonly multicast?: boolean;
  /** Default false. */
  readonly pointToPoint?: boolean;
}

/** Bytes that wait for a process that stands still, and what each datagram takes beside its own, as Linux has it by default. */
const SOCKET_BUFFER = 425_984;
const PACKET_OVERHEAD = 768;

const LOOPBACK: NetworkInterface = {
  name: 'lo',
  index: 1,
  zone: 'lo',
  loopback: true,
  // As Linux has it, though IPv4 multicast works on it.
  multicast: false,
  pointToPoint: false,
  mtu: 65_536,
  carrierChanges: 0,
  addresses: ['127.0.0.1/8', '::1/128'].map(parseAddress),
};

export class SimulatedHost implements Network {
  /** This host's own time. */
  readonly clock: Clock;
  readonly random: Random;
  readonly #hostClock: HostClock;
  readonly #hostname: string;
  readonly #nics = new Map<string, Nic>();
  readonly #links = new Set<SimulatedLink>();
  readonly #site: LinkSite;
  #lastIndex = LOOPBACK.index;
  #state: 'running' | 'asleep' | 'stalled' | 'crashed' = 'running';
  /** What waits in the sockets while the process stands still. */
  #waiting: { readonly nic: Nic; readonly packet: Packet }[] = [];
  #waitingBytes = 0;

  constructor(options: SimulatedHostOptions) {
    const { hostname = 'host', lo = false } = options;
    const clock = new HostClock(options.clock, options.drift);
    this.clock = clock;
    this.#hostClock = clock;
    this.#hostname = hostname;
    this.random = options.random ?? seededRandom(hostname);
    this.#site = {
      clock,
      nicOf: (link) => this.#nicOf(link),
      isPortShared: (link) => this.#isPortShared(link),
      forget: (link) => this.#links.delete(link),
    };
    if (lo) this.#addNic(LOOPBACK, new LoopbackWire(clock));
  }

  hostname(): string {
    return this.#hostname;
  }

  interfaces(): readonly NetworkInterface[] {
    return [...this.#nics.values()].map((nic) => nic.description).sort((a, b) => compareText(a.name, b.name));
  }

  openLink(options: LinkOptions, handlers: LinkHandlers): Link {
    return this.#openLink(options, handlers, this);
  }

  /** Another process on this host: a network of its own, whose links share ports with all others' (RFC 6762 section 15). */
  process(): Network {
    const owner = {};
    return {
      clock: this.clock,
      random: this.random,
      hostname: () => this.hostname(),
      interfaces: () => this.interfaces(),
      onWake: (woke) => this.onWake(woke),
      hold: () => this.hold(),
      openLink: (options, handlers) => this.#openLink(options, handlers, owner),
    };
  }

  onWake(woke: () => void): () => void {
    return this.#hostClock.onWake(woke);
  }

  /** Virtual time passes when it is told to, whatever the process does. */
  hold(): () => void {
    return () => {};
  }

  /** Links that are not closed, of all processes: 0 when nothing is left behind. */
  get openLinks(): number {
    return this.#links.size;
  }

  /** Timers of this host that wait to fire: 0 when nothing is left behind. */
  get pendingTimers(): number {
    return this.#hostClock.pending;
  }

  /**
   * The power goes: nothing more is sent, heard or done here, and no goodbye says so. For good: it comes back as a new host, with
   * the same name if you like.
   */
  crash(): void {
    this.#state = 'crashed';
    this.#hostClock.stop();
    for (const name of [...this.#nics.keys()]) this.unplug(name);
    this.#links.clear();
  }

  /** The lid is closed: timers stand still and nothing is heard, until `wake`. The clock goes on, as real ones do. */
  sleep(): void {
    if (this.#state !== 'running') return;
    this.#state = 'asleep';
    this.#hostClock.pause();
  }

  wake(): void {
    if (this.#state !== 'asleep') return;
    this.#state = 'running';
    this.#hostClock.resume();
  }

  /**
   * The process is stopped: nothing is done here until `recover`. What comes meanwhile waits in the sockets, as far as these hold
   * it, and is received before the timers that fell due fire.
   */
  stall(): void {
    if (this.#state !== 'running') return;
    this.#state = 'stalled';
    this.#hostClock.stall();
  }

  recover(): void {
    if (this.#state !== 'stalled') return;
    this.#state = 'running';
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const { nic, packet } of waiting) this.#receive(nic, packet);
    this.#hostClock.recover();
  }

  /** A new interface, up at once. */
  plug(name: string, lan: Wire & { readonly mtu: number }, options: PlugOptions): void {
    if (this.#nics.has(name))
      throw new MdnsError('invalid-option', `${this.#hostname} has an interface ${name} already: unplug it first.`);
    const { addresses, mtu = lan.mtu, multicast = true, pointToPoint = false } = options;
    const index = options.index ?? this.#lastIndex + 1;
    this.#lastIndex = Math.max(this.#lastIndex, index);
    const parsed = addresses.map(parseAddress).sort(compareAddresses);
    const description = { name, index, zone: name, loopback: false, multicast, pointToPoint, mtu, addresses: parsed };
    this.#addNic({ ...description, carrierChanges: 0 }, lan);
  }

  /** The interface is gone from the list; links on it stay open, are deaf, and send into the void. */
  unplug(name: string): void {
    this.#nic(name).unplug();
    this.#nics.delete(name);
  }

  /** The cable is out and in again at once: only the system's count of it tells. */
  bounce(name: string): void {
    const nic = this.#nic(name);
    nic.description = { ...nic.description, carrierChanges: nic.description.carrierChanges + 2 };
  }

  /** Gives an interface other addresses. A link whose own is gone fails when it sends. */
  setAddresses(name: string, addresses: readonly string[]): void {
    const nic = this.#nic(name);
    nic.description = { ...nic.description, addresses: addresses.map(parseAddress).sort(compareAddresses) };
  }

  /**
   * Breaks an interface, until `heal`: a `'link'` fault (the default) fails its open links and those that open on it, a `'send'`
   * fault is only told to who sends. A code such as `ENETUNREACH` stands for the fault that the real network makes of it.
   */
  failWith(name: string, fault: LinkFault | string, scope: 'link' | 'send' = 'link'): void {
    const nic = this.#nic(name);
    if (scope === 'send') {
      nic.sendFault = fault;
      return;
    }
    nic.fault = fault;
    for (const link of this.#links) if (this.#nicOf(link.options) === nic) link.break(fault);
  }

  /** Ends what `failWith` began. Failed links stay failed: their owners open new ones. */
  heal(name: string): void {
    const nic = this.#nic(name);
    nic.fault = undefined;
    nic.sendFault = undefined;
  }

  #addNic(description: NetworkInterface, wire: Wire): void {
    this.#nics.set(
      description.name,
      new Nic(this.#hostname, description, wire, (nic, packet) => this.#receive(nic, packet)),
    );
  }

  #nic(name: string): Nic {
    const nic = this.#nics.get(name);
    if (nic === undefined)
      throw new MdnsError('invalid-option', `${this.#hostname} has no interface ${name}: plug it in first.`);
    return nic;
  }

  #nicOf({ interface: { name, index } }: LinkOptions): Nic | undefined {
    const nic = this.#nics.get(name);
    return nic?.description.index === index ? nic : undefined;
  }

  #openLink(options: LinkOptions, handlers: LinkHandlers, owner: object): Link {
    const link = new SimulatedLink(options, handlers, this.#site, owner);
    this.#links.add(link);
    return link;
  }

  /** What this process found when it first bound to the port; or else whether anyone has. */
  #isPortShared({ options: { family, port }, owner }: SimulatedLink): boolean {
    const bound = [...this.#links].filter(
      (link) => link.options.family === family && link.options.port === port && link.portShared !== undefined,
    );
    const own = bound.find((link) => link.owner === owner);
    return own?.portShared ?? bound.length > 0;
  }

  #keep(nic: Nic, packet: Packet): void {
    const bytes = this.#waitingBytes + packet.bytes.length + PACKET_OVERHEAD;
    if (bytes > SOCKET_BUFFER) return;
    this.#waitingBytes = bytes;
    this.#waiting.push({ nic, packet });
  }

  #receive(nic: Nic, packet: Packet): void {
    if (this.#state === 'stalled') this.#keep(nic, packet);
    if (this.#state !== 'running') return;
    const to: Datagram['to'] = nic.owns(packet.destination.address) ? 'unicast' : 'group';
    const family = familyOf(packet.destination.address);
    const listening = [...this.#links].filter(
      ({ options }) =>
        options.family === family && options.port === packet.destination.port && this.#nicOf(options) === nic,
    );
    if (to === 'unicast') {
      // One socket takes a unicast datagram: of those bound to the address, the last.
      listening
        .filter((link) => link.portShared === false)
        .at(-1)
        ?.deliver(packet, to);
      return;
    }
    for (const link of listening) if (link.options.group === packet.destination.address) link.deliver(packet, to);
  }
}
