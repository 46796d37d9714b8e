/** Which of an interface's addresses are published: the usable ones, the best first, as many as fit into a packet. */
import { addressClass, sameSubnet } from '../../ip/address.js';
import { familyOf } from '../../ip/family.js';
import { MAX_PROBE_BYTES, proposal } from '../claim/proposal.js';
import type { Name } from '../name.js';
import { packResponse } from '../wire/pack-response.js';
import { hostRecordSet } from './host.js';

/**
 * Addresses that always fit: 12 bytes of header, 71 of a host name, 26 for each address and 86 for its reverse mapping.
 */
const FEW = 8;

/** An address of this machine on the interface. */
export interface OwnAddress {
  readonly address: string;
  readonly prefixLength: number;
  /** Set if it may belong to another host (RFC 4862 section 5.4), or is not for new connections (section 5.5.4). */
  readonly state?: 'deprecated' | 'tentative' | 'duplicate';
  /** Whether it changes within days, for privacy (RFC 8981). */
  readonly temporary?: boolean;
}

export interface Room {
  readonly host: Name;
  /** Whether the reverse mapping is published as well. */
  readonly reverse: boolean;
  /** Bytes that a message may have. */
  readonly maxBytes: number;
}

/**
 * The addresses to publish on an interface, IPv4 before IPv6, the best of each family first. If not all fit into one
 * probe, and into one packet together with their reverse mapping, only the best of both families are published: a host
 * must be announced in one packet, since its cache-flush bits would remove the records of a second packet that comes
 * late (RFC 6762 sections 8.3 and 10.2).
 */
export function ownAddresses(all: readonly OwnAddress[], room: Room): readonly OwnAddress[] {
  const usable = all.filter(({ state }) => state === undefined);
  const ranked = usable
    .map((address) => ({ address, rank: rankOf(address, usable) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ address }) => address);
  const ipv4 = ranked.filter(({ address }) => familyOf(address) === 'ipv4');
  const ipv6 = ranked.filter(({ address }) => familyOf(address) === 'ipv6');
  if (fits([...ipv4, ...ipv6], room)) return [...ipv4, ...ipv6];
  const kept = mostThatFit(inTurns(ipv4, ipv6), room);
  return [...ipv4, ...ipv6].filter((address) => kept.has(address));
}

/** Addresses with neighbours first, then permanent ones, then those that reach beyond the link. */
function rankOf(own: OwnAddress, all: readonly OwnAddress[]): number {
  const kind = addressClass(own.address);
  const isLinkLocal = kind === 'link-local-ipv4' || kind === 'link-local-ipv6';
  return (hasNeighbours(own, all) ? 0 : 4) + (own.temporary ? 2 : 0) + (isLinkLocal ? 1 : 0);
}

/** DHCPv6 assigns addresses without a subnet; another address then has the subnet. */
function hasNeighbours({ address }: OwnAddress, all: readonly OwnAddress[]): boolean {
  const width = familyOf(address) === 'ipv4' ? 32 : 128;
  return all.some((other) => other.prefixLength < width && sameSubnet(other.address, address, other.prefixLength));
}

function inTurns(one: readonly OwnAddress[], other: readonly OwnAddress[]): OwnAddress[] {
  const longer = Math.max(one.length, other.length);
  return Array.from({ length: longer }, (_, i) => [...one.slice(i, i + 1), ...other.slice(i, i + 1)]).flat();
}

function mostThatFit(addresses: readonly OwnAddress[], room: Room): ReadonlySet<OwnAddress> {
  let [least, tooMany] = [0, addresses.length];
  while (tooMany - least > 1) {
    const count = (least + tooMany) >> 1;
    if (fits(addresses.slice(0, count), room)) least = count;
    else tooMany = count;
  }
  return new Set(addresses.slice(0, least));
}

function fits(addresses: readonly OwnAddress[], { host, reverse, maxBytes }: Room): boolean {
  if (addresses.length <= FEW && maxBytes >= MAX_PROBE_BYTES) return true;
  const { records } = hostRecordSet({ id: '', host, addresses, reverse });
  const forward = records.slice(0, addresses.length);
  const isWholeInProbe = proposal(host, forward).length === forward.length;
  return isWholeInProbe && packResponse({ answers: records, additionals: [], maxBytes }).packets.length <= 1;
}
