/** The addresses of an interface: their order, and the one that it sends from. */
import { isLinkLocal } from '../ip/address.js';
import type { Family } from '../ip/family.js';
import { compareText } from '../ip/text.js';
import type { InterfaceAddress, NetworkInterface } from './network.js';

/** The order of `NetworkInterface.addresses`: by family, then address. */
export function compareAddresses(a: InterfaceAddress, b: InterfaceAddress): number {
  return compareText(a.family, b.family) || compareText(a.address, b.address);
}

/**
 * The source address of what an interface sends to a group; undefined when it has none of the family. Over IPv6 a
 * link-local address, as the system itself chooses for link-local groups (RFC 6724); over IPv4 a routable one if there
 * is one.
 */
export function sourceAddress(of: NetworkInterface, family: Family): InterfaceAddress | undefined {
  const own = of.addresses.filter((address) => address.family === family);
  return own.find((address) => isLinkLocal(address.address) === (family === 'ipv6')) ?? own[0];
}
