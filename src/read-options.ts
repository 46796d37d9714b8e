/** How what users pass is read. Every wrong value is refused with an `MdnsError` that says what would be right. */
import { type AddressFilter, checkAddressList } from './actors/address-filter.js';
import type { ConflictPolicy, HostRequest, ServiceRequest, WatchRequest } from './actors/boundary.js';
import type { SupervisorInput } from './actors/supervisor.js';
import type { Family, Network } from './net/network.js';
import type { BrowseOptions, ExtraRecordOptions, HostOptions, MdnsOptions, ServiceOptions } from './options.js';
import { addressFamily, canonicalAddress, isMulticast } from './protocol/address.js';
import {
  HOST_TTL_SECONDS,
  IPV4_GROUP,
  IPV6_GROUP,
  MAX_ANNOUNCEMENTS,
  MDNS_PORT,
  MIN_ANNOUNCEMENTS,
  OTHER_TTL_SECONDS,
} from './protocol/constants.js';
import { defaultHostName, parseHostAddresses, parseHostName } from './protocol/dns-sd/host.js';
import {
  type ExtraRecord,
  instanceName,
  LOCAL_DOMAIN,
  parseServiceType,
  type RecordTtls,
  subtypeName,
} from './protocol/dns-sd/service.js';
import { type TxtWarning, txtStrings } from './protocol/dns-sd/txt.js';
import { MdnsError } from './protocol/errors.js';
import { isOwnType, parseType } from './protocol/types.js';
import { rdataFromDnsPacket } from './protocol/wire/dns-packet.js';

export const DEFAULT_WAIT_MS = 3_000;
const DEFAULT_SCAN_INTERVAL_MS = 1_500;
const DEFAULT_CACHE_RECORDS = 10_000;
/** A source may fill half of it: so much has room for one record of the largest size. */
const MIN_CACHE_BYTES = 64 * 1024;
const MAX_TTL_SECONDS = 0x7fffffff;

/** @throws MdnsError `invalid-option`, `invalid-name` */
export function supervisorInput(options: MdnsOptions, network: Network): SupervisorInput {
  const ttls = ttlsOf(options.ttl);
  const announcements = options.announcements ?? MIN_ANNOUNCEMENTS;
  inRange('announcements', announcements, MIN_ANNOUNCEMENTS, MAX_ANNOUNCEMENTS);
  const groups = { ...groupOf('ipv4', options.ipv4), ...groupOf('ipv6', options.ipv6) };
  if (!groups.ipv4 && !groups.ipv6) {
    throw new MdnsError('invalid-option', 'Both "ipv4" and "ipv6" are false: leave at least one of them on.');
  }
  const { reannounce = false } = options;
  return {
    network,
    hostname: options.hostname === undefined ? defaultHostName(network.hostname()) : parseHostName(options.hostname),
    groups,
    interfaces: options.interfaces,
    ttls,
    addressFilter: readAddressFilter(options.addressFilter),
    announceHost: options.announceHost ?? (options.hostname === undefined ? undefined : true),
    announcements,
    reannounceMs:
      reannounce === true ? ttls.host * 800 : reannounce === false ? undefined : positive('reannounce', reannounce),
    scanIntervalMs: positive('scanIntervalMs', options.scanIntervalMs ?? DEFAULT_SCAN_INTERVAL_MS),
    maxCacheRecords: inRange(
      'maxCacheRecords',
      options.maxCacheRecords ?? DEFAULT_CACHE_RECORDS,
      1,
      Number.MAX_SAFE_INTEGER,
    ),
    maxCacheBytes:
      options.maxCacheBytes === undefined
        ? undefined
        : inRange('maxCacheBytes', options.maxCacheBytes, MIN_CACHE_BYTES, Number.MAX_SAFE_INTEGER),
  };
}

/** @throws MdnsError `invalid-name`, `invalid-type`, `invalid-txt`, `invalid-option` */
export function serviceRequest(
  service: ServiceOptions,
  defaults: RecordTtls,
  warn: (warning: TxtWarning) => void,
): ServiceRequest {
  const { name: typeName, subtype } = parseServiceType(service.type, { strict: true });
  const subtypes = [...(service.subtypes ?? []), ...(typeof subtype === 'string' ? [subtype] : [])];
  for (const each of subtypes) subtypeName(each, typeName);
  instanceName(service.name, typeName);
  const { addresses } = service;
  if (addresses && service.host === undefined) {
    throw new MdnsError('invalid-option', '"addresses" are those of another host: give its name as "host" too.');
  }
  if (service.addressFilter && service.host === undefined) {
    const message =
      '"addressFilter" decides about the addresses of a host: give its name as "host", another one than this one\'s.';
    throw new MdnsError('invalid-option', message);
  }
  return {
    kind: 'service',
    instance: service.name.normalize('NFC'),
    typeName,
    port: inRange('port', service.port, 0, 0xffff),
    priority: inRange('priority', service.priority ?? 0, 0, 0xffff),
    weight: inRange('weight', service.weight ?? 0, 0, 0xffff),
    host: service.host === undefined ? undefined : parseHostName(service.host),
    addresses: parseHostAddresses(addresses, service.interfaces !== undefined),
    addressFilter: readAddressFilter(service.addressFilter, addresses),
    txt: txtStrings(service.txt ?? [], warn),
    subtypes,
    extra: (service.records ?? []).map(readExtra),
    ttls: ttlsOf(service.ttl, defaults),
    onConflict: policy(service.onConflict),
    interfaces: service.interfaces,
  };
}

/** @throws MdnsError `invalid-type`, `invalid-name` for a subtype that is no label, `invalid-option` */
export function browseRequest(
  type: string,
  options: BrowseOptions & { readonly resolve?: boolean },
): Extract<WatchRequest, { kind: 'browse' }> {
  const { name: typeName, subtype } = parseServiceType(type, { strict: false });
  const { txt, resolve = true } = options;
  if (txt && !resolve) {
    throw new MdnsError('invalid-option', 'Without "resolve" there is no TXT record to compare with: leave one out.');
  }
  checkTxtFilter(txt);
  const label = options.subtype ?? subtype;
  if (label !== undefined) subtypeName(label, typeName);
  return { kind: 'browse', typeName, subtype: label, txt, resolve };
}

/** @throws MdnsError `invalid-name` for a subtype that is no label, `invalid-option` */
export function browseAllRequest({ subtype, txt }: BrowseOptions): Extract<WatchRequest, { kind: 'all' }> {
  checkTxtFilter(txt);
  if (subtype !== undefined) subtypeName(subtype, LOCAL_DOMAIN);
  return { kind: 'all', domain: LOCAL_DOMAIN, subtype, txt };
}

function checkTxtFilter(txt: BrowseOptions['txt']): void {
  for (const [key, value] of Object.entries(txt ?? {})) {
    if (typeof value === 'string' || (value as unknown) === true) continue;
    throw new MdnsError(
      'invalid-option',
      `"txt" asks for ${String(value)} at "${key}": give text, or true for any value.`,
    );
  }
}

/** @throws MdnsError `invalid-name`, `invalid-option` */
export function hostRequest(host: HostOptions, defaults: RecordTtls): HostRequest {
  return {
    kind: 'host',
    host: parseHostName(host.name),
    addresses: parseHostAddresses(host.addresses, host.interfaces !== undefined),
    addressFilter: readAddressFilter(host.addressFilter, host.addresses),
    ttls: ttlsOf(host.ttl, defaults),
    onConflict: policy(host.onConflict),
    interfaces: host.interfaces,
  };
}

function readAddressFilter(filter: AddressFilter | undefined, given?: readonly string[]): AddressFilter | undefined {
  if (filter === undefined) return undefined;
  if (given)
    throw new MdnsError(
      'invalid-option',
      '"addressFilter" chooses among this machine\'s addresses: leave it or "addresses" out.',
    );
  if (typeof filter === 'function') return filter;
  checkAddressList(filter);
  return [...filter];
}

function readExtra({ type: text, data, ttl }: ExtraRecordOptions): ExtraRecord {
  const type = parseType(text);
  if (type === 'HINFO') {
    const { cpu, os } = data as { readonly cpu?: unknown; readonly os?: unknown };
    if (typeof cpu === 'string' && typeof os === 'string') return { data: { type, cpu, os }, ttl };
    throw new MdnsError('invalid-option', 'The data of HINFO is { cpu, os }, both of them text.');
  }
  if (type === undefined || type === 'ANY' || isOwnType(type)) {
    throw new MdnsError(
      'invalid-option',
      `A record of type ${JSON.stringify(text)} cannot be added to a service: give another type, such as "HINFO" or "TYPE65280".`,
    );
  }
  return { data: { type, rdata: rdataFromDnsPacket(type, data) }, ttl };
}

function policy(value: ServiceOptions['onConflict'] = 'rename'): ConflictPolicy {
  if (typeof value === 'function') return 'ask';
  if (value === 'rename' || value === 'fail' || value === 'keep-trying') return value;
  throw new MdnsError(
    'invalid-option',
    `"onConflict" is ${JSON.stringify(value)}: give "rename", "fail", "keep-trying" or a function.`,
  );
}

export function ttlsOf(
  ttl: number | Partial<RecordTtls> | undefined,
  defaults: RecordTtls = { host: HOST_TTL_SECONDS, other: OTHER_TTL_SECONDS },
): RecordTtls {
  const { host, other } = typeof ttl === 'number' ? { host: ttl, other: ttl } : { ...defaults, ...ttl };
  return { host: inRange('ttl', host, 1, MAX_TTL_SECONDS), other: inRange('ttl', other, 1, MAX_TTL_SECONDS) };
}

const defaultGroups = {
  ipv4: { group: IPV4_GROUP, port: MDNS_PORT },
  ipv6: { group: IPV6_GROUP, port: MDNS_PORT },
} as const;

type Groups = Partial<Record<Family, { readonly group: string; readonly port: number }>>;

function groupOf(family: Family, value: string | false | undefined): Groups {
  if (value === false) return {};
  if (value === undefined) return { [family]: defaultGroups[family] };
  return { [family]: parseGroup(family, value) };
}

/** Reads `224.0.0.251:5353` or `[ff02::fb]:5353`. */
export function parseGroup(family: Family, text: string): { readonly group: string; readonly port: number } {
  const match = family === 'ipv4' ? /^([\d.]+):(\d+)$/.exec(text) : /^\[([0-9a-fA-F:.]+)\]:(\d+)$/.exec(text);
  const group = canonicalAddress(match?.[1] ?? '');
  const port = Number(match?.[2]);
  const isFine =
    group !== undefined && addressFamily(group) === family && isMulticast(group) && port > 0 && port <= 0xffff;
  if (isFine) return { group, port };
  const example = family === 'ipv4' ? `${IPV4_GROUP}:${MDNS_PORT}` : `[${IPV6_GROUP}]:${MDNS_PORT}`;
  throw new MdnsError(
    'invalid-option',
    `${JSON.stringify(text)} is no ${family === 'ipv4' ? 'IPv4' : 'IPv6'} multicast group and port: write for example "${example}".`,
  );
}

function inRange(what: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new MdnsError('invalid-option', `"${what}" is ${String(value)}: give a whole number from ${least} to ${most}.`);
}

export function positive(what: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw new MdnsError('invalid-option', `"${what}" is ${String(value)}: give a number above 0.`);
}
