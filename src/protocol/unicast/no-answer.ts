/** Why a server does not answer a question, in sentences that say what to do. */
import { RCODE } from '../constants.js';
import type { Name } from '../name.js';
import type { QuestionKey } from '../record.js';
import type { UnicastReply } from './reply.js';

export interface NoAnswer {
  /** The response code: `REFUSED`, `SERVFAIL`; `UNUSABLE` for what answers nothing. */
  readonly code: string;
  readonly message: string;
}

/** @param server the address and port of the server */
export function noAnswer(
  domain: Name,
  question: QuestionKey,
  server: string,
  reply: Exclude<UnicastReply, { kind: 'answer' }>,
): NoAnswer {
  const asked = `${question.name} ${question.type}`;
  if (reply.kind === 'unusable') {
    const message = `${domain}: DNS server ${server} has no answer for ${asked}, and names other servers or sends something else. Name a server that has this domain, or one that asks others (a resolver).`;
    return { code: 'UNUSABLE', message };
  }
  const code = codeName(reply.rcode);
  const why = explanations[code] ?? 'Look into its log.';
  return { code, message: `${domain}: DNS server ${server} answers ${code} to ${asked}. ${why}` };
}

/** `REFUSED`; `RCODE11` for one without a name here. */
function codeName(rcode: number): string {
  return Object.entries(RCODE).find(([, number]) => number === rcode)?.[0] ?? `RCODE${rcode}`;
}

const explanations: Readonly<Record<string, string>> = {
  REFUSED:
    'It does not serve this domain, or not to this host. Check the spelling, and allow this address to query (BIND: "allow-query"; Knot: "acl").',
  SERVFAIL:
    'It cannot get at the records: a zone that was not loaded, or one with more than 100 records of a name and type (BIND: "max-records-per-type 0").',
  NOTIMP: 'It does not know this kind of question. Name another server.',
  FORMERR: 'It cannot read the question. Name another server.',
};
