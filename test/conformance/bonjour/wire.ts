/** What the tester stands on: a network and time, simulated or real; and what it sees of the network. */
import type { Message } from '../../../src/protocol/record.js';

/** A packet that the tester heard, sent, or finds in a capture. */
export interface Observed {
  /** Milliseconds on the tester's clock. */
  readonly time: number;
  /** The sender's address and port. */
  readonly from: string;
  readonly fromPort: number;
  /** 5353, or the port of a legacy querier. */
  readonly toPort: number;
  readonly message: Message;
  /** IP TTL or hop limit, where it can be seen. */
  readonly ipTtl?: number;
}

export interface Wire {
  /** Monotonic milliseconds. */
  now(): number;
  /** Multicasts a packet from a port of the tester. */
  send(bytes: Uint8Array, fromPort: number): void;
  /** Calls `listener` with all that others multicast or send to any port of the tester. */
  onHeard(listener: (heard: Observed) => void): void;
  /** Calls `run` after so many milliseconds. */
  later(ms: number, run: () => void): void;
  /** Lets time pass until a condition holds, at most `limitMs`; tells whether it does. */
  until(isMet: () => boolean, limitMs: number): Promise<boolean>;
}

export const MDNS_PORT = 5353;
