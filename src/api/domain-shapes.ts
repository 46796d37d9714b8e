/** The options about domains beyond the link, like those in `option-shapes.ts`. */
import { type ObjectShape, objectOf } from '../protocol/shape/object-reader.js';
import { listOf, type Reader, refusal, text } from '../protocol/shape/reader.js';
import type { DomainOptions, DomainsOptions } from './domain-options.js';
import * as read from './option-readers.js';

const DOMAIN_ADVICE = 'give a domain such as "office.example"';
export const aDomain = text(DOMAIN_ADVICE);

const SERVER_ADVICE = 'give an address, "192.0.2.53" or "192.0.2.53:5300", or a list of them';
const servers = listOf(text(SERVER_ADVICE), SERVER_ADVICE);
const server: Reader<string | readonly string[]> = (value, at) => {
  if (typeof value === 'string') return value;
  const list = servers(value, at);
  if (list.length === 0) throw refusal(at, value, `${SERVER_ADVICE}, or leave it out for those of the system`);
  return list;
};

export const domainShape: ObjectShape<DomainOptions> = {
  of: 'a domain',
  example: '{ name: "office.example", server: "192.0.2.53" }',
  fields: { name: aDomain, server },
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
