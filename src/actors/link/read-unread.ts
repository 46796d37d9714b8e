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
  if (at.relevance.unread.size > 0) new Reading(at, READ_AT_ONCE, now, outbox).names(about);
}

/** The same for another host's query, which may be answered, or not (RFC 6762 section 10.5). */
export function readAsked(at: ReadingPlace, questions: readonly Named[], now: number, outbox: Outbox): void {
  if (at.relevance.unread.size > 0) new Reading(at, READ_FOR_OTHERS, now, outbox).names(questions);
}

/** Reads what was said before about records that were just heard. */
export function readBefore(at: ReadingPlace, records: readonly ResourceRecord[], now: number, outbox: Outbox): void {
  if (at.relevance.unread.size > 0) new Reading(at, READ_FOR_OTHERS, now, outbox).before(records, now);
}

/** Reads some responses, each after those that it depends on. */
class Reading {
  readonly #at: ReadingPlace;
  readonly #now: number;
  readonly #outbox: Outbox;
  #left: number;

  constructor(at: ReadingPlace, most: number, now: number, outbox: Outbox) {
    this.#at = at;
    this.#left = most;
    this.#now = now;
    this.#outbox = outbox;
  }

  names(named: readonly Named[], before?: number): void {
    for (const { name } of named) {
      const responses = this.#at.relevance.unread.take(nameHash(name), this.#left, before);
      this.#left -= responses.length;
      for (const response of responses) this.#read(response);
    }
  }

  /**
   * What was said before about records that were received at a time, if their effect depends on it: about those of a
   * single host, which replace others, and those that are over, be it by a goodbye.
   */
  before(records: readonly ResourceRecord[], heardAt: number, position?: number): void {
    const isOver = ({ ttl }: ResourceRecord) => heardAt + ttl * 1_000 <= this.#now;
    this.names(
      records.filter((record) => isOver(record) || !isShared(nameKey(record.name), record.type)),
      position,
    );
  }

  #read({ bytes, source, receivedAt: heardAt, position }: UnreadResponse): void {
    const { relevance, counters, cache, interface: on } = this.#at;
    counters.readLater++;
    const choice = relevance.choice(bytes, source, this.#now);
    const { message, faults } = decodeMessage(bytes, choice);
    if (choice) counters.skipped += choice.skipped;
    if (faults.length > 0) counters.malformed++;
    if (!message) return;
    const said = [...message.answers, ...message.authorities, ...message.additionals];
    this.before(said, heardAt, position);
    const records = usableRecords(said, on, false);
    counters.unusable += said.length - records.length;
    // No question of ours was open when it was sent: it does not show that others have missed an answer.
    this.#outbox.sendTo(cache, { type: 'records.heard', records, source, announced: true, heardAt });
  }
}
