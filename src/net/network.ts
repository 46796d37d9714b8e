/**
 * The interface through which bytes, time and randomness enter. The real network (`node-network.ts`) and the simulated
 * one (`simulated/`) implement it and pass the same contract tests (`test/net/contract.ts`).
 */

import type { Family } from '../ip/family.js';
import type { DnsNetwork } from './dns.js';
import type { LinkFault } from './fault.js';

export type { LinkFault };

/** Milliseconds. The longest delay that Node's own timers honour: a longer one is over at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Milliseconds. A timer later than this means that the process was stopped: work and garbage collection take less. */
export const STANDSTILL = 10_000;

/**
 * Monotonic time and timers; XState uses it as its clock. After the process was stopped or blocked, datagrams that wait
 * in the sockets are received before overdue timers fire, so that records renewed meanwhile do not expire.
 */
export interface Clock {
  /** Milliseconds, monotonic, with fractions, since an arbitrary origin. */
  now(): number;
  /**
   * Calls `run` after `ms` milliseconds, never earlier and never within this call. Any delay works; Infinity never
   * fires.
   */
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
   * Why the address is not published: `deprecated`, not for new connections (RFC 4862 section 5.5.4); `tentative` or
   * `duplicate`, possibly or certainly also used by another host (section 5.4). Undefined when it is usable, and where
   * the system does not report it.
   */
  readonly state?: 'deprecated' | 'tentative' | 'duplicate';
  /** Whether it changes within days, for privacy (RFC 8981). */
  readonly temporary?: boolean;
}

export interface NetworkInterface {
  readonly name: string;
  /** The system's index; it changes when an interface is re-created under the same name. 0 where it is unknown. */
  readonly index: number;
  /** The zone of link-local addresses on this interface, as in `fe80::1%zone`: its name; on Windows its index. */
  readonly zone: string;
  readonly loopback: boolean;
  /** Whether the system says that it supports multicast; true where it does not report it. */
  readonly multicast: boolean;
  /** Whether it is a tunnel or another point-to-point link, without a subnet of neighbours. */
  readonly pointToPoint: boolean;
  /** Link MTU in bytes; 1500 where it is unknown. */
  readonly mtu: number;
  /** How often it lost or regained its carrier; 0 where the system does not count. */
  readonly carrierChanges: number;
  /** Sorted by family, then by address. */
  readonly addresses: readonly InterfaceAddress[];
}

export interface Datagram {
  /** The receiver owns them and may change them. */
  readonly bytes: Uint8Array;
  /** The sender's address in canonical text, without a zone. */
  readonly address: string;
  readonly port: number;
  /** Whether it was sent to the group or to one of our own addresses (RFC 6762 sections 5.5 and 11). */
  readonly to: 'group' | 'unicast';
}

export type Destination = 'group' | { readonly address: string; readonly port: number };

export interface LinkOptions {
  readonly interface: NetworkInterface;
  readonly family: Family;
  /**
   * The multicast group's address in canonical text. Any other address is that of a single peer: what is sent to the
   * group goes there, and what arrives at the link's own address counts as sent to the group.
   */
  readonly group: string;
  readonly port: number;
}

/** What opening a link found out. */
export interface LinkOpened {
  /**
   * Another responder uses the port: it may receive our unicast responses, so never ask for them (RFC 6762 section
   * 15.1).
   */
  readonly portShared: boolean;
}

/**
 * Callbacks of a link. They run in later turns only, never within `openLink`, `send` or `close`, and never after
 * `closed`.
 */
export interface LinkHandlers {
  opened(info: LinkOpened): void;
  received(datagram: Datagram): void;
  /** The link does not work any more: close it. Called after `opened`, or instead of it. */
  failed(fault: LinkFault): void;
}

/** One group on one interface, for sending and receiving. */
export interface Link {
  /**
   * Sends from the link's port with IP TTL 255 (RFC 6762 section 11). `sent` gets the fault if the datagram could not
   * be sent: `ENOTCONN` before `opened`, `EBADF` after `close`.
   */
  send(bytes: Uint8Array, to: Destination, sent: (fault: LinkFault | undefined) => void): void;
  /** Waits until what was handed to `send` has left, then frees all resources and calls `closed`. */
  close(closed: () => void): void;
}

export interface Network {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  /** The operating system's host name; its first label only. */
  hostname(): string;
  /** Every interface that is up, loopback included, sorted by name. */
  interfaces(): readonly NetworkInterface[];
  openLink(options: LinkOptions, handlers: LinkHandlers): Link;
  /** Unicast DNS; a network without it has no domains beyond the link. */
  readonly dns?: DnsNetwork | undefined;
  /**
   * Calls `woke` after the machine has slept or the process was stopped for seconds: after the datagrams that arrived
   * meanwhile, and before any overdue timer of the clock. The returned function unsubscribes.
   */
  onWake(woke: () => void): () => void;
  /** Keeps the process alive, for a caller that waits, until the returned function is called. */
  keepAlive(): () => void;
}
