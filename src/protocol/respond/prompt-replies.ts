/**
 * Replies to queries that were heard before, if they leave at once and to the querier alone: what the `ResponseQueue`
 * would do, without waiting in it. A hot path: see `repeated-queries.ts`.
 */
import { answersTo, isFresh } from './answer.js';
import { acceptsUnicast } from './asker.js';
import type { LatelyReplied, ReplyRecords } from './lately-replied.js';
import type { RepeatedQuery } from './repeated-queries.js';
import type { ReplyBudget } from './reply-budget.js';
import type { TruncatedQueries } from './truncated-queries.js';
import type { Zone } from './zone.js';

export class PromptReplies {
  readonly #zone: Zone;
  readonly #lately: LatelyReplied;
  readonly #budget: ReplyBudget;
  readonly #truncated: TruncatedQueries;

  constructor(zone: Zone, lately: LatelyReplied, budget: ReplyBudget, truncated: TruncatedQueries) {
    this.#zone = zone;
    this.#lately = lately;
    this.#budget = budget;
    this.#truncated = truncated;
  }

  /**
   * The reply that leaves now. Call it only while nothing else is due.
   *
   * @returns undefined if the query has to be answered by the queue: a multicast is due instead (RFC 6762 section 5.4),
   *   the querier gets too many replies, or the query continues another one (section 7.2)
   */
  replyTo({ reply, from }: RepeatedQuery, now: number): ReplyRecords | undefined {
    if (reply?.answer === undefined || reply.zone !== this.#zone || reply.revision !== this.#zone.revision) {
      return undefined;
    }
    if (!isFresh(reply.answer, now) || reply.answer.lastHeardByAll >= now) return undefined;
    if (this.#truncated.isWaitingFor(from.address) || !this.#budget.spend(from.address, now)) return undefined;
    return reply.records;
  }

  /** Call after a query was answered by the queue, so that it need not be the next time. */
  prepare(query: RepeatedQuery): void {
    const { revision } = this.#zone;
    if (query.reply?.zone === this.#zone && query.reply.revision === revision) return;
    const { address, port } = query.from;
    const [question] = query.message.questions;
    const answers = question && acceptsUnicast(query.from, question) ? answersTo(this.#zone, question) : [];
    const [answer] = answers;
    // A set that is ours alone needs no delay (RFC 6762 section 6).
    const isPrompt = answers.length === 1 && answer?.unique === true;
    query.reply = {
      zone: this.#zone,
      revision,
      to: { address, port },
      answer: isPrompt ? answer : undefined,
      records: isPrompt ? this.#lately.recordsFor(answers) : undefined,
    };
  }
}
