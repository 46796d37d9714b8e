import type { Clock } from '../network.js';
import type { SimulatedDnsServer } from './dns-server.js';
import type { Endpoint, Packet } from './packet.js';

/** Something connected to a wire. */
export interface Station {
  readonly label: string;
  owns(address: string): boolean;
  /** Whether it also receives what is sent to others, as bridges do. */
  readonly hearsAll?: boolean;
  receive(packet: Packet): void;
}

/** What an interface is connected to: a `SimulatedLan`, or the host's own loopback. */
export interface Wire {
  attach(station: Station): void;
  detach(station: Station): void;
  transmit(sender: Station, source: Endpoint, destination: Endpoint, bytes: Uint8Array, loopback: boolean): void;
  /** The DNS server that listens there, for connections. */
  dnsServerAt?(endpoint: Endpoint): SimulatedDnsServer | undefined;
}

/** The wire of `lo`: what is sent comes back to the only interface on it. */
export class LoopbackWire implements Wire {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  attach(): void {}

  detach(): void {}

  transmit(sender: Station, source: Endpoint, destination: Endpoint, bytes: Uint8Array): void {
    const packet: Packet = {
      time: this.#clock.now(),
      from: sender.label,
      source,
      destination,
      bytes: new Uint8Array(bytes),
    };
    this.#clock.setTimeout(() => sender.receive(packet), 0);
  }
}
