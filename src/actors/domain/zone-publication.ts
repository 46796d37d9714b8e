/** The record set that a zone gets of a publication: names in its domain, addresses that reach beyond a link. */
import { addressClass } from '../../ip/address.js';
import type { Family } from '../../ip/family.js';
import type { InterfaceAddress, NetworkInterface } from '../../net/network.js';
import { aliasRecordSet, hostRecordSet } from '../../protocol/dns-sd/host.js';
import { LOCAL_DOMAIN, serviceRecordSet } from '../../protocol/dns-sd/service.js';
import type { Name } from '../../protocol/name.js';
import type { RecordSet } from '../../protocol/record-set.js';
import { withZoneTtls } from '../../protocol/unicast/registration.js';
import { moved } from '../../protocol/unicast/translate.js';
import { type AddressFilter, type AddressRule, filterOf, type NamedFilters, passes } from '../address-filter.js';
import type { Publication } from '../publication.js';

/** What the records depend on, besides the publication. */
export interface ZoneSurroundings {
  readonly domain: Name;
  readonly interfaces: readonly NetworkInterface[];
  readonly families: ReadonlySet<Family>;
  readonly addressFilter: AddressFilter | undefined;
  readonly namedFilters: NamedFilters;
}

/** The most addresses of a host: our choice, as many as a host may be given. */
const MAX_ADDRESSES = 40;

export function zoneRecordSet(publication: Publication, around: ZoneSurroundings): RecordSet {
  const there = inDomain(publication, around.domain);
  return { ...withZoneTtls(recordsOf(there, around)), revision: publication.revision ?? 0 };
}

/** The publication with its names in another domain than `local`. */
function inDomain(publication: Publication, domain: Name): Publication {
  const there = (name: Name) => moved(name, LOCAL_DOMAIN, domain);
  const host = there(publication.host);
  if (publication.kind === 'service') return { ...publication, host, typeName: there(publication.typeName) };
  return publication.kind === 'host'
    ? { ...publication, host }
    : { ...publication, host, alias: there(publication.alias) };
}

function recordsOf(publication: Publication, around: ZoneSurroundings): RecordSet {
  if (publication.kind === 'service') return serviceRecordSet({ ...publication, ttl: publication.ttls });
  if (publication.kind === 'alias') return aliasRecordSet({ ...publication, ttl: publication.ttls.host });
  const { id, host, addresses: given, addressFilter, ttls } = publication;
  const addresses = given?.map((address) => ({ address })) ?? ownAddresses(around, addressFilter);
  return hostRecordSet({ id, host, addresses, reverse: false, ttl: ttls.host });
}

/**
 * Those of all interfaces at which a host of another link can reach this one: none that only its link knows, and no
 * temporary one if there is another, which would have to be changed every day.
 */
function ownAddresses(around: ZoneSurroundings, rule: AddressRule | undefined): readonly InterfaceAddress[] {
  const { interfaces, families, addressFilter, namedFilters } = around;
  const filter = filterOf(rule, namedFilters);
  const usable = interfaces.flatMap((on) =>
    on.addresses.filter(
      (address) =>
        address.state === undefined &&
        families.has(address.family) &&
        reachesBeyondTheLink(address.address) &&
        passes(addressFilter, address, on) &&
        passes(filter, address, on),
    ),
  );
  const lasting = usable.filter(({ temporary }) => !temporary);
  return (lasting.length > 0 ? lasting : usable).slice(0, MAX_ADDRESSES);
}

function reachesBeyondTheLink(address: string): boolean {
  return ['routable', 'unique-local'].includes(addressClass(address));
}
