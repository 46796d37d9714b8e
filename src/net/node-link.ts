/**
 * One multicast group on one interface of this machine: a socket bound to the group and, while no other program uses
 * the port, one bound to each of the interface's own addresses, which separates unicast from multicast datagrams.
 */
import type { RemoteInfo, Socket } from 'node:dgram';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isLinkLocal, isMulticast, withoutZone } from '../ip/address.js';
import { Subnets } from '../ip/subnets.js';
import { sourceAddress } from './addresses.js';
import type { Attribution, Member } from './attribution.js';
import type { NodeClock } from './clock.js';
import { errorCode, faultOf, linkFault, systemError } from './faults.js';
import { LinkPeers } from './link-peers.js';
import type {
  Datagram,
  Destination,
  InterfaceAddress,
  Link,
  LinkFault,
  LinkHandlers,
  LinkOpened,
  LinkOptions,
  NetworkInterface,
} from './network.js';
import type { PortOccupancy } from './port-occupancy.js';
import {
  assertReachable,
  bindGroupSocket,
  bindPeerSocket,
  bindUnicastSocket,
  closeSocket,
  groupAddress,
  type Membership,
  type SocketListeners,
} from './socket.js';

/** Milliseconds that `close` waits for datagrams that are not sent yet. */
const CLOSE_PATIENCE = 1_000;
/** Unicast sockets of one interface and family; further addresses get none. */
const MAX_UNICAST_SOCKETS = 16;
/** After one of these errors a socket cannot send to its group again. */
const fatalCodes = new Set(['EADDRNOTAVAIL', 'EBADF', 'ENODEV', 'ENOTSOCK', 'ENXIO', 'ERR_SOCKET_DGRAM_NOT_RUNNING']);
/** These report another host's closed port or an oversized datagram; the socket itself still works. */
const harmlessCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EMSGSIZE']);

/** What the links of one network share. */
export interface LinkHost {
  readonly keepAlive: boolean;
  readonly ports: PortOccupancy;
  readonly attribution: Attribution;
  readonly clock: Pick<NodeClock, 'noteReceived'>;
  /** Its present state; undefined when there is no interface of that name. */
  interfaceNamed(name: string): NetworkInterface | undefined;
}

/** Where datagrams come from. */
interface Sender {
  /** Without a zone. */
  readonly address: string;
  /** It is not in the zone of another interface. */
  readonly isHere: boolean;
  /** What it sends to the group is for this link. */
  readonly isForUs: boolean;
}

/** Where datagrams go to. */
interface Route {
  readonly socket: Socket | undefined;
  readonly address: string;
}

interface UnicastSocket {
  readonly socket: Socket;
  readonly neighbours: Subnets;
}

export class NodeLink implements Link {
  readonly #options: LinkOptions;
  readonly #handlers: LinkHandlers;
  readonly #host: LinkHost;
  readonly #membership: Membership;
  readonly #member: Member;
  /** The name of the group among those that the attribution knows; undefined where it is not asked. */
  readonly #attributed: string | undefined;
  readonly #opening: Promise<void>;
  #state: 'opening' | 'open' | 'failed' | 'closing' = 'opening';
  readonly #senders = new LinkPeers((address) => this.#senderAt(address));
  /** The sockets are open before anything is sent. */
  readonly #routes = new LinkPeers((address) => this.#routeTo(address));
  #group: Socket | undefined;
  readonly #unicast: UnicastSocket[] = [];
  #unsent = 0;
  #allSent: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LinkOptions, handlers: LinkHandlers, host: LinkHost) {
    this.#options = options;
    this.#handlers = handlers;
    this.#host = host;
    const { family, group, port } = options;
    const { name, zone, loopback } = options.interface;
    const source = sourceAddress(options.interface, family)?.address ?? '';
    this.#membership = { family, group, port, source, zone };
    this.#member = { name, loopback };
    this.#attributed = family === 'ipv4' && isMulticast(group) ? `${group} ${port}` : undefined;
    this.#opening = this.#start();
  }

  send(bytes: Uint8Array, to: Destination, sent: (fault: LinkFault | undefined) => void): void {
    if (this.#state !== 'open') {
      const code = this.#state === 'opening' ? 'ENOTCONN' : 'EBADF';
      setImmediate(() => sent(linkFault(code, this.#options)));
      return;
    }
    this.#unsent += 1;
    const done = (error: unknown): void => {
      const cause = error && to === 'group' ? this.#diagnose(error) : error;
      sent(cause ? faultOf(cause, this.#options) : undefined);
      // A failed unicast says nothing about the link, since a peer chose the destination.
      if (to === 'group' && fatalCodes.has(errorCode(cause))) this.#fail(cause);
      this.#unsent -= 1;
      if (this.#unsent === 0) this.#allSent?.();
    };
    try {
      this.#transmit(bytes, to, done);
    } catch (error) {
      // Node throws at port 0, which any peer can send from.
      setImmediate(done, error);
    }
  }

  close(closed: () => void): void {
    this.#closing ??= this.#close();
    void this.#closing.then(closed);
  }

  async #start(): Promise<void> {
    await nextTurn();
    let opened: LinkOpened;
    try {
      opened = await this.#open();
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#state !== 'opening') return;
    this.#state = 'open';
    this.#handlers.opened(opened);
  }

  async #open(): Promise<LinkOpened> {
    const { family, group, port } = this.#options;
    const foreign = await this.#host.ports.acquire(family, port);
    const current = this.#currentInterface();
    if (!isMulticast(group)) {
      this.#group = await bindPeerSocket(this.#membership, this.#host.keepAlive, this.#listeners('group'));
      return { portShared: foreign };
    }
    await assertReachable(this.#membership);
    this.#group = await bindGroupSocket(this.#membership, this.#host.keepAlive, this.#listeners('group'));
    this.#host.attribution.join(`${group} ${port}`, this.#member);
    const portShared = foreign || !(await this.#bindUnicast(current.addresses));
    return { portShared };
  }

  /**
   * The present state of the interface. Throws when the interface or the address in use is gone, because the system
   * would treat `::%gone` as its default interface and ignore an old index.
   */
  #currentInterface(): NetworkInterface {
    const { name, index } = this.#options.interface;
    const current = this.#host.interfaceNamed(name);
    if (current === undefined || current.index !== index) throw systemError('ENODEV');
    const { source } = this.#membership;
    if (!current.addresses.some(({ address }) => address === source)) throw systemError('EADDRNOTAVAIL');
    return current;
  }

  /** Whether the address that we send from has a unicast socket. Other addresses may fail: they can be tentative. */
  async #bindUnicast(addresses: readonly InterfaceAddress[]): Promise<boolean> {
    const { family, port, source } = this.#membership;
    const sourceFirst = addresses
      .filter((own) => own.family === family)
      .sort((a, b) => Number(b.address === source) - Number(a.address === source));
    for (const own of sourceFirst.slice(0, MAX_UNICAST_SOCKETS)) {
      const options = {
        family,
        address: this.#zoned(own.address),
        port,
        shared: true,
        keepAlive: this.#host.keepAlive,
      };
      try {
        const socket = await bindUnicastSocket(options, this.#listeners('unicast'));
        this.#unicast.push({ socket, neighbours: new Subnets([own]) });
      } catch {
        if (own.address === source) return false;
      }
    }
    return true;
  }

  #listeners(to: Datagram['to']): SocketListeners {
    return {
      message: (bytes, remote) => this.#receive(bytes, remote, to),
      error: (error) => {
        if (!harmlessCodes.has(errorCode(error))) this.#fail(error);
      },
    };
  }

  #receive(bytes: Uint8Array, remote: RemoteInfo, to: Datagram['to']): void {
    this.#host.clock.noteReceived();
    if (this.#state !== 'open') return;
    const { address, isHere, isForUs } = this.#senders.get(remote.address, this.#host.attribution.revision);
    if (!isHere || (to === 'group' && !isForUs)) return;
    this.#handlers.received({ bytes, address, port: remote.port, to });
  }

  #senderAt(text: string): Sender {
    const address = withoutZone(text);
    const isHere = address === text || text.endsWith(`%${this.#membership.zone}`);
    return { address, isHere, isForUs: this.#isForUs(address) };
  }

  /** Over IPv4 every interface's socket gets what any interface has received for the group. */
  #isForUs(source: string): boolean {
    if (this.#attributed === undefined) return true;
    return this.#host.attribution.takes(this.#attributed, this.#member, source);
  }

  #transmit(bytes: Uint8Array, to: Destination, done: (error: unknown) => void): void {
    if (to === 'group') {
      this.#group?.send(bytes, this.#membership.port, groupAddress(this.#membership), done);
      return;
    }
    const { socket, address } = this.#routes.get(to.address);
    socket?.send(bytes, to.port, address, done);
  }

  /**
   * A response to a neighbour leaves from our address in the neighbour's subnet, because the neighbour may check that
   * (RFC 6762 section 11). For other destinations the system chooses the source.
   */
  #routeTo(address: string): Route {
    const neighbour = this.#unicast.find(({ neighbours }) => neighbours.contains(address));
    return { socket: neighbour?.socket ?? this.#group, address: this.#zoned(address) };
  }

  #zoned(address: string): string {
    const { family, zone } = this.#membership;
    return family === 'ipv6' && isLinkLocal(address) ? `${address}%${zone}` : address;
  }

  /** When a send to the group fails because the interface is gone, `ENODEV` is the better reason to report. */
  #diagnose(error: unknown): unknown {
    try {
      this.#currentInterface();
      return error;
    } catch (gone) {
      return gone;
    }
  }

  #fail(error: unknown): void {
    if (this.#state !== 'opening' && this.#state !== 'open') return;
    this.#state = 'failed';
    this.#handlers.failed(faultOf(error, this.#options));
  }

  async #close(): Promise<void> {
    this.#state = 'closing';
    await this.#opening;
    await this.#drain();
    const { family, group, port } = this.#options;
    this.#host.attribution.leave(`${group} ${port}`, this.#member);
    const sockets = this.#unicast.map(({ socket }) => socket);
    if (this.#group !== undefined) sockets.push(this.#group);
    await Promise.all(sockets.map(closeSocket));
    this.#host.ports.release(family, port);
    await nextTurn();
  }

  /** Waits, at most `CLOSE_PATIENCE`, until everything handed to `send` has left. */
  async #drain(): Promise<void> {
    if (this.#unsent === 0) return;
    await new Promise<void>((resolve) => {
      const patience = setTimeout(resolve, CLOSE_PATIENCE);
      this.#allSent = () => {
        clearTimeout(patience);
        resolve();
      };
    });
  }
}
