/** The files of `publish`: a JSON array of services, or a package.json that has them. */
import { readFileSync } from 'node:fs';
import type { ServiceOptions } from '../api/options.js';
import type { TxtInput } from '../protocol/dns-sd/txt.js';
import type { FileName } from './arguments.js';
import { UsageError } from './usage-error.js';

/** @throws UsageError if it cannot be read, or does not contain services */
export function servicesIn(source: FileName): readonly ServiceOptions[] {
  if ('file' in source) return parseServices(textOf(source.file), source.file);
  return parsePackage(textOf(source.from), source.from);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}.`, 'publish');
  }
}

/**
 * Checks the shape only: `publish` checks names, types and attributes.
 *
 * @param path for messages
 * @throws UsageError
 */
export function parseServices(text: string, path: string): readonly ServiceOptions[] {
  const value = parsed(text, path);
  if (!Array.isArray(value) || value.length === 0) {
    throw new UsageError(`${path} must contain an array of services, such as ${EXAMPLE}.`, 'publish');
  }
  return value.map((each: unknown, index) => readService(each, `Service ${index + 1} in ${path}`));
}

/**
 * The services in the field `mdns` of a package.json: one, or an array. The package's name is the default of `name`.
 *
 * @param path for messages
 * @throws UsageError
 */
export function parsePackage(text: string, path: string): readonly ServiceOptions[] {
  const value = parsed(text, path);
  const { name, mdns } = isObject(value) ? value : {};
  const services: unknown[] = Array.isArray(mdns) ? mdns : mdns === undefined ? [] : [mdns];
  if (services.length === 0)
    throw new UsageError(`${path} has no "mdns": add for example "mdns": {"type": "http", "port": 8080}.`, 'publish');
  const which = (index: number) => `${services.length === 1 ? '' : `Service ${index + 1} of `}"mdns" in ${path}`;
  return services.map((each, i) => readService(isObject(each) ? { name, ...each } : each, which(i)));
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not valid JSON: ${messageOf(error)}.`, 'publish');
  }
}

const EXAMPLE = '[{"name": "Living Room", "type": "_http._tcp", "port": 8080, "txt": {"path": "/"}}]';
const keys = new Set(['name', 'type', 'port', 'txt', 'host', 'subtypes']);

function readService(value: unknown, which: string): ServiceOptions {
  if (!isObject(value)) throw new UsageError(`${which} is not an object: write for example ${EXAMPLE}.`, 'publish');
  const wrong = (key: string, expected: string) => new UsageError(`${which}: "${key}" must be ${expected}.`, 'publish');
  for (const key of Object.keys(value)) {
    if (!keys.has(key))
      throw new UsageError(`${which} has an unknown "${key}": known are ${[...keys].join(', ')}.`, 'publish');
  }
  const { name, type, port, txt, host, subtypes } = value;
  if (typeof name !== 'string') throw wrong('name', 'text');
  if (typeof type !== 'string') throw wrong('type', 'text such as "_http._tcp"');
  if (typeof port !== 'number') throw wrong('port', 'a number');
  if (host !== undefined && typeof host !== 'string') throw wrong('host', 'text');
  if (txt !== undefined && !isTxt(txt))
    throw wrong('txt', 'an object of strings, numbers, true, false or null, or an array of strings');
  if (subtypes !== undefined && !isTexts(subtypes)) throw wrong('subtypes', 'an array of strings');
  return {
    name,
    type,
    port,
    ...(txt === undefined ? {} : { txt }),
    ...(host === undefined ? {} : { host }),
    ...(subtypes === undefined ? {} : { subtypes }),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isTxt(value: unknown): value is TxtInput {
  if (!isObject(value)) return isTexts(value);
  return Object.values(value).every((each) => each === null || ['string', 'number', 'boolean'].includes(typeof each));
}
