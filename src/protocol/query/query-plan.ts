/**
 * When to ask which of the open questions of a link (RFC 6762 sections 5.2, 5.3, 5.4 and 7.3). Mutable, with one owner,
 * which sends what `due` returns, confirms with `asked` what has left, and calls `due` again at `nextDeadline()`. Times
 * are monotonic milliseconds.
 *
 * A question that is answered when a watcher opens it is not among them until its answer is old (`refresh`) or gone
 * (`unanswered`): a browse of a thousand services has two thousand of these.
 */
import { FIRST_QUERY_GAP_MS, FIRST_QUERY_MAX_DELAY_MS, FIRST_QUERY_MIN_DELAY_MS } from '../constants.js';
import { DeadlineHeap } from '../deadline-heap.js';
import { isMulticastName } from '../multicast-names.js';
import { type Question, type QuestionKey, setKey } from '../record.js';
import { Asking, Round } from './asking.js';
import { DueQuestions, type Room } from './due-questions.js';
import type { QuestionShare } from './question-budget.js';
import { RecentlyAsked } from './recently-asked.js';

/** Milliseconds between two queries for the same question at least, even with the shortest TTLs. */
const MIN_QUERY_GAP = 250;
/**
 * Milliseconds. Another host's query that arrives this soon after ours may have left before it received ours: the two
 * have crossed.
 */
const CROSSING = 100;
/** How often a series may return to its first gap because a query was answered. */
const MAX_RENEWALS = 10;
/** Questions that one call of `due` returns at most, so that neither this host nor the link is blocked for long. */
export const QUESTIONS_PER_TURN = 250;
/** Questions that one call examines when thousands fall due at once; the others follow immediately. */
export const TAKEN_PER_TURN = 2_000;

export class QueryPlan {
  readonly #random: () => number;
  readonly #questions = new Map<string, Asking>();
  readonly #heap = new DeadlineHeap<Asking>();
  readonly #due = new DueQuestions();
  readonly #recent = new RecentlyAsked(MIN_QUERY_GAP);
  /** Questions whose first query is not due yet, in the order in which they were opened. */
  readonly #starting = new Set<Asking>();
  #startAt = -Infinity;

  constructor(options: { readonly random: () => number }) {
    this.#random = options.random;
  }

  /** The number of questions. */
  get size(): number {
    return this.#questions.size;
  }

  /** The total number of questions that had to wait for room in the budget. */
  get deferred(): number {
    return this.#due.deferred;
  }

  /** When to call `due` next, ms; Infinity for never. */
  nextDeadline(): number {
    return Math.min(this.#heap.next, this.#due.next);
  }

  /**
   * Begins the series of a question. `unicastResponse`: the first query accepts unicast responses, as it may right
   * after the link has come up (RFC 6762 section 5.4). No effect on a question that is already open, nor on one outside
   * Multicast DNS: records at `example.com` that a peer sends are cached, but never queried (RFC 6762 section 3).
   * `source`: the host that mentioned the name, if any.
   * `insistent`: the second query accepts unicast responses, too.
   */
  open(
    question: Question,
    now: number,
    options: { readonly unicastResponse: boolean; readonly source?: string | undefined; readonly insistent?: boolean },
  ): void {
    if (!isMulticastName(question.name)) return;
    const asking = this.#asking(question);
    if (asking.open) return;
    this.#open(asking, options.source);
    asking.insistent = options.insistent ?? false;
    asking.question = question;
    this.#begin(asking, now, options.unicastResponse);
  }

  close(question: QuestionKey): void {
    const asking = this.#questions.get(setKey(question));
    if (asking !== undefined) this.#forget(asking);
  }

  /**
   * Call when a unique answer or a denial was received: the series ends (RFC 6762 section 5.2). The question stays
   * open; from now on the cache decides when to ask.
   */
  answered(question: QuestionKey, now: number): void {
    const asking = this.#questions.get(setKey(question));
    if (!asking?.open) return;
    asking.lives = true;
    this.answeredBy(asking.source);
    this.#repeatRound(asking.round, now);
    asking.seriesAt = Infinity;
    asking.refreshAt = Infinity;
    asking.unicastResponse = false;
    this.#starting.delete(asking);
    this.#arm(asking);
  }

  /**
   * Call when an answer was received that may not be the only one, such as a PTR record of a service type (RFC 6762
   * section 5.2): the series continues. `announced`: it came unasked, so it does not show that answers to our query
   * were lost.
   */
  found(questions: readonly QuestionKey[], now: number, announced = false): void {
    for (const question of questions) {
      const asking = this.#questions.get(setKey(question));
      if (!asking?.open) continue;
      asking.lives = true;
      if (!announced) this.#repeatRound(asking.round, now);
    }
  }

  /**
   * Call when a host has appeared that can answer these questions: a series that waits longer than a first gap starts
   * again, at the earliest one second after the last query.
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

  /** Call when a source has answered a question that was not asked: what else it can answer is worth asking. */
  answeredBy(source: string | undefined): void {
    this.#due.answered(source);
  }

  /**
   * Call when the answers to these questions, which are open, are gone: their series start, or start again.
   *
   * @param sources for each, the source that mentioned its name, if known
   */
  unanswered(questions: readonly Question[], now: number, sources: readonly (string | undefined)[] = []): void {
    for (const [i, question] of questions.entries()) {
      if (!isMulticastName(question.name)) continue;
      const asking = this.#asking(question);
      if (!asking.open) {
        this.#open(asking, sources[i]);
        asking.lives = true;
      }
      if (asking.seriesAt === Infinity) this.#begin(asking, now, false);
    }
  }

  /**
   * Asks these questions once, now, to refresh records that are about to expire or to reconfirm doubted ones. They need
   * not be open. Joins a first query that is about to leave; keeps `MIN_QUERY_GAP` after the last query.
   */
  refresh(questions: readonly Question[], now: number): void {
    for (const question of questions) {
      if (!isMulticastName(question.name)) continue;
      const asking = this.#asking(question);
      if (this.#starting.has(asking)) continue;
      asking.refreshAt = Math.max(now, asking.askedAt + MIN_QUERY_GAP);
      if (question.unicastResponse) asking.unicastResponse = true;
      this.#arm(asking);
    }
  }

  /**
   * Call when another host has just asked these questions and its query will bring all answers that ours would (RFC
   * 6762 section 7.3): it counts as ours if ours was due next. It does not replace a QU question.
   *
   * Our next query then waits for a random delay like a first one, and also if the two queries have crossed on the
   * wire. Without that both hosts would stay in step and ask at the same time.
   */
  duplicated(questions: readonly QuestionKey[], now: number): void {
    const delay = this.#randomDelay();
    for (const question of questions) {
      const asking = this.#questions.get(setKey(question));
      if (asking?.unicastResponse) continue;
      if (!asking?.open) {
        this.#askedOnce(question, now);
        continue;
      }
      asking.refreshAt = Infinity;
      const crossed = asking.inStep && now - asking.askedAt <= CROSSING;
      if (crossed || this.#count(asking, now)) asking.putOff(delay);
      this.#arm(asking);
    }
  }

  /**
   * Restarts the series of every open question: the link has come up again, or the host has woken (RFC 6762 section
   * 5.4).
   */
  reopen(now: number, options: { readonly unicastResponse: boolean }): void {
    this.#due.endOffer(now, false);
    for (const asking of this.#questions.values()) if (asking.open) this.#begin(asking, now, options.unicastResponse);
  }

  /**
   * The questions to send now, as if in one packet (RFC 6762 section 5.3), the most useful first: those that are due
   * and have room, and those whose first query may leave as well. At most `QUESTIONS_PER_TURN`. Call `asked`
   * afterwards.
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

  /** The kind of a question that `due` has returned. */
  shareOf(question: QuestionKey): QuestionShare {
    return this.#questions.get(setKey(question))?.share ?? 'fresh';
  }

  /**
   * Confirms which of the questions that `due` returned have left. `refused`: there was no room for the others, which
   * wait.
   */
  asked(questions: readonly QuestionKey[], now: number, refused = false): void {
    const round = new Round(now);
    for (const question of questions) {
      const asking = this.#questions.get(setKey(question));
      if (asking === undefined) continue;
      asking.unicastResponse = asking.insistent && asking.isFirst;
      asking.refreshAt = Infinity;
      this.#count(asking, now);
      if (asking.open) {
        asking.round = round;
        round.members.push(asking);
        this.#arm(asking);
      } else this.#askedOnce(question, now);
    }
    this.#due.endOffer(now, refused);
  }

  toJSON(): { size: number; nextDeadline: number } {
    return { size: this.size, nextDeadline: this.nextDeadline() };
  }

  #asking(question: Question): Asking {
    const key = setKey(question);
    let asking = this.#questions.get(key);
    if (asking === undefined) {
      asking = new Asking(question);
      asking.askedAt = this.#recent.timeOf(key);
      this.#questions.set(key, asking);
    }
    return asking;
  }

  #open(asking: Asking, source: string | undefined): void {
    this.#due.delete(asking);
    asking.source = source;
    asking.open = true;
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
    // Re-inserted last: the set is sorted by `begunAt`.
    this.#starting.delete(asking);
    this.#starting.add(asking);
    this.#arm(asking);
  }

  /** Joins a first query that is about to leave, if its delay is within the limits; otherwise draws a random delay. */
  #firstQueryAt(now: number): number {
    if (this.#startAt < now + FIRST_QUERY_MIN_DELAY_MS) this.#startAt = now + this.#randomDelay();
    return this.#startAt;
  }

  #randomDelay(): number {
    const [min, max] = [FIRST_QUERY_MIN_DELAY_MS, FIRST_QUERY_MAX_DELAY_MS];
    return min + (max - min) * this.#random();
  }

  /** Counts a query that has left, or one that counts as ours. @returns whether it was the next one of the series */
  #count(asking: Asking, now: number): boolean {
    const isNext = asking.count(now);
    if (isNext) this.#starting.delete(asking);
    return isNext;
  }

  /**
   * Call when a query was answered: its questions without an answer, or their answers, have probably been lost. They
   * are asked again as after a first query, and continue from there (RFC 6762 section 5.2). Late answers and unasked
   * records make no difference, nor does a query without losses, whose repetition has no new answers.
   */
  #repeatRound(round: Round | undefined, now: number): void {
    if (!round?.bearsFruit(now)) return;
    for (const asking of round.members) {
      if (asking.round !== round || asking.renewals >= MAX_RENEWALS || !asking.renew()) continue;
      this.#arm(asking);
    }
  }

  #arm(asking: Asking): void {
    this.#due.delete(asking);
    this.#heap.set(asking, Math.min(asking.seriesAt, asking.refreshAt));
  }

  /** A question that is not open was asked, by this host or another. */
  #askedOnce(question: QuestionKey, now: number): void {
    this.#recent.note(setKey(question), now);
    this.close(question);
  }

  #forget(asking: Asking): void {
    // It may belong to a round that is not answered yet.
    asking.open = false;
    this.#questions.delete(setKey(asking.question));
    this.#starting.delete(asking);
    this.#due.delete(asking);
    this.#heap.delete(asking);
  }
}
