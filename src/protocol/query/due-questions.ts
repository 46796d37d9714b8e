/**
 * The due questions of a query plan, by priority: all are sent at once while the budget has room for them, otherwise
 * the most useful first. See `question-budget.ts`.
 */
import { POINTER_BYTES, QUESTION_BYTES } from '../wire/format.js';
import type { Asking } from './asking.js';
import { LEAST_PACKET, type QuestionShare } from './question-budget.js';
import { SourceTurns } from './source-turns.js';

/** The most useful first. */
const ORDER: readonly QuestionShare[] = ['living', 'fresh', 'bulk', 'unanswered'];

/** Milliseconds after which deferred questions are tried again: answers to others may have made room. */
const LOOK_AGAIN = 100;
/** Bytes of the shortest question: a pointer, type and class. */
const SHORTEST_QUESTION = POINTER_BYTES + QUESTION_BYTES;
/** Sources with an account; beyond that the one used longest ago is dropped. */
const MAX_SOURCES = 1_024;
/** Questions on account of one source that precede the bulk: before its first answer, and after each answer. */
const FEW = { unknown: 40, living: 100 } as const;

/** The account of a source: the results of questions about names that it has mentioned. */
interface Account {
  /** Whether one of them was answered. */
  readonly lives: boolean;
  /** The number of questions since the last answer. */
  readonly owed: number;
}

/** Bytes that may be sent for a kind of question. */
export type Room = (share: QuestionShare) => number;

export class DueQuestions {
  readonly #queues: Readonly<Record<QuestionShare, SourceTurns<Asking>>> = {
    living: new SourceTurns(),
    fresh: new SourceTurns(),
    bulk: new SourceTurns(),
    unanswered: new SourceTurns(),
  };
  readonly #lookAt = { living: -Infinity, fresh: -Infinity, bulk: -Infinity, unanswered: -Infinity };
  readonly #accounts = new Map<string | undefined, Account>();
  /** Questions added since the last deferral. */
  #arrived: Asking[] = [];
  #offered = false;
  #deferred = 0;

  /** The total number of questions that had to wait for room. */
  get deferred(): number {
    return this.#deferred;
  }

  /** When to call `offer` next; Infinity while an offer is open. */
  get next(): number {
    if (this.#offered) return Infinity;
    return Math.min(...ORDER.map((share) => (this.#queues[share].size > 0 ? this.#lookAt[share] : Infinity)));
  }

  add(asking: Asking, now: number): void {
    asking.share = this.#shareOf(asking, now);
    asking.deferred = false;
    this.#queues[asking.share].add(asking);
    this.#arrived.push(asking);
  }

  delete(asking: Asking): void {
    this.#queues[asking.share].delete(asking);
  }

  /**
   * The most useful questions, as far as there is room. They stay until they are deleted; `endOffer` ends the offer.
   */
  offer(now: number, room: Room, limit: number): Asking[] {
    const offer: Asking[] = [];
    for (const share of ORDER) {
      const queue = this.#queues[share];
      if (queue.size === 0 || now < this.#lookAt[share]) continue;
      const bytes = room(share);
      if (bytes < LEAST_PACKET) this.#defer(share, now);
      else offer.push(...queue.first(Math.min(limit - offer.length, Math.floor(bytes / SHORTEST_QUESTION))));
    }
    this.#offered = offer.length > 0;
    return offer;
  }

  /** Ends the offer. `refused`: there was no room for some of it after all. */
  endOffer(now: number, refused: boolean): void {
    this.#offered = false;
    if (refused) for (const share of ORDER) this.#defer(share, now);
    else if (this.#arrived.length > 0) this.#arrived = this.#arrived.filter((asking) => this.#waits(asking));
  }

  /** Notes that a question on account of this source was answered. */
  answered(source: string | undefined): void {
    this.#note(source, { lives: true, owed: 0 });
  }

  #note(source: string | undefined, account: Account): void {
    this.#accounts.delete(source);
    this.#accounts.set(source, account);
    for (const oldest of this.#accounts.keys()) {
      if (this.#accounts.size <= MAX_SOURCES) break;
      this.#accounts.delete(oldest);
    }
  }

  #defer(share: QuestionShare, now: number): void {
    this.#lookAt[share] = now + LOOK_AGAIN;
    const others: Asking[] = [];
    for (const asking of this.#arrived) {
      if (!this.#waits(asking)) continue;
      if (asking.share !== share) others.push(asking);
      else if (!asking.deferred) {
        asking.deferred = true;
        this.#deferred += 1;
      }
    }
    this.#arrived = others;
  }

  #waits(asking: Asking): boolean {
    return this.#queues[asking.share].has(asking);
  }

  #shareOf(asking: Asking, now: number): QuestionShare {
    const { source } = asking;
    if (asking.lives || asking.refreshAt <= now) return 'living';
    const { lives, owed } = this.#accounts.get(source) ?? { lives: false, owed: 0 };
    this.#note(source, { lives, owed: owed + 1 });
    if (lives && owed < FEW.living) return 'living';
    if (owed < FEW.unknown) return 'fresh';
    return asking.isFirst ? 'bulk' : 'unanswered';
  }
}
