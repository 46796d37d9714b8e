/** Which questions of a query we can answer, and which of them are probes (RFC 6762 sections 6 and 8.2). */

import { nameKey } from '../name.js';
import { type Message, type Question, type ResourceRecord, setKey } from '../record.js';
import { answersTo } from './answer.js';
import type { Answer, Zone } from './zone.js';

/** A question to which we have answers. */
export interface Asked {
  readonly question: Question;
  readonly answers: readonly Answer[];
}

/**
 * The questions that we can answer, each once, however often the packet repeats it. A question whose only answer
 * another one of the same kind has already is omitted, such as hundreds of types that one NSEC record denies; for a
 * probe every type counts.
 */
export function askedOf(zone: Zone, questions: readonly Question[], isProbe = false): readonly Asked[] {
  const asked = new Map<string, Asked>();
  const answered = { unicast: new Set<Answer>(), multicast: new Set<Answer>() };
  for (const question of questions) {
    if (!zone.owns(question.name)) continue;
    const answers = answersTo(zone, question);
    const [first] = answers;
    if (first === undefined) continue;
    const given = question.unicastResponse ? answered.unicast : answered.multicast;
    if (!isProbe && answers.length === 1 && given.has(first)) continue;
    const key = `${setKey(question)} ${question.unicastResponse}`;
    if (asked.has(key)) continue;
    asked.set(key, { question, answers });
    for (const answer of answers) given.add(answer);
  }
  return [...asked.values()];
}

/**
 * Separates what has to be defended: the unique answers to a probe, which is a question that one of the authority
 * records answers. The other answers are ordinary.
 */
export function splitProbes(
  query: Message,
  asked: readonly Asked[],
): Readonly<Record<'probes' | 'ordinary', readonly Asked[]>> {
  if (query.authorities.length === 0) return { probes: [], ordinary: asked };
  const proposed = proposalKeys(query.authorities);
  const probes: Asked[] = [];
  const ordinary: Asked[] = [];
  for (const one of asked) {
    const { question, answers } = one;
    if (!proposed.has(question.type === 'ANY' ? nameKey(question.name) : setKey(question))) {
      ordinary.push(one);
      continue;
    }
    const shared = answers.filter((answer) => !answer.unique);
    if (shared.length < answers.length) probes.push({ question, answers: answers.filter((answer) => answer.unique) });
    if (shared.length > 0) ordinary.push({ question, answers: shared });
  }
  return { probes, ordinary };
}

/** Whether no other host will answer any of it, so that no random delay is needed (RFC 6762 sections 6 and 6.3). */
export function isOursAlone(query: Message, asked: readonly Asked[]): boolean {
  if (query.truncated || query.questions.length !== 1) return false;
  return asked.every((one) => one.answers.every((answer) => answer.unique));
}

/** For each proposed record its name, which answers a question of type ANY, and its `setKey`. */
function proposalKeys(authorities: readonly ResourceRecord[]): ReadonlySet<string> {
  return new Set(authorities.flatMap((record) => [nameKey(record.name), setKey(record)]));
}
