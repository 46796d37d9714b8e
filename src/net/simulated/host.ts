/**
 * A host in memory: interfaces that can be plugged, unplugged, renumbered and broken, and links that behave like those
 * of `NodeNetwork`. It is a `Network`, so whatever runs on the real one runs on it.
 */

import { isMulticast } from '../../ip/address.js';
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
import { SimulatedDns } from './dns.js';
import type { SimulatedDnsNetwork } from './dns-server.js';
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
  /** Default: 'host'. */
  readonly hostname?: string;
  /** Default: seeded by the host name. */
  readonly random?: Random;
  /** Whether it has a loopback interface `lo` with 127.0.0.1 and ::1. Default: false. */
  readonly lo?: boolean;
  /** What its clock gains: 0.001 is a millisecond per second; negative if it loses. Default: 0. */
  readonly drift?: number;
}

export interface PlugOptions {
  /** Addresses with prefix lengths and flags: `192.0.2.10/24`, `fd00::10/64 deprecated temporary`. */
  readonly addresses: readonly string[];
  /** Default: an index that no interface of this host has had. With an earlier index the links on it work again. */
  readonly index?: number;
  /** Bytes. Default: the LAN's. */
  readonly mtu?: number;
  /** Default: true. */
  readonly multicast?: boolean;
  /** Default: false. */
  readonly pointToPoint?: boolean;
}

/**
 * Linux's defaults in bytes: the receive buffer, which fills while a process is stopped, and the overhead of each
 * datagram.
 */
const SOCKET_BUFFER = 425_984;
const PACKET_OVERHEAD = 768;

const LOOPBACK: NetworkInterface = {
  name: 'lo',
  index: 1,
  zone: 'lo',
  loopback: true,
  // Like Linux, which clears the flag although IPv4 multicast works on loopback.
  multicast: false,
  pointToPoint: false,
  mtu: 65_536,
  carrierChanges: 0,
  addresses: ['127.0.0.1/8', '::1/128'].map(parseAddress),
};

export class SimulatedHost implements Network {
  /** This host's own clock. */
  readonly clock: Clock;
  readonly random: Random;
  readonly #dns: SimulatedDns;
  readonly #hostClock: HostClock;
  readonly #hostname: string;
  readonly #nics = new Map<string, Nic>();
  readonly #links = new Set<SimulatedLink>();
  readonly #site: LinkSite;
  #lastIndex = LOOPBACK.index;
  #state: 'running' | 'asleep' | 'stalled' | 'crashed' = 'running';
  /** What waits in the sockets while the process is stopped. */
  #waiting: { readonly nic: Nic; readonly packet: Packet }[] = [];
  #waitingBytes = 0;

  constructor(options: SimulatedHostOptions) {
    const { hostname = 'host', lo = false } = options;
    const clock = new HostClock(options.clock, options.drift);
    this.clock = clock;
    this.#hostClock = clock;
    this.#hostname = hostname;
    this.random = options.random ?? seededRandom(hostname);
    this.#dns = new SimulatedDns({ clock, random: this.random, nics: () => this.#nics.values() });
    this.#site = {
      clock,
      nicOf: (link) => this.#nicOf(link),
      isPortShared: (link) => this.#isPortShared(link),
      forget: (link) => this.#links.delete(link),
    };
    if (lo) this.#addNic(LOOPBACK, new LoopbackWire(clock));
  }

  /** Unicast DNS. Set `system` for the servers and search list that the host has. */
  get dns(): SimulatedDnsNetwork {
    return this.#dns;
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

  /**
   * Another process on this host: a network of its own, whose links share ports with those of other processes (RFC 6762
   * section 15).
   */
  process(): Network {
    const owner = {};
    return {
      clock: this.clock,
      random: this.random,
      dns: this.#dns,
      hostname: () => this.hostname(),
      interfaces: () => this.interfaces(),
      onWake: (woke) => this.onWake(woke),
      keepAlive: () => this.keepAlive(),
      openLink: (options, handlers) => this.#openLink(options, handlers, owner),
    };
  }

  onWake(woke: () => void): () => void {
    return this.#hostClock.onWake(woke);
  }

  /** Does nothing: virtual time does not depend on what keeps the process alive. */
  keepAlive(): () => void {
    return () => {};
  }

  /** The number of links of all processes that are not closed; 0 when nothing leaks. */
  get openLinks(): number {
    return this.#links.size;
  }

  /** The number of timers of this host that have not fired; 0 when nothing leaks. */
  get pendingTimers(): number {
    return this.#hostClock.pending;
  }

  /**
   * Cuts the power: the host sends, receives and does nothing more, without a goodbye. This is final; create a new host
   * to restart it, with the same name if you like.
   */
  crash(): void {
    this.#state = 'crashed';
    this.#hostClock.stop();
    for (const name of [...this.#nics.keys()]) this.unplug(name);
    this.#links.clear();
  }

  /** Suspends the host until `wake`: timers pause and nothing is received. The clock continues, as a real one does. */
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
   * Stops the process until `recover`. Datagrams that arrive meanwhile wait in the sockets, as far as their buffers
   * have room, and are received before overdue timers fire.
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

  /** Adds an interface, which is up at once. */
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

  /** Removes an interface. Links on it stay open, but receive nothing, and what they send is lost. */
  unplug(name: string): void {
    this.#nic(name).unplug();
    this.#nics.delete(name);
  }

  /** Unplugs and replugs the cable at once: only the system's count of carrier changes shows it. */
  bounce(name: string): void {
    const nic = this.#nic(name);
    nic.description = { ...nic.description, carrierChanges: nic.description.carrierChanges + 2 };
  }

  /** Replaces an interface's addresses. A link whose own address is gone fails when it sends. */
  setAddresses(name: string, addresses: readonly string[]): void {
    const nic = this.#nic(name);
    nic.description = { ...nic.description, addresses: addresses.map(parseAddress).sort(compareAddresses) };
  }

  /**
   * Breaks an interface until `heal`. A `'link'` fault (the default) fails its open links and those that open on it; a
   * `'send'` fault is only reported to `send`. A code such as `ENETUNREACH` stands for the fault that the real network
   * reports for it.
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

  /** Ends the faults of `failWith`. Failed links stay failed; their owners open new ones. */
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

  /** What this process found when it first bound to the port; otherwise whether any other process has bound to it. */
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
    if (this.#state !== 'running' || this.#dns.takes(packet)) return;
    const to: Datagram['to'] = nic.owns(packet.destination.address) ? 'unicast' : 'group';
    const family = familyOf(packet.destination.address);
    const listening = [...this.#links].filter(
      ({ options }) =>
        options.family === family && options.port === packet.destination.port && this.#nicOf(options) === nic,
    );
    if (to === 'unicast') {
      // Only one socket receives a unicast datagram: the last one bound to the address.
      const link = listening.filter((each) => each.portShared === false).at(-1);
      link?.deliver(packet, isMulticast(link.options.group) ? to : 'group');
      return;
    }
    for (const link of listening) if (link.options.group === packet.destination.address) link.deliver(packet, to);
  }
}
