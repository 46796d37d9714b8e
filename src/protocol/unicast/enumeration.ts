/** Which domains a network recommends, and for what (RFC 6763 section 11). */
import { addressBytes } from '../../ip/address.js';
import type { Name } from '../name.js';

/** What a domain is recommended for, by the label that lists it. */
const DOMAIN_USES = {
  b: 'browse',
  db: 'browse-default',
  r: 'register',
  dr: 'register-default',
  lb: 'browse-automatic',
} as const;

export type DomainUse = (typeof DOMAIN_USES)[keyof typeof DOMAIN_USES];

/** The names whose PTR records list domains, with what these are recommended for. */
export function enumerationNames(domain: Name): readonly { readonly name: Name; readonly use: DomainUse }[] {
  return Object.entries(DOMAIN_USES).map(([label, use]) => {
    return { name: domain === '.' ? `${label}._dns-sd._udp` : `${label}._dns-sd._udp.${domain}`, use };
  });
}

/**
 * The reverse name of the first address of a subnet, which is that of all its hosts: `0.2.0.192.in-addr.arpa` for
 * 192.0.2.10/24. Undefined for a text that is not an address.
 */
export function subnetName(address: string, prefixLength: number): Name | undefined {
  const bytes = addressBytes(address);
  if (!bytes) return undefined;
  const base = bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, prefixLength - i * 8))));
  if (base.length === 4) return `${[...base].reverse().join('.')}.in-addr.arpa`;
  const nibbles = [...base].flatMap((byte) => [byte >> 4, byte & 0xf].map((nibble) => nibble.toString(16)));
  return `${nibbles.reverse().join('.')}.ip6.arpa`;
}
