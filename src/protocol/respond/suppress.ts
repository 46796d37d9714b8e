/** What others already know or have said, compared with what we would say (RFC 6762 sections 6.6, 7.1 and 7.4). */
import { KNOWN_ANSWER_TTL_SHARE } from '../constants.js';
import type { ResourceRecord } from '../record.js';
import type { Answer, Zone } from './zone.js';

/** Keys of records of ours that somebody has. */
export type KnownKeys = ReadonlySet<string>;

/**
 * Those of our records that a query lists as known, with at least half of our TTL (RFC 6762 section 7.1). Nothing is learnt
 * from the rest.
 */
export function knownAnswers(zone: Zone, listed: readonly ResourceRecord[]): Set<string> {
  const known = new Set<string>();
  for (const record of listed) {
    const own = zone.own(record);
    if (own && isLongLived(record, own.record)) known.add(own.key);
  }
  return known;
}

/** Of a unique record set each member has to be known, as the set is sent whole or not at all. */
export function isKnown(answer: Answer, known: KnownKeys): boolean {
  return answer.keys.every((key) => known.has(key));
}

/** What a response of another host, holding records that are ours as well, means for us. */
export interface Copies {
  /** Said with our TTL or a longer one: we need not say it again (RFC 6762 section 7.4). */
  readonly told: readonly Answer[];
  /** Said with less than half of our TTL: caches would lose it too soon (RFC 6762 section 6.6). */
  readonly shortened: readonly Answer[];
}

/** Weighs the records of another host's multicast response. */
export function compareCopies(zone: Zone, records: readonly ResourceRecord[]): Copies {
  const met = new Set<Answer>();
  const full = new Set<string>();
  const shortened = new Set<Answer>();
  for (const record of records) {
    const own = zone.own(record);
    if (own === undefined) continue;
    met.add(own.answer);
    if (record.ttl >= own.record.ttl) full.add(own.key);
    else if (!isLongLived(record, own.record)) shortened.add(own.answer);
  }
  const told = [...met].filter((answer) => !shortened.has(answer) && isKnown(answer, full));
  return { told, shortened: [...shortened] };
}

function isLongLived(copy: ResourceRecord, own: ResourceRecord): boolean {
  return copy.ttl >= own.ttl * KNOWN_ANSWER_TTL_SHARE;
}
