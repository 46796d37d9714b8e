/**
 * Cached records that are reported together with those that refer to them: the SRV and TXT records of an instance with
 * its PTR record, the addresses of a host with an SRV record (responders do the same, RFC 6763 section 12). A watcher
 * that resolves what it finds then needs no further round of questions.
 */
import { CLASS_IN } from '../constants.js';
import { type QuestionKey, type ResourceRecord, setKey } from '../record.js';
import type { RecordCache } from './cache.js';
import type { CachedRecord } from './types.js';

/** At most so many records at once: the watcher gets the others as answers to its questions. */
export const MAX_ALONG = 256;

/** @param isAsked whether the watcher has already asked a question, and so has the answers */
export function recordsAlong(
  cache: Pick<RecordCache, 'lookup'>,
  added: readonly ResourceRecord[],
  isAsked: (question: QuestionKey) => boolean,
  now: number,
): CachedRecord[] {
  const found: CachedRecord[] = [];
  const leading = added.filter(({ type }) => type === 'PTR' || type === 'SRV');
  if (leading.length === 0) return found;
  const seen = new Set<string>();
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
