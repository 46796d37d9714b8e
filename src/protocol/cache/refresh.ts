/** When to ask again for a record that is in the cache: because it ages, or because a client doubts it. */
import { FIRST_QUERY_GAP_MS, REFRESH_JITTER, REFRESH_POINTS } from '../constants.js';
import { isListed } from '../dns-sd/lists.js';
import type { Entry } from './entry.js';

/**
 * Milliseconds after the first query for a doubted record at which it is repeated: our choice. RFC 6762 section 10.4 asks for
 * two or more queries; these keep to the back-off of section 5.2 and leave the last one time to be answered.
 */
const RECONFIRM_REPEATS = [FIRST_QUERY_GAP_MS, 3 * FIRST_QUERY_GAP_MS] as const;

/**
 * Milliseconds from a goodbye, at random in between, to the question whether another host holds the record: our choice. A host
 * that does and heard the goodbye has repeated the record by the first; the last leaves time for an answer within the second of
 * RFC 6762 section 10.1.
 */
const GOODBYE_QUESTION = { min: 250, max: 350 } as const;

/** When that question leaves. `place`: in [0, 1); drawn once for each goodbye, as a later draw could make it leave twice. */
export function goodbyeQuestionTime(goodbyeAt: number, place: number): number {
  const { min, max } = GOODBYE_QUESTION;
  return goodbyeAt + min + (max - min) * place;
}

const LAST_REFRESH_POINT = REFRESH_POINTS.at(-1) ?? 1;

/**
 * When to ask next whether a record is still there. Infinity for never: nobody cares, or its end is settled. `asked`: its
 * question leaves right now.
 */
export function nextAsk(entry: Entry, now: number, asked = false): number {
  const { set, fate } = entry;
  if (fate === 'reconfirmed') return nextReconfirm(entry, now);
  if (fate === 'goodbye') return goodbyeQuestion(entry, now);
  const cared = set.wanted && fate === 'expired' && set.askedBy().length > 0;
  return cared ? nextRefresh(entry, asked ? now + variation(entry) : now) : Infinity;
}

/**
 * Whether a query that leaves now may be the one that is planned for this entry. One query serves all records of its question
 * for which it comes no earlier than a variation before their own point.
 */
export function mayBeServed(entry: Entry, now: number): boolean {
  return entry.askAt <= now + 2 * variation(entry);
}

/**
 * Whether the refresh planned for this entry may leave already: its own random point lies ahead, but the window from which that
 * point was drawn has begun (RFC 6762 section 5.2). Doubted records keep to their own times.
 */
export function mayGoAlong(entry: Entry, now: number): boolean {
  if (entry.askAt === Infinity || entry.fate !== 'expired') return false;
  const { receivedAt, lifetime, askAt } = entry;
  const begun = REFRESH_POINTS.findLast((point) => receivedAt + lifetime * point <= askAt) ?? Infinity;
  return receivedAt + lifetime * begun <= now;
}

/** Whether the cache will still ask for this record if somebody wants it. */
export function hasRefreshAhead(entry: Entry, now: number): boolean {
  return now < entry.receivedAt + entry.lifetime * LAST_REFRESH_POINT;
}

/** The first point that begins after a time: a record that becomes wanted late joins at the following one. */
function nextRefresh(entry: Entry, after: number): number {
  for (const point of REFRESH_POINTS) {
    const begins = entry.receivedAt + entry.lifetime * point;
    if (begins > after) return begins + variation(entry) * entry.set.variation;
  }
  return Infinity;
}

function goodbyeQuestion({ set, record, goodbyeQuestionAt }: Entry, after: number): number {
  if (!set.wanted || !isListed(record)) return Infinity;
  return goodbyeQuestionAt > after ? goodbyeQuestionAt : Infinity;
}

function nextReconfirm(entry: Entry, after: number): number {
  for (const repeat of RECONFIRM_REPEATS) if (entry.doubtedAt + repeat > after) return entry.doubtedAt + repeat;
  return Infinity;
}

/** Milliseconds by which a refresh point of this entry may be put off. */
function variation(entry: Entry): number {
  return entry.lifetime * REFRESH_JITTER;
}
