/** A simulated host's network interface: its addresses, its faults and the wire that it is plugged into. */
import type { InterfaceAddress, LinkFault, NetworkInterface } from '../network.js';
import type { SimulatedDnsServer } from './dns-server.js';
import type { Endpoint, Packet } from './packet.js';
import type { Station, Wire } from './wire.js';

export class Nic implements Station {
  readonly label: string;
  readonly loopback: boolean;
  readonly #wire: Wire;
  readonly #received: (packet: Packet) => void;
  /** The interface as the host lists it. */
  description: NetworkInterface;
  /** Fails links on this interface. A code stands for the fault that the real network reports for it. */
  fault: LinkFault | string | undefined;
  /** Fails every send with this fault; links stay open. */
  sendFault: LinkFault | string | undefined;

  constructor(
    hostname: string,
    description: NetworkInterface,
    wire: Wire,
    received: (nic: Nic, packet: Packet) => void,
  ) {
    this.label = `${hostname}/${description.name}`;
    this.loopback = description.loopback;
    this.description = description;
    this.#wire = wire;
    this.#received = (packet) => received(this, packet);
    wire.attach(this);
  }

  get addresses(): readonly InterfaceAddress[] {
    return this.description.addresses;
  }

  owns(address: string | undefined): boolean {
    return this.addresses.some((own) => own.address === address);
  }

  receive(packet: Packet): void {
    this.#received(packet);
  }

  /** `loopback`: whether this host's own links get a copy. */
  send(source: Endpoint, destination: Endpoint, bytes: Uint8Array, loopback: boolean): void {
    this.#wire.transmit(this, source, destination, bytes, loopback);
  }

  /** The DNS server on this wire that listens there. */
  dnsServerAt(endpoint: Endpoint): SimulatedDnsServer | undefined {
    return this.#wire.dnsServerAt?.(endpoint);
  }

  unplug(): void {
    this.#wire.detach(this);
  }
}
