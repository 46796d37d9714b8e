import { isConclusive } from '../cache/knowledge.js';
import type { QuestionKey } from '../record.js';
import type { QuestionType } from '../types.js';
import { isAnswered, type Watches } from './open-questions.js';
import { Waiting } from './wait.js';

/** How long other links and families may add to the first answer. */
export const ANSWER_WAIT_MS = 100;
/**
 * The same for what many hosts may answer. A first answer out of the cache says nothing of them: our query leaves within 120
 * ms, answers to it within 120 ms more, and up to 500 ms later when they are held back for others (RFC 6762 sections 5.2, 6
 * and 6.4).
 */
export const SHARED_ANSWER_WAIT_MS = 750;

/** Where a question stands. Every part of it is asked on every link, and one link's answer will do. */
export interface Standing {
  /** Every type is answered or denied on some link. */
  readonly complete: boolean;
  /** Nothing more is to be waited for: every link has answered everything, or has had its time since the first answer. */
  readonly settled: boolean;
  /** Every link has answered everything, and nobody else can. */
  readonly exhausted: boolean;
}

/** Judges when a one-shot question is answered as well as it will be. */
export class Verdict {
  readonly #types: readonly QuestionType[];
  readonly #watches: Watches<unknown>;
  readonly #isShared: boolean;
  readonly #wait: Waiting<Verdict>;

  constructor(questions: readonly QuestionKey[], watches: Watches<unknown>) {
    this.#types = questions.map(({ type }) => type);
    this.#watches = watches;
    this.#isShared = questions.some((question) => !isConclusive(question));
    this.#wait = new Waiting(this.#isShared ? SHARED_ANSWER_WAIT_MS : ANSWER_WAIT_MS);
  }

  judge(now: number): Standing {
    const answered = new Set<QuestionType>();
    let exhausted = !this.#isShared;
    for (const watch of this.#watches.all()) {
      if (isAnswered(watch)) answered.add(watch.question.type);
      else exhausted = false;
    }
    if (answered.size === 0) {
      this.#wait.stop(this);
      return { complete: false, settled: false, exhausted: false };
    }
    const settled = this.#wait.isOver(this, now) || exhausted;
    return { complete: this.#types.every((type) => answered.has(type)), settled, exhausted };
  }

  /** When the first answer has had its time. */
  nextDeadline(): number | undefined {
    return this.#wait.nextDeadline();
  }
}
