/**
 * When to ask which of the open questions of a link (RFC 6762 sections 5.2, 5.3, 5.4 and 7.3). Mutable, with one owner, who
 * sends what `due` returns and asks it again at `nextDeadline()`. Times are monotonic milliseconds.
 */
import { DeadlineHeap, Scheduled } from '../deadline-heap.js';
import { isMulticastName } from '../multicast-names.js';
import { type Question, type QuestionKey, setKey } from '../record.js';

/** Milliseconds from opening a question to its first query, uniform at random (RFC 6762 section 5.2). */
export const FIRST_QUERY_DELAY = { min: 20, max: 120 } as const;
/** Milliseconds from the first query of a series to the second; every gap after that is twice the one before (section 5.2). */
export const FIRST_QUERY_GAP = 1_000;
/** Milliseconds at which the gaps stop growing (RFC 6762 section 5.2). */
export const MAX_QUERY_GAP = 3_600_000;
/** Milliseconds between two queries for the same question, whatever the reason: the shortest TTLs do not make us ask faster. */
export const MIN_QUERY_GAP = 250;
/** Milliseconds after our query within which one of another host may have left before ours came there: the two have crossed. */
const CROSSING = 100;
/** Questions that one call of `due` returns, so that neither we nor the link are blocked for long. */
export const QUESTIONS_PER_TURN = 1_000;

/** One question. Its deadline is the earlier of `seriesAt` and `refreshAt`. */
class Asking extends Scheduled {
  /** Somebody has it open. If not, it is asked once, to refresh or reconfirm, and forgotten. */
  open = false;
  /** When the series began. */
  begunAt = 0;
  /** When the next query of the series is due; Infinity once the question is answered. */
  seriesAt = Infinity;
  /** The gap that ends at `seriesAt`; 0 before the first query. */
  gap = 0;
  /** When to ask for another reason than the series; Infinity for never. */
  refreshAt = Infinity;
  /** When the last query left, or one of another host that counts as ours. */
  askedAt = -Infinity;
  /** The last query was one of the series, and nothing has put off the next since: who asked with us will ask with us again. */
  inStep = false;
  /** The next query, the first of the series, welcomes unicast responses. */
  unicastResponse = false;

  constructor(public question: Question) {
    super();
  }

  get isFirst(): boolean {
    return this.gap === 0;
  }

  putOff(delay: number): void {
    this.gap += delay;
    this.seriesAt += delay;
    this.inStep = false;
  }
}

export class QueryPlan {
  readonly #random: () => number;
  readonly #questions = new Map<string, Asking>();
  readonly #heap = new DeadlineHeap<Asking>();
  /** Those whose first query is yet to come, from the one opened first. */
  readonly #starting = new Set<Asking>();
  #startAt = -Infinity;

  constructor(options: { readonly random: () => number }) {
    this.#random = options.random;
  }

  /** Questions. */
  get size(): number {
    return this.#questions.size;
  }

  /** When `due` has something to send next. */
  nextDeadline(): number | undefined {
    return this.#heap.next;
  }

  /**
   * Begins the series of a question. `unicastResponse`: the first query welcomes unicast responses, as it may right after the
   * link came up (RFC 6762 section 5.4). No effect on a question that is open already, nor on one that Multicast DNS is not
   * asked: what the link tells of itself about `example.com` is heard, but nobody is asked for it (RFC 6762 section 3).
   */
  open(question: Question, now: number, options: { readonly unicastResponse: boolean }): void {
    if (!isMulticastName(question.name)) return;
    const asking = this.#asking(question);
    if (asking.open) return;
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
  answered(question: QuestionKey): void {
    const asking = this.#questions.get(setKey(question));
    if (!asking?.open) return;
    asking.seriesAt = Infinity;
    asking.refreshAt = Infinity;
    asking.unicastResponse = false;
    this.#starting.delete(asking);
    this.#arm(asking);
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
    for (const asking of this.#questions.values()) if (asking.open) this.#begin(asking, now, options.unicastResponse);
  }

  /**
   * What to send now, as if in one packet (RFC 6762 section 5.3): the questions that are due, and those whose first query may
   * leave as well. At most `QUESTIONS_PER_TURN`; while there is more, `nextDeadline` is in the past.
   */
  due(now: number): Question[] {
    const questions: Question[] = [];
    while (questions.length < QUESTIONS_PER_TURN) {
      const asking = this.#heap.takeDue(now);
      if (asking === undefined) break;
      questions.push(this.#send(asking, now));
    }
    if (questions.length === 0) return questions;
    for (const asking of this.#starting) {
      if (questions.length >= QUESTIONS_PER_TURN || now - asking.begunAt < FIRST_QUERY_DELAY.min) break;
      questions.push(this.#send(asking, now));
    }
    return questions;
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
    if (this.#startAt < now + FIRST_QUERY_DELAY.min) this.#startAt = now + this.#randomDelay();
    return this.#startAt;
  }

  #randomDelay(): number {
    const { min, max } = FIRST_QUERY_DELAY;
    return min + (max - min) * this.#random();
  }

  #send(asking: Asking, now: number): Question {
    const { unicastResponse } = asking;
    asking.unicastResponse = false;
    asking.refreshAt = Infinity;
    this.#count(asking, now);
    if (asking.open) this.#arm(asking);
    else this.#forget(asking);
    return { ...asking.question, unicastResponse };
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
      asking.gap = asking.isFirst ? FIRST_QUERY_GAP : Math.min(2 * last, MAX_QUERY_GAP);
      asking.seriesAt = now + asking.gap;
      asking.inStep = true;
      this.#starting.delete(asking);
    }
    asking.askedAt = now;
    return isNext;
  }

  #arm(asking: Asking): void {
    this.#heap.set(asking, Math.min(asking.seriesAt, asking.refreshAt));
  }

  #forget(asking: Asking): void {
    this.#questions.delete(setKey(asking.question));
    this.#starting.delete(asking);
    this.#heap.delete(asking);
  }
}
