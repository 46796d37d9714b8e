/** Responses ready to be packed and sent (RFC 6762 sections 6, 6.7 and 18). */

import { LEGACY_MAX_TTL_SECONDS } from '../constants.js';
import type { Message, Question, ResourceRecord } from '../record.js';
import { additionalsTo } from './answer.js';
import type { Peer } from './asker.js';
import type { Answer, Zone } from './zone.js';

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
}

export function recordsOf(answers: Iterable<Answer>): ResourceRecord[] {
  return Array.from(answers, (answer) => answer.records).flat();
}

/** The reply to a full Multicast DNS querier: the same records as for the group (RFC 6762 section 5.4). */
export function unicastReply(zone: Zone, to: Peer, answers: readonly Answer[]): Outgoing {
  const additionals = recordsOf(additionalsTo(zone, answers, () => true));
  return { to, id: 0, questions: [], answers: recordsOf(answers), additionals, legacy: false };
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
