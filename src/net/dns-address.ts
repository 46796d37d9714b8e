/** The address and port of a DNS server as text. */
import { addressClass, canonicalAddress } from '../ip/address.js';
import { DNS_PORT } from '../protocol/constants.js';
import type { DnsServer } from './dns.js';

/**
 * Reads `192.0.2.53`, `192.0.2.53:5300`, `fd00::53`, `[fd00::53]:5300`, `fe80::53%eth0`. Undefined for what
 * cannot be the address of a server.
 */
export function parseDnsServer(text: string): DnsServer | undefined {
  const match = /^\[(.*)\]:(\d+)$|^([\d.]+):(\d+)$/.exec(text);
  const [plain = '', zone] = (match?.[1] ?? match?.[3] ?? text).split('%', 2);
  const port = Number(match?.[2] ?? match?.[4] ?? DNS_PORT);
  const address = canonicalAddress(plain);
  if (address === undefined || addressClass(address) === 'unusable' || port < 1 || port > 0xffff) return undefined;
  return { address: zone ? `${address}%${zone}` : address, port };
}

/** `192.0.2.53:53`, `[fd00::53]:53`. */
export function serverText({ address, port }: DnsServer): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
