/** Readers for users' options, in addition to those of `protocol/shape`: signals, functions, attributes, names. */
import { isAbsolute } from 'node:path';
import { isUint8Array } from 'node:util/types';
import { MessagePort } from 'node:worker_threads';
import { type AddressFilter, checkAddressList } from '../actors/address-filter.js';
import type { InterfaceChoice } from '../actors/interface-choice.js';
import { canonicalAddress, withoutZone } from '../ip/address.js';
import type { Clock, Network } from '../net/network.js';
import type { ServiceInstance } from '../protocol/dns-sd/instance.js';
import { LOCAL_DOMAIN, type RecordTtls, subtypeName } from '../protocol/dns-sd/service.js';
import type { TxtInput } from '../protocol/dns-sd/txt.js';
import type { TxtFilter } from '../protocol/dns-sd/txt-filter.js';
import { MdnsError } from '../protocol/errors.js';
import { labelsOf } from '../protocol/name.js';
import { objectOf } from '../protocol/shape/object-reader.js';
import {
  guarded,
  isArray,
  isObject,
  isPlain,
  listOf,
  oneOf,
  type Reader,
  refusal,
  text,
  ttlSeconds,
} from '../protocol/shape/reader.js';
import type { InspectorHandlerOptions, InspectorMethods, Logger, MdnsOptions, ServiceOptions } from './options.js';

const NAME_ADVICE = 'give text of 1 to 63 bytes, such as "Living Room"';
const TYPE_ADVICE = 'give text such as "_http._tcp"';

const aName = text(NAME_ADVICE, 'invalid-name');
export const aType = text(TYPE_ADVICE, 'invalid-type');
export const aHost = text('give text such as "printer"', 'invalid-name');

/** The label of an instance. Refuses a full name, which would be published as a single label with dots. */
export const anInstance: Reader<string> = (value, at) => {
  const name = aName(value, at);
  const [full, label] = /^(.+)\._[^.]+\._(?:tcp|udp)(?:\.local)?\.?$/is.exec(name) ?? [];
  if (full === undefined) return name;
  throw refusal(
    at,
    name,
    `give only the name of the instance, ${JSON.stringify(label)}, and its type separately`,
    'invalid-name',
  );
};

export const anAddress = text('give text such as "192.0.2.1" or "fd00::1"');
/** An address in canonical text, without a zone. */
export const plainAddress: Reader<string> = (value, at) => {
  const address = canonicalAddress(anAddress(value, at));
  if (address === undefined) throw refusal(at, value, 'give an address such as "192.0.2.1"');
  return withoutZone(address);
};
export const addresses = listOf(anAddress, 'give a list such as ["192.0.2.1"]');
export const aSubtype: Reader<string> = (value, at) => {
  const label = text('give text such as "_printer"', 'invalid-name')(value, at);
  // Throws if it is not a label.
  subtypeName(label, LOCAL_DOMAIN);
  return label;
};
export const subtypes = listOf(aSubtype, 'give a list such as ["_printer"]');

export const ttl: Reader<number | Partial<RecordTtls>> = (value, at) =>
  isObject(value) ? ttlParts(value, at) : ttlSeconds(value, at);
const ttlParts = objectOf<Partial<RecordTtls>>({
  of: '"ttl"',
  example: '{ host: 120, other: 4500 }',
  fields: { host: ttlSeconds, other: ttlSeconds },
  required: [],
});

/** Milliseconds; Infinity if `mostMs` allows it. */
export function timeout(mostMs: number): Reader<number> {
  return (value, at) => {
    if (typeof value === 'number' && value >= 1 && value <= mostMs) return value;
    const forever = mostMs === Number.POSITIVE_INFINITY ? ', or Infinity' : '';
    throw refusal(at, value, `give a number of milliseconds, at least 1${forever}`);
  };
}

const interfaceName: Reader<string> = (value, at) => {
  if (typeof value === 'string' && value !== '') return value;
  throw refusal(at, value, 'give the name of an interface, such as "eth0"');
};

/** Names of interfaces. Refuses an empty list, which would mean no interface at all. */
export const interfaces: Reader<readonly string[]> = (value, at) => {
  const advice = 'give a list of names such as ["eth0"], or leave it out for all';
  const names = listOf(interfaceName, advice)(value, at);
  if (names.length === 0) throw new MdnsError('invalid-option', `${at} names no interface: ${advice}.`);
  return names;
};

export const interfaceChoice: Reader<Exclude<InterfaceChoice, undefined>> = (value, at) => {
  if (value === 'loopback') return 'loopback';
  if (typeof value === 'function') return value as Exclude<InterfaceChoice, undefined | string>;
  if (isArray(value)) return interfaces(value, at);
  const list = typeof value === 'string' ? `[${JSON.stringify(value)}]` : '["eth0"]';
  throw refusal(at, value, `give a list of names such as ${list}, "loopback" or a function`);
};

export const addressFilter: Reader<AddressFilter> = (value, at) => {
  if (typeof value === 'function') return value as AddressFilter;
  const entries = listOf(anAddress, 'give a function, or a list such as ["198.18.0.7", "fd00::/8"]')(value, at);
  checkAddressList(entries);
  return entries;
};

export const onConflict: Reader<Exclude<ServiceOptions['onConflict'], undefined>> = (value, at) => {
  if (typeof value === 'function') return value as (name: string, proposal: string) => string | undefined;
  if (typeof value !== 'string') throw refusal(at, value, 'give "rename", "fail", "keep-trying" or a function');
  return oneOf(['rename', 'fail', 'keep-trying'])(value, at);
};

export const signal: Reader<AbortSignal> = (value, at) => {
  const isSignal =
    typeof value === 'object' &&
    value !== null &&
    typeof (value as AbortSignal).aborted === 'boolean' &&
    hasMethods(value, ['addEventListener', 'removeEventListener']);
  if (isSignal) return value as AbortSignal;
  throw refusal(at, value, 'give the signal of an AbortController');
};

export const logger: Reader<Logger> = (value, at) => {
  if (hasMethods<Logger>(value, ['debug', 'info', 'warn', 'error'])) return value as Logger;
  throw refusal(at, value, 'give an object with the functions debug, info, warn and error, such as console');
};

export const inspector: Reader<Exclude<MdnsOptions['inspect'], undefined>> = (value, at) => {
  if (typeof value === 'function' || hasMethods<InspectorMethods>(value, ['next']))
    return value as Exclude<MdnsOptions['inspect'], undefined>;
  throw refusal(at, value, 'give a function, or an observer with the function next');
};

export const authorize: Reader<Exclude<InspectorHandlerOptions['authorize'], undefined>> = (value, at) => {
  if (typeof value === 'function') return value as Exclude<InspectorHandlerOptions['authorize'], undefined>;
  throw refusal(at, value, 'give a function that returns whether the request may see the page');
};

/** Characters. Shorter tokens can be guessed. */
const SHORTEST_TOKEN = 16;
export const token: Reader<string> = (value, at) => {
  if (typeof value === 'string' && value.length >= SHORTEST_TOKEN) return value;
  throw refusal(at, value, `give a random text of at least ${SHORTEST_TOKEN} characters`);
};

export const network: Reader<Network> = (value, at) => {
  const isNetwork =
    hasMethods<Network>(value, ['random', 'hostname', 'interfaces', 'openLink', 'onWake', 'keepAlive']) &&
    hasMethods<Clock>((value as Network).clock, ['now', 'setTimeout', 'clearTimeout']);
  if (isNetwork) return value as Network;
  throw refusal(at, value, 'give a NodeNetwork, or a host of mdns-actors/testing');
};

export const port: Reader<MessagePort> = (value, at) => {
  if (value instanceof MessagePort) return value;
  throw refusal(at, value, 'give what connect() of another Mdns returned');
};

const WORKER_ADVICE = 'give true or false, or { url } with the address of worker.cjs';

export const worker: Reader<boolean | { readonly url: URL | string }> = (value, at) => {
  if (typeof value === 'boolean') return value;
  if (!isObject(value)) throw refusal(at, value, WORKER_ADVICE);
  return readWorker(value, at);
};

const readWorker = objectOf<{ readonly url: URL | string }>({
  of: '"worker"',
  example: '{ url: new URL("./worker.cjs", import.meta.url) }',
  fields: {
    url: (value, at) => {
      const url = value instanceof URL ? value.href : value;
      if (typeof url !== 'string') throw refusal(at, value, 'give the address of worker.cjs');
      if (url.startsWith('file:')) return new URL(url);
      if (isAbsolute(url)) return url;
      throw refusal(at, url, 'give an absolute path or a URL that begins with "file:"');
    },
  },
  required: ['url'],
});

/** The names are checked against the type, so that they follow it. */
function hasMethods<T>(value: unknown, names: readonly (keyof T)[]): boolean {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return names.every((name) => typeof (value as Readonly<Record<keyof T, unknown>>)[name] === 'function');
}

const TXT_ADVICE = 'give an object such as { path: "/" }, or a list of texts';

/** Copies the input, bytes included. */
export const txt: Reader<TxtInput> = (value, at) => {
  if (isArray(value)) return listOf(txtString, TXT_ADVICE, 'invalid-txt')(value, at);
  return attributes(value, at, TXT_ADVICE, 'invalid-txt', txtValue);
};

export const txtFilter: Reader<TxtFilter> = (value, at) =>
  attributes(value, at, 'give an object such as { color: "T" }', 'invalid-option', (wanted, where) => {
    if (typeof wanted === 'string' || wanted === true) return wanted;
    throw refusal(where, wanted, 'give text, or true for any value');
  });

/** Attributes by key. Refuses objects whose contents are not in their properties, such as a Map or a Date. */
function attributes<T>(
  value: unknown,
  at: string,
  advice: string,
  code: 'invalid-txt' | 'invalid-option',
  reader: Reader<T | undefined>,
): Readonly<Record<string, T>> {
  if (!isPlain(value)) throw refusal(at, value, advice, code);
  const entries: [string, T][] = [];
  for (const key of Object.keys(value)) {
    const read = reader(value[key], `${at} at ${JSON.stringify(key)}`);
    if (read !== undefined) entries.push([key, read]);
  }
  return Object.fromEntries(entries);
}

const TXT_VALUE_ADVICE = 'give text, a finite number, a boolean or bytes';

function txtValue(value: unknown, at: string): string | number | boolean | Uint8Array | null | undefined {
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string') return value;
  if (isUint8Array(value)) return Uint8Array.from(value);
  throw refusal(at, value, TXT_VALUE_ADVICE, 'invalid-txt');
}

function txtString(value: unknown, at: string): string | Uint8Array {
  if (typeof value === 'string') return value;
  if (isUint8Array(value)) return Uint8Array.from(value);
  throw refusal(at, value, 'give text or bytes', 'invalid-txt');
}

const INSTANCE_ADVICE = 'give one that browse or resolve found';

/** The part of a `ServiceInstance` that identifies it. */
export function foundInstance(value: unknown): Pick<ServiceInstance, 'fullName' | 'type' | 'domain'> {
  return guarded('The instance', () => {
    if (!isObject(value)) throw refusal('The instance', value, INSTANCE_ADVICE);
    const [fullName, type, domain] = (['fullName', 'type', 'domain'] as const).map((key) => {
      const part = text(INSTANCE_ADVICE)(value[key], `"${key}" of the instance`);
      labelsOf(part);
      return part;
    }) as [string, string, string];
    return { fullName, type, domain };
  });
}
