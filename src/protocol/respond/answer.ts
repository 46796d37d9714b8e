/** From a question to what we answer, and from the answers to what goes along (RFC 6762 section 6; RFC 6763 section 12). */
import { CLASS_ANY, CLASS_IN } from '../constants.js';
import type { Name } from '../name.js';
import type { Question, ResourceRecord } from '../record.js';
import type { Answer, Zone } from './zone.js';

/** More records than this do not fit beside an answer into a packet of 1500 bytes, the shortest taking 16 bytes. */
const MAX_ADDITIONALS = 90;

/**
 * All that matches the question, or else the NSEC record that denies it where the name is ours alone, or else nothing, which
 * means silence (RFC 6762 sections 6, 6.1 and 6.5).
 */
export function answersTo(zone: Zone, question: Question): readonly Answer[] {
  if (question.class !== CLASS_IN && question.class !== CLASS_ANY) return [];
  const found = zone.find(question.name, question.type);
  if (found.length > 0) return found;
  const denial = zone.denial(question.name);
  return denial ? [denial] : [];
}

/**
 * What a querier will ask next, given these answers, nothing of which is among the answers. Names lead on: a service's PTR to
 * SRV and TXT, SRV to the addresses of its target, and one family of addresses to the other.
 * @param mayGo tells of each whether it may go along; what it leads to is looked at in any case.
 */
export function additionalsTo(zone: Zone, answers: Iterable<Answer>, mayGo: (answer: Answer) => boolean): Answer[] {
  const additionals: Answer[] = [];
  const path = new Set(answers);
  const given = new Set(path);
  let room = MAX_ADDITIONALS;
  // A set that grows while it is walked: each answer is met once, which ends any circle of names.
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
    // RFC 6763 section 12.1. A PTR to anything but an instance leads nowhere, as there is neither SRV nor TXT.
    case 'PTR':
      return [...zone.find(record.target, 'SRV'), ...zone.find(record.target, 'TXT')];
    // RFC 6763 section 12.2. Without any address of ours there is nothing to say.
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

/** The addresses of the other family, or the word that there are none (RFC 6762 section 6.2). */
function otherFamily(zone: Zone, name: Name, type: 'A' | 'AAAA'): readonly Answer[] {
  const found = zone.find(name, type);
  if (found.length > 0) return found;
  const denial = zone.denial(name);
  return denial ? [denial] : [];
}
