/**
 * Reads responses that were kept unread, once a client or another host asks about a name in them, and once something
 * newer is heard about it: what was received first is read first.
 */
import type { NetworkInterface } from '../../net/network.js';
import { isShared } from '../../protocol/cache/set-kind.js';
import { nameKey } from '../../protocol/name.js';
import { nameHash } from '../../protocol/query/name-hash.js';
import type { Relevance } from '../../protocol/query/relevance.js';
import type { UnreadResponse } from '../../protocol/query/unread.js';
import type { QuestionKey, ResourceRecord } from '../../protocol/record.js';
import { decodeMessage } from '../../protocol/wire/decode.js';
import type { LinkCounters } from '../counters.js';
import type { Port, RecordCacheEvent } from '../messages.js';
import { usableRecords } from './usable-records.js';

/**
 * Responses that are read at once at most, the newest ones: some ten milliseconds of work. What is older is dropped; a
 * query brings it again.
 */
const READ_AT_ONCE = 256;
/** The same for what another host sends, which must not cost much more than its packet. */
const READ_FOR_OTHERS = 32;

export interface ReadingPlace {
  readonly cache: Port<RecordCacheEvent>;
  readonly interface: NetworkInterface;
  readonly relevance: Relevance;
  readonly counters: LinkCounters;
}

type Named = Pick<QuestionKey, 'name'>;

interface Outbox {
  sendTo(port: Port<RecordCacheEvent>, event: RecordCacheEvent): void;
}

/** Reads what is unread about the names of questions that are opened now, or of records that a client doubts. */
export function readAbout(at: ReadingPlace, about: readonly Named[], now: number, outbox: Outbox): void {
  if (at.relevance.unread.size > 0) readNames(at, about, READ_AT_ONCE, now, outbox);
}

/** The same for another host's query, which may be answered, or not (RFC 6762 section 10.5); nothing if it is much. */
export function readAsked(at: ReadingPlace, questions: readonly Named[], now: number, outbox: Outbox): void {
  if (at.relevance.unread.size > 0) readNames(at, questions, READ_FOR_OTHERS, now, outbox, 'leave');
}

/**
 * Reads what was said before about records that were just heard, if their effect depends on it: those of a single host
 * replace others, and goodbyes end them.
 */
export function readBefore(at: ReadingPlace, records: readonly ResourceRecord[], now: number, outbox: Outbox): void {
  if (at.relevance.unread.size === 0) return;
  const tied = records.filter(({ name, type, ttl }) => ttl === 0 || !isShared(nameKey(name), type));
  readNames(at, tied, READ_FOR_OTHERS, now, outbox);
}

function readNames(
  at: ReadingPlace,
  named: readonly Named[],
  most: number,
  now: number,
  outbox: Outbox,
  beyond: 'drop' | 'leave' = 'drop',
): void {
  const names = named.map(({ name }) => nameHash(name));
  for (const response of at.relevance.unread.take(names, most, beyond)) read(at, response, now, outbox);
}

function read(at: ReadingPlace, response: UnreadResponse, now: number, outbox: Outbox): void {
  const { relevance, counters, cache, interface: on } = at;
  const { bytes, source, receivedAt: heardAt } = response;
  counters.readLater++;
  const choice = relevance.choice(bytes, source, now);
  const { message, faults } = decodeMessage(bytes, choice);
  if (choice) counters.skipped += choice.skipped;
  if (faults.length > 0) counters.malformed++;
  if (!message) return;
  const said = [...message.answers, ...message.authorities, ...message.additionals];
  const records = usableRecords(said, on, false);
  counters.unusable += said.length - records.length;
  // No question of ours was open when it was sent: it does not show that others have missed an answer.
  outbox.sendTo(cache, { type: 'records.heard', records, source, announced: true, heardAt });
}
