/** Addresses and subnets: which are neighbours, and which of its own addresses an interface speaks from. */
import { BlockList, isIP, SocketAddress } from 'node:net';
import type { Family, InterfaceAddress, NetworkInterface } from './network.js';

/** The order of everything that the system lists: by code units, the same in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By family, then address, as `NetworkInterface.addresses` is sorted. */
export function compareAddresses(a: InterfaceAddress, b: InterfaceAddress): number {
  return compareText(a.family, b.family) || compareText(a.address, b.address);
}

export function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** Canonical text without a zone, undefined when it is no address. */
export function canonicalAddress(text: string): string | undefined {
  const address = withoutZone(text);
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? address : new SocketAddress({ address, family: 'ipv6' }).address;
}

export function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone < 0 ? address : address.slice(0, zone);
}

/** 169.254/16 and fe80::/10: valid on one link only. */
export function isLinkLocal(address: string): boolean {
  return address.startsWith('169.254.') || /^fe[89ab]/i.test(address);
}

/**
 * The address that what an interface sends to a group comes from, undefined when it has none of the family: over IPv6 a
 * link-local one, as the system itself chooses for the groups of a link (RFC 6724), over IPv4 a routable one where there is one.
 */
export function sourceAddress(of: NetworkInterface, family: Family): InterfaceAddress | undefined {
  const own = of.addresses.filter((address) => address.family === family);
  return own.find((address) => isLinkLocal(address.address) === (family === 'ipv6')) ?? own[0];
}

interface Ipv4Subnet {
  readonly network: number;
  readonly mask: number;
}

/** The neighbourhood of some addresses: `(I & M) == (P & M)` of RFC 6762 section 11. */
export class Subnets {
  readonly #ipv4: Ipv4Subnet[] = [];
  readonly #ipv6 = new BlockList();

  constructor(addresses: readonly InterfaceAddress[]) {
    for (const { family, address, prefixLength } of addresses) {
      // A prefix of no bits names no neighbours.
      if (prefixLength === 0) continue;
      if (family === 'ipv4') {
        const mask = -1 << (32 - prefixLength);
        this.#ipv4.push({ network: ipv4Number(address) & mask, mask });
      } else if (isLinkLocal(address)) {
        this.#ipv6.addSubnet('fe80::', 10, 'ipv6');
      } else {
        this.#ipv6.addSubnet(address, prefixLength, 'ipv6');
      }
    }
  }

  /** `address` without a zone. Runs for every IPv4 datagram of every link: 0.1 us. */
  contains(address: string): boolean {
    if (familyOf(address) === 'ipv6') return this.#ipv6.check(address, 'ipv6');
    const number = ipv4Number(address);
    return this.#ipv4.some(({ network, mask }) => (number & mask) === network);
  }
}

/** Dotted decimal as 32 bits; the text comes from the system and is known to be an address. */
function ipv4Number(text: string): number {
  let number = 0;
  let part = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0) part = part * 10 + digit;
    else {
      number = (number << 8) | part;
      part = 0;
    }
  }
  return (number << 8) | part;
}
