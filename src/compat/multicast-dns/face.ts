/** What `multicastDns()` returns: messages in and out over the links of an engine, which does not know of them. */
import type { RemoteInfo } from 'node:dgram';
import { EventEmitter } from 'node:events';
import dnsPacket from 'dns-packet';
import type { Subscription } from 'rxjs';
import type { LinkFault, Packet as LinkPacket, SendOptions, Status } from '../../index.js';
import { isLinkLocal, withoutZone } from '../../ip/address.js';
import type { Family } from '../../ip/family.js';
import type { SharedEngine } from '../shared-engine.js';
import { Links } from './links.js';
import { OwnCopies } from './own-copies.js';
import type {
  Answer,
  FullPacket,
  Packet,
  QueryOutgoingPacket,
  QueryPacket,
  Question,
  ResponseOutgoingPacket,
  ResponsePacket,
} from './packet.js';

/** Where to send a message. `host` is another name for `address`. */
export interface RemoteInfoOutgoing {
  port: number;
  address?: string | undefined;
  host?: string | undefined;
}

/** Called when the system has taken the message, with its bytes, or could not. */
type Sent = (error?: Error | null, bytes?: number) => void;
/** What may follow a message, each of them or none. */
type Optional = RemoteInfoOutgoing | Sent | null | undefined;

interface Events {
  /** It can send. */
  ready: [];
  /** It has joined the group on another interface. */
  networkInterface: [];
  packet: [packet: FullPacket, from: RemoteInfo];
  query: [query: QueryPacket, from: RemoteInfo];
  response: [response: ResponsePacket, from: RemoteInfo];
  /** A message that cannot be read, or an interface that does not work. */
  warning: [error: Error];
  /** The port cannot be used. Without a listener it is a warning. */
  error: [error: Error];
}

export interface FaceOptions {
  readonly family: Family;
  /** The group, or the peer, and the port. */
  readonly group: { readonly address: string; readonly port: number };
  /** Whether our own messages are received. */
  readonly loopback: boolean;
}

/** Codes of the system that multicast-dns reports as errors. */
const ERRORS = ['EACCES', 'EADDRINUSE'];

export class MulticastDns extends EventEmitter<Events> {
  readonly #engine: SharedEngine;
  readonly #options: FaceOptions;
  readonly #links: Links;
  readonly #copies: OwnCopies;
  readonly #subscriptions: readonly Subscription[];
  #settle: () => void = () => {};
  /** Resolves when it is known whether a link works. */
  readonly #settled = new Promise<void>((resolve) => {
    this.#settle = resolve;
  });
  #isReady = false;
  #destroyed = false;

  /** @internal Use `multicastDns`. */
  constructor(engine: SharedEngine, options: FaceOptions) {
    super();
    this.#engine = engine;
    this.#options = options;
    this.#links = new Links(options.family);
    this.#copies = new OwnCopies(engine.network);
    const { packets$, status$ } = engine.mdns;
    this.#subscriptions = [
      packets$.subscribe((packet) => this.#hear(packet)),
      status$.subscribe((status) => this.#see(status)),
    ];
  }

  /**
   * Sends a query: a name and a type (default: `ANY`), questions, or a message.
   *
   * @example mdns.query('printer.local', 'A');
   */
  readonly query = (
    query: string | Question[] | QueryOutgoingPacket | Packet,
    ...rest: readonly (Question['type'] | Optional)[]
  ): void => {
    const type = rest.find((each) => typeof each === 'string') ?? 'ANY';
    const asked = typeof query === 'string' ? [{ name: query, type: type as Question['type'] }] : query;
    this.#send({ ...(Array.isArray(asked) ? { questions: asked } : asked), type: 'query' }, rest);
  };

  /**
   * Sends a response, with the bit AA: records, or a message.
   *
   * @example mdns.respond([{ name: 'printer.local', type: 'A', ttl: 120, data: '192.0.2.7' }]);
   */
  readonly respond = (response: Answer[] | ResponseOutgoingPacket | Packet, ...rest: readonly Optional[]): void => {
    const message = Array.isArray(response) ? { answers: response } : response;
    const flags = (message.flags ?? 0) | dnsPacket.AUTHORITATIVE_ANSWER;
    this.#send({ ...message, type: 'response', flags }, rest);
  };
  readonly response = this.respond;

  /** Sends a message as it is: to the group on each interface, or to one peer. */
  readonly send = (message: Packet, ...rest: readonly Optional[]): void => this.#send(message, rest);

  /** Looks for new interfaces now, which it does by itself every second or two. */
  readonly update = (): void => {
    this.#engine.mdns.scanInterfaces().catch(() => {});
  };

  /** Ends it. */
  readonly destroy = (destroyed: () => void = () => {}): void => {
    const done = () => process.nextTick(destroyed);
    this.#destroyed = true;
    for (const each of this.#subscriptions) each.unsubscribe();
    this.#settle();
    this.#engine.release().then(done, done);
  };

  #send(message: Packet, rest: readonly (string | Optional)[]): void {
    const to = rest.find((each) => typeof each === 'object' && each !== null) as RemoteInfoOutgoing | undefined;
    const sent = rest.find((each) => typeof each === 'function') as Sent | undefined;
    // An exception of the callback is the caller's, and no rejected promise.
    const done = (error?: Error | null, bytes?: number) => process.nextTick(sent ?? (() => {}), error, bytes);
    this.#transmit(message, to).then(
      (bytes) => (bytes === undefined ? done() : done(null, bytes)),
      (error: Error) => {
        if (sent === undefined && !this.#destroyed) this.emit('warning', error);
        done(error);
      },
    );
  }

  /** @returns the bytes sent; undefined if it was destroyed meanwhile */
  async #transmit(message: Packet, to: RemoteInfoOutgoing | undefined): Promise<number | undefined> {
    await this.#settled;
    if (this.#destroyed) return undefined;
    const bytes = dnsPacket.encode(message as dnsPacket.Packet);
    const { family, group } = this.#options;
    await this.#engine.mdns.send(bytes, { family, ...destination(to, group) });
    return bytes.length;
  }

  #hear(packet: LinkPacket): void {
    if (packet.family !== this.#options.family) return;
    if (packet.direction === 'sent') {
      this.#copies.add(packet);
      return;
    }
    const kind = this.#copies.kindOf(packet);
    if (kind === 'surplus' || (kind === 'own' && !this.#options.loopback)) return;
    const message = this.#decode(packet.bytes);
    if (message === undefined) return;
    const from = remoteInfo(packet);
    this.emit('packet', message, from);
    if (message.type === 'query') this.emit('query', message as QueryPacket, from);
    if (message.type === 'response') this.emit('response', message as ResponsePacket, from);
  }

  #decode(bytes: Uint8Array): FullPacket | undefined {
    try {
      return dnsPacket.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) as unknown as FullPacket;
    } catch (error) {
      this.emit('warning', error as Error);
      return undefined;
    }
  }

  #see(status: Status): void {
    const { joined, faults, settled } = this.#links.update(status);
    this.#copies.linksAre(this.#links.up);
    // Later: a listener cannot be there before `multicastDns` has returned.
    if (joined) process.nextTick(() => this.emit('networkInterface'));
    for (const fault of faults) process.nextTick(() => this.#report(fault));
    if (!settled) return;
    this.#settle();
    if (this.#isReady || (this.#links.up.length === 0 && faults.length > 0)) return;
    this.#isReady = true;
    process.nextTick(() => this.emit('ready'));
  }

  #report({ code, message }: LinkFault): void {
    const error = Object.assign(new Error(message), { code });
    const isError = ERRORS.includes(code) && this.listenerCount('error') > 0;
    this.emit(isError ? 'error' : 'warning', error);
  }
}

/** An address that is left out is the group's. */
function destination(given: RemoteInfoOutgoing | undefined, group: FaceOptions['group']): SendOptions {
  if (given === undefined) return {};
  const { port, address: to = given.host ?? group.address } = given;
  const [, zone] = to.split('%');
  const address = withoutZone(to);
  if (address === group.address && port === group.port) return {};
  return { to: { address, port }, ...(zone === undefined ? {} : { interfaces: [zone] }) };
}

/** As `dgram` has it, with the zone of a link-local address. */
function remoteInfo({ from, family, bytes, interface: on }: LinkPacket): RemoteInfo {
  const zone = family === 'ipv6' && isLinkLocal(from.address) ? `%${on}` : '';
  const address = `${from.address}${zone}`;
  return { address, family: family === 'ipv6' ? 'IPv6' : 'IPv4', port: from.port, size: bytes.length };
}
