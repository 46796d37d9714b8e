/** The packets that pass, and the way to send others, as users see them. */
import { Observable, type Subscriber } from 'rxjs';
import type { Family } from '../ip/family.js';
import type { PacketSource, PassingPacket, SendRequest } from '../net/network-tap.js';
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
  constructor(packet: PassingPacket) {
    this.bytes = Uint8Array.from(packet.bytes);
    this.direction = packet.direction;
    this.from = packet.from;
    this.to = packet.to;
    this.interface = packet.interface;
    this.family = packet.family;
  }

  /** The DNS message; undefined if the bytes are not one. Decoded when it is read first. */
  get message(): PublicMessage | undefined {
    this.#decoded ??= decodeMessage(this.bytes);
    return this.#decoded.message;
  }
}

export class Packets {
  readonly #source: () => PacketSource;
  readonly #subscribers = new Set<Subscriber<Packet>>();
  #unwatch: (() => void) | undefined;
  #isComplete = false;

  /** @param source is called when packets are first asked for */
  constructor(source: () => PacketSource) {
    this.#source = source;
  }

  /** All subscribers get the same packets. The source is watched while there are any. */
  readonly packets$ = new Observable<Packet>((subscriber) => {
    if (this.#isComplete) subscriber.complete();
    else this.#subscribers.add(subscriber);
    if (this.#subscribers.size > 0) this.#unwatch ??= this.#source().watch((packet) => this.#show(new Packet(packet)));
    return () => {
      this.#subscribers.delete(subscriber);
      if (this.#subscribers.size > 0) return;
      this.#unwatch?.();
      this.#unwatch = undefined;
    };
  });

  /** Call when everything is closed. */
  complete(): void {
    this.#isComplete = true;
    for (const subscriber of [...this.#subscribers]) subscriber.complete();
  }

  /** @param reason why there is no link, for the message */
  async send(request: SendRequest, reason: () => string | undefined): Promise<void> {
    const outcome = await this.#source().send(request);
    if (outcome === 'no-link') throw noNetwork('The packet was not sent', reason());
    if (outcome !== 'sent') throw new MdnsError('no-network', outcome.refused);
  }

  #show(packet: Packet): void {
    for (const subscriber of [...this.#subscribers]) subscriber.next(packet);
  }
}
