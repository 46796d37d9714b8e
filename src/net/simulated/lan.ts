/**
 * A simulated LAN that hosts and scripted peers are plugged into. It delivers datagrams after a delay, applies rules
 * that drop, delay, duplicate or change them, and keeps a trace. Synchronous and seeded: equal seeds give equal traces,
 * byte for byte.
 */
import { createHash } from 'node:crypto';
import { canonicalAddress, isMulticast } from '../../ip/address.js';
import { MdnsError } from '../../protocol/errors.js';
import { dnsEndpoint, type SimulatedDnsServer } from './dns-server.js';
import { SimulatedHost, type SimulatedHostOptions } from './host.js';
import { type Endpoint, judge, type Packet, type ReceiverRule, type Rule } from './packet.js';
import { pcapOf } from './pcap.js';
import { type PeerOptions, ScriptedPeer } from './peer.js';
import { type Random, seededRandom } from './random.js';
import { VirtualClock } from './virtual-clock.js';
import type { Station, Wire } from './wire.js';

/** Packets that the trace keeps. The oldest are dropped beyond that; the hash still covers them. */
const TRACE_LIMIT = 100_000;
/** Milliseconds that a packet takes by default. */
const DEFAULT_DELAY = 1;

export interface SimulatedLanOptions {
  /** Default: a new one. LANs of one scenario share a clock. */
  readonly clock?: VirtualClock;
  /** Seed of all randomness on this LAN. Default: 1. */
  readonly seed?: number | string;
  /**
   * MTU in bytes that interfaces on this LAN report. Default: 1500. Larger datagrams arrive, since IP fragments them.
   */
  readonly mtu?: number;
  /** Milliseconds that a packet takes: a number, or a range in which packets can overtake one another. Default: 1. */
  readonly delayMs?: number | readonly [least: number, most: number];
  readonly rules?: readonly Rule[];
}

export class SimulatedLan implements Wire {
  readonly clock: VirtualClock;
  readonly seed: number | string;
  readonly mtu: number;
  /** This LAN's own random numbers. */
  readonly random: Random;
  readonly #delayMs: readonly [number, number];
  readonly #stations = new Set<Station>();
  readonly #dnsServers = new Set<SimulatedDnsServer>();
  readonly #rules: Set<Rule>;
  readonly #receiverRules = new Set<ReceiverRule>();
  readonly #listeners = new Set<(packet: Packet) => void>();
  readonly #trace: Packet[] = [];
  readonly #hash = createHash('sha256');

  constructor(options: SimulatedLanOptions = {}) {
    const { clock = new VirtualClock(), seed = 1, mtu = 1_500, delayMs = DEFAULT_DELAY, rules = [] } = options;
    this.clock = clock;
    this.seed = seed;
    this.mtu = mtu;
    this.random = seededRandom(`${seed}/lan`);
    this.#delayMs = typeof delayMs === 'number' ? [delayMs, delayMs] : delayMs;
    this.#rules = new Set(rules);
  }

  /** Every packet that was sent, oldest first; at least the last 50,000 of a long run. */
  get trace(): readonly Packet[] {
    return this.#trace;
  }

  /** SHA-256 of all packets sent so far: time, endpoints and bytes. Equal runs have equal hashes. */
  hash(): string {
    return this.#hash.copy().digest('hex');
  }

  /** The trace as a capture file for `tcpdump -r` and Wireshark. Its time begins at the clock's zero. */
  toPcap(): Uint8Array {
    return pcapOf(this.#trace);
  }

  /** Calls `listener` with every packet that is sent. The returned function unsubscribes. */
  onPacket(listener: (packet: Packet) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Adds a rule for the wire; the returned function removes it. Rules apply in the order in which they were added. */
  addRule(rule: Rule): () => void {
    this.#rules.add(rule);
    return () => this.#rules.delete(rule);
  }

  /** Adds a rule that is applied for each receiver of a packet; the returned function removes it. */
  addReceiverRule(rule: ReceiverRule): () => void {
    this.#receiverRules.add(rule);
    return () => this.#receiverRules.delete(rule);
  }

  /**
   * Creates a host with one interface, `eth0`, on this LAN. Its random numbers depend on the LAN's seed and its name.
   */
  host(
    hostname: string,
    addresses: readonly string[],
    options: Omit<SimulatedHostOptions, 'clock' | 'hostname'> = {},
  ): SimulatedHost {
    const random = options.random ?? seededRandom(`${this.seed}/${hostname}`);
    const host = new SimulatedHost({ ...options, clock: this.clock, hostname, random });
    host.plug('eth0', this, { addresses });
    return host;
  }

  /** Creates a peer without a responder: it sends what the test tells it to send. */
  peer(options: PeerOptions): ScriptedPeer {
    const address = canonicalAddress(options.address);
    if (address === undefined)
      throw new MdnsError('invalid-option', `A peer's address must be an IP address, not "${options.address}".`);
    const peer: ScriptedPeer = new ScriptedPeer({ ...options, address }, (source, destination, bytes) =>
      this.transmit(station, source, destination, bytes),
    );
    const station: Station = {
      label: peer.name,
      owns: (own) => own === address,
      receive: (packet) => {
        const to = peer.concern(packet);
        if (to !== undefined) peer.hear({ ...packet, to });
      },
    };
    this.attach(station);
    return peer;
  }

  /**
   * Adds a server for unicast DNS, which answers over UDP and TCP; the returned function removes it.
   *
   * @throws MdnsError `invalid-option` for an address that is none
   */
  dnsServer(options: SimulatedDnsServer): () => void {
    const address = canonicalAddress(options.address);
    if (address === undefined)
      throw new MdnsError('invalid-option', `A server's address must be an IP address, not "${options.address}".`);
    const server = { ...options, address };
    const here = dnsEndpoint(server);
    const station: Station = {
      label: `dns ${address}`,
      owns: (own) => own === address,
      receive: ({ destination, source, bytes }) => {
        if (destination.address !== here.address || destination.port !== here.port) return;
        const reply = server.answer(Uint8Array.from(bytes), 'udp', source);
        if (reply !== undefined) this.transmit(station, here, source, reply);
      },
    };
    this.#dnsServers.add(server);
    this.attach(station);
    return () => {
      this.#dnsServers.delete(server);
      this.detach(station);
    };
  }

  /** For hosts: the DNS server that listens there, for connections. */
  dnsServerAt({ address, port }: Endpoint): SimulatedDnsServer | undefined {
    return [...this.#dnsServers].find((server) => server.address === address && dnsEndpoint(server).port === port);
  }

  /** For stations: connects one. */
  attach(station: Station): void {
    this.#stations.add(station);
  }

  /** For stations: disconnects one; packets on their way to it are lost. */
  detach(station: Station): void {
    this.#stations.delete(station);
  }

  /** For stations: sends a datagram. `loopback`: whether the sender gets a copy of what it sends to a group. */
  transmit(sender: Station, source: Endpoint, destination: Endpoint, bytes: Uint8Array, loopback = false): void {
    const packet: Packet = {
      time: this.clock.now(),
      from: sender.label,
      source,
      destination,
      bytes: new Uint8Array(bytes),
    };
    this.#record(packet);
    if (loopback || sender.owns(destination.address)) this.#later(0, () => this.#arrive(packet, [sender]));
    const outcome = judge(packet, this.#rules);
    if (outcome === undefined) return;
    const isGroup = isMulticast(destination.address);
    for (let copy = 0; copy < outcome.copies; copy += 1) {
      this.#later(this.#wireDelay() + outcome.delayMs, () => {
        const others = [...this.#stations].filter((station) => station !== sender);
        const reached = isGroup ? others : others.filter((each) => each.hearsAll || each.owns(destination.address));
        this.#arrive(outcome.packet, reached);
      });
    }
  }

  #arrive(packet: Packet, stations: readonly Station[]): void {
    const receiverRules = [...this.#receiverRules];
    for (const station of stations) {
      const rules = receiverRules.map((rule) => (judged: Packet) => rule(judged, station.label));
      const outcome = judge(packet, rules);
      if (outcome === undefined) continue;
      for (let copy = 0; copy < outcome.copies; copy += 1) this.#hand(outcome.packet, station, outcome.delayMs);
    }
  }

  #hand(packet: Packet, station: Station, delayMs: number): void {
    if (delayMs === 0) station.receive(packet);
    else this.#later(delayMs, () => station.receive(packet));
  }

  #later(ms: number, run: () => void): void {
    this.clock.setTimeout(run, ms);
  }

  #wireDelay(): number {
    const [least, most] = this.#delayMs;
    return least === most ? least : least + this.random() * (most - least);
  }

  #record(packet: Packet): void {
    const { time, from, source, destination, bytes } = packet;
    const line = `${time} ${from} ${source.address} ${source.port} ${destination.address} ${destination.port} ${bytes.length}\n`;
    this.#hash.update(line).update(bytes);
    if (this.#trace.length === TRACE_LIMIT) this.#trace.splice(0, TRACE_LIMIT / 2);
    this.#trace.push(packet);
    for (const listener of [...this.#listeners]) listener(packet);
  }
}
