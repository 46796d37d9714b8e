/** A peer without a responder of its own: it sends what a test tells it to send, and keeps what it receives. */
import { familyOf } from '../../ip/family.js';
import { IPV4_GROUP, IPV6_GROUP, MDNS_PORT } from '../../protocol/constants.js';
import type { Endpoint, Packet } from './packet.js';

const MDNS_GROUPS = { ipv4: IPV4_GROUP, ipv6: IPV6_GROUP } as const;

export interface PeerOptions {
  /** Its source address; need not be in any subnet. */
  readonly address: string;
  /** Its source port. Default: 5353. Any other port makes its queries legacy queries (RFC 6762 section 6.7). */
  readonly port?: number;
  /** Its name in traces. Default: its address. */
  readonly name?: string;
  /** The group that it sends to and listens on. Default: the Multicast DNS group of its family, port 5353. */
  readonly group?: Endpoint;
}

/** A packet that a peer has received. */
export interface Heard extends Packet {
  readonly to: 'group' | 'unicast';
}

export type Transmit = (source: Endpoint, destination: Endpoint, bytes: Uint8Array) => void;

export class ScriptedPeer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly group: Endpoint;
  /** Everything that others sent to its group, or to its address at any port; oldest first. */
  readonly received: Heard[] = [];
  readonly #transmit: Transmit;
  readonly #listeners = new Set<(heard: Heard) => void>();

  /** Use `lan.peer()`. `options.address` must be canonical. */
  constructor(options: PeerOptions, transmit: Transmit) {
    this.address = options.address;
    this.port = options.port ?? MDNS_PORT;
    this.name = options.name ?? options.address;
    this.group = options.group ?? { address: MDNS_GROUPS[familyOf(options.address)], port: MDNS_PORT };
    this.#transmit = transmit;
  }

  /** Sends to the group. `port`: the source port of this packet. */
  multicast(bytes: Uint8Array, { port = this.port }: { readonly port?: number } = {}): void {
    this.#transmit({ address: this.address, port }, this.group, bytes);
  }

  /** Sends to one address. `port`: the source port of this packet. */
  unicast(bytes: Uint8Array, to: Endpoint, { port = this.port }: { readonly port?: number } = {}): void {
    this.#transmit({ address: this.address, port }, to, bytes);
  }

  /** Calls `listener` with every packet received from now on. The returned function unsubscribes. */
  onReceived(listener: (heard: Heard) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Returns and removes what is in `received`. */
  takeReceived(): Heard[] {
    return this.received.splice(0);
  }

  /** For the LAN: delivers a packet. */
  hear(heard: Heard): void {
    this.received.push(heard);
    for (const listener of [...this.#listeners]) listener(heard);
  }

  /** For the LAN: how this peer receives a packet; undefined if it does not. */
  concern({ destination }: Packet): Heard['to'] | undefined {
    if (destination.address === this.address) return 'unicast';
    const { address, port } = this.group;
    return destination.address === address && destination.port === port ? 'group' : undefined;
  }
}
