/**
 * What goes along with records that lead to others: with a PTR record the SRV and TXT records of its instance, with an
 * SRV record the addresses of its host, as far as the cache has them (RFC 6763 section 12 has responders do the same).
 * A watcher that resolves what it finds then needs no further round of questions.
 */
import { CLASS_IN } from '../constants.js';
import { type QuestionKey, type ResourceRecord, setKey } from '../record.js';
import type { RecordCache } from './cache.js';
import type { CachedRecord } from './types.js';

/** What goes beyond so many records comes as the answer to its question. */
export const MAX_ALONG = 256;

/** @param isAsked whether the watcher has asked a question already, and so has its answers */
export function recordsAlong(
  cache: Pick<RecordCache, 'lookup'>,
  added: readonly ResourceRecord[],
  isAsked: (question: QuestionKey) => boolean,
  now: number,
): CachedRecord[] {
  const found: CachedRecord[] = [];
  const seen = new Set<string>();
  const leading = added.filter(({ type }) => type === 'PTR' || type === 'SRV');
  for (const record of leading) {
    for (const question of questionsBehind(record)) {
      const key = setKey(question);
      if (seen.has(key) || isAsked(question)) continue;
      seen.add(key);
      for (const cached of cache.lookup(question, now)) {
        if (found.push(cached) === MAX_ALONG) return found;
        if (cached.record.type === 'SRV') leading.push(cached.record);
      }
    }
  }
  return found;
}

function questionsBehind(record: ResourceRecord): QuestionKey[] {
  const about = (name: string, ...types: ('SRV' | 'TXT' | 'A' | 'AAAA')[]) =>
    types.map((type) => ({ name, type, class: CLASS_IN }));
  if (record.type === 'PTR') return about(record.target, 'SRV', 'TXT');
  return record.type === 'SRV' ? about(record.target, 'A', 'AAAA') : [];
}
