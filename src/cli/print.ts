/** Formats results: a JSON object for programs, aligned lines for people. */
import type { LinkStatus } from '../actors/commands.js';
import type { PublicationEvent } from '../api/published.js';
import type { ServiceAddress, ServiceInstance } from '../protocol/dns-sd/instance.js';
import { serviceUrl } from '../protocol/dns-sd/service-url.js';
import type { PublicRecord } from '../protocol/public-record.js';
import { isOwnType } from '../protocol/types.js';
import { utf8 } from '../protocol/utf8.js';
import type { FoundDomain } from '../protocol/view/domains-view.js';
import type { InstanceEvent } from '../protocol/view/instance-view.js';
import type { FoundHost, LookupEvent } from '../protocol/view/lookup-view.js';
import type { TypeEvent } from '../protocol/view/pointer-views.js';
import type { FoundRecord } from '../protocol/view/record-view.js';
import type { LossReason } from '../protocol/view/view.js';
import { describeRdata } from '../protocol/wire/dns-packet.js';
import type { Finding } from './diagnosis.js';
import { plain, type Result } from './text.js';

const columns = { event: 9, name: 24, type: 18, place: 26, addresses: 24, interface: 10 } as const;

/** A line of columns, separated by at least two spaces however long the words are. */
function row(...cells: readonly (readonly [text: string, column: keyof typeof columns] | string)[]): string {
  return cells
    .map((cell) => (typeof cell === 'string' ? plain(cell) : pad(plain(cell[0]), columns[cell[1]])))
    .join('  ')
    .trimEnd();
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length));
}

/* ---- services ---- */

export function instanceResult(event: InstanceEvent): Result {
  const { instance } = event;
  const { name, type } = instance;
  const json = { event: event.event, ...serviceData(instance) };
  const head = [
    [event.event, 'event'],
    [name, 'name'],
    [type, 'type'],
  ] as const;
  switch (event.event) {
    case 'up':
      return { json, lines: [row(...head, ...whereabouts(instance))] };
    case 'changed': {
      const { changes } = event;
      return {
        json: { ...json, changes },
        lines: [row(...head, ...whereabouts(instance), `(new: ${changes.join(', ')})`)],
      };
    }
    case 'down': {
      const { reason } = event;
      return { json: { ...json, reason }, lines: [row(...head, losses[reason])] };
    }
  }
}

function serviceData(instance: ServiceInstance): object {
  const { name, type, host, port, txt, addresses } = instance;
  const url = serviceUrl(instance);
  return { name, type, host, port, txt, addresses, ...(url === undefined ? {} : { url }) };
}

/** The answer of a service that was asked whether it still exists. */
export function confirmedResult(instance: ServiceInstance): Result {
  const { name, type } = instance;
  return {
    json: { event: 'confirmed', ...serviceData(instance) },
    lines: [row(['confirmed', 'event'], [name, 'name'], [type, 'type'], ...whereabouts(instance))],
  };
}

function whereabouts(instance: ServiceInstance) {
  const { addresses, txt } = instance;
  return [[endpoint(instance), 'place'], [zonedAddresses(addresses), 'addresses'], attributesText(txt)] as const;
}

export function endpoint({ host, port }: Pick<ServiceInstance, 'host' | 'port'>): string {
  return `${host}:${port}`;
}

/** Each address once, with its zone. */
export function zonedAddresses(addresses: readonly ServiceAddress[]): string {
  return [...new Set(addresses.map(zoned))].join(' ');
}

/** Why a service is gone, as the end of a sentence. */
export const losses: Readonly<Record<LossReason, string>> = {
  goodbye: 'it said goodbye',
  expired: 'its records have expired',
  flushed: 'it was replaced',
  reconfirmed: 'it does not answer',
  unobserved: 'it does not answer other hosts',
  evicted: 'the cache is full',
  'link-lost': 'the connection to its network was lost',
  'interface-gone': 'the interface on which it was seen is gone',
  'txt-changed': 'its attributes do not match any more',
};

function zoned({ address, scopeId }: ServiceAddress): string {
  return scopeId === undefined ? address : `${address}%${scopeId}`;
}

/** The attributes as words, quoted where they need it. */
export function attributesText(txt: ServiceInstance['txt']): string {
  return Object.entries(txt)
    .map(([key, value]) => quoted(value === true ? key : `${key}=${value}`))
    .join(' ');
}

/** The text, in quotes unless it is one word. */
function quoted(text: string): string {
  return /[\s"]/.test(text) || text === '' ? JSON.stringify(text) : text;
}

export function domainResult({ domain, uses, listedBy }: FoundDomain): Result {
  const json = { event: 'domain', domain, uses, listedBy };
  return { json, lines: [row([domain, 'place'], uses.join(', '))] };
}

export function typeResult({ event, type, domain }: TypeEvent): Result {
  return { json: { event, type, domain }, lines: [row([event, 'event'], type)] };
}

/* ---- hosts and records ---- */

/** A name of the host that has an address. */
export function nameResult(address: string, name: string): Result {
  return { json: { event: 'found', address, name }, lines: [row([address, 'addresses'], name)] };
}

export function hostEventResult(asked: string, event: LookupEvent): Result {
  switch (event.event) {
    case 'found': {
      const { host, addresses, ttlSeconds: ttl } = event;
      const text = zonedAddresses(addresses);
      return {
        json: { event: 'found', host, addresses, ttl },
        lines: [row(['found', 'event'], [host, 'name'], text)],
      };
    }
    case 'lost':
      return {
        json: { event: 'lost', host: event.host, reason: event.reason },
        lines: [row(['lost', 'event'], [event.host, 'name'], losses[event.reason])],
      };
    case 'denied':
      return {
        json: { event: 'denied', host: asked },
        lines: [row(['denied', 'event'], [asked, 'name'], 'it exists, but has no address on this network')],
      };
  }
}

export function hostResult({ host, addresses, ttlSeconds: ttl }: FoundHost): Result {
  const lines = addresses.map((address) =>
    row([host, 'name'], [zoned(address), 'addresses'], [address.interface, 'interface'], `ttl ${ttl}`),
  );
  return { json: { event: 'found', host, addresses, ttl }, lines };
}

export function recordResult({ record, interface: on }: FoundRecord): Result {
  const { name, type, ttl } = record;
  const data = recordData(record);
  const text = isOwnType(type) ? textOfData(data) : textOfRareData(data);
  return {
    json: { event: 'found', name, type, ttl, data, interface: on },
    lines: [row([name, 'place'], [type, 'event'], [`ttl ${ttl}`, 'event'], [on, 'interface'], text)],
  };
}

/**
 * The data of a record: text for a single value, an array for the strings of TXT, an object of fields for the others.
 */
function recordData(record: PublicRecord): unknown {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address;
    case 'PTR':
    case 'CNAME':
      return record.target;
    case 'SRV':
      return { priority: record.priority, weight: record.weight, port: record.port, target: record.target };
    case 'TXT':
      return record.strings.map((string) => utf8(string));
    case 'NSEC':
      return { next: record.next, types: record.types };
    case 'HINFO':
      return { cpu: record.cpu, os: record.os };
    default:
      return describeRdata(record);
  }
}

function textOfData(data: unknown): string {
  if (typeof data === 'string') return data;
  const words = Array.isArray(data) ? data.map((text: string) => JSON.stringify(text)) : Object.values(data as object);
  return words.flat().join(' ');
}

/** The fields of a rare type have their names: `flags=0 tag=issue value=ca.example`. */
function textOfRareData(data: unknown): string {
  if (typeof data === 'string') return data;
  if (Array.isArray(data)) return JSON.stringify(data);
  const fields = Object.entries(data as object);
  return fields
    .map(([key, value]) => `${key}=${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`)
    .join(' ');
}

/* ---- publications and interfaces ---- */

/** What a line about a publication shows besides its event. */
export interface PublicationLine {
  readonly type: string;
  readonly port: number;
}

export function publicationResult({ type, port }: PublicationLine, event: PublicationEvent): Result {
  const { event: kind, name } = event;
  const head = [
    [kind, 'event'],
    [name, 'name'],
    [type, 'type'],
  ] as const;
  const json = { event: kind, name, type, port };
  switch (kind) {
    case 'announced':
    case 'updated':
      return { json: { ...json, host: event.host }, lines: [row(...head, `${event.host}:${port}`)] };
    case 'renamed':
      return { json: { ...json, from: event.from }, lines: [row(...head, `instead of "${event.from}"`)] };
    case 'refused':
      return { json: { ...json, domain: event.domain, reason: event.reason }, lines: [row(...head, event.reason)] };
    case 'failed':
      return { json: { ...json, reason: event.error.message }, lines: [row(...head, 'the name is taken')] };
    default:
      return { json, lines: [row(...head)] };
  }
}

export function linkResult({ interface: on, family, state, reason, addresses }: LinkStatus): Result {
  return {
    tone: state === 'up' ? 'good' : state === 'retrying' ? 'bad' : undefined,
    json: { interface: on, family, state, ...(reason === undefined ? {} : { reason }), addresses },
    lines: [row([on, 'interface'], family, [state, 'event'], [addresses.join(' '), 'addresses'], reason ?? '')],
  };
}

/** What `doctor` found out about a link; the remedy on a line of its own. */
export function findingResult({ interface: on, family, verdict, addresses, text, remedy }: Finding): Result {
  const head = row([verdict, 'event'], [on, 'interface'], family, [addresses.join(' '), 'addresses'], text);
  return {
    json: { event: verdict, interface: on, family, addresses, text, ...(remedy === undefined ? {} : { remedy }) },
    lines: remedy === undefined ? [head] : [head, `  ${plain(remedy)}`],
    tone: verdict === 'works' ? 'good' : verdict === 'broken' ? 'bad' : undefined,
  };
}
