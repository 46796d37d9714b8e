/**
 * Every option of every call, and its reader: the one table behind each refusal. An option that is missing here does
 * not compile. `foreign` has names that users know from other packages.
 */

import { FIRST_ANNOUNCEMENT_GAP_MS, MAX_ANNOUNCEMENTS, MIN_ANNOUNCEMENTS } from '../protocol/constants.js';
import { type Fields, type ObjectShape, objectOf } from '../protocol/shape/object-reader.js';
import {
  atLeast,
  flag,
  listOf,
  type Reader,
  refusal,
  text,
  ttlSeconds,
  uint16,
  whole,
} from '../protocol/shape/reader.js';
import { aDomain, domainList, domainsToPublishIn } from './domain-shapes.js';
import * as read from './option-readers.js';
import type {
  AnnouncedOptions,
  BrowseOptions,
  DiscoverOptions,
  ExtraRecordOptions,
  HostOptions,
  InspectorHandlerOptions,
  MdnsOptions,
  ResolveOptions,
  ResolvingOptions,
  ServeInspectorOptions,
  ServiceChanges,
  ServiceOptions,
  WaitOptions,
  WatchHostOptions,
} from './options.js';

/** Milliseconds. More frequent scans of the interfaces would only cause load. */
const LEAST_SCAN_INTERVAL = 50;
/** Bytes. Half of such a cache has room for one record of the largest size. */
const LEAST_CACHE_BYTES = 64 * 1024;

const group: Reader<string | false> = (value, at) => {
  if (value === false || typeof value === 'string') return value;
  throw refusal(at, value, 'give a group and port, false to switch it off, or leave it out for the default');
};
const reannounce: Reader<number | boolean> = (value, at) =>
  typeof value === 'boolean' ? value : atLeast(FIRST_ANNOUNCEMENT_GAP_MS, 'milliseconds')(value, at);

const udp = 'write it as part of the type, "_x._udp"';
const everyName = 'leave it out, every name is probed for';

export const mdnsShape: ObjectShape<MdnsOptions> = {
  of: 'createMdns',
  example: '{ hostname: "printer", interfaces: ["eth0"] }',
  fields: {
    hostname: read.aHost,
    ipv4: group,
    ipv6: group,
    interfaces: read.interfaceChoice,
    addressFilter: read.addressFilter,
    ttl: read.ttl,
    announceHost: flag,
    announcements: whole(MIN_ANNOUNCEMENTS, MAX_ANNOUNCEMENTS),
    reannounce,
    scanIntervalMs: atLeast(LEAST_SCAN_INTERVAL, 'milliseconds'),
    maxCacheRecords: whole(1, Number.MAX_SAFE_INTEGER),
    maxCacheBytes: whole(LEAST_CACHE_BYTES, Number.MAX_SAFE_INTEGER),
    domains: domainList,
    keepAlive: flag,
    systemLookup: flag,
    worker: read.worker,
    port: read.port,
    logger: read.logger,
    inspect: read.inspector,
    network: read.network,
  },
  required: [],
  foreign: {
    host: 'write "hostname"',
    name: 'write "hostname"',
    log: 'write "logger"',
    ip: 'write "interfaces", which takes addresses too',
    bind: 'write "interfaces", which takes addresses too',
    address: 'write "interfaces", which takes addresses too',
    loopback: 'write interfaces: "loopback"',
    port: 'write it with the group, ipv4: "224.0.0.251:5353"',
    multicast: 'write the group and port, ipv4: "224.0.0.251:5353"',
    type: 'switch a family off with ipv4: false or ipv6: false',
    disableIPv6: 'write ipv6: false',
    disableIpv6: 'write ipv6: false',
    reuseAddr: 'leave it out, the port is always shared',
  },
};

const extraRecord = objectOf<ExtraRecordOptions>({
  of: 'a record',
  example: '{ type: "HINFO", data: { cpu: "x", os: "y" } }',
  fields: {
    type: text('give a record type such as "HINFO"'),
    data: (value, at) => {
      if (value !== undefined && value !== null) return value;
      throw refusal(at, value, 'give the bytes or the fields of the record');
    },
    ttl: ttlSeconds,
  },
  required: ['type', 'data'],
});

const changeable: Fields<ServiceChanges> = {
  name: read.anInstance,
  port: uint16,
  txt: read.txt,
  subtypes: read.subtypes,
  priority: uint16,
  weight: uint16,
};

const foreignService = {
  protocol: udp,
  transport: udp,
  hostname: 'write "host"',
  server: 'write "host"',
  target: 'write "host"',
  txtRecord: 'write "txt"',
  properties: 'write "txt"',
  attributes: 'write "txt"',
  ip: 'write "addresses"',
  address: 'write "addresses"',
  domain: 'leave it out, everything is below ".local"',
  probe: everyName,
  networkInterface: 'write interfaces: ["eth0"]',
  iface: 'write interfaces: ["eth0"]',
  disableIPv6: 'write ipv6: false in the options of createMdns',
  disabledIpv6: 'write ipv6: false in the options of createMdns',
};

export const serviceShape: ObjectShape<ServiceOptions> = {
  of: 'publish',
  example: '{ name: "Web", type: "http", port: 80 }',
  fields: {
    ...changeable,
    type: read.aType,
    strict: flag,
    host: read.aHost,
    ownHost: flag,
    addresses: read.addresses,
    addressFilter: read.addressFilter,
    claimHost: flag,
    records: listOf(extraRecord, 'give a list such as [{ type: "HINFO", data: { cpu: "x", os: "y" } }]'),
    ttl: read.ttl,
    onConflict: read.onConflict,
    interfaces: read.interfaces,
    domains: domainsToPublishIn,
    signal: read.signal,
  },
  required: ['name', 'type', 'port'],
  foreign: foreignService,
};

const fixed = 'withdraw the service and publish another one, this does not change in place';

export const changesShape: ObjectShape<ServiceChanges> = {
  of: 'update',
  example: '{ txt: { status: "busy" } }',
  fields: changeable,
  required: [],
  foreign: {
    ...foreignService,
    type: fixed,
    strict: fixed,
    host: fixed,
    ownHost: fixed,
    addresses: fixed,
    addressFilter: fixed,
    claimHost: fixed,
    records: fixed,
    ttl: fixed,
    interfaces: fixed,
    domains: fixed,
    onConflict: fixed,
    signal: fixed,
  },
};

export const hostShape: ObjectShape<HostOptions> = {
  of: 'publishHost',
  example: '{ name: "alias" }',
  fields: {
    name: read.aHost,
    aliasOf: read.aHost,
    addresses: read.addresses,
    addressFilter: read.addressFilter,
    ttl: ttlSeconds,
    onConflict: read.onConflict,
    interfaces: read.interfaces,
    domains: domainsToPublishIn,
    signal: read.signal,
  },
  required: ['name'],
  foreign: { host: 'write "name"', hostname: 'write "name"', ip: 'write "addresses"', address: 'write "addresses"' },
};

const browseFields: Fields<BrowseOptions> = {
  domain: aDomain,
  subtype: read.aSubtype,
  txt: read.txtFilter,
  interfaces: read.interfaces,
  signal: read.signal,
};
const foreignBrowse = {
  protocol: udp,
  type: 'give the type as the first argument',
  name: 'use resolve(name, type)',
  subtypes: 'browse for one "subtype"',
  once: 'use discover()',
};

const resolve: Reader<boolean | 'partial'> = (value, at) => {
  if (typeof value === 'boolean' || value === 'partial') return value;
  throw refusal(at, value, 'give true, false or "partial"');
};
const resolving: Reader<true | 'partial'> = (value, at) => {
  if (value === true || value === 'partial') return value;
  throw refusal(at, value, 'give true or "partial"');
};

export const browseShape: ObjectShape<BrowseOptions & { readonly resolve?: boolean | 'partial' }> = {
  of: 'browse',
  example: '{ subtype: "_printer" }',
  fields: { ...browseFields, resolve },
  required: [],
  foreign: { ...foreignBrowse, timeout: 'use discover(), or a signal' },
};

export const browseAllShape: ObjectShape<ResolvingOptions> = {
  ...browseShape,
  of: 'browseAll',
  required: [],
  fields: { ...browseFields, resolve: resolving },
};

export const watchHostShape: ObjectShape<WatchHostOptions> = {
  of: 'watchHost',
  example: '{ interfaces: ["eth0"] }',
  fields: { interfaces: read.interfaces, signal: read.signal },
  required: [],
  foreign: { timeout: 'use lookup(), or a signal', family: 'look at the family of each address' },
};

const MOST_MS = Number.MAX_SAFE_INTEGER;

export const discoverShape: ObjectShape<DiscoverOptions> = {
  of: 'discover',
  example: '{ timeout: 2000 }',
  fields: { ...browseFields, resolve, timeout: read.timeout(MOST_MS) },
  required: [],
  foreign: foreignBrowse,
};

const timeout = read.timeout(Number.POSITIVE_INFINITY);

/** The options of `lookup`, `query` and `reverse`. */
export function waitShape(of: string): ObjectShape<WaitOptions> {
  return {
    of,
    example: '{ timeout: 2000 }',
    fields: { timeout, signal: read.signal, interfaces: read.interfaces },
    required: [],
    foreign: { protocol: udp, family: 'look at the family of each address, or use nodeLookup' },
  };
}

export const resolveShape: ObjectShape<ResolveOptions> = {
  ...waitShape('resolve'),
  required: [],
  fields: { ...waitShape('resolve').fields, domain: aDomain },
};

export const announcedShape: ObjectShape<AnnouncedOptions> = {
  of: 'whenAnnounced',
  example: '{ timeout: 5000 }',
  fields: { timeout, signal: read.signal },
  required: [],
};

/* ---- the page of the running system ---- */

export const serveInspectorShape: ObjectShape<ServeInspectorOptions> = {
  of: 'serveInspector',
  example: '{ port: 5354 }',
  fields: { port: uint16 },
  required: [],
  foreign: { host: 'leave it out, it is 127.0.0.1', token: 'leave it out, it is part of the url that is returned' },
};

export const inspectorHandlerShape: ObjectShape<InspectorHandlerOptions> = {
  of: 'inspectorHandler',
  example: '{ authorize: (request) => isAdmin(request) }',
  fields: { authorize: read.authorize, token: read.token },
  required: [],
  foreign: { port: 'use serveInspector, or the port of your own server' },
};

/* ---- for programs that run the supervisor themselves: commands cannot contain functions ---- */

const {
  logger: _logger,
  inspect: _inspect,
  systemLookup: _systemLookup,
  worker: _worker,
  port: _port,
  ...supervisorFields
} = mdnsShape.fields;
/** The options of `createMdns` that concern the supervisor itself. */
export type SupervisorOptions = Omit<MdnsOptions, 'logger' | 'inspect' | 'systemLookup' | 'worker' | 'port'>;
export const supervisorShape: ObjectShape<SupervisorOptions> = {
  ...mdnsShape,
  of: 'supervisorOptions',
  required: [],
  fields: supervisorFields,
  foreign: {
    ...mdnsShape.foreign,
    logger: 'listen to the log events of the supervisor',
    inspect: 'give it to createActor',
    systemLookup: 'leave it out, there is no nodeLookup',
    worker: 'use createMdns, or run your machine in a worker',
  },
};

const withoutSignal = { signal: 'send a command to end it' };

const { signal: _signal, ...serviceFields } = serviceShape.fields;
export const serviceCommandShape: ObjectShape<Omit<ServiceOptions, 'signal'>> = {
  ...serviceShape,
  of: 'publishCommand',
  required: ['name', 'type', 'port'],
  fields: serviceFields,
  foreign: { ...foreignService, ...withoutSignal },
};

const { signal: _browseSignal, ...commandFields } = browseAllShape.fields;
export const browseCommandShape: ObjectShape<Omit<ResolvingOptions, 'signal'>> = {
  ...browseShape,
  of: 'browseCommand',
  required: [],
  fields: commandFields,
  foreign: { ...foreignBrowse, ...withoutSignal },
};
