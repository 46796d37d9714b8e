/** The options about domains beyond the link, like those in `option-shapes.ts`. */
import { MdnsError } from '../protocol/errors.js';
import { type ObjectShape, objectOf, readObject } from '../protocol/shape/object-reader.js';
import { isObject, listOf, oneOf, type Reader, refusal, text } from '../protocol/shape/reader.js';
import type { DomainKey, DomainKeyFile, DomainOptions, DomainsOptions } from './domain-options.js';
import * as read from './option-readers.js';

const DOMAIN_ADVICE = 'give a domain such as "office.example"';
export const aDomain = text(DOMAIN_ADVICE);
export const domainsToPublishIn = listOf(aDomain, 'give a list such as ["local", "office.example"]');

const SERVER_ADVICE = 'give an address, "192.0.2.53" or "192.0.2.53:5300", or a list of them';
const servers = listOf(text(SERVER_ADVICE), SERVER_ADVICE);
const server: Reader<string | readonly string[]> = (value, at) => {
  if (typeof value === 'string') return value;
  const list = servers(value, at);
  if (list.length === 0) throw refusal(at, value, `${SERVER_ADVICE}, or leave it out for those of the system`);
  return list;
};

/** What is wrong is said without the value, which may be a secret. */
const hidden: Reader<string> = (value, at) => {
  if (typeof value === 'string') return value;
  throw new MdnsError('invalid-option', `${at} is not text: give it in Base64, as the server's configuration has it.`);
};
const keyShape: ObjectShape<DomainKey & DomainKeyFile> = {
  of: 'a key',
  example: '{ name: "office-key", secret: "..." } or { file: "office.key" }',
  fields: {
    name: text('give the name of the key'),
    secret: hidden,
    algorithm: oneOf(['hmac-sha256', 'hmac-sha512']),
    file: text('give the path of a file'),
  },
  required: [],
};
const key: Reader<DomainKey | DomainKeyFile> = (value, at) => {
  if (!isObject(value)) throw new MdnsError('invalid-option', `${at} is not an object: give ${keyShape.example}.`);
  const read: Partial<DomainKey & DomainKeyFile> = readObject(keyShape, value);
  const isKey = read.name !== undefined && read.secret !== undefined && read.file === undefined;
  const isFile = Object.keys(read).join() === 'file';
  if (isKey || isFile) return read as DomainKey | DomainKeyFile;
  throw new MdnsError('invalid-option', `${at} needs "name" and "secret", or "file" alone: give ${keyShape.example}.`);
};

export const domainShape: ObjectShape<DomainOptions> = {
  of: 'a domain',
  example: '{ name: "office.example", server: "192.0.2.53" }',
  fields: { name: aDomain, server, key },
  required: ['name'],
  foreign: { domain: 'write "name"', servers: 'write "server", which may be a list' },
};

export const domainList: Reader<readonly DomainOptions[]> = listOf(
  objectOf(domainShape),
  'give a list such as [{ name: "office.example" }]',
);

export const domainsShape: ObjectShape<DomainsOptions> = {
  of: 'domains',
  example: '{ domain: "office.example" }',
  fields: { domain: aDomain, timeout: read.timeout(Number.MAX_SAFE_INTEGER), signal: read.signal },
  required: [],
};
