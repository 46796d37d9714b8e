/**
 * The door through which bytes, time and chance come in. The real network (`node-network.ts`) and the simulated one
 * (`simulated/`) implement it, and are held to the same contract tests (`test/net/contract.ts`).
 */

import type { Family } from '../ip/family.js';

/** Milliseconds by which a timer is late when the process has stood still: more than work and garbage collection take. */
export const STANDSTILL = 10_000;

/**
 * Monotonic milliseconds and timers. XState takes it as its clock. After a time in which the process stood still, what waits in
 * the sockets is received before the timers that fell due meanwhile fire: records that were renewed all the time do not expire.
 */
export interface Clock {
  /** Milliseconds, monotonic, with fractions; the origin means nothing. */
  now(): number;
  /** Calls `run` after `ms` milliseconds, never earlier and never within this call. Any delay is honoured, Infinity is never. */
  setTimeout(run: () => void, ms: number): TimerHandle;
  clearTimeout(handle: TimerHandle): void;
}
export type TimerHandle = unknown;

export interface InterfaceAddress {
  readonly family: Family;
  /** Canonical text without a zone. */
  readonly address: string;
  readonly prefixLength: number;
  /**
   * Why it is not published: `deprecated`, not meant for new connections (RFC 4862 section 5.5.4); `tentative` or `duplicate`,
   * perhaps or certainly another host's as well (section 5.4). Left out when it is good, and where the system does not tell.
   */
  readonly state?: 'deprecated' | 'tentative' | 'duplicate';
  /** It changes within days, for privacy (RFC 8981). */
  readonly temporary?: boolean;
}

export interface NetworkInterface {
  readonly name: string;
  /** The system's index; it changes when an interface is re-created under the same name. 0 where it is not known. */
  readonly index: number;
  /** What makes a link-local address of this interface complete, `fe80::1%zone`: its name; on Windows its index. */
  readonly zone: string;
  readonly loopback: boolean;
  /** Whether the system says that it carries multicast; true where it does not tell. */
  readonly multicast: boolean;
  /** A tunnel or another link of two ends, without a subnet of neighbours. */
  readonly pointToPoint: boolean;
  /** Bytes, link MTU; 1500 where it is not known. */
  readonly mtu: number;
  /** How often it lost its carrier or got it back, as far as the system counts; 0 where it does not. */
  readonly carrierChanges: number;
  /** Sorted by family, then address. */
  readonly addresses: readonly InterfaceAddress[];
}

export interface Datagram {
  /** Owned by the receiver of the event. */
  readonly bytes: Uint8Array;
  /** Sender's address in canonical text without a zone. */
  readonly address: string;
  readonly port: number;
  /** Whether it came to the group, or to one of our own addresses (RFC 6762 sections 5.5 and 11). */
  readonly to: 'group' | 'unicast';
}

export type Destination = 'group' | { readonly address: string; readonly port: number };

export interface LinkOptions {
  readonly interface: NetworkInterface;
  readonly family: Family;
  /** Multicast group address in canonical text. */
  readonly group: string;
  readonly port: number;
}

/** What opening a link found. */
export interface LinkOpened {
  /** Another responder holds the port: unicast responses may go to it, so never ask for them (RFC 6762 section 15.1). */
  readonly portShared: boolean;
}

/** Why a link cannot send or receive: an operating system's code, and a sentence for people. */
export interface LinkFault {
  /** `EADDRINUSE`, `ENETUNREACH`, `EPERM`, `ENODEV`, `EADDRNOTAVAIL` ... */
  readonly code: string;
  readonly message: string;
}

/** Called from later turns only, never within `openLink`, `send` or `close`, and never after `closed`. */
export interface LinkHandlers {
  opened(info: LinkOpened): void;
  received(datagram: Datagram): void;
  /** The link is useless from now on: close it. Follows `opened`, or comes instead of it. */
  failed(fault: LinkFault): void;
}

/** One group on one interface, for sending and receiving. */
export interface Link {
  /**
   * Sends from the link's port with IP TTL 255 (RFC 6762 section 11). `sent` is told the fault when it did not leave: `ENOTCONN`
   * before `opened`, `EBADF` after `close`.
   */
  send(bytes: Uint8Array, to: Destination, sent: (fault: LinkFault | undefined) => void): void;
  /** Lets what was handed to `send` leave, then frees everything. */
  close(closed: () => void): void;
}

export interface Network {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  /** The operating system's host name, first label only. */
  hostname(): string;
  /** Every interface that is up, loopback included, sorted by name. */
  interfaces(): readonly NetworkInterface[];
  openLink(options: LinkOptions, handlers: LinkHandlers): Link;
  /**
   * Calls `woke` when the machine has slept, or the process has stood still for seconds: after what had come meanwhile was
   * received, before any timer of the clock that has fallen due, and until the returned function is called.
   */
  onWake(woke: () => void): () => void;
  /** Keeps the process alive, for somebody who waits, until the returned function is called. */
  hold(): () => void;
}
