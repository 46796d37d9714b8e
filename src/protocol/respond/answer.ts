/** The answers to a question, and the additional records for the answers (RFC 6762 section 6; RFC 6763 section 12). */
import { MAX_ALIASES } from '../aliases.js';
import { CLASS_ANY, CLASS_IN, MULTICAST_INSTEAD_TTL_SHARE } from '../constants.js';
import type { Name } from '../name.js';
import type { Question, ResourceRecord } from '../record.js';
import { MAX_PACKETS_WITH_ADDITIONALS } from '../wire/pack-response.js';
import type { Answer, Zone } from './zone.js';

/** The number of records that fit beside an answer into a packet of 1500 bytes, the shortest taking 16 bytes. */
const MAX_ADDITIONALS = 90;
/** The same for a response to the group, in which additional records may add packets. */
export const MAX_GROUP_ADDITIONALS = MAX_ADDITIONALS * MAX_PACKETS_WITH_ADDITIONALS;

/**
 * All answers that match the question; otherwise the NSEC record that denies it, if the name is ours alone; otherwise
 * none, and we stay silent (RFC 6762 sections 6, 6.1 and 6.5).
 */
export function answersTo(zone: Zone, question: Question): readonly Answer[] {
  if (question.class !== CLASS_IN && question.class !== CLASS_ANY) return [];
  const found = zone.find(question.name, question.type);
  if (found.length > 0) return withHostOfAlias(zone, question, found);
  const denial = zone.denial(question.name);
  return denial ? [denial] : [];
}

/** Whether it was multicast recently enough for a unicast reply to suffice (RFC 6762 section 5.4). */
export function isFresh(answer: Answer, now: number): boolean {
  const ttl = answer.records[0]?.ttl ?? 0;
  return now - answer.lastMulticast < ttl * 1000 * MULTICAST_INSTEAD_TTL_SHARE;
}

/** An alias and what it leads to, as far as that is ours (RFC 1034 section 4.3.2): the querier need not ask again. */
function withHostOfAlias(zone: Zone, question: Question, found: readonly Answer[]): readonly Answer[] {
  const { type } = question;
  if (type === 'ANY' || type === 'CNAME') return found;
  const path = new Set(found);
  for (const answer of path) {
    if (path.size > MAX_ALIASES * 2) break;
    for (const record of answer.records) {
      if (record.type !== 'CNAME') continue;
      const next = zone.find(record.target, type);
      const denial = next.length === 0 ? zone.denial(record.target) : undefined;
      for (const led of denial ? [denial] : next) path.add(led);
    }
  }
  return path.size === found.length ? found : [...path];
}

/**
 * The additional records that a querier needs after these answers, without the answers themselves: SRV and TXT for a
 * service's PTR, the addresses of the target for SRV, and the other family for an address.
 *
 * @param mayGo whether an additional may be sent; those that it leads to are examined in any case
 * @param most the maximum number of records
 */
export function additionalsTo(
  zone: Zone,
  answers: Iterable<Answer>,
  mayGo: (answer: Answer) => boolean,
  most = MAX_ADDITIONALS,
): Answer[] {
  const additionals: Answer[] = [];
  const path = new Set(answers);
  const given = new Set(path);
  let room = most;
  // The set grows during the loop. Each answer is visited once, so a circle of names ends.
  for (const answer of path) {
    if (!given.has(answer) && mayGo(answer)) {
      room -= answer.records.length;
      if (room < 0) break;
      additionals.push(answer);
    }
    for (const record of answer.records) for (const next of leadsTo(zone, record)) path.add(next);
  }
  return additionals;
}

function leadsTo(zone: Zone, record: ResourceRecord): readonly Answer[] {
  switch (record.type) {
    // RFC 6763 section 12.1. A PTR that is not to an instance has no additionals: there is neither SRV nor TXT.
    case 'PTR':
      return [...zone.find(record.target, 'SRV'), ...zone.find(record.target, 'TXT')];
    // RFC 6763 section 12.2. There are none if the target has no addresses of ours.
    case 'SRV':
      return [...zone.find(record.target, 'A'), ...zone.find(record.target, 'AAAA')];
    case 'A':
      return otherFamily(zone, record.name, 'AAAA');
    case 'AAAA':
      return otherFamily(zone, record.name, 'A');
    default:
      return [];
  }
}

/** The addresses of the other family, or the NSEC record that denies them (RFC 6762 section 6.2). */
function otherFamily(zone: Zone, name: Name, type: 'A' | 'AAAA'): readonly Answer[] {
  const found = zone.find(name, type);
  if (found.length > 0) return found;
  const denial = zone.denial(name);
  return denial ? [denial] : [];
}
