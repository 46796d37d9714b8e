/** A multicast group or the address of a peer, and a port, as users write them. */
import { addressClass, canonicalAddress, isMulticast } from '../ip/address.js';
import { type Family, familyOf } from '../ip/family.js';
import { Subnets } from '../ip/subnets.js';
import type { NetworkInterface } from '../net/network.js';
import { IPV4_GROUP, IPV6_GROUP, MDNS_PORT } from '../protocol/constants.js';
import { MdnsError } from '../protocol/errors.js';

/** Reads `224.0.0.251:5353` or `[ff02::fb]:5353`, or with the address of a single peer, `127.0.0.1:4711`. */
export function parseGroup(family: Family, text: string): { readonly group: string; readonly port: number } {
  const match = family === 'ipv4' ? /^([\d.]+):(\d+)$/.exec(text) : /^\[([0-9a-fA-F:.]+)\]:(\d+)$/.exec(text);
  const group = canonicalAddress(match?.[1] ?? '');
  const port = Number(match?.[2]);
  const isFine = group !== undefined && familyOf(group) === family && isUsable(group) && port > 0 && port <= 0xffff;
  if (isFine) return { group, port };
  const example = family === 'ipv4' ? `${IPV4_GROUP}:${MDNS_PORT}` : `[${IPV6_GROUP}]:${MDNS_PORT}`;
  throw new MdnsError(
    'invalid-option',
    `${JSON.stringify(text)} is not an ${family === 'ipv4' ? 'IPv4' : 'IPv6'} multicast group or address with a port: write for example "${example}".`,
  );
}

function isUsable(address: string): boolean {
  return isMulticast(address) || addressClass(address) !== 'unusable';
}

/** The interfaces that have these peers as neighbours, and so lead to them. */
export function leadingTo(peers: readonly string[]): (on: NetworkInterface) => boolean {
  return ({ addresses }) => peers.some((peer) => new Subnets(addresses).contains(peer));
}
