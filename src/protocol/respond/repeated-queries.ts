/**
 * Queries about our names that were heard before, byte for byte, from the same host: browsers ask the same again and
 * again. They are not decoded again. A hot path: a process that is asked now and then runs code that is not optimised,
 * with cold caches, and each function that is called takes a microsecond or more, whatever it does.
 *
 * Only queries of one question without any record are remembered: known answers and proposed records decide what is
 * answered (RFC 6762 sections 7.1, 7.2 and 8.2).
 */
import { FNV_PRIME, FNV_START } from '../fnv.js';
import type { Message } from '../record.js';
import type { Asker, Peer } from './asker.js';
import type { ReplyRecords } from './lately-replied.js';
import type { Answer, Zone } from './zone.js';

/** Queries that are kept, some 250 kB; the oldest are forgotten first. */
export const MAX_REPEATED_QUERIES = 256;
/** The byte and the bit that responses have. */
const RESPONSE_AT = 2;
const RESPONSE = 0x80;
/** A header, the longest name, a type and a class. */
const MAX_BYTES = 12 + 255 + 4;

/** The reply to a repeated query, as long as the zone stays as it is. */
interface PromptReply {
  readonly zone: Zone;
  readonly revision: number;
  readonly to: Peer;
  /** Undefined if the query is not to be answered at once by unicast. */
  readonly answer: Answer | undefined;
  readonly records: ReplyRecords | undefined;
}

export class RepeatedQuery {
  /** Filled in by `PromptReplies`. */
  reply: PromptReply | undefined = undefined;

  constructor(
    readonly bytes: Uint8Array,
    readonly message: Message,
    readonly from: Asker,
  ) {}
}

export class RepeatedQueries {
  readonly #kept = new Map<number, RepeatedQuery>();

  /** What is remembered of a datagram; its caller has checked that it was sent to the group, from the mDNS port. */
  hear(bytes: Uint8Array, address: string): RepeatedQuery | undefined {
    const { length } = bytes;
    if (length > MAX_BYTES || this.#kept.size === 0 || ((bytes[RESPONSE_AT] ?? 0) & RESPONSE) !== 0) return undefined;
    const known = this.#kept.get(keyOf(bytes, address));
    if (known === undefined || known.from.address !== address) return undefined;
    const { bytes: kept } = known;
    if (kept.length !== length) return undefined;
    for (let at = 0; at < length; at++) if (bytes[at] !== kept[at]) return undefined;
    return known;
  }

  /** Remembers a query that was decoded without a fault and that concerns us, unless it is of another kind. */
  remember(bytes: Uint8Array, message: Message, from: Asker): void {
    const { questions, answers, authorities, additionals, truncated } = message;
    if (from.to !== 'group' || from.isLegacy || truncated || questions.length !== 1) return;
    if (answers.length + authorities.length + additionals.length > 0) return;
    if (bytes.length > MAX_BYTES) return;
    if (this.#kept.size >= MAX_REPEATED_QUERIES) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    this.#kept.set(keyOf(bytes, from.address), new RepeatedQuery(bytes.slice(), message, from));
  }

  /** Call when our own names or the interface have changed: what concerns us, and who is on the link, may be others. */
  clear(): void {
    this.#kept.clear();
  }

  toJSON(): object {
    return { queries: this.#kept.size };
  }
}

/** FNV-1a over the bytes and the address, in one function. */
function keyOf(bytes: Uint8Array, address: string): number {
  let key = FNV_START;
  for (let at = 0; at < bytes.length; at++) key = Math.imul(key ^ (bytes[at] as number), FNV_PRIME);
  for (let at = 0; at < address.length; at++) key = Math.imul(key ^ address.charCodeAt(at), FNV_PRIME);
  return key;
}
