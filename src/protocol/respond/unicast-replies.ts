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
  readonly #replies = new Map<string, Reply>();
  readonly #deadlines = new DeadlineHeap<Reply>();

  /** Whether a reply to this querier is pending, so that another answer needs no packet of its own. */
  isWaiting(to: Peer, delayed: boolean): boolean {
    return this.#replies.has(replyKey(to, delayed));
  }

  /** @returns false if too many are waiting */
  add(to: Peer, answer: Answer, askedAt: number, due: number, delayed: boolean): boolean {
    const key = replyKey(to, delayed);
    let reply = this.#replies.get(key);
    if (reply === undefined) {
      if (this.#replies.size >= MAX_UNICAST_REPLIES) return false;
      reply = new Reply({ address: to.address, port: to.port }, delayed);
      this.#replies.set(key, reply);
    }
    reply.answers.set(answer, askedAt);
    if (due < reply.deadline) this.#deadlines.set(reply, due);
    return true;
  }

  /** Removes and returns a reply that is due. */
  takeDue(now: number): Reply | undefined {
    const reply = this.#deadlines.takeDue(now);
    if (reply) this.#replies.delete(replyKey(reply.to, reply.delayed));
    return reply;
  }

  /** When the next reply is due, ms; Infinity for never. */
  next(): number {
    return this.#deadlines.next ?? Infinity;
  }

  get size(): number {
    return this.#replies.size;
  }
}

/** The port need not be in the key: a querier on another port than 5353 gets a legacy reply. */
function replyKey(to: Peer, delayed: boolean): string {
  return `${to.address} ${delayed}`;
}
