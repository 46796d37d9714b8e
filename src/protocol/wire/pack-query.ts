/**
 * Distributes the questions, known answers and proposed records of queries over packets.
 *
 * All questions for one name and the records proposed for it go into one packet, so that a host that probes for the
 * same name can compare them (RFC 6762 section 8.2). Known answers follow their questions; those that do not fit follow
 * at once in packets without questions, and all but the last of these packets have the TC bit (section 7.2).
 *
 * What fits is determined by writing it, name by name, although a packet has all its questions first. The size is the
 * same: each suffix of a name is written once, where it comes first, and is a pointer everywhere else.
 */
import { nameKey } from '../name.js';
import type { Message, Question, ResourceRecord } from '../record.js';
import { writeMessage } from './encode.js';
import { HEADER_BYTES } from './format.js';
import { FLAGS_AT, TRUNCATED } from './header.js';
import { MAX_PAYLOAD_BYTES } from './limits.js';
import { type Style, writeQuestion, writeRecord } from './write-record.js';
import { sharedWriter as writer } from './writer.js';

export interface QueryParts {
  readonly questions: readonly Question[];
  /** Those whose name is in none of the questions are omitted, and so are those too large for a packet. */
  readonly knownAnswers?: readonly ResourceRecord[];
  /** What a probe proposes (RFC 6762 section 8.2). Records whose name is in none of the questions are omitted. */
  readonly authorities?: readonly ResourceRecord[];
  /** Bytes of UDP payload that fit the link. */
  readonly maxBytes: number;
}

type NonEmpty<T> = [T, ...T[]];

/** Parts that belong together: first for one name, then for one packet and its packets with known answers. */
interface Batch {
  readonly questions: NonEmpty<Question>;
  readonly knownAnswers: ResourceRecord[];
  readonly authorities: ResourceRecord[];
}

const EMPTY: Message = {
  id: 0,
  response: false,
  opcode: 0,
  rcode: 0,
  authoritative: false,
  truncated: false,
  questions: [],
  answers: [],
  authorities: [],
  additionals: [],
};

/** The cache-flush bit is never set in queries (RFC 6762 sections 8.1 and 10.2). */
const style: Style = { compress: true, compressSrvTarget: true, cacheFlush: false };

/** Questions and their packets: the first packet has the questions, the others more known answers. */
export interface PackedQuery {
  readonly questions: Readonly<NonEmpty<Question>>;
  readonly packets: Readonly<NonEmpty<Uint8Array>>;
  readonly hasKnownAnswers: boolean;
}

/**
 * Packs a query: the packets to send in order, none without questions. Records proposed for one name that do not fit
 * into `maxBytes` go into a larger packet, up to the 9000 bytes of RFC 6762 section 17; what exceeds even that is
 * omitted. Throws `MdnsError` for what cannot be written.
 */
export function packQuery(parts: QueryParts): PackedQuery[] {
  const batches = inBatches(byName(parts), parts.maxBytes);
  return batches.map((batch) => {
    const { questions, knownAnswers } = batch;
    return { questions, packets: packets(batch, parts.maxBytes), hasKnownAnswers: knownAnswers.length > 0 };
  });
}

/** The first packets of a query, the last without the TC bit: no more known answers follow (RFC 6762 section 7.2). */
export function firstPackets(packets: readonly Uint8Array[], count: number): Uint8Array[] {
  return packets.slice(0, count).map((packet, i) => (i + 1 < count ? packet : asLastPacket(packet)));
}

function asLastPacket(packet: Uint8Array): Uint8Array {
  const last = packet.slice();
  last[FLAGS_AT] = (last[FLAGS_AT] ?? 0) & ~(TRUNCATED >> 8);
  return last;
}

function byName({ questions, knownAnswers = [], authorities = [] }: QueryParts): Iterable<Batch> {
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

/** Combines as many names as fit into one packet, without known answers. */
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

/** The start of a packet with this name, without proposed records that do not fit into any packet. */
function alone(name: Batch): Batch {
  begin(name.questions);
  return { ...name, authorities: name.authorities.filter((record) => add(record, MAX_PAYLOAD_BYTES)) };
}

function packets({ questions, knownAnswers, authorities }: Batch, maxBytes: number): NonEmpty<Uint8Array> {
  const lists: NonEmpty<ResourceRecord[]> = [[]];
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
  const [answers, ...others] = lists;
  const more = others.filter((list) => list.length > 0);
  return [
    write({ questions, authorities, answers, truncated: more.length > 0 }),
    ...more.map((list, i) => write({ answers: list, truncated: i + 1 < more.length })),
  ];
}

function write(parts: Partial<Message>): Uint8Array {
  return writeMessage(writer, { ...EMPTY, ...parts }, style);
}

function begin(questions: readonly Question[]): void {
  writer.reset();
  writer.position = HEADER_BYTES;
  for (const question of questions) writeQuestion(writer, question);
}

/** Adds the questions and proposed records of a name to the packet, or nothing if they do not all fit. */
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
