/**
 * The packets of all links, as they pass between the network and the engine, and a way to send others. It stands
 * outside of the actors: the engine does not know that it is there.
 */
import { type Observable, Subject } from 'rxjs';
import type { Family } from '../ip/family.js';
import { Subnets } from '../ip/subnets.js';
import { sourceAddress } from '../net/addresses.js';
import type { Datagram, Destination, Link, LinkFault, LinkHandlers, LinkOptions, Network } from '../net/network.js';
import { MdnsError } from '../protocol/errors.js';
import { type DecodedMessage, decodeMessage, type PublicMessage } from '../protocol/wire/public-message.js';
import { noNetwork } from './no-network.js';

/** An address and a UDP port. */
export interface PacketAddress {
  /** Canonical text without a zone. */
  readonly address: string;
  readonly port: number;
}

/** A datagram that was received or sent on a link. */
export class Packet {
  #decoded: DecodedMessage | undefined;

  /** A copy. */
  readonly bytes: Uint8Array;
  /**
   * `sent` by this `Mdns`, or `received`. What is sent to the group is received as well, if the system loops it back.
   */
  readonly direction: 'received' | 'sent';
  readonly from: PacketAddress;
  /** The group, one of our own addresses, or the address to which it was sent. */
  readonly to: 'group' | 'unicast' | PacketAddress;
  /** The name of the interface. */
  readonly interface: string;
  readonly family: Family;

  /** @internal Use `Mdns.packets$`. */
  constructor(way: Pick<Packet, 'bytes' | 'direction' | 'from' | 'to'>, { interface: on, family }: LinkOptions) {
    this.bytes = Uint8Array.from(way.bytes);
    this.direction = way.direction;
    this.from = way.from;
    this.to = way.to;
    this.interface = on.name;
    this.family = family;
  }

  /** The DNS message; undefined if the bytes are not one. Decoded when it is read first. */
  get message(): PublicMessage | undefined {
    this.#decoded ??= decodeMessage(this.bytes);
    return this.#decoded.message;
  }
}

/** What to send where, as read. */
export interface SendRequest {
  readonly bytes: Uint8Array;
  /** Default: the group. */
  readonly to?: PacketAddress | undefined;
  /** Names of the interfaces; undefined for all. */
  readonly interfaces?: readonly string[] | undefined;
  /** Of the group; undefined for both. */
  readonly family?: Family | undefined;
}

interface OpenLink {
  readonly options: LinkOptions;
  readonly link: Link;
}

export class PacketTap {
  /** The same network, watched. */
  readonly network: Network;
  readonly #packets = new Subject<Packet>();
  readonly #open = new Set<OpenLink>();

  constructor(network: Network) {
    this.network = {
      clock: network.clock,
      random: () => network.random(),
      hostname: () => network.hostname(),
      interfaces: () => network.interfaces(),
      onWake: (woke) => network.onWake(woke),
      keepAlive: () => network.keepAlive(),
      openLink: (options, handlers) => this.#openLink(network, options, handlers),
      ...(network.dns && { dns: network.dns }),
    };
  }

  get packets$(): Observable<Packet> {
    return this.#packets.asObservable();
  }

  /** Call when everything is closed. */
  complete(): void {
    this.#packets.complete();
  }

  /**
   * Sends a datagram on the links of these interfaces; to an address only on the link that reaches it. Resolves when
   * the system has taken it on one of them.
   *
   * @param reason why there is no link, for the message
   */
  async send({ bytes, to, interfaces, family }: SendRequest, reason: string | undefined): Promise<void> {
    const allowed = [...this.#open].filter(({ options: { interface: on, ...link } }) => {
      return (interfaces?.includes(on.name) ?? true) && (family === undefined || family === link.family);
    });
    const links = to === undefined ? allowed : towards(allowed, to.address);
    if (links.length === 0) throw noNetwork('The packet was not sent', reason);
    const faults = await Promise.all(
      links.map((one) => new Promise<LinkFault | undefined>((sent) => this.#send(one, bytes, to ?? 'group', sent))),
    );
    const [fault] = faults;
    if (fault && faults.every((each) => each !== undefined)) throw new MdnsError('no-network', fault.message);
  }

  #openLink(network: Network, options: LinkOptions, handlers: LinkHandlers): Link {
    const opened: { tapped?: OpenLink } = {};
    const link = network.openLink(options, {
      opened: (info) => {
        opened.tapped = { options, link };
        this.#open.add(opened.tapped);
        handlers.opened(info);
      },
      received: (datagram) => {
        this.#noteReceived(options, datagram);
        handlers.received(datagram);
      },
      failed: (fault) => {
        if (opened.tapped) this.#open.delete(opened.tapped);
        handlers.failed(fault);
      },
    });
    return {
      send: (bytes, to, sent) => this.#send({ options, link }, bytes, to, sent),
      close: (closed) => {
        if (opened.tapped) this.#open.delete(opened.tapped);
        link.close(closed);
      },
    };
  }

  #send({ options, link }: OpenLink, bytes: Uint8Array, to: Destination, sent: (fault?: LinkFault) => void): void {
    if (this.#packets.observed) {
      const from = { address: sourceAddress(options.interface, options.family)?.address ?? '', port: options.port };
      this.#packets.next(new Packet({ bytes, direction: 'sent', from, to }, options));
    }
    link.send(bytes, to, sent);
  }

  #noteReceived(options: LinkOptions, { bytes, address, port, to }: Datagram): void {
    if (!this.#packets.observed) return;
    this.#packets.next(new Packet({ bytes, direction: 'received', from: { address, port }, to }, options));
  }
}

/** The link on which to send to an address: one whose interface has its subnet, otherwise any of its family. */
function towards(links: readonly OpenLink[], address: string): readonly OpenLink[] {
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const able = links.filter(({ options }) => options.family === family);
  const near = able.find(({ options }) => new Subnets(options.interface.addresses).contains(address));
  return near ? [near] : able.slice(0, 1);
}
