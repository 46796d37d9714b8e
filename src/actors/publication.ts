/**
 * A publication as the supervisor passes it to each link. The link makes a record set of it, with its own addresses.
 */

import { addressClass } from '../ip/address.js';
import type { NetworkInterface } from '../net/network.js';
import { IPV6_UDP_HEADER_BYTES, MAX_PACKET_BYTES } from '../protocol/constants.js';
import { aliasRecordSet, hostRecordSet } from '../protocol/dns-sd/host.js';
import { ownAddresses } from '../protocol/dns-sd/own-addresses.js';
import { type ExtraRecord, instanceName, type RecordTtls, serviceRecordSet } from '../protocol/dns-sd/service.js';
import { labelsOf, type Name, nameFromLabels, parentOf, plainLabel } from '../protocol/name.js';
import type { RecordSet } from '../protocol/record-set.js';
import {
  type AddressFilter,
  type AddressRule,
  filterOf,
  type NamedFilters,
  passes,
  sameRule,
} from './address-filter.js';

/** The id of the host under its own name. Reverse mappings of addresses point to it, and never to an alias. */
export const OWN_HOST = 'host';

/** A host name and its addresses: those of the link, or given ones (on behalf of another host). */
export interface HostPublication {
  readonly kind: 'host';
  readonly id: string;
  readonly host: Name;
  readonly addresses?: readonly string[];
  readonly addressFilter?: AddressRule;
  readonly ttls: RecordTtls;
  /** Whether its name is claimed without probing for it first. Default: false. */
  readonly unprobed?: boolean;
  /** Whether it is renamed to `host-(2)` instead of `host-2`. Default: false. */
  readonly bracketed?: boolean;
  /** Goes up with each change. 0 unless given. */
  readonly revision?: number;
}

export interface ServicePublication {
  readonly kind: 'service';
  readonly id: string;
  readonly instance: string;
  readonly typeName: Name;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
  readonly host: Name;
  readonly txt: readonly Uint8Array[];
  readonly subtypes: readonly string[];
  readonly extra: readonly ExtraRecord[];
  readonly ttls: RecordTtls;
  /** Whether its name is claimed without probing for it first. Default: false. */
  readonly unprobed?: boolean;
  /** Goes up with each change. 0 unless given. */
  readonly revision?: number;
}

/** Another name of a host. */
export interface AliasPublication {
  readonly kind: 'alias';
  readonly id: string;
  readonly alias: Name;
  /** The name that it leads to. */
  readonly host: Name;
  readonly ttls: RecordTtls;
  readonly unprobed?: boolean;
  /** Goes up with each change. 0 unless given. */
  readonly revision?: number;
}

export type Publication = HostPublication | ServicePublication | AliasPublication;

/** Whether a service can refer to this host: not if it asks for other addresses. */
export function sharesHost(host: Publication, filter: AddressRule | undefined): boolean {
  return host.kind === 'host' && (filter === undefined || sameRule(host.addressFilter, filter));
}

/** The name that a publication claims by probing. */
export function claimedName(publication: Publication): Name {
  switch (publication.kind) {
    case 'host':
      return publication.host;
    case 'alias':
      return publication.alias;
    case 'service':
      return instanceName(publication.instance, publication.typeName);
  }
}

/** The part of that name that users choose and see: the first label. */
export function labelOf(publication: Publication): string {
  return publication.kind === 'service' ? publication.instance : plainLabel(claimedName(publication));
}

export function relabelled(publication: Publication, label: string): Publication {
  if (publication.kind === 'service') return { ...publication, instance: label };
  const name = nameFromLabels([label, ...labelsOf(parentOf(claimedName(publication)))]);
  return publication.kind === 'host' ? { ...publication, host: name } : { ...publication, alias: name };
}

/** The host name that users see in events: a service's host; of a host or an alias its own name. */
export function shownHost(publication: Publication): Name {
  return publication.kind === 'alias' ? publication.alias : publication.host;
}

/** What the records of a publication on a link depend on, besides the publication. */
export interface Surroundings {
  readonly interface: NetworkInterface;
  /** Whether to publish reverse mappings: not if another responder on this machine may publish the same ones. */
  readonly reverse: boolean;
  /** The families whose addresses are published. */
  readonly families: ReadonlySet<'ipv4' | 'ipv6'>;
  /** Which addresses of the interface may be published. */
  readonly addressFilter: AddressFilter | undefined;
  readonly namedFilters: NamedFilters;
}

/**
 * The records of a publication on one link, with the addresses that are valid there, and none of another interface (RFC
 * 6762 section 6.2).
 */
export function recordSetOf(publication: Publication, around: Surroundings): RecordSet {
  const { revision = 0, unprobed } = publication;
  return { ...recordsOf(publication, around), revision, ...(unprobed && { unprobed }) };
}

function recordsOf(publication: Publication, around: Surroundings): RecordSet {
  if (publication.kind === 'service') return serviceRecordSet({ ...publication, ttl: publication.ttls });
  if (publication.kind === 'alias') return aliasRecordSet({ ...publication, ttl: publication.ttls.host });
  const { id, host, addresses: given, addressFilter, ttls } = publication;
  const reverse = around.reverse && id === OWN_HOST;
  const addresses = given?.filter((address) => isGoodOn(around.interface, address)).map(asAddress);
  const own = () => ownAddressesOn(around, addressFilter, { host, reverse });
  return hostRecordSet({ id, host, addresses: addresses ?? own(), reverse, ttl: ttls.host });
}

/** The same addresses on the links of both families, so that the announcements on both agree. */
function ownAddressesOn(around: Surroundings, rule: AddressRule | undefined, of: { host: Name; reverse: boolean }) {
  const { interface: on, families, addressFilter, namedFilters } = around;
  const filter = filterOf(rule, namedFilters);
  const maxBytes = Math.min(on.mtu, MAX_PACKET_BYTES) - IPV6_UDP_HEADER_BYTES;
  const wanted = on.addresses.filter(
    (address) => families.has(address.family) && passes(addressFilter, address, on) && passes(filter, address, on),
  );
  return ownAddresses(wanted, { ...of, maxBytes });
}

/** On any other interface, the receiver of a loopback address would take it for its own. */
function isGoodOn({ loopback }: NetworkInterface, address: string): boolean {
  return loopback || addressClass(address) !== 'loopback';
}

function asAddress(address: string): { address: string; family: 'ipv4' | 'ipv6' } {
  return { address, family: address.includes(':') ? 'ipv6' : 'ipv4' };
}
