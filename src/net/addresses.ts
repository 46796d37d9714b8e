/** The addresses of an interface: their order, and which of them it speaks from. */
import { isLinkLocal } from '../ip/address.js';
import type { Family } from '../ip/family.js';
import { compareText } from '../ip/text.js';
import type { InterfaceAddress, NetworkInterface } from './network.js';

/** By family, then address, as `NetworkInterface.addresses` is sorted. */
export function compareAddresses(a: InterfaceAddress, b: InterfaceAddress): number {
  return compareText(a.family, b.family) || compareText(a.address, b.address);
}

/**
 * The address that what an interface sends to a group comes from, undefined when it has none of the family: over IPv6 a
 * link-local one, as the system itself chooses for the groups of a link (RFC 6724), over IPv4 a routable one where there is one.
 */
export function sourceAddress(of: NetworkInterface, family: Family): InterfaceAddress | undefined {
  const own = of.addresses.filter((address) => address.family === family);
  return own.find((address) => isLinkLocal(address.address) === (family === 'ipv6')) ?? own[0];
}
