/** A link of a simulated host, with the life cycle of a real one, on the virtual clock. */
import { canonicalAddress, isMulticast } from '../../ip/address.js';
import { familyOf } from '../../ip/family.js';
import { Subnets } from '../../ip/subnets.js';
import { sourceAddress } from '../addresses.js';
import { linkFault } from '../faults.js';
import type { Clock, Datagram, Destination, Link, LinkFault, LinkHandlers, LinkOptions } from '../network.js';
import type { Nic } from './nic.js';
import type { Packet } from './packet.js';

/** Bytes that fit into one UDP datagram over IPv4. */
const MAX_PAYLOAD = 65_507;

/** What a link needs from its host. */
export interface LinkSite {
  readonly clock: Clock;
  /** The interface, undefined when it is unplugged or was re-created. */
  nicOf(options: LinkOptions): Nic | undefined;
  /** Whether another process holds the port. */
  isPortShared(link: SimulatedLink): boolean;
  forget(link: SimulatedLink): void;
}

export class SimulatedLink implements Link {
  readonly options: LinkOptions;
  /** Identifies the process that opened it. */
  readonly owner: object;
  readonly #handlers: LinkHandlers;
  readonly #site: LinkSite;
  readonly #source: string | undefined;
  #state: 'opening' | 'open' | 'failed' | 'closing' | 'closed' = 'opening';
  #portShared: boolean | undefined;

  constructor(options: LinkOptions, handlers: LinkHandlers, site: LinkSite, owner: object) {
    this.options = options;
    this.owner = owner;
    this.#handlers = handlers;
    this.#site = site;
    this.#source = sourceAddress(options.interface, options.family)?.address;
    this.#later(() => this.#open());
  }

  /** Whether another process used the port when this link bound to it; undefined before that. */
  get portShared(): boolean | undefined {
    return this.#portShared;
  }

  send(bytes: Uint8Array, to: Destination, sent: (fault: LinkFault | undefined) => void): void {
    const fault = this.#transmit(bytes, to);
    this.#later(() => {
      sent(fault);
      if (fault?.code === 'EADDRNOTAVAIL' && to === 'group') this.#fail(fault);
    });
  }

  close(closed: () => void): void {
    if (this.#state !== 'closed') this.#state = 'closing';
    this.#later(() => {
      this.#state = 'closed';
      this.#site.forget(this);
      closed();
    });
  }

  /** For the host: a datagram for this link has arrived. */
  deliver(packet: Packet, to: Datagram['to']): void {
    if (this.#state !== 'open') return;
    const { address, port } = packet.source;
    this.#handlers.received({ bytes: new Uint8Array(packet.bytes), address, port, to });
  }

  /** For the host: the interface has a fault from now on. */
  break(fault: LinkFault | string): void {
    this.#later(() => this.#fail(this.#faultFor(fault)));
  }

  #open(): void {
    if (this.#state !== 'opening') return;
    const fault = this.#openingFault();
    if (fault !== undefined) {
      this.#fail(fault);
      return;
    }
    this.#portShared = this.#site.isPortShared(this);
    this.#state = 'open';
    this.#handlers.opened({ portShared: this.#portShared });
  }

  #openingFault(): LinkFault | undefined {
    const nic = this.#site.nicOf(this.options);
    if (nic === undefined) return this.#faultFor('ENODEV');
    if (nic.fault !== undefined) return this.#faultFor(nic.fault);
    if (!nic.owns(this.#source)) return this.#faultFor('EADDRNOTAVAIL');
    // Like Linux, which has no IPv6 multicast route on loopback.
    if (nic.loopback && this.options.family === 'ipv6') return this.#faultFor('ENETUNREACH');
    return undefined;
  }

  #transmit(bytes: Uint8Array, to: Destination): LinkFault | undefined {
    const code = this.#sendingFault(bytes, to);
    if (code !== undefined) return this.#faultFor(code);
    const nic = this.#site.nicOf(this.options);
    // Sends on an unplugged interface are lost without an error.
    if (nic === undefined) return undefined;
    const fault = nic.fault ?? nic.sendFault;
    if (fault !== undefined) return this.#faultFor(fault);
    if (this.#source === undefined || !nic.owns(this.#source)) return this.#faultFor('EADDRNOTAVAIL');
    const { group, port } = this.options;
    if (to === 'group') {
      nic.send({ address: this.#source, port }, { address: group, port }, bytes, isMulticast(group));
    } else {
      const neighbour = nic.addresses.find((own) => new Subnets([own]).contains(to.address));
      nic.send({ address: neighbour?.address ?? this.#source, port }, to, bytes, false);
    }
    return undefined;
  }

  #sendingFault(bytes: Uint8Array, to: Destination): string | undefined {
    if (this.#state === 'opening') return 'ENOTCONN';
    if (this.#state !== 'open') return 'EBADF';
    if (bytes.length > MAX_PAYLOAD) return 'EMSGSIZE';
    if (to === 'group') return undefined;
    if (to.port === 0) return 'ERR_SOCKET_BAD_PORT';
    const known = canonicalAddress(to.address) !== undefined && familyOf(to.address) === this.options.family;
    return known ? undefined : 'EINVAL';
  }

  #faultFor(fault: LinkFault | string): LinkFault {
    return typeof fault === 'string' ? linkFault(fault, this.options) : fault;
  }

  #fail(fault: LinkFault): void {
    if (this.#state !== 'opening' && this.#state !== 'open') return;
    this.#state = 'failed';
    this.#handlers.failed(fault);
  }

  #later(run: () => void): void {
    this.#site.clock.setTimeout(run, 0);
  }
}
