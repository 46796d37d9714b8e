/**
 * Cached records that are reported together with those that refer to them: the SRV and TXT records of an instance with
 * its PTR record, the addresses of a host with an SRV record (responders do the same, RFC 6763 section 12). A watcher
 * that resolves what it finds then needs no further round of questions.
 */
import { CLASS_IN } from '../constants.js';
import { nameKey } from '../name.js';
import type { QuestionKey, ResourceRecord } from '../record.js';
import type { QuestionType } from '../types.js';
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
  const leading: ResourceRecord[] = added.filter(({ type }) => type === 'PTR' || type === 'SRV');
  if (leading.length === 0) return found;
  /** The instances and the hosts that records lead to: the services of a packet mostly have one host. */
  const instances = new Set<string>();
  const hosts = new Set<string>();
  // It grows meanwhile.
  for (let i = 0; i < leading.length; i++) {
    const record = leading[i] as ResourceRecord;
    if (record.type !== 'PTR' && record.type !== 'SRV') continue;
    const name = record.target;
    const seen = record.type === 'PTR' ? instances : hosts;
    const types = record.type === 'PTR' ? OF_INSTANCE : OF_HOST;
    const key = nameKey(name);
    if (seen.has(key)) continue;
    seen.add(key);
    for (let t = 0; t < types.length; t++) {
      const question = { name, type: types[t] as QuestionType, class: CLASS_IN };
      const known = isAsked(question) ? [] : cache.lookup(question, now);
      for (let k = 0; k < known.length; k++) {
        const cached = known[k] as CachedRecord;
        if (found.push(cached) === MAX_ALONG) return found;
        if (cached.record.type === 'SRV') leading.push(cached.record);
      }
    }
  }
  return found;
}

const OF_INSTANCE: readonly QuestionType[] = ['SRV', 'TXT'];
const OF_HOST: readonly QuestionType[] = ['A', 'AAAA'];
