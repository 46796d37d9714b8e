/** When to ask again for a cached record: because it ages, or because a client doubts it. */
import { FIRST_QUERY_GAP_MS, REFRESH_JITTER, REFRESH_POINTS } from '../constants.js';
import { isListed } from '../dns-sd/lists.js';
import type { Entry } from './entry.js';

/**
 * Milliseconds after the first query for a doubted record at which it is repeated: our choice. RFC 6762 section 10.4
 * requires two or more queries; these follow the back-off of section 5.2 and leave time for an answer to the last one.
 */
const RECONFIRM_REPEATS = [FIRST_QUERY_GAP_MS, 3 * FIRST_QUERY_GAP_MS] as const;

/**
 * Milliseconds, our choice: from a goodbye to the question whether another host has the record, at random between the
 * two. Another owner that has received the goodbye has repeated the record by `min`; `max` leaves time for an answer
 * within the second of RFC 6762 section 10.1.
 */
const GOODBYE_QUESTION = { min: 250, max: 350 } as const;

/**
 * Random positions within a span of time are integers below this: V8 keeps an integer in the object that has it, and a
 * fraction in one more of 16 bytes. Those in the longest variation, 90 s, are less than a microsecond apart.
 */
export const POSITIONS = 2 ** 30;

/**
 * When that question is sent. `position`: of `POSITIONS`; drawn once for each goodbye, since another draw could send it
 * twice.
 */
export function goodbyeQuestionTime(goodbyeAt: number, position: number): number {
  const { min, max } = GOODBYE_QUESTION;
  return goodbyeAt + min + ((max - min) * position) / POSITIONS;
}

const [, , , LAST_REFRESH_POINT] = REFRESH_POINTS;

/**
 * When to ask next whether a record still exists; Infinity for never: no watcher wants it, or its removal is certain.
 * `asked`: its question is sent now.
 */
export function nextAsk(entry: Entry, now: number, asked = false): number {
  const { set, life } = entry;
  if (life === 'doubted') return nextReconfirm(entry, now);
  if (life === 'goodbye') return goodbyeQuestion(entry, now);
  if (!set.wanted || !set.isAsked) return Infinity;
  return nextRefresh(entry, asked ? now + variation(entry) : now);
}

/**
 * Whether a query that is sent now may replace the planned one for this entry. One query serves all records of its
 * question whose own refresh point is at most one variation away.
 */
export function mayBeServed(entry: Entry, now: number): boolean {
  return entry.askAt <= now + 2 * variation(entry);
}

/**
 * Whether the planned refresh of this entry may be sent already: its own random point is in the future, but the window
 * of that point has begun (RFC 6762 section 5.2). Doubted records keep their own times.
 */
export function mayGoAlong(entry: Entry, now: number): boolean {
  return entry.askAt < Infinity && entry.nextPointAt <= now;
}

/** Whether the cache will still ask for this record if a watcher wants it. */
export function hasRefreshAhead(entry: Entry, now: number): boolean {
  return now < entry.receivedAt + entry.lifetime * LAST_REFRESH_POINT;
}

/**
 * Whether a question that is sent now is the last one for this record. It accepts a unicast response (RFC 6762 section
 * 5.4): where an access point drops multicast, the earlier answers were lost, and their owner, which has multicast them
 * a moment ago, answers by unicast.
 */
export function isLastAsk(entry: Entry, now: number): boolean {
  if (entry.life === 'doubted') return nextReconfirm(entry, now) === Infinity;
  return entry.life !== 'goodbye' && !hasRefreshAhead(entry, now);
}

/**
 * The first refresh point after a time: a record that becomes wanted late starts with the following one. None for a
 * record that is about to be removed, since no point is ahead of it.
 */
function nextRefresh(entry: Entry, after: number): number {
  entry.passPoints(after);
  return entry.nextPointAt + (variation(entry) * entry.set.position) / POSITIONS;
}

function goodbyeQuestion({ set, record, turnedAt }: Entry, after: number): number {
  if (!set.wanted || !isListed(record)) return Infinity;
  return turnedAt > after ? turnedAt : Infinity;
}

function nextReconfirm(entry: Entry, after: number): number {
  for (const repeat of RECONFIRM_REPEATS) if (entry.turnedAt + repeat > after) return entry.turnedAt + repeat;
  return Infinity;
}

/** Milliseconds by which a refresh point of this entry may be delayed. */
function variation(entry: Entry): number {
  return entry.lifetime * REFRESH_JITTER;
}
