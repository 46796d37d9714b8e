import { RecordCache } from '../../../src/protocol/cache/cache.js';
import { nsecData } from '../../../src/protocol/nsec.js';
import type { Question, ResourceRecord } from '../../../src/protocol/record.js';
import type { QuestionType, RecordType } from '../../../src/protocol/types.js';

export const SOURCE = '192.0.2.20';

export function newCache(options: Partial<ConstructorParameters<typeof RecordCache>[0]> = {}): RecordCache {
  return new RecordCache({ random: () => 0.5, ...options });
}

export function question(name: string, type: QuestionType, unicastResponse = false): Question {
  return { name, type, class: 1, unicastResponse };
}

export function a(address: string, over: { name?: string; ttl?: number; cacheFlush?: boolean } = {}): ResourceRecord {
  return { name: 'h.local', type: 'A', class: 1, cacheFlush: true, ttl: 120, address, ...over };
}

export function aaaa(address: string, over: { ttl?: number; cacheFlush?: boolean } = {}): ResourceRecord {
  return { name: 'h.local', type: 'AAAA', class: 1, cacheFlush: true, ttl: 120, address, ...over };
}

export function ptr(
  instance: string,
  over: { ttl?: number; cacheFlush?: boolean; name?: string } = {},
): ResourceRecord {
  const target = `${instance}._t._tcp.local`;
  return { name: '_t._tcp.local', type: 'PTR', class: 1, cacheFlush: false, ttl: 4500, target, ...over };
}

export function nsec(
  types: readonly RecordType[],
  over: { name?: string; next?: string; ttl?: number; cacheFlush?: boolean } = {},
): ResourceRecord {
  return { name: 'h.local', class: 1, cacheFlush: true, ttl: 120, ...nsecData('h.local', types), ...over };
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
