/** A station without a responder of its own: it says what a test tells it to, and keeps what it hears. */
import { familyOf } from '../../ip/family.js';
import type { Endpoint, Packet } from './packet.js';

/** Canonical IPv4 and IPv6 groups of Multicast DNS (RFC 6762 section 3). */
const MDNS_GROUPS = { ipv4: '224.0.0.251', ipv6: 'ff02::fb' } as const;
const MDNS_PORT = 5353;

export interface PeerOptions {
  /** What it sends from; need not fit any subnet. */
  readonly address: string;
  /** What it sends from; default 5353. Another one makes its queries legacy ones (RFC 6762 section 6.7). */
  readonly port?: number;
  /** What traces call it; default its address. */
  readonly name?: string;
  /** What it sends to and listens on; default the group of Multicast DNS of its family, port 5353. */
  readonly group?: Endpoint;
}

/** What a peer heard. */
export interface Heard extends Packet {
  readonly to: 'group' | 'unicast';
}

export type Transmit = (source: Endpoint, destination: Endpoint, bytes: Uint8Array) => void;

export class ScriptedPeer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly group: Endpoint;
  /** Everything that was sent to its group, or to its address at any port, by others; oldest first. */
  readonly received: Heard[] = [];
  readonly #transmit: Transmit;
  readonly #listeners = new Set<(heard: Heard) => void>();

  /** Use `lan.peer()`. `options.address` is canonical. */
  constructor(options: PeerOptions, transmit: Transmit) {
    this.address = options.address;
    this.port = options.port ?? MDNS_PORT;
    this.name = options.name ?? options.address;
    this.group = options.group ?? { address: MDNS_GROUPS[familyOf(options.address)], port: MDNS_PORT };
    this.#transmit = transmit;
  }

  /** Sends to the group; `port` is for sending from another port this once. */
  multicast(bytes: Uint8Array, { port = this.port }: { readonly port?: number } = {}): void {
    this.#transmit({ address: this.address, port }, this.group, bytes);
  }

  /** Sends to one address; `port` is for sending from another port this once. */
  unicast(bytes: Uint8Array, to: Endpoint, { port = this.port }: { readonly port?: number } = {}): void {
    this.#transmit({ address: this.address, port }, to, bytes);
  }

  /** Calls `listener` with whatever is heard from now on, until the returned function is called. */
  onReceived(listener: (heard: Heard) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What was heard since the last time, and forgets it. */
  takeReceived(): Heard[] {
    return this.received.splice(0);
  }

  /** For the LAN. */
  hear(heard: Heard): void {
    this.received.push(heard);
    for (const listener of [...this.#listeners]) listener(heard);
  }

  /** For the LAN: how a packet concerns this peer, undefined when it does not. */
  concern({ destination }: Packet): Heard['to'] | undefined {
    if (destination.address === this.address) return 'unicast';
    const { address, port } = this.group;
    return destination.address === address && destination.port === port ? 'group' : undefined;
  }
}
