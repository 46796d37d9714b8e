/**
 * The questions of a query plan that have fallen due, by what it is worth to ask them: all leave at once while the budget has
 * room for them, else the best first. See `question-budget.ts`.
 */
import type { Asking } from './asking.js';
import { LEAST_PACKET, type QuestionShare } from './question-budget.js';
import { FairQueue } from './source-turns.js';

/** From the best. */
const ORDER: readonly QuestionShare[] = ['living', 'fresh', 'bulk', 'unanswered'];

/** Milliseconds after which those that have no room look again: answers to others may have made some. */
export const LOOK_AGAIN = 100;
/** Bytes of the shortest question: a pointer, type and class. */
const SHORTEST_QUESTION = 6;
/** Sources of which is known whether they answer; the one that came up longest ago makes room. */
const MAX_SOURCES = 1_024;
/** Questions on account of one source that go before the bulk: before it has answered any, and after each answer. */
const FEW = { unknown: 40, living: 100 } as const;

/** What became of the questions about names that a source has told us of. */
interface Account {
  /** One was answered. */
  readonly lives: boolean;
  /** How many have come up since. */
  readonly owed: number;
}

/** Bytes that may be sent for the sake of a kind of question. */
export type Room = (share: QuestionShare) => number;

export class DueQuestions {
  readonly #queues: Readonly<Record<QuestionShare, FairQueue<Asking>>> = {
    living: new FairQueue(),
    fresh: new FairQueue(),
    bulk: new FairQueue(),
    unanswered: new FairQueue(),
  };
  readonly #lookAt = { living: -Infinity, fresh: -Infinity, bulk: -Infinity, unanswered: -Infinity };
  readonly #accounts = new Map<string | undefined, Account>();
  /** What was added since somebody was last held back. */
  #arrived: Asking[] = [];
  #offered = false;
  #held = 0;

  /** Questions that had to wait, in all. */
  get held(): number {
    return this.#held;
  }

  /** When to look next; while an offer is open, that is up to whoever took it. */
  get next(): number {
    if (this.#offered) return Infinity;
    return Math.min(...ORDER.map((share) => (this.#queues[share].size > 0 ? this.#lookAt[share] : Infinity)));
  }

  add(asking: Asking, now: number): void {
    asking.share = this.#shareOf(asking, now);
    asking.held = false;
    this.#queues[asking.share].add(asking);
    this.#arrived.push(asking);
  }

  delete(asking: Asking): void {
    this.#queues[asking.share].delete(asking);
  }

  /** The best, for which there is room. They stay until they are deleted, and `settle` ends the offer. */
  offer(now: number, room: Room, limit: number): Asking[] {
    const offer: Asking[] = [];
    for (const share of ORDER) {
      const queue = this.#queues[share];
      if (queue.size === 0 || now < this.#lookAt[share]) continue;
      const bytes = room(share);
      if (bytes < LEAST_PACKET) this.#hold(share, now);
      else offer.push(...queue.first(Math.min(limit - offer.length, Math.floor(bytes / SHORTEST_QUESTION))));
    }
    this.#offered = offer.length > 0;
    return offer;
  }

  /** The offer is over. `refused`: some of it found no room after all. */
  settle(now: number, refused: boolean): void {
    this.#offered = false;
    if (refused) for (const share of ORDER) this.#hold(share, now);
    else if (this.#arrived.length > 0) this.#arrived = this.#arrived.filter((asking) => this.#waits(asking));
  }

  /** A question on account of this source was answered. */
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

  #hold(share: QuestionShare, now: number): void {
    this.#lookAt[share] = now + LOOK_AGAIN;
    const others: Asking[] = [];
    for (const asking of this.#arrived) {
      if (!this.#waits(asking)) continue;
      if (asking.share !== share) others.push(asking);
      else if (!asking.held) {
        asking.held = true;
        this.#held += 1;
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
