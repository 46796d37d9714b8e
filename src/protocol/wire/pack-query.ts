/**
 * Distributes the questions, known answers and proposed records of queries over packets.
 *
 * All questions for one name, and the records proposed for it, go together, so that whoever probes for the same name can
 * compare (RFC 6762 section 8.2). Known answers follow their questions; those that do not fit go into packets without
 * questions at once after it, and all but the last say that more follow (section 7.2).
 *
 * What fits is found out by writing it. That is done name by name, while a packet has all its questions first. The size is
 * the same: each ending of a name is written out once, wherever it comes first, and is a pointer everywhere else.
 */
import { nameKey } from '../name.js';
import type { Question, ResourceRecord } from '../record.js';
import { writeMessage } from './encode.js';
import { FLAGS_AT, TRUNCATED } from './header.js';
import { HEADER_BYTES, MAX_PAYLOAD_BYTES } from './limits.js';
import { type Style, writeQuestion, writeRecord } from './write-record.js';
import { sharedWriter as writer } from './writer.js';

export interface QueryParts {
  readonly questions: readonly Question[];
  /** Those whose name is in none of the questions are left out, and so are those too large for a packet. */
  readonly knownAnswers: readonly ResourceRecord[];
  /** What a probe proposes (RFC 6762 section 8.2). Those whose name is in none of the questions are left out. */
  readonly authorities: readonly ResourceRecord[];
  /** Bytes of UDP payload that fit the link. */
  readonly maxBytes: number;
}

/** What belongs together: first for one name, then for one packet and those that follow it with known answers. */
interface Batch {
  readonly questions: Question[];
  readonly knownAnswers: ResourceRecord[];
  readonly authorities: ResourceRecord[];
}

/** The cache-flush bit is never set in queries (RFC 6762 sections 8.1 and 10.2). */
const style: Style = { compress: true, compressSrvTarget: true, cacheFlush: false };

/** Questions, and the packets that ask them: the first has the questions, the others more known answers. */
export interface PackedQuery {
  readonly questions: readonly Question[];
  readonly packets: readonly Uint8Array[];
  readonly hasKnownAnswers: boolean;
}

/**
 * Packs a query: what to send, in order, nothing when there are no questions. The records proposed for
 * one name that do not fit into `maxBytes` go into a larger packet, up to the 9000 bytes of RFC 6762 section 17; what would
 * exceed even those is left out. Throws `MdnsError` for what cannot be written at all.
 */
export function packQuery(parts: QueryParts): PackedQuery[] {
  const batches = inBatches(byName(parts), parts.maxBytes);
  return batches.map((batch) => {
    const { questions, knownAnswers } = batch;
    return { questions, packets: packets(batch, parts.maxBytes), hasKnownAnswers: knownAnswers.length > 0 };
  });
}

/** The same packet without the word that more known answers follow (RFC 6762 section 7.2). */
export function asLastPacket(packet: Uint8Array): Uint8Array {
  const last = packet.slice();
  last[FLAGS_AT] = (last[FLAGS_AT] ?? 0) & ~(TRUNCATED >> 8);
  return last;
}

function byName({ questions, knownAnswers, authorities }: QueryParts): Iterable<Batch> {
  const names = new Map<string, Batch>();
  for (const question of questions) {
    const key = nameKey(question.name);
    const batch = names.get(key);
    if (batch === undefined) names.set(key, { questions: [question], knownAnswers: [], authorities: [] });
    else batch.questions.push(question);
  }
  for (const record of knownAnswers) names.get(nameKey(record.name))?.knownAnswers.push(record);
  for (const record of authorities) names.get(nameKey(record.name))?.authorities.push(record);
  return names.values();
}

/** Joins as many names as fit into one packet, known answers aside. */
function inBatches(names: Iterable<Batch>, maxBytes: number): Batch[] {
  const batches: Batch[] = [];
  for (const name of names) {
    const batch = batches.at(-1);
    if (batch === undefined || !addAll(name, maxBytes)) {
      batches.push(alone(name));
      continue;
    }
    for (const question of name.questions) batch.questions.push(question);
    for (const record of name.knownAnswers) batch.knownAnswers.push(record);
    for (const record of name.authorities) batch.authorities.push(record);
  }
  return batches;
}

/** What a packet begins with that holds this name, without the proposed records for which no packet is large enough. */
function alone(name: Batch): Batch {
  begin(name.questions);
  return { ...name, authorities: name.authorities.filter((record) => add(record, MAX_PAYLOAD_BYTES)) };
}

function packets({ questions, knownAnswers, authorities }: Batch, maxBytes: number): Uint8Array[] {
  const lists: ResourceRecord[][] = [[]];
  begin(questions);
  for (const record of authorities) add(record, MAX_PAYLOAD_BYTES);
  for (const record of knownAnswers) {
    if (!add(record, maxBytes)) {
      lists.push([]);
      begin([]);
      if (!add(record, maxBytes)) continue;
    }
    lists.at(-1)?.push(record);
  }
  const head = { id: 0, response: false, opcode: 0, rcode: 0, authoritative: false, additionals: [] };
  const needed = lists.filter((list, i) => i === 0 || list.length > 0);
  return needed.map((answers, i) => {
    const truncated = i + 1 < needed.length;
    const rest = i === 0 ? { questions, authorities } : { questions: [], authorities: [] };
    return writeMessage(writer, { ...head, truncated, answers, ...rest }, style);
  });
}

function begin(questions: readonly Question[]): void {
  writer.reset();
  writer.position = HEADER_BYTES;
  for (const question of questions) writeQuestion(writer, question);
}

/** Adds the questions and proposed records of a name to the packet, or nothing where they do not all fit. */
function addAll({ questions, authorities }: Batch, maxBytes: number): boolean {
  const before = writer.mark();
  for (const question of questions) writeQuestion(writer, question);
  if (writer.position <= maxBytes && authorities.every((record) => add(record, maxBytes))) return true;
  writer.rollback(before);
  return false;
}

function add(record: ResourceRecord, maxBytes: number): boolean {
  const before = writer.mark();
  writeRecord(writer, record, style);
  if (writer.position <= maxBytes) return true;
  writer.rollback(before);
  return false;
}
