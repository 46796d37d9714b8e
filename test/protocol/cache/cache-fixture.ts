import { RecordCache } from '../../../src/protocol/cache/cache.js';
import type { Question, ResourceRecord } from '../../../src/protocol/record.js';
import type { RecordType } from '../../../src/protocol/types.js';

import { address, type Head, nsec, ptr, question } from '../../support/records.js';

export const SOURCE = '192.0.2.20';

export function newCache(options: Partial<ConstructorParameters<typeof RecordCache>[0]> = {}): RecordCache {
  return new RecordCache({ random: () => 0.5, ...options });
}

export function cacheWith(records: readonly ResourceRecord[], at = 0): RecordCache {
  const cache = newCache();
  cache.put(records, SOURCE, at);
  return cache;
}

/** What tests vary of a record at the name they use by default. */
type Over = Head & { readonly name?: string };

export function a(text: string, { name = 'h.local', ...over }: Over = {}): ResourceRecord {
  return address(name, text, over);
}

/** A pointer to an instance. */
export function to(instance: string, { name = '_t._tcp.local', ...over }: Over = {}): ResourceRecord {
  return ptr(name, `${instance}._t._tcp.local`, over);
}

/** The host has only records of these types. */
export function only(types: readonly RecordType[], { name = 'h.local', ...over }: Over = {}): ResourceRecord {
  return nsec(name, types, over);
}

export const browse = question('_t._tcp.local', 'PTR');
export const askA = question('h.local', 'A');
export const askAaaa = question('h.local', 'AAAA');

/** What a run of deadlines brought. */
export interface Event {
  readonly at: number;
  readonly what: string;
}

/** Walks a cache deadline by deadline and tells what happened, in words. */
export function run(cache: RecordCache, until: number): Event[] {
  const events: Event[] = [];
  for (;;) {
    const at = cache.nextDeadline();
    if (at > until || at === Infinity) return events;
    const { changes, refresh } = cache.due(at);
    for (const { name, type } of refresh) events.push({ at, what: `ask ${name} ${type}` });
    for (const { record, reason } of changes.removed) events.push({ at, what: `${reason} ${data(record)}` });
    for (const { name, type } of changes.denied) events.push({ at, what: `denied ${name} ${type}` });
    for (const { name, type } of changes.unanswered) events.push({ at, what: `unanswered ${name} ${type}` });
  }
}

export function data(record: ResourceRecord): string {
  if ('address' in record) return record.address;
  if ('target' in record) return record.target;
  return record.type;
}

/** What a lookup finds, as sorted words. */
export function found(cache: RecordCache, of: Question, now: number): string[] {
  return cache
    .lookup(of, now)
    .map(({ record }) => data(record))
    .sort();
}
