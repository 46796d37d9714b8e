/** Responses ready to be packed and sent (RFC 6762 sections 6, 6.7 and 18). */

import { LEGACY_MAX_TTL_SECONDS } from '../constants.js';
import type { Message, Question, ResourceRecord } from '../record.js';
import { type PackedResponse, packResponse } from '../wire/pack-response.js';
import { additionalsTo } from './answer.js';
import type { Peer } from './asker.js';
import { type ReplyRecords, recordsOf } from './lately-replied.js';
import type { Answer, Zone } from './zone.js';

const NO_QUESTIONS: readonly Question[] = [];

/** A response to send, in as many packets as it takes. */
export interface Outgoing {
  readonly to: 'group' | Peer;
  /** 0 except in legacy replies. */
  readonly id: number;
  /** Empty except in legacy replies. */
  readonly questions: readonly Question[];
  /** Each record once. */
  readonly answers: readonly ResourceRecord[];
  /** Additional records, omitted if there is no room. None of them is among the answers. */
  readonly additionals: readonly ResourceRecord[];
  /** A conventional unicast DNS response (RFC 6762 section 6.7). */
  readonly legacy: boolean;
  /** Of a reply to a full Multicast DNS querier: where its answers and additionals come from. */
  readonly records?: ReplyRecords;
}

/** The reply to a full Multicast DNS querier. */
export function unicastReply(to: Peer, records: ReplyRecords): Outgoing {
  const { answers, additionals } = records;
  return { to, id: 0, questions: NO_QUESTIONS, answers, additionals, legacy: false, records };
}

/** Packs a response; a reply that was sent before is packed already. */
export function packed(outgoing: Outgoing, maxBytes: number): PackedResponse {
  const { records } = outgoing;
  if (records === undefined) return packResponse({ ...outgoing, addsPackets: outgoing.to === 'group', maxBytes });
  return packedReply(records, maxBytes);
}

export function packedReply(records: ReplyRecords, maxBytes: number): PackedResponse {
  if (records.packed?.maxBytes !== maxBytes) {
    const { answers, additionals } = records;
    records.packed = { maxBytes, response: packResponse({ answers, additionals, maxBytes }) };
  }
  return records.packed.response;
}

/** The reply to a simple resolver: its id and questions, short TTLs, no cache-flush bits (RFC 6762 section 6.7). */
export function legacyReply(zone: Zone, { address, port }: Peer, query: Message, answers: Iterable<Answer>): Outgoing {
  return {
    to: { address, port },
    id: query.id,
    questions: query.questions,
    answers: recordsOf(answers).map(legacyRecord),
    additionals: recordsOf(additionalsTo(zone, answers, () => true)).map(legacyRecord),
    legacy: true,
  };
}

function legacyRecord(record: ResourceRecord): ResourceRecord {
  return { ...record, cacheFlush: false, ttl: Math.min(record.ttl, LEGACY_MAX_TTL_SECONDS) };
}
