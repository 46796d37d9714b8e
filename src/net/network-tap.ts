/**
 * The packets of all links, as they pass between a network and the engine, and a way to send others. It stands outside
 * of the actors: the engine does not know that it is there.
 */
import type { Family } from '../ip/family.js';
import { Subnets } from '../ip/subnets.js';
import { sourceAddress } from './addresses.js';
import type { LinkFault } from './fault.js';
import type { Datagram, Destination, Link, LinkHandlers, LinkOptions, Network } from './network.js';

interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** A datagram on its way; its bytes change after the call of the sink: copy what is kept. */
export interface PassingPacket {
  readonly bytes: Uint8Array;
  readonly direction: 'received' | 'sent';
  readonly from: SocketAddress;
  /** `unicast`: to one of our own addresses. */
  readonly to: 'group' | 'unicast' | SocketAddress;
  /** The name of the interface. */
  readonly interface: string;
  readonly family: Family;
}

/** What to send where, as read. */
export interface SendRequest {
  readonly bytes: Uint8Array;
  /** Default: the group. */
  readonly to?: SocketAddress | undefined;
  /** Names of the interfaces; undefined for all. */
  readonly interfaces?: readonly string[] | undefined;
  /** Of the group; undefined for both. */
  readonly family?: Family | undefined;
}

/** Why it was not sent: the message of the system, or `no-link` if there was none to send it on. */
export type SendOutcome = 'sent' | 'no-link' | { readonly refused: string };

/** Where packets can be seen and sent, in whatever thread. */
export interface PacketSource {
  /** Calls `sink` with each packet until the returned function is called. It must not throw. */
  watch(sink: (packet: PassingPacket) => void): () => void;
  /**
   * Sends a datagram on the links of these interfaces; to an address only on the link that reaches it. Resolves when
   * the system has taken it on one of them, or refused it on all.
   */
  send(request: SendRequest): Promise<SendOutcome>;
}

interface OpenLink {
  readonly options: LinkOptions;
  readonly link: Link;
}

export class NetworkTap implements PacketSource {
  /** The same network, watched. */
  readonly network: Network;
  readonly #sinks = new Set<(packet: PassingPacket) => void>();
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

  watch(sink: (packet: PassingPacket) => void): () => void {
    // Not the caller's function itself, which may watch twice.
    const own = (packet: PassingPacket) => sink(packet);
    this.#sinks.add(own);
    return () => void this.#sinks.delete(own);
  }

  async send({ bytes, to, interfaces, family }: SendRequest): Promise<SendOutcome> {
    const allowed = [...this.#open].filter(({ options: { interface: on, ...link } }) => {
      return (interfaces?.includes(on.name) ?? true) && (family === undefined || family === link.family);
    });
    const links = to === undefined ? allowed : towards(allowed, to.address);
    const faults = await Promise.all(
      links.map((one) => new Promise<LinkFault | undefined>((sent) => this.#send(one, bytes, to ?? 'group', sent))),
    );
    const [fault] = faults;
    if (faults.length === 0) return 'no-link';
    return fault && faults.every((each) => each !== undefined) ? { refused: fault.message } : 'sent';
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
        if (this.#sinks.size > 0) this.#noteReceived(options, datagram);
        handlers.received(datagram);
      },
      failed: (fault) => {
        if (opened.tapped) this.#open.delete(opened.tapped);
        handlers.failed(fault);
      },
    });
    return {
      send: (bytes, to, sent) => {
        if (this.#sinks.size > 0) this.#send({ options, link }, bytes, to, sent);
        else link.send(bytes, to, sent);
      },
      close: (closed) => {
        if (opened.tapped) this.#open.delete(opened.tapped);
        link.close(closed);
      },
    };
  }

  #send({ options, link }: OpenLink, bytes: Uint8Array, to: Destination, sent: (fault?: LinkFault) => void): void {
    if (this.#sinks.size > 0) {
      const from = { address: sourceAddress(options.interface, options.family)?.address ?? '', port: options.port };
      this.#show({ bytes, direction: 'sent', from, to }, options);
    }
    link.send(bytes, to, sent);
  }

  #noteReceived(options: LinkOptions, { bytes, address, port, to }: Datagram): void {
    this.#show({ bytes, direction: 'received', from: { address, port }, to }, options);
  }

  #show(way: Omit<PassingPacket, 'interface' | 'family'>, { interface: on, family }: LinkOptions): void {
    for (const sink of this.#sinks) sink({ ...way, interface: on.name, family });
  }
}

/** The link on which to send to an address: one whose interface has its subnet, otherwise any of its family. */
function towards(links: readonly OpenLink[], address: string): readonly OpenLink[] {
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const able = links.filter(({ options }) => options.family === family);
  const near = able.find(({ options }) => new Subnets(options.interface.addresses).contains(address));
  return near ? [near] : able.slice(0, 1);
}
