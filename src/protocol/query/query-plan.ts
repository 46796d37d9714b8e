/**
 * When to ask which of the open questions of a link (RFC 6762 sections 5.2, 5.3, 5.4 and 7.3). Mutable, with one owner, who
 * sends what `due` returns, says with `asked` what has left, and asks it again at `nextDeadline()`. Times are monotonic
 * milliseconds.
 */
import {
  FIRST_QUERY_GAP_MS,
  FIRST_QUERY_MAX_DELAY_MS,
  FIRST_QUERY_MIN_DELAY_MS,
  MAX_QUERY_GAP_MS,
} from '../constants.js';
import { DeadlineHeap } from '../deadline-heap.js';
import { isMulticastName } from '../multicast-names.js';
import { type Question, type QuestionKey, setKey } from '../record.js';
import { Asking, Round } from './asking.js';
import { DueQuestions, type Room } from './due-questions.js';
import type { QuestionShare } from './question-budget.js';

/** Milliseconds between two queries for the same question, whatever the reason: the shortest TTLs do not make us ask faster. */
export const MIN_QUERY_GAP = 250;
/** Milliseconds after our query within which one of another host may have left before ours came there: the two have crossed. */
const CROSSING = 100;
/** Milliseconds after a query in which what is heard may be an answer to it. */
const ROUND_TIME = 1_000;
/** How often a series goes back to its first gap because a query was fruitful. */
const MAX_RENEWALS = 10;
/** Questions that one call of `due` returns, so that neither we nor the link are blocked for long. */
export const QUESTIONS_PER_TURN = 250;
/** Questions that are looked at when thousands fall due at once; the others follow right away. */
export const TAKEN_PER_TURN = 2_000;

export class QueryPlan {
  readonly #random: () => number;
  readonly #questions = new Map<string, Asking>();
  readonly #heap = new DeadlineHeap<Asking>();
  readonly #due = new DueQuestions();
  /** Those whose first query is not due yet, from the one opened first. */
  readonly #starting = new Set<Asking>();
  #startAt = -Infinity;

  constructor(options: { readonly random: () => number }) {
    this.#random = options.random;
  }

  /** Questions. */
  get size(): number {
    return this.#questions.size;
  }

  /** How many had to wait for room, in all. */
  get held(): number {
    return this.#due.held;
  }

  /** When `due` has something to send next. */
  nextDeadline(): number | undefined {
    const next = Math.min(this.#heap.next ?? Infinity, this.#due.next);
    return next === Infinity ? undefined : next;
  }

  /**
   * Begins the series of a question. `unicastResponse`: the first query welcomes unicast responses, as it may right after the
   * link came up (RFC 6762 section 5.4). No effect on a question that is open already, nor on one that Multicast DNS is not
   * asked: what the link tells of itself about `example.com` is heard, but nobody is asked for it (RFC 6762 section 3).
   * `source`: the host that told us of the name, if any did.
   */
  open(
    question: Question,
    now: number,
    options: { readonly unicastResponse: boolean; readonly source?: string | undefined },
  ): void {
    if (!isMulticastName(question.name)) return;
    const asking = this.#asking(question);
    if (asking.open) return;
    this.#due.delete(asking);
    asking.source = options.source;
    asking.open = true;
    asking.question = question;
    this.#begin(asking, now, options.unicastResponse);
  }

  close(question: QuestionKey): void {
    const asking = this.#questions.get(setKey(question));
    if (asking !== undefined) this.#forget(asking);
  }

  /**
   * A unique answer or a denial was heard: the series ends (RFC 6762 section 5.2). The question stays open; from now on the
   * cache says when to ask.
   */
  answered(question: QuestionKey, now: number): void {
    const asking = this.#questions.get(setKey(question));
    if (!asking?.open) return;
    asking.lives = true;
    this.#due.answered(asking.source);
    this.#repeatRound(asking.round, now);
    asking.seriesAt = Infinity;
    asking.refreshAt = Infinity;
    asking.unicastResponse = false;
    this.#starting.delete(asking);
    this.#arm(asking);
  }

  /**
   * An answer was heard that may not be the only one, such as a PTR record of a service type (RFC 6762 section 5.2): the series
   * goes on.
   */
  found(questions: readonly QuestionKey[], now: number): void {
    for (const question of questions) {
      const asking = this.#questions.get(setKey(question));
      if (!asking?.open) continue;
      asking.lives = true;
      this.#repeatRound(asking.round, now);
    }
  }

  /**
   * There is a host to answer these: where the series waits for longer than a first one would, it begins anew, one second after
   * the last query at the earliest.
   */
  mentioned(questions: readonly QuestionKey[], now: number): void {
    for (const question of questions) {
      const asking = this.#questions.get(setKey(question));
      if (!asking?.open || asking.isFirst || asking.renewals >= MAX_RENEWALS) continue;
      const next = Math.max(this.#firstQueryAt(now), asking.askedAt + FIRST_QUERY_GAP_MS);
      if (asking.seriesAt === Infinity || asking.seriesAt <= next) continue;
      asking.renewals += 1;
      asking.gap = 0;
      asking.seriesAt = next;
      this.#arm(asking);
    }
  }

  /** The answers of these questions are gone: where the series had ended it begins anew. */
  unanswered(questions: readonly QuestionKey[], now: number): void {
    for (const question of questions) {
      const asking = this.#questions.get(setKey(question));
      if (asking?.open && asking.seriesAt === Infinity) this.#begin(asking, now, false);
    }
  }

  /**
   * Asks these questions once, now: to refresh what is about to expire, or to reconfirm what is in doubt. They need not be open.
   * Joins a first query that is about to leave anyhow; keeps `MIN_QUERY_GAP` from the last query.
   */
  refresh(questions: readonly Question[], now: number): void {
    for (const question of questions) {
      if (!isMulticastName(question.name)) continue;
      const asking = this.#asking(question);
      if (this.#starting.has(asking)) continue;
      asking.refreshAt = Math.max(now, asking.askedAt + MIN_QUERY_GAP);
      this.#arm(asking);
    }
  }

  /**
   * Another host has just asked these questions, in such a way that its query brings us all that ours would (RFC 6762 section
   * 7.3): it counts as ours if ours was next. It does not replace a QU question.
   *
   * Our next query then waits as a first one does, and so it does when the two have crossed on the wire. Without that both
   * hosts would go on in step, and ask at the same time.
   */
  duplicated(questions: readonly QuestionKey[], now: number): void {
    const delay = this.#randomDelay();
    for (const question of questions) {
      const asking = this.#questions.get(setKey(question));
      if (!asking?.open || asking.unicastResponse) continue;
      asking.refreshAt = Infinity;
      const crossed = asking.inStep && now - asking.askedAt <= CROSSING;
      if (crossed || this.#count(asking, now)) asking.putOff(delay);
      this.#arm(asking);
    }
  }

  /** The link came up again, or the host woke: the series of every open question begins anew (RFC 6762 section 5.4). */
  reopen(now: number, options: { readonly unicastResponse: boolean }): void {
    this.#due.settle(now, false);
    for (const asking of this.#questions.values()) if (asking.open) this.#begin(asking, now, options.unicastResponse);
  }

  /**
   * What to send now, as if in one packet (RFC 6762 section 5.3), the best first: the questions that are due and have room, and
   * those whose first query may leave as well. At most `QUESTIONS_PER_TURN`. `asked` has to follow.
   */
  due(now: number, room: Room = () => Infinity): Question[] {
    for (let taken = 0; taken < TAKEN_PER_TURN; taken++) {
      const asking = this.#heap.takeDue(now);
      if (asking === undefined) break;
      this.#starting.delete(asking);
      this.#due.add(asking, now);
    }
    const offer = this.#due.offer(now, room, QUESTIONS_PER_TURN);
    if (offer.length > 0) {
      for (const asking of this.#starting) {
        if (offer.length >= QUESTIONS_PER_TURN || now - asking.begunAt < FIRST_QUERY_MIN_DELAY_MS) break;
        offer.push(asking);
      }
    }
    return offer.map(({ question: { name, type, class: rrclass }, unicastResponse }) => ({
      name,
      type,
      class: rrclass,
      unicastResponse,
    }));
  }

  /** What kind of question it is, for one that `due` has returned. */
  shareOf(question: QuestionKey): QuestionShare {
    return this.#questions.get(setKey(question))?.share ?? 'fresh';
  }

  /** These have left, of those that `due` returned. `refused`: there was no room for the others, which wait for some. */
  asked(questions: readonly QuestionKey[], now: number, refused = false): void {
    const round = new Round(now);
    for (const question of questions) {
      const asking = this.#questions.get(setKey(question));
      if (asking === undefined) continue;
      asking.unicastResponse = false;
      asking.refreshAt = Infinity;
      this.#count(asking, now);
      if (asking.open) {
        asking.round = round;
        round.members.push(asking);
        this.#arm(asking);
      } else this.#forget(asking);
    }
    this.#due.settle(now, refused);
  }

  toJSON(): { size: number; nextDeadline: number | undefined } {
    return { size: this.size, nextDeadline: this.nextDeadline() };
  }

  #asking(question: Question): Asking {
    const key = setKey(question);
    let asking = this.#questions.get(key);
    if (asking === undefined) {
      asking = new Asking(question);
      this.#questions.set(key, asking);
    }
    return asking;
  }

  #begin(asking: Asking, now: number, unicastResponse: boolean): void {
    asking.begunAt = now;
    asking.gap = 0;
    asking.renewals = 0;
    asking.round = undefined;
    asking.inStep = false;
    asking.unicastResponse = unicastResponse;
    asking.refreshAt = Infinity;
    asking.seriesAt = this.#firstQueryAt(now);
    // Last in order: the set is sorted by `begunAt`.
    this.#starting.delete(asking);
    this.#starting.add(asking);
    this.#arm(asking);
  }

  /** Joins a first query that is still to come, if the delay until then is as it should be; else draws one. */
  #firstQueryAt(now: number): number {
    if (this.#startAt < now + FIRST_QUERY_MIN_DELAY_MS) this.#startAt = now + this.#randomDelay();
    return this.#startAt;
  }

  #randomDelay(): number {
    const [min, max] = [FIRST_QUERY_MIN_DELAY_MS, FIRST_QUERY_MAX_DELAY_MS];
    return min + (max - min) * this.#random();
  }

  /**
   * A query has left, or one that counts as ours. It is the series' next one if that is due, or would be before long: in the
   * second half of the gap. The new gap is twice what the last one has really been, so that a late query does not squeeze it.
   * Returns whether it was the next one.
   */
  #count(asking: Asking, now: number): boolean {
    const isNext = asking.seriesAt !== Infinity && (asking.isFirst || asking.seriesAt - now <= asking.gap / 2);
    if (isNext) {
      const last = Math.max(asking.gap, now - asking.askedAt);
      asking.gap = asking.isFirst ? FIRST_QUERY_GAP_MS : Math.min(2 * last, MAX_QUERY_GAP_MS);
      asking.seriesAt = now + asking.gap;
      asking.inStep = true;
      this.#starting.delete(asking);
    }
    asking.askedAt = now;
    return isNext;
  }

  /**
   * A query has brought an answer: those of its questions that had none have probably been lost on the way, or their answers.
   * They are asked again as after a first query, and go on from there (RFC 6762 section 5.2). What answers late, or was not asked,
   * makes no difference; nor does a query without losses, of which the second one brings nothing new.
   */
  #repeatRound(round: Round | undefined, now: number): void {
    if (round === undefined || round.fruitful || now - round.leftAt > ROUND_TIME) return;
    round.fruitful = true;
    for (const asking of round.members) {
      if (asking.round !== round || asking.renewals >= MAX_RENEWALS || !asking.renew()) continue;
      this.#arm(asking);
    }
  }

  #arm(asking: Asking): void {
    this.#due.delete(asking);
    this.#heap.set(asking, Math.min(asking.seriesAt, asking.refreshAt));
  }

  #forget(asking: Asking): void {
    // It may be a member of a round that has yet to bear fruit.
    asking.open = false;
    this.#questions.delete(setKey(asking.question));
    this.#starting.delete(asking);
    this.#due.delete(asking);
    this.#heap.delete(asking);
  }
}
