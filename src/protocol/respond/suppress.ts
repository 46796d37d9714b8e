/** Which of our answers others know already or have sent (RFC 6762 sections 6.6, 7.1 and 7.4). */
import { KNOWN_ANSWER_TTL_SHARE } from '../constants.js';
import type { ResourceRecord } from '../record.js';
import type { Answer, Zone } from './zone.js';

/** Keys of our records that a querier knows. */
export type KnownKeys = ReadonlySet<string>;

/**
 * Our records that a query lists as known answers, with at least half of our TTL (RFC 6762 section 7.1). The others are
 * ignored.
 */
export function knownAnswers(zone: Zone, listed: readonly ResourceRecord[]): Set<string> {
  const known = new Set<string>();
  for (const record of listed) {
    const own = zone.own(record);
    if (own && isLongLived(record, own.record)) known.add(own.key);
  }
  return known;
}

/**
 * Whether an answer is known. Each member of a unique record set must be known, since the set is sent completely or not
 * at all.
 */
export function isKnown(answer: Answer, known: KnownKeys): boolean {
  return answer.keys.every((key) => known.has(key));
}

/** Our answers that another host's response contains as well. */
export interface Copies {
  /** With our TTL or a longer one: we need not send it again (RFC 6762 section 7.4). */
  readonly complete: readonly Answer[];
  /** With less than half of our TTL: caches would lose it too early (RFC 6762 section 6.6). */
  readonly shortened: readonly Answer[];
}

/** Compares the records of another host's multicast response with ours. */
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
  const complete = [...met].filter((answer) => !shortened.has(answer) && isKnown(answer, full));
  return { complete, shortened: [...shortened] };
}

function isLongLived(copy: ResourceRecord, own: ResourceRecord): boolean {
  return copy.ttl >= own.ttl * KNOWN_ANSWER_TTL_SHARE;
}
