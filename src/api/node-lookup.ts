/**
 * Name resolution for `node:net`, `node:http`, undici and other callers with a `lookup` option like `dns.lookup`: names
 * below `.local` are looked up by Multicast DNS, all others by the system; on request also those that no host has.
 */
import { ADDRCONFIG, ALL, lookup as dnsLookup, type LookupAddress, type LookupOptions, V4MAPPED } from 'node:dns';
import type { ServiceAddress } from '../protocol/dns-sd/instance.js';
import { LOCAL_DOMAIN } from '../protocol/dns-sd/service.js';
import { MdnsError } from '../protocol/errors.js';
import { isBelow, nameKey, parseName } from '../protocol/name.js';
import { flag, guarded, isObject, oneOf, type Reader, refusal, text } from '../protocol/shape/reader.js';
import { DEFAULT_WAIT_MS } from './default-wait.js';

/** What `nodeLookup` needs from an `Mdns`. */
export interface LookupSource {
  /** The host's addresses, best first; rejects when there are none. @param timeout milliseconds */
  addressesOf(host: string, timeout: number): Promise<readonly ServiceAddress[]>;
  /** Whether to ask the system for names that no host has claimed. */
  readonly fallsBack: boolean;
  /** Whether this machine has an address of the family. */
  hasFamily(family: ServiceAddress['family']): boolean;
}

/** An error like those of `dns.lookup`. `cause` says why nothing was found. */
export interface NodeLookupError extends Error {
  readonly code: 'ENOTFOUND';
  readonly hostname: string;
  readonly syscall: 'queryMdns';
}

/** Gets a list of addresses with the option `all`, otherwise one address and its family, 4 or 6. */
export type NodeLookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** `dns.lookup` with Multicast DNS; fits `lookup` of `net.connect`, `http.request`, and undici's `connect`. */
export type NodeLookup = (hostname: string, options: LookupOptions, callback: NodeLookupCallback) => void;

/**
 * Milliseconds to wait for a host before the system is asked. Hosts answer within a quarter of a second, and a question
 * that was lost is repeated after one (RFC 6762 section 5.2). Our choice.
 */
const FALLBACK_AFTER_MS = 1_500;

/** @param system `dns.lookup` */
export function nodeLookup(source: LookupSource, system: typeof dnsLookup = dnsLookup): NodeLookup {
  return (...given) => {
    const { hostname, options, callback } = readArguments(given);
    if (!isLocal(hostname)) {
      system(hostname, options, callback);
      return;
    }
    // Callers expect their callback in a later turn, and errors of the callback are their own.
    const call = (...args: Parameters<NodeLookupCallback>) => process.nextTick(callback, ...args);
    const timeout = source.fallsBack ? FALLBACK_AFTER_MS : DEFAULT_WAIT_MS;
    source.addressesOf(hostname, timeout).then(
      (found) => {
        const addresses = chosen(found, options, source);
        const [first] = addresses;
        if (!first) call(notFound(hostname, undefined), options.all ? [] : '');
        else if (options.all) call(null, addresses);
        else call(null, first.address, first.family);
      },
      (cause: unknown) => {
        if (source.fallsBack && isUnanswered(cause)) system(hostname, options, callback);
        else call(notFound(hostname, cause), options.all ? [] : '');
      },
    );
  };
}

/** Whether no host has answered for a name; one that has but has no address is not looked for elsewhere. */
function isUnanswered(cause: unknown): boolean {
  return cause instanceof MdnsError && (cause.code === 'timeout' || cause.code === 'no-network');
}

interface Arguments {
  readonly hostname: string;
  readonly options: LookupOptions;
  readonly callback: NodeLookupCallback;
}

/**
 * Reads arguments like `dns.lookup`: the options are optional, or a family. Unknown options, which callers pass on, are
 * ignored.
 *
 * @throws MdnsError `invalid-option`
 */
function readArguments([hostname, second, third]: readonly unknown[]): Arguments {
  const callback = typeof second === 'function' ? second : third;
  if (typeof callback !== 'function') throw refusal('The callback of nodeLookup', callback, 'give a function');
  const given = typeof second === 'function' ? {} : typeof second === 'number' ? { family: second } : (second ?? {});
  if (!isObject(given)) throw refusal('The options of nodeLookup', given, 'give an object such as { all: true }');
  const options: Record<string, unknown> = {};
  for (const [key, reader] of Object.entries(optionReaders)) {
    const at = `"${key}"`;
    guarded(at, () => {
      const value = given[key] ?? undefined;
      if (value !== undefined) options[key] = reader(value, at);
    });
  }
  const name = text('give text such as "printer.local"')(hostname, 'The name');
  return { hostname: name, options, callback: callback as NodeLookupCallback };
}

const optionReaders: Readonly<Record<string, Reader<unknown>>> = {
  family: (value, at) => {
    if ([0, 4, 6, 'IPv4', 'IPv6'].includes(value as number | string)) return value;
    throw refusal(at, value, 'give 0, 4 or 6');
  },
  hints: (value, at) => {
    if (typeof value === 'number' && (value & ~(ADDRCONFIG | ALL | V4MAPPED)) === 0 && Number.isInteger(value))
      return value;
    throw refusal(at, value, 'give dns.ADDRCONFIG, dns.V4MAPPED, dns.ALL, or several of them');
  },
  all: flag,
  verbatim: flag,
  order: oneOf(['verbatim', 'ipv4first', 'ipv6first']),
};

/** RFC 6762 section 3: names that end in `.local` are asked of Multicast DNS alone. */
function isLocal(hostname: string): boolean {
  try {
    const name = parseName(hostname);
    return isBelow(name, LOCAL_DOMAIN) || nameKey(name) === LOCAL_DOMAIN;
  } catch {
    return false;
  }
}

/** Chooses, maps, sorts and formats the addresses like `dns.lookup`. */
function chosen(found: readonly ServiceAddress[], options: LookupOptions, source: LookupSource): LookupAddress[] {
  const hints = options.hints ?? 0;
  const usable = (hints & ADDRCONFIG) === 0 ? found : found.filter(({ family }) => source.hasFamily(family));
  const all = usable.map(asLookupAddress);
  const [ipv4, ipv6] = [all.filter(({ family }) => family === 4), all.filter(({ family }) => family === 6)];
  switch (wantedFamily(options.family)) {
    case 4:
      return ipv4;
    case 6:
      if ((hints & V4MAPPED) === 0 || (ipv6.length > 0 && (hints & ALL) === 0)) return ipv6;
      return [...ipv6, ...ipv4.map(({ address }) => ({ address: `::ffff:${address}`, family: 6 }))];
    default:
      return ordered(all, ipv4, ipv6, options);
  }
}

function ordered(all: LookupAddress[], ipv4: LookupAddress[], ipv6: LookupAddress[], options: LookupOptions) {
  const { order = options.verbatim === false ? 'ipv4first' : 'verbatim' } = options as { readonly order?: string };
  if (order === 'ipv4first') return [...ipv4, ...ipv6];
  return order === 'ipv6first' ? [...ipv6, ...ipv4] : all;
}

function wantedFamily(family: LookupOptions['family']): 4 | 6 | undefined {
  if (family === 4 || family === 'IPv4') return 4;
  return family === 6 || family === 'IPv6' ? 6 : undefined;
}

/** A link-local address works only with its zone: `fe80::1%eth0` (RFC 4007 section 11). */
function asLookupAddress({ address, family, scopeId }: ServiceAddress): LookupAddress {
  const zoned = scopeId === undefined ? address : `${address}%${scopeId}`;
  return { address: zoned, family: family === 'ipv4' ? 4 : 6 };
}

function notFound(hostname: string, cause: unknown): NodeLookupError {
  const facts = { code: 'ENOTFOUND', hostname, syscall: 'queryMdns' } as const;
  return Object.assign(new Error(`queryMdns ENOTFOUND ${hostname}`, { cause }), facts);
}
