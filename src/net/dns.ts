/** What a network offers for unicast DNS: one question to one server at a time. `DnsClient` makes a resolver of it. */
import type { LinkFault } from './fault.js';

export interface DnsServer {
  /** Canonical text; a link-local address with its zone. */
  readonly address: string;
  readonly port: number;
}

export interface DnsExchange {
  readonly server: DnsServer;
  readonly over: 'udp' | 'tcp';
  /** A query or an update with one question. A copy is sent, with a random id (RFC 5452 section 4.3). */
  readonly message: Uint8Array;
  readonly timeoutMs: number;
}

/**
 * The reply has the id, opcode and question of what was sent, and came from the server's address and port to the one
 * that asked. `ignored`: how many messages arrived that did not; over TCP the first of them ends the exchange.
 */
export type DnsOutcome =
  | { readonly reply: Uint8Array; readonly fault: undefined; readonly ignored: number }
  | { readonly reply: undefined; readonly fault: LinkFault; readonly ignored: number };

/** How the system resolves names. */
export interface DnsSettings {
  /** In the order in which they are asked. */
  readonly servers: readonly DnsServer[];
  /** The domains in which single labels are looked up. */
  readonly search: readonly string[];
}

export interface DnsNetwork {
  /**
   * Asks one server, over UDP from a random port that is used for this alone. `done` is called once, in a later turn.
   * The returned function ends the exchange, and then `done` is not called.
   */
  exchange(exchange: DnsExchange, done: (outcome: DnsOutcome) => void): () => void;
  /** Read anew with each call, since networks change. */
  settings(): DnsSettings;
  /** Seconds since 1970 by the wall clock: the time of signatures (RFC 8945 section 10). */
  epochSeconds(): number;
}
