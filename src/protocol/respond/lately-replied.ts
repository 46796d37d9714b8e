/**
 * The replies with one answer that were made last. One host after the other asks the same about a service, and what
 * goes along with an answer, and how it is packed, stays as it is until the zone changes. A hot path: in a process that
 * is asked now and then the code is not optimised and the caches of the processor are cold, and making a reply was a
 * third of the work.
 */
import type { ResourceRecord } from '../record.js';
import type { PackedResponse } from '../wire/pack-response.js';
import { additionalsTo } from './answer.js';
import type { Answer, Zone } from './zone.js';

/** Replies that are kept: some 30 kB. */
const MAX_KEPT = 64;

/** The records of a reply to a Multicast DNS querier: the same as for the group (RFC 6762 section 5.4). */
export class ReplyRecords {
  readonly answers: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
  /** What they were packed into, for links with this size of packets. */
  packed: { readonly maxBytes: number; readonly response: PackedResponse } | undefined = undefined;

  constructor(zone: Zone, answers: readonly Answer[]) {
    this.answers = recordsOf(answers);
    this.additionals = recordsOf(additionalsTo(zone, answers, () => true));
  }
}

export class LatelyReplied {
  readonly #zone: Zone;
  readonly #kept = new Map<Answer, ReplyRecords>();
  /** The revision of the zone that they come from. */
  #revision = 0;

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  recordsFor(answers: readonly Answer[]): ReplyRecords {
    const [answer] = answers;
    if (answer === undefined || answers.length > 1) return new ReplyRecords(this.#zone, answers);
    if (this.#revision !== this.#zone.revision) {
      this.#kept.clear();
      this.#revision = this.#zone.revision;
    }
    let records = this.#kept.get(answer);
    if (records === undefined) {
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
      records = new ReplyRecords(this.#zone, answers);
      this.#kept.set(answer, records);
    }
    return records;
  }
}

export function recordsOf(answers: Iterable<Answer>): ResourceRecord[] {
  return Array.from(answers, (answer) => answer.records).flat();
}
