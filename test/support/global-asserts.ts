/**
 * What holds for every packet that a host of ours ever sends, whatever a scenario is about (conformance section 1). Each rule
 * returns its violations as text, so that a failed scenario tells all of them at once.
 */
import { labelsOf } from '../../src/protocol/name.js';
import { type Question, type ResourceRecord, recordKey } from '../../src/protocol/record.js';
import { isProbe, recordsOf, renderPacket, type SentPacket } from './packet-log.js';

/** The rules by their conformance ids. */
export type GlobalRule = keyof typeof rules;

/** Bytes of IP and UDP headers. */
const HEADER_BYTES = { ipv4: 28, ipv6: 48 } as const;
/** Bytes, headers included (RFC 6762 section 17). */
const MAX_PACKET_BYTES = 9_000;
/** Milliseconds. */
const RATE_LIMIT = 1_000;
const DEFENCE_LIMIT = 250;
/** Milliseconds after a query in which what is sent may be an answer to it: rate limit and random delay. */
const ANSWERING_TIME = 1_120;
/** Milliseconds in which a query explains a unicast response, truncated queries included. */
const REPLY_TIME = 3_000;
/** Sums of times are floats. */
const EPSILON = 1e-6;

/**
 * The violations of all rules by the packets of `ours`, in words.
 *
 * @param packets all of the scenario, in order of time, those of scripted peers included
 * @param isOurs tells the packets of our hosts by their sender, `h1/eth0`
 * @param except rules that the scenario breaks on purpose
 */
export function globalViolations(
  packets: readonly SentPacket[],
  isOurs: (from: string) => boolean,
  except: readonly GlobalRule[] = [],
): string[] {
  const names = (Object.keys(rules) as GlobalRule[]).filter((name) => !except.includes(name));
  const judge = (packet: SentPacket) =>
    names.flatMap((name) => rules[name](packet, packets).map((what) => `${name}: ${what}\n${renderPacket(packet)}`));
  return packets.filter((packet) => isOurs(packet.from)).flatMap(judge);
}

const rules = {
  'SEC-03': ({ faults }: SentPacket) => faults.map((fault) => `we cannot read our own packet: ${fault.code}`),
  'HDR-01': identifier,
  'HDR-02..07': flags,
  'RSP-04': questionsInResponse,
  'RSP-10': destination,
  'RSP-11': rateLimit,
  'RSP-16': duplicates,
  'CFL-04': cacheFlushBits,
  'SIZ-01': size,
  'UTF-01': nameText,
} satisfies Record<string, (packet: SentPacket, all: readonly SentPacket[]) => string[]>;

/** RFC 6762 section 18.1. */
function identifier(packet: SentPacket): string[] {
  return isLegacy(packet) || packet.message.id === 0 ? [] : [`the id is ${packet.message.id}`];
}

/** RFC 6762 sections 18.2 to 18.11. */
function flags(packet: SentPacket): string[] {
  const { bytes, message } = packet;
  const found = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  const mayTruncate = message.response ? isLegacy(packet) : true;
  const allowed = (message.response ? 0x8400 : 0x0000) | (mayTruncate ? found & 0x0200 : 0);
  return found === allowed ? [] : [`the flags are 0x${found.toString(16).padStart(4, '0')}`];
}

/** RFC 6762 section 6. */
function questionsInResponse(packet: SentPacket): string[] {
  const { response, questions } = packet.message;
  return response && !isLegacy(packet) && questions.length > 0 ? ['a response with questions'] : [];
}

/** RFC 6762 section 6: by unicast only to who asked for it, asked by unicast, or cannot hear anything else. */
function destination(packet: SentPacket, all: readonly SentPacket[]): string[] {
  if (packet.toGroup) return [];
  if (!packet.message.response) return ['a query by unicast'];
  const welcomesUnicast = (query: SentPacket) =>
    !query.message.response &&
    query.source.address === packet.destination.address &&
    query.source.port === packet.destination.port &&
    (query.source.port !== packet.source.port ||
      !query.toGroup ||
      query.message.questions.some((question) => question.unicastResponse));
  return before(packet, all, REPLY_TIME).some(welcomesUnicast) ? [] : ['a unicast response that nobody asked for'];
}

/**
 * RFC 6762 section 6: a record is not multicast twice within a second, defence against a probe (250 ms) excepted. Goodbyes and
 * announcements go by their own rules (sections 8.3 and 10.1): an announcement answers no question, or holds news of its set,
 * which leaves whole (section 10.2).
 */
function rateLimit(packet: SentPacket, all: readonly SentPacket[]): string[] {
  const { toGroup, message } = packet;
  if (!toGroup || !message.response) return [];
  const recent = before(packet, all, RATE_LIMIT - EPSILON).filter(
    (earlier) => earlier.from === packet.from && earlier.family === packet.family && isMulticastResponse(earlier),
  );
  const violations: string[] = [];
  for (const [record, isAnswer] of multicastRecords(packet)) {
    const key = recordKey(record);
    const last = recent.findLast((earlier) => liveKeys(earlier).has(key));
    if (record.ttl === 0 || last === undefined) continue;
    const gap = packet.time - last.time;
    const mayDefend = isAnswer && isProbed(record, packet, all);
    if (mayDefend && (gap >= DEFENCE_LIMIT - EPSILON || hasNews(record, packet, all))) continue;
    if (isAnswer && !mayDefend && (!isAskedFor(record, packet, all) || hasNews(record, packet, all))) continue;
    violations.push(`${record.name} ${record.type} was multicast ${gap} ms before`);
  }
  return violations;
}

/** Whether a packet has a record of the same set, or of the host's addresses, that its sender's last one of that set had not. */
function hasNews(record: ResourceRecord, packet: SentPacket, all: readonly SentPacket[]): boolean {
  if (!isUnique(record)) return false;
  const earlier = before(packet, all, Infinity).filter(
    (one) => one.from === packet.from && one.family === packet.family && isMulticastResponse(one),
  );
  const isSameName = (one: ResourceRecord, other: ResourceRecord) =>
    one.name.toLowerCase() === other.name.toLowerCase();
  const isSameSet = (one: ResourceRecord, other: ResourceRecord) => one.type === other.type && isSameName(one, other);
  const isTogether = (one: ResourceRecord) => groupType(one) === groupType(record) && isSameName(one, record);
  return packet.message.answers.filter(isTogether).some((answer) => {
    const last = earlier.findLast(({ message }) => recordsOf(message).some((other) => isSameSet(other, answer)));
    return last === undefined || !liveKeys(last).has(recordKey(answer));
  });
}

/** RFC 6762 section 6.2: addresses of both families go together. */
function groupType({ type }: ResourceRecord): string {
  return type === 'AAAA' ? 'A' : type;
}

/** RFC 6762 sections 6 and 19. */
function duplicates({ message }: SentPacket): string[] {
  const seen = new Set<string>();
  const again = recordsOf(message)
    .map(recordKey)
    .filter((key) => seen.has(key) || !seen.add(key));
  return again.map((key) => `twice in one packet: ${key}`);
}

/** RFC 6762 section 10.2: on all unique records of responses to port 5353, and on nothing else. */
function cacheFlushBits(packet: SentPacket): string[] {
  const { message } = packet;
  const mayFlush = message.response && !isLegacy(packet);
  const wrong = recordsOf(message).filter((record) => record.cacheFlush !== (mayFlush && isUnique(record)));
  return wrong.map(
    ({ name, type, cacheFlush }) => `the cache-flush bit of ${name} ${type} is ${cacheFlush ? 'set' : 'clear'}`,
  );
}

/** RFC 6762 section 17: only what cannot be split is larger than the link's packets. */
function size({ mtu, family, bytes, message }: SentPacket): string[] {
  const length = bytes.length + HEADER_BYTES[family];
  if (length <= mtu) return [];
  const { response, questions } = message;
  const isWhole = response ? recordsOf(message).length === 1 : new Set(questions.map(({ name }) => name)).size === 1;
  return isWhole && length <= MAX_PACKET_BYTES ? [] : [`${length} bytes with headers, MTU ${mtu}`];
}

/** RFC 6762 section 16: composed UTF-8, without Punycode. */
function nameText({ message }: SentPacket): string[] {
  const names = [...message.questions, ...recordsOf(message)].flatMap((named) => [
    named.name,
    ...('target' in named ? [named.target] : []),
  ]);
  return names.flatMap((name) =>
    labelsOf(name).flatMap((label) => labelFaults(label).map((fault) => `${name} ${fault}`)),
  );
}

function labelFaults(label: Uint8Array): string[] {
  const text = Buffer.from(label).toString();
  if (!Buffer.from(text).equals(label)) return ['is no UTF-8'];
  if (text.normalize('NFC') !== text) return ['is not composed'];
  return text.toLowerCase().startsWith('xn--') ? ['is Punycode'] : [];
}

/** To someone who does not speak Multicast DNS (RFC 6762 section 6.7). */
function isLegacy({ message, source, destination: to, toGroup }: SentPacket): boolean {
  return message.response && !toGroup && to.port !== source.port;
}

function isMulticastResponse({ toGroup, message }: SentPacket): boolean {
  return toGroup && message.response;
}

/** Of what we publish only DNS-SD's PTR records are shared; those of the reverse mapping are not. */
function isUnique({ name, type }: ResourceRecord): boolean {
  return type !== 'PTR' || name.toLowerCase().endsWith('.arpa');
}

/** What was sent up to `ms` before a packet. */
function before(packet: SentPacket, all: readonly SentPacket[], ms: number): SentPacket[] {
  const end = all.indexOf(packet);
  const start = all.findIndex((earlier) => packet.time - earlier.time < ms);
  return all.slice(start, end).filter((earlier) => earlier.lan === packet.lan);
}

function* multicastRecords({ message }: SentPacket): Iterable<[record: ResourceRecord, isAnswer: boolean]> {
  for (const record of message.answers) yield [record, true];
  for (const record of message.additionals) yield [record, false];
}

const liveKeysOf = new WeakMap<SentPacket, ReadonlySet<string>>();

/** Keys of the records in a packet that are no goodbyes. */
function liveKeys(packet: SentPacket): ReadonlySet<string> {
  const known = liveKeysOf.get(packet);
  if (known) return known;
  const records = recordsOf(packet.message).filter(({ ttl }) => ttl > 0);
  const keys = new Set(records.map(recordKey));
  liveKeysOf.set(packet, keys);
  return keys;
}

function isProbed(record: ResourceRecord, packet: SentPacket, all: readonly SentPacket[]): boolean {
  const probes = before(packet, all, RATE_LIMIT).filter(({ message }) => isProbe(message));
  return probes.some(({ message }) => message.questions.some((question) => asksFor(question, record)));
}

function isAskedFor(record: ResourceRecord, packet: SentPacket, all: readonly SentPacket[]): boolean {
  const queries = before(packet, all, ANSWERING_TIME).filter(({ message }) => !message.response && !isProbe(message));
  return queries.some(({ message }) => message.questions.some((question) => asksFor(question, record)));
}

function asksFor(question: Question, record: ResourceRecord): boolean {
  const isTypeAsked = question.type === 'ANY' || question.type === record.type || record.type === 'NSEC';
  return isTypeAsked && question.name.toLowerCase() === record.name.toLowerCase();
}
