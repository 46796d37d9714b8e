/** Which answers go to a single querier, and when (RFC 6762 sections 5.4 and 5.5). */

import { DeadlineHeap, Scheduled } from '../deadline-heap.js';
import type { Peer } from './asker.js';
import type { Answer } from './zone.js';

/** Queriers that can wait for a unicast reply at the same time. */
export const MAX_UNICAST_REPLIES = 512;

/** The answers for one querier, sent at the deadline. */
export class Reply extends Scheduled {
  /**
   * Each answer with the time of its question, ms: it is not sent if it was multicast since then. Infinity: it is sent
   * in any case.
   */
  readonly answers = new Map<Answer, number>();

  constructor(
    readonly to: Peer,
    /** Whether it has a random delay. */
    readonly delayed: boolean,
  ) {
    super();
  }
}

/** Replies that wait to be sent, one per querier and kind of delay. */
export class UnicastReplies {
  /** By address. The port need not be in the key: a querier on another port than 5353 gets a legacy reply. */
  readonly #delayed = new Map<string, Reply>();
  readonly #deadlines = new DeadlineHeap<Reply>();
  /** Those without a delay leave in the order in which they came: most answers are such, and need no deadlines. */
  readonly #prompt = new Map<string, Reply>();
  /** When the first of these is due, ms; Infinity for never. */
  #promptAt = Infinity;

  /** Whether a reply to this querier is pending, so that another answer needs no packet of its own. */
  isWaiting(to: Peer, delayed: boolean): boolean {
    return (delayed ? this.#delayed : this.#prompt).has(to.address);
  }

  /** @returns false if too many are waiting */
  add(to: Peer, answer: Answer, askedAt: number, due: number, delayed: boolean): boolean {
    const replies = delayed ? this.#delayed : this.#prompt;
    let reply = replies.get(to.address);
    if (reply === undefined) {
      if (this.size >= MAX_UNICAST_REPLIES) return false;
      reply = new Reply({ address: to.address, port: to.port }, delayed);
      replies.set(to.address, reply);
    }
    reply.answers.set(answer, askedAt);
    if (!delayed) this.#promptAt = Math.min(this.#promptAt, due);
    else if (due < reply.deadline) this.#deadlines.set(reply, due);
    return true;
  }

  /** Removes and returns a reply that is due. */
  takeDue(now: number): Reply | undefined {
    if (this.#promptAt <= now && this.#promptAt < this.#deadlines.next) return this.#takePrompt();
    const reply = this.#deadlines.takeDue(now);
    if (reply) this.#delayed.delete(reply.to.address);
    return reply;
  }

  /** When the next reply is due, ms; Infinity for never. */
  next(): number {
    return Math.min(this.#promptAt, this.#deadlines.next);
  }

  get size(): number {
    return this.#delayed.size + this.#prompt.size;
  }

  #takePrompt(): Reply | undefined {
    const [reply] = this.#prompt.values();
    if (reply) this.#prompt.delete(reply.to.address);
    if (this.#prompt.size === 0) this.#promptAt = Infinity;
    return reply;
  }
}
