/** One question of a query plan, and the questions that were sent together. */
import { FIRST_QUERY_GAP_MS, MAX_QUERY_GAP_MS } from '../constants.js';
import { Scheduled } from '../deadline-heap.js';
import type { Question } from '../record.js';
import type { QuestionShare } from './question-budget.js';

/** Milliseconds after a query in which records count as answers to it. */
const ROUND_TIME = 1_000;

/** One question. Its deadline is the earlier of `seriesAt` and `refreshAt`. */
export class Asking extends Scheduled {
  /** Whether it has a series. If not, it is asked once, to refresh or reconfirm, and forgotten. */
  open = false;
  /** The host that has mentioned the name; undefined for questions of this host's users. */
  source: string | undefined;
  /** Whether there has been an answer. */
  lives = false;
  /** When the series began. */
  begunAt = 0;
  /** When the next query of the series is due; Infinity once the question is answered. */
  seriesAt = Infinity;
  /** The gap that ends at `seriesAt`; 0 before the first query. */
  gap = 0;
  /** How often the series has returned to its first gap. */
  renewals = 0;
  /** When to ask for another reason than the series; Infinity for never. */
  refreshAt = Infinity;
  /** When the last query left, or one of another host that counts as ours. */
  askedAt = -Infinity;
  /** The questions that were last sent with it. */
  round: Round | undefined;
  /**
   * Whether the last query was one of the series and the next has not been postponed since: a host that asked at the
   * same time would ask at the same time again.
   */
  inStep = false;
  /** Whether the next query accepts unicast responses: the first of a series, or the last before a record expires. */
  unicastResponse = false;
  /**
   * Whether the second query accepts unicast responses as well: a client waits for the answer, and where an access
   * point drops multicast, only a unicast one arrives (RFC 6762 section 5.4).
   */
  insistent = false;
  /** Its kind when it last fell due. */
  share: QuestionShare = 'fresh';
  /** Whether it is due but waits for the budget. */
  deferred = false;

  constructor(public question: Question) {
    super();
  }

  get isFirst(): boolean {
    return this.gap === 0;
  }

  /**
   * Counts a query that has left, or one that counts as ours. It is the next one of the series if that is due, or in
   * the second half of the gap. The new gap is twice the real length of the last one, so that a late query does not
   * shorten it. @returns whether it was the next one
   */
  count(now: number): boolean {
    const isNext = this.seriesAt !== Infinity && (this.isFirst || this.seriesAt - now <= this.gap / 2);
    if (isNext) {
      const last = Math.max(this.gap, now - this.askedAt);
      this.gap = this.isFirst ? FIRST_QUERY_GAP_MS : Math.min(2 * last, MAX_QUERY_GAP_MS);
      this.seriesAt = now + this.gap;
      this.inStep = true;
    }
    this.askedAt = now;
    return isNext;
  }

  putOff(delay: number): void {
    this.gap += delay;
    this.seriesAt += delay;
    this.inStep = false;
  }

  /** Returns to the first gap of the series, counted from the last query. @returns whether that makes a difference */
  renew(): boolean {
    const next = this.askedAt + FIRST_QUERY_GAP_MS;
    if (!this.open || this.isFirst || this.seriesAt === Infinity || this.seriesAt <= next) return false;
    this.renewals += 1;
    this.gap = FIRST_QUERY_GAP_MS;
    this.seriesAt = next;
    return true;
  }
}

/** Questions that were sent at the same time. */
export class Round {
  readonly members: Asking[] = [];
  /** Whether one of them was answered. */
  fruitful = false;

  constructor(readonly leftAt: number) {}

  /** Call when one was answered. @returns whether that is the first answer, and may be one to this query */
  bearsFruit(now: number): boolean {
    if (this.fruitful || now - this.leftAt > ROUND_TIME) return false;
    this.fruitful = true;
    return true;
  }
}
