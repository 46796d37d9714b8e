/** `resolve` and its kin: one answer, or an error after `timeout`. */
import type { FoundRecord, Mdns, ResourceRecord } from '../../index.js';
import { parseType, typeNumber } from '../../protocol/types.js';
import { engineOf, hasInterface, type InterfaceOptions } from './engine.js';
import { rawTxt, type Service, serviceOf } from './service.js';
import { ValidationError } from './validate.js';

export interface ResolveOptions extends InterfaceOptions {
  /** Milliseconds. Default: 2000. */
  timeout?: number | undefined;
}

/** A record with the fields of its type: `address`, `target` and `port`, `txt` and `txtRaw`, `PTRDName`. */
export interface ResolvedRecord {
  name: string;
  rrtype: number;
  rrclass: number;
  ttl: number;
  isUnique: boolean;
  address?: string;
  target?: string;
  port?: number;
  priority?: number;
  weight?: number;
  txt?: Service['txt'];
  txtRaw?: Service['txtRaw'];
  PTRDName?: string;
}

const DEFAULT_TIMEOUT_MS = 2000;
/**
 * The first record of a name and type.
 *
 * @returns rejects with an Error when there is none in time
 * @throws ValidationError
 * @example const { answer } = await resolve('printer.local.', 'A');
 */
export function resolve(
  name: string,
  type: string | number,
  options: ResolveOptions = {},
): Promise<{ answer: ResolvedRecord; related: ResolvedRecord[] }> {
  refuseBadName(name);
  const asked = parseType(typeof type === 'number' ? `TYPE${type}` : String(type).toUpperCase());
  if (asked === undefined) throw new ValidationError('Unknown query type, got "%s"', type);
  refuseBadOptions(options);
  return ask(options, 'Resolve query timed out', async (mdns, timeout) => {
    const [first, ...others] = await mdns.query(name.replace(/\.$/, ''), asked, { timeout });
    return { answer: recordOf(first as FoundRecord), related: others.map(recordOf) };
  });
}

/** The IPv4 address of a host. */
export async function resolveA(name: string, options?: ResolveOptions): Promise<string> {
  return (await resolve(name, 'A', options)).answer.address ?? '';
}

/** The IPv6 address of a host. */
export async function resolveAAAA(name: string, options?: ResolveOptions): Promise<string> {
  return (await resolve(name, 'AAAA', options)).answer.address ?? '';
}

export async function resolveSRV(name: string, options?: ResolveOptions): Promise<{ target: string; port: number }> {
  const { target = '', port = 0 } = (await resolve(name, 'SRV', options)).answer;
  return { target, port };
}

export async function resolveTXT(
  name: string,
  options?: ResolveOptions,
): Promise<{ txt: Service['txt']; txtRaw: Service['txtRaw'] }> {
  const { txt = {}, txtRaw = {} } = (await resolve(name, 'TXT', options)).answer;
  return { txt, txtRaw };
}

/**
 * A service by its full name, `Office._ipp._tcp.local.`
 *
 * @returns rejects with an Error when it is not there in time
 * @throws ValidationError
 * @example const { host, port } = await resolveService('Office._ipp._tcp.local.');
 */
export function resolveService(name: string, options: ResolveOptions = {}): Promise<Service> {
  refuseBadName(name);
  refuseBadOptions(options);
  const [, instance = name, type = ''] = /^(.*)\.(_[^.]+\._(?:tcp|udp))\.local\.?$/i.exec(name) ?? [];
  return ask(options, 'Resolve service timed out', async (mdns, timeout) =>
    serviceOf(await mdns.resolve(instance, type, { timeout })),
  );
}

async function ask<T>(
  options: ResolveOptions,
  late: string,
  question: (mdns: Mdns, timeout: number) => Promise<T>,
): Promise<T> {
  const engine = engineOf(options);
  try {
    return await question(engine.mdns, options.timeout || DEFAULT_TIMEOUT_MS);
  } catch (cause) {
    throw new Error(late, { cause });
  } finally {
    engine.release().catch(() => {});
  }
}

function recordOf({ record }: FoundRecord): ResolvedRecord {
  const { name, class: rrclass, ttl, cacheFlush } = record;
  return { name: `${name}.`, rrtype: typeNumber(record.type), rrclass, ttl, isUnique: cacheFlush, ...dataOf(record) };
}

function dataOf(record: ResourceRecord): Partial<ResolvedRecord> {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return { address: record.address };
    case 'PTR':
      return { PTRDName: `${record.target}.` };
    case 'SRV':
      return { target: `${record.target}.`, port: record.port, priority: record.priority, weight: record.weight };
    case 'TXT': {
      const txtRaw = rawTxt(record.strings);
      const text = Object.entries(txtRaw).map(([key, value]) => [key, Buffer.isBuffer(value) ? String(value) : value]);
      return { txtRaw, txt: Object.fromEntries(text) };
    }
    default:
      return {};
  }
}

function refuseBadName(name: unknown): void {
  if (typeof name !== 'string') throw new ValidationError('Name must be a string, got %s', typeof name);
  if (name === '') throw new ValidationError("Name can't be empty");
}

function refuseBadOptions(options: ResolveOptions): void {
  if (typeof options !== 'object') throw new ValidationError('Options must be an object, got %s', typeof options);
  if (options.interface && !hasInterface(options.interface))
    throw new ValidationError(`Interface "${options.interface}" doesn't exist`);
}
