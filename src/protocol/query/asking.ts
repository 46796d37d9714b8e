/** One question of a query plan, and the questions that have left together. */
import { FIRST_QUERY_GAP_MS } from '../constants.js';
import { Scheduled } from '../deadline-heap.js';
import type { Question } from '../record.js';
import type { QuestionShare } from './question-budget.js';

/** One question. Its deadline is the earlier of `seriesAt` and `refreshAt`. */
export class Asking extends Scheduled {
  /** Somebody has it open. If not, it is asked once, to refresh or reconfirm, and forgotten. */
  open = false;
  /** The host that has told us of the name; undefined for what users of this host want to know. */
  source: string | undefined;
  /** There has been an answer. */
  lives = false;
  /** When the series began. */
  begunAt = 0;
  /** When the next query of the series is due; Infinity once the question is answered. */
  seriesAt = Infinity;
  /** The gap that ends at `seriesAt`; 0 before the first query. */
  gap = 0;
  /** How often the series has gone back to its first gap. */
  renewals = 0;
  /** When to ask for another reason than the series; Infinity for never. */
  refreshAt = Infinity;
  /** When the last query left, or one of another host that counts as ours. */
  askedAt = -Infinity;
  /** The questions that left with it the last time. */
  round: Round | undefined;
  /** The last query was one of the series, and nothing has put off the next since: who asked with us will ask with us again. */
  inStep = false;
  /** The next query, the first of the series, welcomes unicast responses. */
  unicastResponse = false;
  /** What kind of question it was when it last fell due. */
  share: QuestionShare = 'fresh';
  /** It has fallen due and had to wait for the budget. */
  held = false;

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

  /** Goes back to the first gap of the series, counted from the last query. Returns whether that makes a difference. */
  renew(): boolean {
    const next = this.askedAt + FIRST_QUERY_GAP_MS;
    if (!this.open || this.isFirst || this.seriesAt === Infinity || this.seriesAt <= next) return false;
    this.renewals += 1;
    this.gap = FIRST_QUERY_GAP_MS;
    this.seriesAt = next;
    return true;
  }
}

/** Questions that left in the same moment. */
export class Round {
  readonly members: Asking[] = [];
  /** One of them was answered. */
  fruitful = false;

  constructor(readonly leftAt: number) {}
}
