/**
 * What a reply says about a question, and nothing that it has no business to say: records of the asked name, and of
 * names within the domain (RFC 5452 section 6).
 */
import { CLASS_IN, FIRST_INVALID_TTL, RCODE } from '../constants.js';
import { isWithin, type Name, nameKey } from '../name.js';
import { answers, type QuestionKey, type ResourceRecord, setKey, type UnicastRecord, withTtl } from '../record.js';
import { decodeUnicast } from '../wire/unicast.js';

/** Names that an alias leads to, one after another. */
const MAX_ALIASES = 16;
/** Seconds for which a denial without an SOA record holds: our choice, since RFC 2308 section 5 says not to keep it. */
const UNSIGNED_DENIAL_SECONDS = 60;

export type UnicastReply =
  | {
      readonly kind: 'answer';
      /** At the asked name: records of the asked type, or the alias that it is. Empty if there are none. */
      readonly answers: readonly ResourceRecord[];
      /** Other sets that came along, within the domain. */
      readonly others: readonly ResourceRecord[];
      /** Of the answers the lowest, or how long their absence holds (RFC 2308 section 5). */
      readonly ttlSeconds: number;
    }
  /** The server cannot or does not want to answer: with this response code, or not at all by what it sent. */
  | { readonly kind: 'refusal'; readonly rcode: number }
  | { readonly kind: 'unusable' };

/** @param domain whose records the server may tell beside those that were asked for */
export function readReply(bytes: Uint8Array, question: QuestionKey, domain: Name): UnicastReply {
  const { message } = decodeUnicast(bytes);
  if (message === undefined || !message.response) return { kind: 'unusable' };
  const isDenial = message.rcode === RCODE.NXDOMAIN;
  if (message.rcode !== RCODE.NOERROR && !isDenial) return { kind: 'refusal', rcode: message.rcode };
  const told = message.answers.flatMap(usable);
  const found = told.filter((record) => isAnswer(question, record));
  if (found.length === 0 && !isDenial && isReferral(message)) return { kind: 'unusable' };
  const chain = aliasesOf(question, told);
  const others = [...told, ...message.additionals.flatMap(usable)].filter(
    (record) =>
      !isAnswer(question, record) &&
      isWithin(record.name, domain) &&
      // In the answer section stands what was asked for, or where an alias led to.
      (!told.includes(record) || chain.has(nameKey(record.name))),
  );
  const ttlSeconds =
    found.length > 0 ? Math.min(...found.map(({ ttl }) => ttl)) : denialSeconds(message.authorities, domain);
  return { kind: 'answer', answers: unique(found), others: unique(others), ttlSeconds };
}

/** Whether it sends us to other servers instead of answering: it is not responsible, and does not ask for us. */
function isReferral(message: {
  readonly authoritative: boolean;
  readonly recursionAvailable?: boolean;
  readonly authorities: readonly UnicastRecord[];
}): boolean {
  const { authoritative, recursionAvailable = false, authorities } = message;
  const has = (type: string) => authorities.some((record) => record.type === type);
  return !authoritative && !recursionAvailable && has('NS') && !has('SOA');
}

function usable(record: UnicastRecord): ResourceRecord[] {
  if ('bare' in record || record.class !== CLASS_IN || record.type === 'OPT' || record.type === 'TSIG') return [];
  const plain = record.cacheFlush ? { ...record, cacheFlush: false } : record;
  return [plain.ttl >= FIRST_INVALID_TTL ? withTtl(plain, 0) : plain];
}

function isAnswer(question: QuestionKey, record: ResourceRecord): boolean {
  if (nameKey(record.name) !== nameKey(question.name)) return false;
  return answers(question, record) || record.type === 'CNAME';
}

/** The names that an alias of the asked name leads to. */
function aliasesOf(question: QuestionKey, told: readonly ResourceRecord[]): ReadonlySet<string> {
  const chain = new Set<string>();
  let name = nameKey(question.name);
  while (chain.size < MAX_ALIASES) {
    const alias = told.find((record) => record.type === 'CNAME' && nameKey(record.name) === name);
    if (alias?.type !== 'CNAME' || chain.has(nameKey(alias.target))) break;
    name = nameKey(alias.target);
    chain.add(name);
  }
  return chain;
}

/** The lower of the TTL of the zone's SOA record and its last field (RFC 2308 section 5). */
function denialSeconds(authorities: readonly UnicastRecord[], domain: Name): number {
  for (const record of authorities.flatMap(usable)) {
    if (record.type !== 'SOA') continue;
    if (!isWithin(domain, record.name) && !isWithin(record.name, domain)) continue;
    return Math.min(record.ttl, soaMinimum(record.rdata));
  }
  return UNSIGNED_DENIAL_SECONDS;
}

/** The last four bytes of the rdata (RFC 1035 section 3.3.13). */
function soaMinimum(rdata: Uint8Array): number {
  return new DataView(rdata.buffer, rdata.byteOffset, rdata.byteLength).getUint32(rdata.byteLength - 4);
}

/** One record for each that is repeated; a set has one TTL, the lowest (RFC 2181 section 5.2). */
function unique(records: readonly ResourceRecord[]): ResourceRecord[] {
  const lowest = new Map<string, number>();
  for (const record of records) {
    const key = setKey(record);
    lowest.set(key, Math.min(record.ttl, lowest.get(key) ?? record.ttl));
  }
  return records.map((record) => withTtl(record, lowest.get(setKey(record)) ?? record.ttl));
}
