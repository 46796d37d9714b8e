/**
 * Distributes the questions, known answers and proposed records of queries over packets.
 *
 * All questions for one name and the records proposed for it go into one packet, so that a host that probes for the
 * same name can compare them (RFC 6762 section 8.2). Known answers follow their questions; those that do not fit follow
 * at once in packets without questions, and all but the last of these packets have the TC bit (section 7.2).
 */
import { nameKey } from '../name.js';
import type { Question, ResourceRecord } from '../record.js';
import { FLAGS_AT, TRUNCATED } from './header.js';
import { MAX_PAYLOAD_BYTES } from './limits.js';
import { Packer } from './packer.js';
import type { Style } from './write-record.js';

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

/** What belongs to one name. */
interface NameParts {
  readonly questions: NonEmpty<Question>;
  readonly knownAnswers: ResourceRecord[];
  readonly authorities: ResourceRecord[];
}

/** The questions of a packet, and all known answers to them. */
type Asked = Pick<NameParts, 'questions' | 'knownAnswers'>;

const HEAD = { id: 0, response: false, authoritative: false, truncated: false } as const;

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
  const { maxBytes } = parts;
  const [first, ...others] = byName(parts);
  if (first === undefined) return [];
  const packer = new Packer(style);
  const queries: PackedQuery[] = [];
  let query = begin(packer, first);
  for (const name of others) {
    const { questions, authorities } = name;
    if (packer.add({ questions, authorities }, maxBytes)) {
      for (const question of questions) query.questions.push(question);
      for (const record of name.knownAnswers) query.knownAnswers.push(record);
    } else {
      queries.push(finish(packer, query, maxBytes));
      query = begin(packer, name);
    }
  }
  return [...queries, finish(packer, query, maxBytes)];
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

function byName({ questions, knownAnswers = [], authorities = [] }: QueryParts): Iterable<NameParts> {
  const names = new Map<string, NameParts>();
  for (const question of questions) {
    const key = nameKey(question.name);
    const name = names.get(key);
    if (name === undefined) names.set(key, { questions: [question], knownAnswers: [], authorities: [] });
    else name.questions.push(question);
  }
  for (const record of knownAnswers) names.get(nameKey(record.name))?.knownAnswers.push(record);
  for (const record of authorities) names.get(nameKey(record.name))?.authorities.push(record);
  return names.values();
}

/** Begins a packet with this name, without proposed records that do not fit into any packet. */
function begin(packer: Packer, { questions, authorities, knownAnswers }: NameParts): Asked {
  packer.begin();
  packer.add({ questions }, Infinity);
  for (const record of authorities) packer.add({ authorities: [record] }, MAX_PAYLOAD_BYTES);
  return { questions: [...questions], knownAnswers: [...knownAnswers] };
}

/** Adds the known answers to the packet with the questions, and to as many after it as they need. */
function finish(packer: Packer, { questions, knownAnswers }: Asked, maxBytes: number): PackedQuery {
  let left = fill(packer, knownAnswers, maxBytes);
  const packets: NonEmpty<Uint8Array> = [packer.finish(HEAD)];
  while (left.length > 0) {
    packer.begin();
    const others = fill(packer, left, maxBytes);
    if (packer.isEmpty) {
      left = left.slice(1);
    } else {
      packets.push(packer.finish(HEAD));
      left = others;
    }
  }
  for (const packet of packets.slice(0, -1)) packet[FLAGS_AT] = (packet[FLAGS_AT] ?? 0) | (TRUNCATED >> 8);
  return { questions, packets, hasKnownAnswers: knownAnswers.length > 0 };
}

/** Adds known answers until one does not fit, and returns that one and those after it. */
function fill(packer: Packer, knownAnswers: readonly ResourceRecord[], maxBytes: number): readonly ResourceRecord[] {
  const first = knownAnswers.findIndex((record) => !packer.add({ answers: [record] }, maxBytes));
  return first < 0 ? [] : knownAnswers.slice(first);
}
