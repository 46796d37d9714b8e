import { ADDRESS_CLASSES, addressClass } from '../address.js';
import type { ServiceAddress } from '../dns-sd/instance.js';
import type { AddressData } from '../record.js';
import type { LinkInfo } from './view.js';

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
  return ADDRESS_CLASSES.indexOf(addressClass(address)) * 2 + (family === 'ipv4' ? 0 : 1);
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
