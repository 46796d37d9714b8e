import type { ServiceAddress } from '../dns-sd/instance.js';
import type { AddressData } from '../record.js';
import type { LinkInfo } from './view.js';

/**
 * How far an address reaches, the most useful first:
 *
 * - `routable`: everything that is in none of the other classes, private IPv4 networks included
 * - `unique-local`: fc00::/7 (RFC 4193)
 * - `link-local-ipv6`: fe80::/10, good on its link whatever else is configured there, given its zone
 * - `link-local-ipv4`: 169.254/16 (RFC 3927), out of reach for a host without such an address or route
 * - `loopback`: 127/8 and ::1
 * - `unusable`: unspecified and multicast addresses, which no host can have
 */
const classes = ['routable', 'unique-local', 'link-local-ipv6', 'link-local-ipv4', 'loopback', 'unusable'] as const;

export type AddressClass = (typeof classes)[number];

/** The class of an address in canonical text. */
export function addressClass(address: string): AddressClass {
  if (!address.includes(':')) return ipv4Class(address);
  if (address.startsWith('::ffff:') && address.includes('.')) return ipv4Class(address.slice('::ffff:'.length));
  if (/^fe[89ab][0-9a-f]:/.test(address)) return 'link-local-ipv6';
  if (/^f[cd][0-9a-f]{2}:/.test(address)) return 'unique-local';
  if (/^ff[0-9a-f]{2}:/.test(address) || address === '::') return 'unusable';
  return address === '::1' ? 'loopback' : 'routable';
}

function ipv4Class(address: string): AddressClass {
  if (address.startsWith('127.')) return 'loopback';
  if (address.startsWith('169.254.')) return 'link-local-ipv4';
  const first = Number.parseInt(address, 10);
  // 224/4 is multicast, 240/4 reserved and the broadcast address, 0/8 "this network".
  return first === 0 || first >= 224 ? 'unusable' : 'routable';
}

/**
 * An address of a record as it was heard on a link. A link-local IPv6 address means something on its link only, and so gets
 * the zone (RFC 4007 section 6).
 */
export function serviceAddress(data: AddressData, link: LinkInfo): ServiceAddress {
  const { address } = data;
  const heard = { address, family: data.type === 'A' ? 'ipv4' : 'ipv6', interface: link.interface } as const;
  return addressClass(address) === 'link-local-ipv6' ? { ...heard, scopeId: link.scopeId } : heard;
}

/**
 * The addresses in an order in which one can try to connect, each once for every interface on which it was heard: by class
 * (see `addressClass`), loopback last; within a class IPv4 before IPv6, since neighbours of a link nearly always share an
 * IPv4 subnet; then by interface and address, so that the same addresses always come in the same order, however they arrived.
 */
export function connectOrder(addresses: readonly ServiceAddress[]): ServiceAddress[] {
  if (addresses.length < 2) return [...addresses];
  const ranked = addresses.map((address) => ({ address, rank: rankOf(address) })).sort(compareRanked);
  const once: ServiceAddress[] = [];
  for (const { address } of ranked) if (!isSame(address, once[once.length - 1])) once.push(address);
  return once;
}

interface Ranked {
  readonly address: ServiceAddress;
  readonly rank: number;
}

function rankOf({ address, family }: ServiceAddress): number {
  return classes.indexOf(addressClass(address)) * 2 + (family === 'ipv4' ? 0 : 1);
}

function compareRanked(a: Ranked, b: Ranked): number {
  return (
    a.rank - b.rank ||
    compareText(a.address.interface, b.address.interface) ||
    compareText(a.address.address, b.address.address)
  );
}

/** Whether two lists in `connectOrder` are of the same addresses. */
export function sameAddresses(a: readonly ServiceAddress[], b: readonly ServiceAddress[]): boolean {
  return a === b || (a.length === b.length && a.every((address, i) => isSame(address, b[i])));
}

/** The same text on two interfaces is two addresses: they are reached by different ways, and may be two hosts. */
function isSame(a: ServiceAddress, b: ServiceAddress | undefined): boolean {
  return a.address === b?.address && a.interface === b.interface;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
