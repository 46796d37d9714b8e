/**
 * Translates options, as read by `option-shapes.ts`, into requests. Invalid names, types and addresses are refused with
 * an `MdnsError` that says what would be right.
 */
import type { AddressFilter } from '../actors/address-filter.js';
import type { AliasRequest, ConflictPolicy, HostRequest, ServiceRequest, WatchRequest } from '../actors/commands.js';
import type { SupervisorInput } from '../actors/supervisor/input.js';
import { isMulticast } from '../ip/address.js';
import type { Family } from '../ip/family.js';
import type { Network } from '../net/network.js';
import { DEFAULT_MAX_RECORDS } from '../protocol/cache/limits.js';
import {
  HOST_TTL_SECONDS,
  IPV4_GROUP,
  IPV6_GROUP,
  MDNS_PORT,
  MIN_ANNOUNCEMENTS,
  OTHER_TTL_SECONDS,
} from '../protocol/constants.js';
import { defaultHostName, parseHostAddresses, parseHostName, parseServiceHost } from '../protocol/dns-sd/host.js';
import {
  type ExtraRecord,
  enumeratedType,
  instanceName,
  parseServiceType,
  type RecordTtls,
  type ServiceType,
  subtypeName,
} from '../protocol/dns-sd/service.js';
import { type TxtWarning, txtStrings } from '../protocol/dns-sd/txt.js';
import { MdnsError } from '../protocol/errors.js';
import { type Name, nameKey } from '../protocol/name.js';
import { isOwnType, parseType } from '../protocol/types.js';
import { rdataFromDnsPacket } from '../protocol/wire/dns-packet.js';
import { DomainNames, domainChoices } from './domain-names.js';
import { leadingTo, parseGroup } from './group.js';
import type {
  BrowseOptions,
  ExtraRecordOptions,
  HostOptions,
  MdnsOptions,
  ResolvingOptions,
  ServiceOptions,
} from './options.js';

/** For commands: the supervisor knows which domains there are. */
const ANY_DOMAIN = new DomainNames(undefined);

const DEFAULT_SCAN_INTERVAL_MS = 1_500;

/**
 * @param options read with `mdnsShape`
 * @throws MdnsError `invalid-option`, `invalid-name`
 */
export function supervisorInput(options: MdnsOptions, network: Network): SupervisorInput {
  const ttls = ttlsOf(options.ttl);
  const groups = groupsOf(options);
  const peers = Object.values(groups).flatMap(({ group }) => (isMulticast(group) ? [] : [group]));
  if (!groups.ipv4 && !groups.ipv6) {
    throw new MdnsError('invalid-option', 'Both "ipv4" and "ipv6" are false: leave at least one of them on.');
  }
  const { reannounce = false } = options;
  return {
    network,
    hostname: options.hostname === undefined ? defaultHostName(network.hostname()) : parseHostName(options.hostname),
    groups,
    interfaces: options.interfaces ?? (peers.length > 0 ? leadingTo(peers) : undefined),
    ttls,
    addressFilter: readAddressFilter(options.addressFilter),
    announceHost: options.announceHost ?? (options.hostname === undefined ? undefined : true),
    announcements: options.announcements ?? MIN_ANNOUNCEMENTS,
    reannounceMs: reannounce === true ? ttls.host * 800 : reannounce === false ? undefined : reannounce,
    scanIntervalMs: options.scanIntervalMs ?? DEFAULT_SCAN_INTERVAL_MS,
    maxCacheRecords: options.maxCacheRecords ?? DEFAULT_MAX_RECORDS,
    maxCacheBytes: options.maxCacheBytes,
    domains: domainChoices(options.domains),
    keepAlive: options.keepAlive ?? true,
  };
}

/**
 * @param service read with `serviceShape`
 * @throws MdnsError `invalid-name`, `invalid-type`, `invalid-txt`, `invalid-option`
 */
export function serviceRequest(
  service: ServiceOptions,
  defaults: RecordTtls,
  warn: (what: 'TXT' | 'Type', warning: TxtWarning) => void,
  known: DomainNames = ANY_DOMAIN,
): ServiceRequest {
  const { name: typeName, subtype } = typeToPublish(service, warn);
  const subtypes = [...(service.subtypes ?? []), ...(typeof subtype === 'string' ? [subtype] : [])];
  for (const each of subtypes) subtypeName(each, typeName);
  instanceName(service.name, typeName);
  const { addresses } = service;
  if (addresses && service.host === undefined) {
    throw new MdnsError(
      'invalid-option',
      '"addresses" are those of another host: give the name of that host as "host", too.',
    );
  }
  if (service.addressFilter && service.host === undefined) {
    const message = '"addressFilter" selects the addresses of another host name: give that name as "host", too.';
    throw new MdnsError('invalid-option', message);
  }
  if (service.ownHost && (service.host === undefined || service.claimHost === false)) {
    const message =
      '"ownHost" gives the service a host of its own: give its name as "host", and leave out "claimHost".';
    throw new MdnsError('invalid-option', message);
  }
  if (service.claimHost === false && (service.host === undefined || addresses || service.addressFilter)) {
    const message =
      'With "claimHost: false" another program publishes the host: give its name as "host", and no "addresses" or "addressFilter".';
    throw new MdnsError('invalid-option', message);
  }
  return {
    kind: 'service',
    instance: service.name.normalize('NFC'),
    typeName,
    port: service.port,
    priority: service.priority ?? 0,
    weight: service.weight ?? 0,
    host: service.host === undefined ? undefined : parseServiceHost(service.host),
    ownHost: service.ownHost ? 'numbered' : undefined,
    addresses: parseHostAddresses(addresses, service.interfaces !== undefined),
    addressFilter: listIn(readAddressFilter(service.addressFilter, addresses)),
    claimHost: service.claimHost,
    ...(service.domains && { domains: known.toPublishIn(service.domains) }),
    txt: txtStrings(service.txt ?? [], (warning) => warn('TXT', warning)),
    subtypes,
    extra: (service.records ?? []).map(readExtra),
    ttls: ttlsOf(service.ttl, defaults),
    onConflict: policyOf(service.onConflict),
    interfaces: service.interfaces,
  };
}

/** A type that RFC 6335 forbids is published on request, if it can be found: if its protocol is `_tcp` or `_udp`. */
function typeToPublish(
  { type, strict = true }: ServiceOptions,
  warn: (what: 'Type', warning: TxtWarning) => void,
): ServiceType {
  try {
    return parseServiceType(type, { strict: true });
  } catch (error) {
    const found = strict ? undefined : parseServiceType(type, { strict: false });
    if (!found || enumeratedType(found.name) === undefined) throw error;
    warn('Type', { message: (error as MdnsError).message });
    return found;
  }
}

/**
 * @param options read with `browseShape`
 * @throws MdnsError `invalid-type`, `invalid-name` for a subtype that is not a label, `invalid-option`
 */
export function browseRequest(
  type: string,
  options: BrowseOptions & { readonly resolve?: boolean | 'partial' },
  domains: DomainNames = ANY_DOMAIN,
): WatchRequest<'browse' | 'names'> {
  const { domain, everywhere } = domains.where(options.domain);
  const { name: typeName, subtype } = parseServiceType(type, { strict: false, domain });
  const { txt, resolve = true } = options;
  if (txt && !resolve) {
    throw new MdnsError('invalid-option', 'Without "resolve" there is no TXT record to compare with: leave one out.');
  }
  const label = options.subtype ?? subtype;
  if (label !== undefined) subtypeName(label, typeName);
  const where = everywhere ? { everywhere } : {};
  if (!resolve) return { kind: 'names', typeName, subtype: label, ...where };
  return { kind: 'browse', typeName, subtype: label, txt, ...partialIf(resolve), ...where };
}

/**
 * @param options read with `browseAllShape`
 * @throws MdnsError `invalid-name` for a subtype that is not a label
 */
export function browseAllRequest(
  { subtype, txt, resolve = true, domain: text }: ResolvingOptions,
  domains: DomainNames = ANY_DOMAIN,
): WatchRequest<'all'> {
  const { domain, everywhere } = domains.where(text);
  if (subtype !== undefined) subtypeName(subtype, domain);
  return { kind: 'all', domain, subtype, txt, ...partialIf(resolve), ...(everywhere && { everywhere }) };
}

function partialIf(resolve: true | 'partial'): { readonly partial?: true } {
  return resolve === 'partial' ? { partial: true } : {};
}

/**
 * @param host read with `hostShape`
 * @throws MdnsError `invalid-name`, `invalid-option`
 */
export function hostRequest(
  host: HostOptions,
  defaults: RecordTtls,
  known: DomainNames = ANY_DOMAIN,
): HostRequest | AliasRequest {
  const name = parseHostName(host.name);
  const anyway = {
    ttls: ttlsOf(host.ttl, defaults),
    onConflict: policyOf(host.onConflict),
    interfaces: host.interfaces,
    ...(host.domains && { domains: known.toPublishIn(host.domains) }),
  };
  if (host.aliasOf !== undefined) return { kind: 'alias', alias: name, host: aliased(host, name), ...anyway };
  return {
    kind: 'host',
    host: name,
    ...anyway,
    addresses: parseHostAddresses(host.addresses, host.interfaces !== undefined),
    addressFilter: listIn(readAddressFilter(host.addressFilter, host.addresses)),
  };
}

function aliased({ aliasOf = '', addresses, addressFilter }: HostOptions, alias: Name): Name {
  const host = parseHostName(aliasOf);
  if (addresses || addressFilter) {
    const message = 'An alias has no addresses of its own: give either "aliasOf", or "addresses" or "addressFilter".';
    throw new MdnsError('invalid-option', message);
  }
  if (nameKey(host) !== nameKey(alias)) return host;
  throw new MdnsError('invalid-option', `"aliasOf" is ${host}, the name itself: give the name of the host.`);
}

function readAddressFilter(filter: AddressFilter | undefined, given?: readonly string[]): AddressFilter | undefined {
  if (filter === undefined) return undefined;
  if (given)
    throw new MdnsError(
      'invalid-option',
      '"addressFilter" selects from this machine\'s addresses: give either it or "addresses", not both.',
    );
  return filter;
}

/** A filter that is a function gets its name where its publication gets an id. */
function listIn(filter: AddressFilter | undefined): readonly string[] | undefined {
  return typeof filter === 'function' ? undefined : filter;
}

function readExtra({ type: text, data, ttl }: ExtraRecordOptions): ExtraRecord {
  const type = parseType(text);
  if (type === 'HINFO') {
    const { cpu, os } = Object(data) as { readonly cpu?: unknown; readonly os?: unknown };
    if (typeof cpu === 'string' && typeof os === 'string') return { data: { type, cpu, os }, ttl };
    throw new MdnsError('invalid-option', 'The data of HINFO must be { cpu, os }, both text.');
  }
  if (type === undefined || type === 'ANY' || isOwnType(type)) {
    throw new MdnsError(
      'invalid-option',
      `A record of type ${JSON.stringify(text)} cannot be added to a service: give another type, such as "HINFO" or "TYPE65280".`,
    );
  }
  return { data: { type, rdata: rdataFromDnsPacket(type, data) }, ttl };
}

function policyOf(value: ServiceOptions['onConflict'] = 'rename'): ConflictPolicy {
  return typeof value === 'function' ? 'ask' : value;
}

export function ttlsOf(
  ttl: number | Partial<RecordTtls> | undefined,
  defaults: RecordTtls = { host: HOST_TTL_SECONDS, other: OTHER_TTL_SECONDS },
): RecordTtls {
  return typeof ttl === 'number' ? { host: ttl, other: ttl } : { ...defaults, ...ttl };
}

const defaultGroups = {
  ipv4: { group: IPV4_GROUP, port: MDNS_PORT },
  ipv6: { group: IPV6_GROUP, port: MDNS_PORT },
} as const;

type Groups = Partial<Record<Family, { readonly group: string; readonly port: number }>>;

/** With a peer instead of a group of one family, the other family is off unless it is asked for. */
function groupsOf({ ipv4, ipv6 }: Pick<MdnsOptions, 'ipv4' | 'ipv6'>): Groups {
  const isPeer = (given: Groups) => Object.values(given).some(({ group }) => !isMulticast(group));
  const [one, other] = [groupOf('ipv4', ipv4), groupOf('ipv6', ipv6)];
  if (ipv6 === undefined && isPeer(one)) return one;
  if (ipv4 === undefined && isPeer(other)) return other;
  return { ...one, ...other };
}

function groupOf(family: Family, value: string | false | undefined): Groups {
  if (value === false) return {};
  if (value === undefined) return { [family]: defaultGroups[family] };
  return { [family]: parseGroup(family, value) };
}
