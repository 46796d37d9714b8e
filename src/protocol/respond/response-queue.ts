/**
 * The responder of one link: gets queries and other hosts' responses, and decides what to send when.
 *
 * Answers to the group wait in the `MulticastSchedule`, those to one querier in the `UnicastReplies`, and incomplete
 * queries in the `TruncatedQueries`. All of them refer to answers of the zone rather than records, and read them when
 * they are sent: an answer that was withdrawn meanwhile is empty, and one that was multicast after it was asked for is
 * not sent again. So sending an answer does not require searching and removing others.
 */

import {
  DEFENCE_GAP_MS,
  GOODBYE_REPEAT_MS,
  MULTICAST_GAP_MS,
  SHARED_RESPONSE_MAX_DELAY_MS,
  SHARED_RESPONSE_MIN_DELAY_MS,
  TRUNCATED_MAX_DELAY_MS,
  TRUNCATED_MIN_DELAY_MS,
} from '../constants.js';
import { isListed } from '../dns-sd/lists.js';
import { type Message, type ResourceRecord, recordKey, withTtl } from '../record.js';
import { additionalsTo, isFresh, MAX_GROUP_ADDITIONALS } from './answer.js';
import { type Asked, askedOf, isOursAlone, splitProbes } from './asked.js';
import { type Asker, acceptsUnicast } from './asker.js';
import { LatelyReplied, recordsOf } from './lately-replied.js';
import { type Demand, MulticastSchedule } from './multicast-schedule.js';
import { OtherHolders } from './other-holders.js';
import { legacyReply, type Outgoing, unicastReply } from './outgoing.js';
import { PromptReplies } from './prompt-replies.js';
import { ReplyBudget } from './reply-budget.js';
import { compareCopies, isKnown, type KnownKeys, knownAnswers } from './suppress.js';
import { ToTell } from './to-tell.js';
import { TruncatedQueries } from './truncated-queries.js';
import { type Reply, UnicastReplies } from './unicast-replies.js';
import type { Answer, Zone } from './zone.js';

/** Legacy replies that can wait for the next `due`. Further queries get no answer; their senders will ask again. */
export const MAX_LEGACY_REPLIES = 512;

/** Goodbyes and announced answers that one call of `due` returns at most, so that it does not block for long. */
const TOLD_PER_TURN = 250;

const NOTHING: readonly Outgoing[] = [];

/** The circumstances in which a packet's questions are answered. */
interface Circumstances {
  readonly from: Asker;
  readonly known: KnownKeys;
  readonly askedAt: number;
  readonly now: number;
  /** The random delay in ms; undefined for none. */
  readonly delay: number | undefined;
}

export class ResponseQueue {
  readonly #zone: Zone;
  readonly #random: () => number;
  #schedule = new MulticastSchedule();
  #replies = new UnicastReplies();
  readonly #lately: LatelyReplied;
  readonly #others = new OtherHolders();
  readonly #replyBudget = new ReplyBudget();
  #truncated = new TruncatedQueries();
  readonly toTell = new ToTell();
  /** What need not wait here. */
  readonly prompt: PromptReplies;
  /** Goodbyes to repeat, by record key, the earliest first. Only goodbyes that we have sent ourselves. */
  readonly #repeats = new Map<string, { readonly record: ResourceRecord; readonly due: number }>();
  /** The additionals of the last response to the group, with the times of their previous multicasts. */
  readonly #additionals = new Map<Answer, number>();
  #legacyReplies: Outgoing[] = [];
  /** Since when announcements, goodbyes or legacy replies have been waiting, ms; Infinity if there are none. */
  #urgentSince = Infinity;
  #drained = false;

  /** @param options.random uniform in [0, 1), for the delays. */
  constructor(options: { readonly zone: Zone; readonly random: () => number }) {
    this.#zone = options.zone;
    this.#lately = new LatelyReplied(options.zone);
    this.#random = options.random;
    this.prompt = new PromptReplies(options.zone, this.#lately, this.#replyBudget, this.#truncated);
  }

  /** Handles a query. */
  ask(query: Message, from: Asker, now: number): void {
    if (this.#drained) return;
    if (from.isLegacy) {
      this.#askLegacy(query, from, now);
      return;
    }
    const asked = askedOf(this.#zone, query.questions, query.authorities.length > 0);
    const goesOn = this.#truncated.isWaitingFor(from.address);
    if (asked.length === 0 && !goesOn) return;
    const known = knownAnswers(this.#zone, query.answers);
    if (goesOn) this.#truncated.goOn(from.address, known, query.truncated ? now + this.#truncatedDelay() : undefined);

    const { probes, ordinary } = splitProbes(query, asked);
    const circumstances = { from, known, askedAt: now, now, delay: undefined };
    for (const probe of probes) this.#defend(probe, circumstances);
    if (ordinary.length === 0 || (query.truncated && this.#putOff(ordinary, circumstances))) return;
    const delay = isOursAlone(query, ordinary) ? undefined : this.#sharedDelay();
    for (const one of ordinary) this.#answer(one, { ...circumstances, delay });
  }

  /** Handles another host's multicast response. */
  heard(records: readonly ResourceRecord[], now: number): void {
    this.#others.heard(this.#zone, records, now);
    // Another host now has the same record, so its goodbye must not be repeated.
    if (this.#repeats.size > 0)
      for (const record of records) if (record.ttl > 0) this.#repeats.delete(recordKey(record));
    const { complete, shortened } = compareCopies(this.#zone, records);
    for (const answer of complete) answer.lastHeardByAll = now;
    if (shortened.length === 0 || this.#drained) return;
    const delay = this.#sharedDelay();
    const demand: Demand = { askedAt: now, gap: MULTICAST_GAP_MS };
    for (const answer of shortened) this.#multicast(answer, demand, now, delay);
  }

  /**
   * Multicasts records at the next `due`, however recently they were multicast (RFC 6762 section 8.3). Unique record
   * sets are sent completely. Records outside the zone are omitted, since they would not be defended.
   *
   * @param isRepeat whether the records were announced before. Those multicast since as answers then wait for a second,
   *   as answers do (section 6): peers know them, and the repeat is only for peers that have lost a packet.
   */
  announce(records: readonly ResourceRecord[], now: number, isRepeat = false): void {
    for (const record of records) {
      const own = this.#zone.own(record);
      if (own === undefined) continue;
      const rested = own.answer.lastMulticast + MULTICAST_GAP_MS;
      if (isRepeat && rested > now && !this.#drained) {
        this.#schedule.at(rested, own.answer, { askedAt: now, gap: MULTICAST_GAP_MS });
        continue;
      }
      this.toTell.addAnnouncement(own.answer);
      this.#urgentSince = Math.min(this.#urgentSince, now);
    }
  }

  /**
   * Multicasts goodbyes at the next `due`, however recently the records were sent (RFC 6762 section 10.1). Remove the
   * records from the zone before: a record that is still there belongs to another set as well and gets no goodbye. The
   * goodbyes are repeated a second later, unless the record is back in the zone. List entries that another host has as
   * well get none.
   */
  goodbye(records: readonly ResourceRecord[], now: number): void {
    for (const record of records) {
      if (isListed(record) && this.#others.release(record, now)) continue;
      const key = recordKey(record);
      const goodbye = withTtl(record, 0);
      this.toTell.addGoodbye(key, goodbye);
      this.#repeats.delete(key);
      if (!this.#drained) this.#repeats.set(key, { record: goodbye, due: now + GOODBYE_REPEAT_MS });
      this.#urgentSince = Math.min(this.#urgentSince, now);
    }
  }

  /**
   * Begins to close: from now on only announcements, goodbyes and legacy replies leave, at the next `due`. Pending
   * answers are dropped, since their records are about to be withdrawn.
   */
  drain(): void {
    this.#drained = true;
    this.#repeats.clear();
    this.#schedule = new MulticastSchedule();
    this.#replies = new UnicastReplies();
    this.#truncated = new TruncatedQueries();
  }

  /** What to send now; cheap if there is nothing. Call it after everything that may change `nextDeadline`. */
  due(now: number): readonly Outgoing[] {
    if (this.nextDeadline() > now) return NOTHING;
    this.#urgentSince = Infinity;
    this.#endWaits(now);
    this.#repeatGoodbyes(now);
    const outgoing = this.#legacyReplies;
    this.#legacyReplies = [];
    // The group comes first: a querier that receives the multicast needs no reply.
    const toGroup = this.#toGroup(now);
    if (toGroup) outgoing.push(toGroup);
    for (let reply = this.#replies.takeDue(now); reply; reply = this.#replies.takeDue(now)) {
      const answers = this.#stillWanted(reply);
      if (answers.length > 0) outgoing.push(unicastReply(reply.to, this.#lately.recordsFor(answers)));
    }
    return outgoing;
  }

  /**
   * Reports additionals of the group response just returned by `due` that did not fit into its packets: they were not
   * multicast, so questions for them need not wait for a second.
   */
  leftOut(additionals: readonly ResourceRecord[]): void {
    for (const record of additionals) {
      const own = this.#zone.own(record);
      const before = own && this.#additionals.get(own.answer);
      if (own && before !== undefined) own.answer.lastMulticast = before;
    }
  }

  /** When to call `due`, ms, possibly in the past; Infinity for never. */
  nextDeadline(): number {
    const [repeat] = this.#repeats.values();
    const goodbyes = repeat?.due ?? Infinity;
    return Math.min(this.#urgentSince, goodbyes, this.#schedule.next(), this.#replies.next(), this.#truncated.next());
  }

  /** A summary for logs and inspectors. */
  toJSON(): Readonly<Record<'gathering' | 'departures' | 'unicastReplies' | 'truncatedQueries', number>> {
    return { ...this.#schedule.toJSON(), unicastReplies: this.#replies.size, truncatedQueries: this.#truncated.size };
  }

  #repeatGoodbyes(now: number): void {
    for (const [key, { record, due }] of this.#repeats) {
      if (due > now) return;
      this.#repeats.delete(key);
      this.toTell.addGoodbye(key, record);
    }
  }

  #askLegacy(query: Message, from: Asker, now: number): void {
    const asked = askedOf(this.#zone, query.questions);
    if (this.#legacyReplies.length >= MAX_LEGACY_REPLIES) return;
    const known = knownAnswers(this.#zone, query.answers);
    const answers = new Set(asked.flatMap((one) => one.answers).filter((answer) => !isKnown(answer, known)));
    if (answers.size === 0 || !this.#replyBudget.spend(from.address, now)) return;
    this.#legacyReplies.push(legacyReply(this.#zone, from, query, answers));
    this.#urgentSince = Math.min(this.#urgentSince, now);
  }

  /**
   * Answers at once. A requested unicast reply is always sent; a multicast is added if the last one is old enough (RFC
   * 6762 sections 5.4, 6 and 8.1).
   */
  #defend({ question, answers }: Asked, { from, known, now }: Circumstances): void {
    const unicast = acceptsUnicast(from, question);
    for (const answer of answers) {
      if (isKnown(answer, known)) continue;
      const replied = unicast && this.#reply(from, answer, Infinity, now, undefined);
      if (replied && isFresh(answer, now)) continue;
      this.#multicast(answer, { askedAt: now, gap: DEFENCE_GAP_MS }, now, undefined);
    }
  }

  #putOff(asked: readonly Asked[], { from, known, now }: Circumstances): boolean {
    const questions = asked.map((one) => one.question);
    return this.#truncated.putOff({ from, questions, askedAt: now }, known, now + this.#truncatedDelay());
  }

  #endWaits(now: number): void {
    for (let wait = this.#truncated.takeDue(now); wait; wait = this.#truncated.takeDue(now)) {
      for (const { from, questions, askedAt } of wait.packets) {
        const circumstances = { from, known: wait.known, askedAt, now, delay: undefined };
        for (const one of askedOf(this.#zone, questions)) this.#answer(one, circumstances);
      }
    }
  }

  #answer({ question, answers }: Asked, { from, known, askedAt, now, delay }: Circumstances): void {
    const unicast = acceptsUnicast(from, question);
    const demand: Demand = { askedAt, gap: MULTICAST_GAP_MS };
    for (const answer of answers) {
      if (isKnown(answer, known)) continue;
      const reply = unicast && isFresh(answer, now);
      if (reply && this.#reply(from, answer, askedAt, now, delay)) continue;
      this.#multicast(answer, demand, now, delay);
    }
  }

  /** Plans an answer to one querier. @returns false if it gets too many already: then the answer goes to the group */
  #reply(to: Asker, answer: Answer, askedAt: number, now: number, delay: number | undefined): boolean {
    const delayed = delay !== undefined;
    if (!this.#replies.isWaiting(to, delayed) && !this.#replyBudget.spend(to.address, now)) return false;
    return this.#replies.add(to, answer, askedAt, now + (delay ?? 0), delayed);
  }

  /**
   * Plans an answer to the group. One that was multicast too recently is postponed, not dropped (RFC 6762 section 6).
   */
  #multicast(answer: Answer, demand: Demand, now: number, delay: number | undefined): void {
    const permitted = answer.lastMulticast + demand.gap;
    if (delay !== undefined && permitted <= now + delay) this.#schedule.gather(now, delay, answer, demand);
    else this.#schedule.at(Math.max(now, permitted), answer, demand);
  }

  #toGroup(now: number): Outgoing | undefined {
    if (this.toTell.size === 0 && this.#schedule.next() > now) return undefined;
    // What is drained leaves in one turn: there may be no other.
    const room = this.#drained ? Infinity : TOLD_PER_TURN;
    const { goodbyes: removed, announcements } = this.toTell.take(room);
    if (this.toTell.size > 0) this.#urgentSince = now;
    const goodbyes = removed.filter((record) => this.#zone.own(record) === undefined);
    for (const answer of announcements) markToldAll(answer, now);
    const responses = this.#permitted(now, goodbyes.length + announcements.length > 0);
    const answers = [...goodbyes, ...recordsOf(announcements), ...recordsOf(responses)];
    if (answers.length === 0) return undefined;
    const rested = (answer: Answer): boolean => answer.lastMulticast + MULTICAST_GAP_MS <= now;
    const additionals = additionalsTo(this.#zone, responses, rested, MAX_GROUP_ADDITIONALS);
    this.#additionals.clear();
    for (const answer of additionals) {
      this.#additionals.set(answer, answer.lastMulticast);
      answer.lastMulticast = now;
    }
    return { to: 'group', id: 0, questions: [], answers, additionals: recordsOf(additionals), legacy: false };
  }

  /** The answers that the group gets now. An answer may have been sent as an additional since it was planned. */
  #permitted(now: number, leaving: boolean): readonly Answer[] {
    const permitted: Answer[] = [];
    for (const [answer, demand] of this.#schedule.take(now, leaving)) {
      if (answer.lastHeardByAll >= demand.askedAt) continue;
      if (answer.lastMulticast + demand.gap > now) {
        this.#multicast(answer, demand, now, undefined);
        continue;
      }
      markToldAll(answer, now);
      permitted.push(answer);
    }
    return permitted;
  }

  /** The answers that a querier has not received by multicast and is not about to. */
  #stillWanted({ answers, delayed }: Reply): Answer[] {
    const wanted: Answer[] = [];
    for (const [answer, askedAt] of answers) {
      if (answer.records.length === 0 || answer.lastHeardByAll >= askedAt) continue;
      if (delayed && this.#schedule.join(answer, { askedAt, gap: MULTICAST_GAP_MS })) continue;
      wanted.push(answer);
    }
    return wanted;
  }

  #sharedDelay(): number {
    return uniform(this.#random, SHARED_RESPONSE_MIN_DELAY_MS, SHARED_RESPONSE_MAX_DELAY_MS);
  }

  #truncatedDelay(): number {
    return uniform(this.#random, TRUNCATED_MIN_DELAY_MS, TRUNCATED_MAX_DELAY_MS);
  }
}

function markToldAll(answer: Answer, now: number): void {
  answer.lastMulticast = now;
  answer.lastHeardByAll = now;
}

function uniform(random: () => number, min: number, max: number): number {
  return min + random() * (max - min);
}
