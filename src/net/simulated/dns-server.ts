import { DNS_PORT } from '../../protocol/constants.js';
import type { DnsNetwork, DnsSettings } from '../dns.js';
import type { Endpoint } from './packet.js';

/** What a simulated server does with a message: the reply, or undefined for silence. */
export type DnsResponder = (message: Uint8Array, over: 'udp' | 'tcp', from: Endpoint) => Uint8Array | undefined;

export interface SimulatedDnsServer {
  /** Canonical text. */
  readonly address: string;
  /** Default: 53. */
  readonly port?: number;
  readonly answer: DnsResponder;
}

/** Unicast DNS of a simulated host. */
export interface SimulatedDnsNetwork extends DnsNetwork {
  /** What `settings` returns. Default: no server, and no search list. */
  system: DnsSettings;
}

/** Where a server listens. */
export function dnsEndpoint({ address, port = DNS_PORT }: SimulatedDnsServer): Endpoint {
  return { address, port };
}
