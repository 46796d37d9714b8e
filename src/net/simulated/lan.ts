/**
 * One link that hosts and scripted peers are plugged into. It carries datagrams with a delay, lets rules lose, delay, double or
 * change them, and keeps a trace. Synchronous and seeded: equal seeds give equal traces, byte for byte.
 */
import { createHash } from 'node:crypto';
import { canonicalAddress, isMulticast } from '../../ip/address.js';
import { MdnsError } from '../../protocol/errors.js';
import { SimulatedHost, type SimulatedHostOptions } from './host.js';
import { type Endpoint, judge, type Packet, type ReceiverRule, type Rule } from './packet.js';
import { pcapOf } from './pcap.js';
import { type PeerOptions, ScriptedPeer } from './peer.js';
import { type Random, seededRandom } from './random.js';
import { VirtualClock } from './virtual-clock.js';
import type { Station, Wire } from './wire.js';

/** Packets that the trace keeps; the oldest are forgotten, the hash goes on. */
const TRACE_LIMIT = 100_000;
/** Milliseconds on the wire, where nothing is said. */
const DEFAULT_DELAY = 1;

export interface SimulatedLanOptions {
  /** Default: a new one. LANs of one scenario share one. */
  readonly clock?: VirtualClock;
  /** Where all chance on this LAN comes from; default 1. */
  readonly seed?: number | string;
  /** Bytes, what the interfaces on this LAN say; default 1500. Larger datagrams arrive, as IP fragments them. */
  readonly mtu?: number;
  /** Milliseconds that a packet takes: a number, or the least and the most; default 1. In a range packets overtake one another. */
  readonly delayMs?: number | readonly [least: number, most: number];
  readonly rules?: readonly Rule[];
}

export class SimulatedLan implements Wire {
  readonly clock: VirtualClock;
  readonly seed: number | string;
  readonly mtu: number;
  /** This LAN's own stream of chance. */
  readonly random: Random;
  readonly #delayMs: readonly [number, number];
  readonly #stations = new Set<Station>();
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

  /** Every packet that was sent, oldest first; of a long run the last 50,000 at least. */
  get trace(): readonly Packet[] {
    return this.#trace;
  }

  /** SHA-256 of every packet ever sent: time, endpoints and bytes. Equal runs have equal hashes. */
  hash(): string {
    return this.#hash.copy().digest('hex');
  }

  /** The trace as a capture file: `tcpdump -r`, Wireshark. Time begins at the clock's zero. */
  toPcap(): Uint8Array {
    return pcapOf(this.#trace);
  }

  /** Calls `listener` with every packet that is sent, until the returned function is called. */
  onPacket(listener: (packet: Packet) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Installs a rule for the wire; the returned function removes it. Rules are asked in the order in which they came. */
  addRule(rule: Rule): () => void {
    this.#rules.add(rule);
    return () => this.#rules.delete(rule);
  }

  /** Installs a rule for the last metre, asked for each receiver by its name; the returned function removes it. */
  addReceiverRule(rule: ReceiverRule): () => void {
    this.#receiverRules.add(rule);
    return () => this.#receiverRules.delete(rule);
  }

  /** A host with one interface, `eth0`, on this LAN; its chance comes from the LAN's seed and its name. */
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

  /** A station that says what it is told to. */
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

  /** For stations: plugs one in. */
  attach(station: Station): void {
    this.#stations.add(station);
  }

  /** For stations: unplugs one; what is on its way to it is lost. */
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
