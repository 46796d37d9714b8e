import { isConclusive } from '../cache/answers.js';
import type { QuestionKey } from '../record.js';
import type { QuestionType } from '../types.js';
import { isAlias, isAnswered, type OpenQuestions } from './open-questions.js';
import { Waits } from './wait.js';

/** Milliseconds for which other links and families may add to the first answer. */
export const ANSWER_WAIT_MS = 100;
/**
 * The same for questions that many hosts may answer. A first answer from the cache says nothing about them: our query
 * leaves within 120 ms, their answers within another 120 ms, and up to 500 ms later with aggregation (RFC 6762 sections
 * 5.2, 6 and 6.4). Our choice is the sum.
 */
export const SHARED_ANSWER_WAIT_MS = 750;

/** How completely a question is answered. Each type is asked on every link, and one link's answer suffices. */
export interface Standing {
  /** Every type is answered or denied on some link. */
  readonly complete: boolean;
  /** No more answers are awaited: every link has answered everything, or the time since the first answer is over. */
  readonly final: boolean;
  /** Every link has answered everything, and no other host can answer. */
  readonly exhausted: boolean;
}

/** Decides when a one-shot question is answered as well as it will be. */
export class Completeness {
  readonly #types: readonly QuestionType[];
  readonly #open: OpenQuestions<unknown>;
  readonly #isShared: boolean;
  readonly #wait: Waits<Completeness>;

  constructor(questions: readonly QuestionKey[], open: OpenQuestions<unknown>) {
    this.#types = questions.map(({ type }) => type);
    this.#open = open;
    this.#isShared = questions.some((question) => !isConclusive(question));
    this.#wait = new Waits(this.#isShared ? SHARED_ANSWER_WAIT_MS : ANSWER_WAIT_MS);
  }

  assess(now: number): Standing {
    const answered = new Set<QuestionType>();
    let exhausted = !this.#isShared;
    for (const open of this.#open.all()) {
      if (isAnswered(open)) answered.add(open.question.type);
      else if (!isAlias(open)) exhausted = false;
    }
    if (answered.size === 0) {
      this.#wait.stop(this);
      return { complete: false, final: false, exhausted: false };
    }
    const final = this.#wait.isOver(this, now) || exhausted;
    return { complete: this.#types.every((type) => answered.has(type)), final, exhausted };
  }

  /** When the time to wait after the first answer is over; Infinity for never. */
  nextDeadline(): number {
    return this.#wait.nextDeadline();
  }
}
