/** Addresses as users get them: complete, and in the order in which to try connecting. */

import { ADDRESS_CLASSES, type AddressClass, addressBytes, addressClass, sameBits } from '../../ip/address.js';
import { compareText } from '../../ip/text.js';
import type { ServiceAddress } from '../dns-sd/instance.js';
import { literalAddress } from '../dns-sd/literal-address.js';
import type { AddressData } from '../record.js';
import type { OpenQuestion } from './open-questions.js';
import type { LinkInfo, Subnet } from './view.js';

/**
 * The address of a record that was heard on a link. A link-local IPv6 address is valid on its link only and so gets the
 * zone (RFC 4007 section 6).
 */
export function serviceAddress(data: AddressData, link: LinkInfo): ServiceAddress {
  const { address } = data;
  const heard = { address, family: data.type === 'A' ? 'ipv4' : 'ipv6', interface: link.interface } as const;
  return Object.freeze(addressClass(address) === 'link-local-ipv6' ? { ...heard, scopeId: link.scopeId } : heard);
}

/** An address record, and where and when it was heard. */
export interface HeardAddress {
  readonly data: AddressData;
  readonly link: LinkInfo;
  /** When the link first heard it, in milliseconds. */
  readonly heardAt: number;
  /** Increases with every record that is heard. */
  readonly order: number;
}

/** The address records among a question's answers, and the address whose text its name is. */
export function* heardAddresses({ link, question, records }: OpenQuestion<unknown>): Iterable<HeardAddress> {
  for (const { record, heardAt, order } of records.values()) {
    if (record.type === 'A' || record.type === 'AAAA') yield { data: record, link, heardAt, order };
  }
  const literal = literalAddress(question.name);
  if (literal?.type === question.type) yield { data: literal, link, heardAt: 0, order: 0 };
}

/**
 * Milliseconds. Records of a host within this time count as equally new: its answers come in several packets, over
 * several links.
 */
export const EQUALLY_NEW_MS = 1_000;

/**
 * The addresses in the order in which to try connecting, each once for every interface on which it was heard:
 *
 * 1. those in a subnet of the interface on which they were heard, link-local ones last among them; then the others that
 *    reach beyond a link; then link-local ones that this interface cannot reach, loopback, and addresses that no host
 *    can have;
 * 2. within each of these the newest of an interface first, so that a host with a new address is reached there (an old
 *    record stays for a second, RFC 6762 section 10.2); see `EQUALLY_NEW_MS`;
 * 3. by class (see `addressClass`), and IPv4 before IPv6, since neighbours nearly always share an IPv4 subnet;
 * 4. by interface, and on one interface the newest first, and then as their host lists them.
 *
 * The list and the addresses are frozen, because many instances of one host share them.
 */
export function connectOrder(addresses: Iterable<HeardAddress>): readonly ServiceAddress[] {
  const isNeighbour = neighbourTest();
  const ranked = eachOnce(addresses).map((heard) => rank(heard, isNeighbour(heard)));
  noteAges(ranked);
  return Object.freeze(ranked.sort(compareRanked).map(({ heard: { data, link } }) => serviceAddress(data, link)));
}

interface Ranked {
  readonly heard: HeardAddress;
  readonly tier: number;
  /** The number of newer addresses on its interface in its tier; equally new ones count as one. */
  age: number;
  /** By class and family. */
  readonly kind: number;
}

function rank(heard: HeardAddress, isNeighbour: boolean): Ranked {
  const { address, type } = heard.data;
  const reach = addressClass(address);
  const kind = ADDRESS_CLASSES.indexOf(reach) * 2 + (type === 'A' ? 0 : 1);
  return { heard, tier: tierOf(reach, isNeighbour), age: 0, kind };
}

function tierOf(reach: AddressClass, isNeighbour: boolean): number {
  if (reach === 'unusable') return 5;
  const isLinkLocal = reach === 'link-local-ipv6' || reach === 'link-local-ipv4';
  if (isNeighbour) return isLinkLocal ? 1 : 0;
  if (reach === 'loopback') return 4;
  return isLinkLocal ? 3 : 2;
}

function compareRanked(a: Ranked, b: Ranked): number {
  return (
    a.tier - b.tier ||
    a.age - b.age ||
    a.kind - b.kind ||
    compareText(a.heard.link.interface, b.heard.link.interface) ||
    b.heard.heardAt - a.heard.heardAt ||
    a.heard.order - b.heard.order
  );
}

/** Removes duplicates. An address heard over both families of an interface counts from the first time. */
function eachOnce(addresses: Iterable<HeardAddress>): HeardAddress[] {
  const once = new Map<string, HeardAddress>();
  for (const each of addresses) {
    const key = `${each.data.address} ${each.link.interface}`;
    const known = once.get(key);
    if (!known || isEarlier(each, known)) once.set(key, each);
  }
  return [...once.values()];
}

function isEarlier(a: HeardAddress, b: HeardAddress): boolean {
  return a.heardAt < b.heardAt || (a.heardAt === b.heardAt && a.order < b.order);
}

function noteAges(ranked: readonly Ranked[]): void {
  const groups = new Map<string, Ranked[]>();
  for (const each of ranked) {
    const key = `${each.tier} ${each.heard.link.interface}`;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  for (const group of groups.values()) {
    const epochs = epochsOf(group.map(({ heard }) => heard.heardAt));
    const newest = Math.max(...epochs.values());
    for (const each of group) each.age = newest - (epochs.get(each.heard.heardAt) ?? 0);
  }
}

/** A number for each time: equal for times within `EQUALLY_NEW_MS` of the first one, greater for later ones. */
function epochsOf(times: readonly number[]): Map<number, number> {
  const epochs = new Map<number, number>();
  let start = Number.NEGATIVE_INFINITY;
  let epoch = 0;
  for (const time of [...times].sort((a, b) => a - b)) {
    if (time - start >= EQUALLY_NEW_MS) {
      start = time;
      epoch++;
    }
    epochs.set(time, epoch);
  }
  return epochs;
}

/**
 * Returns a test whether an address is in a subnet of the interface on which it was heard. Reads each link's subnets
 * once.
 */
function neighbourTest(): (heard: HeardAddress) => boolean {
  const read = new Map<readonly Subnet[], readonly { bytes: Uint8Array; prefixLength: number }[]>();
  return ({ data, link: { subnets } }) => {
    let own = read.get(subnets);
    if (!own) {
      own = subnets.flatMap(({ address, prefixLength }) => {
        const bytes = addressBytes(address);
        // Every fe80::/10 address is on the link (RFC 4291 section 2.5.6); a prefix length of 0 defines no neighbours.
        const bits = addressClass(address) === 'link-local-ipv6' ? 10 : prefixLength;
        return bytes && bits > 0 ? [{ bytes, prefixLength: bits }] : [];
      });
      read.set(subnets, own);
    }
    const bytes = addressBytes(data.address);
    return bytes !== undefined && own.some((subnet) => sameBits(bytes, subnet.bytes, subnet.prefixLength));
  };
}

/** Whether two lists have the same addresses in the same order. */
export function sameAddresses(a: readonly ServiceAddress[], b: readonly ServiceAddress[]): boolean {
  return a === b || (a.length === b.length && a.every((address, i) => isSame(address, b[i])));
}

/** The same text on two interfaces is two addresses: they are reached by different routes, and may be two hosts. */
function isSame(a: ServiceAddress, b: ServiceAddress | undefined): boolean {
  return a.address === b?.address && a.interface === b.interface;
}
