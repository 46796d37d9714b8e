/** Records, questions and messages: short to write, complete on the wire; and as text. */

import { nsecData } from '../../src/protocol/nsec.js';
import {
  dataKey,
  type Message,
  type Question,
  type RecordData,
  type RecordHead,
  type ResourceRecord,
  type SrvData,
} from '../../src/protocol/record.js';
import { txtData, txtStringsOf } from '../../src/protocol/txt-strings.js';
import type { QuestionType, RecordType } from '../../src/protocol/types.js';
import { encodeMessage } from '../../src/protocol/wire/encode.js';

/** What tests vary of a record; `flush` is the cache-flush bit, which goes with unique records unless it is given. */
export interface Head {
  readonly ttl?: number;
  readonly flush?: boolean;
}

const IN = 1;
const HOST_TTL = 120;
const OTHER_TTL = 4500;

function head(name: string, over: Head, ttl: number, flush: boolean) {
  return { name, class: IN, cacheFlush: over.flush ?? flush, ttl: over.ttl ?? ttl };
}

/** A record of any type: shared if it is a PTR. */
export function record(name: string, data: RecordData, over: Head = {}): ResourceRecord {
  return { ...head(name, over, HOST_TTL, data.type !== 'PTR'), ...data };
}

/** An A or AAAA record, as the address has it. */
export function address(name: string, text: string, over: Head = {}): ResourceRecord {
  return { ...head(name, over, HOST_TTL, true), type: text.includes(':') ? 'AAAA' : 'A', address: text };
}

/** A shared PTR record. */
export function ptr(name: string, target: string, over: Head = {}): ResourceRecord {
  return { ...head(name, over, OTHER_TTL, false), type: 'PTR', target };
}

/** Another name of a host. */
export function cname(name: string, target: string, over: Head = {}): ResourceRecord {
  return { ...head(name, over, HOST_TTL, true), type: 'CNAME', target };
}

export function srv(
  name: string,
  target: string,
  port = 80,
  { priority = 0, weight = 0, ...over }: Head & { readonly priority?: number; readonly weight?: number } = {},
): RecordHead & SrvData {
  return { ...head(name, over, HOST_TTL, true), type: 'SRV', priority, weight, port, target };
}

export function txt(name: string, strings: readonly (string | Uint8Array)[] = [], over: Head = {}): ResourceRecord {
  return { ...head(name, over, OTHER_TTL, true), ...txtData(strings.map((each) => Buffer.from(each))) };
}

/** A TXT record of so many bytes, or a few more. */
export function largeTxt(name: string, bytes: number, { fill = 0, ...over }: Head & { readonly fill?: number } = {}) {
  return txt(
    name,
    Array.from({ length: Math.ceil(bytes / 256) }, () => new Uint8Array(255).fill(fill)),
    over,
  );
}

export function nsec(name: string, types: readonly RecordType[], over: Head = {}): ResourceRecord {
  return { ...head(name, over, HOST_TTL, true), ...nsecData(name, types) };
}

/** A question of class IN; `qu` welcomes a unicast response. */
export function question(name: string, type: QuestionType, { qu = false }: { readonly qu?: boolean } = {}): Question {
  return { name, type, class: IN, unicastResponse: qu };
}

/** All records of a service as its owner announces them: PTR, SRV, TXT and the host's addresses. */
export function service(
  instance: string,
  type: string,
  host: string,
  port: number,
  options: { readonly addresses?: readonly string[]; readonly txt?: readonly string[] } = {},
): ResourceRecord[] {
  const name = `${instance}.${type}`;
  return [
    ptr(type, name),
    srv(name, host, port),
    txt(name, options.txt),
    ...(options.addresses ?? []).map((each) => address(host, each)),
  ];
}

/** The same records as goodbyes. */
export function goodbye(records: readonly ResourceRecord[]): ResourceRecord[] {
  return records.map((record) => ({ ...record, ttl: 0 }));
}

const empty: Message = {
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

/** A query, unless the parts say otherwise. */
export function message(parts: Partial<Message> = {}): Message {
  return { ...empty, ...parts };
}

/** The bytes of a query. */
export function query(parts: Partial<Omit<Message, 'response'>>): Uint8Array {
  return encodeMessage(message(parts));
}

/** The bytes of a response. */
export function response(parts: Partial<Omit<Message, 'response'>>): Uint8Array {
  return encodeMessage(message({ ...parts, response: true, authoritative: true }));
}

/** `_t._tcp.local PTR` */
export function nameAndType({ name, type }: Pick<Question, 'name' | 'type'>): string {
  return `${name} ${type}`;
}

/** `_t._tcp.local PTR`, or `_t._tcp.local PTR QU`. */
export function renderQuestion(question: Question): string {
  return `${nameAndType(question)}${question.unicastResponse ? ' QU' : ''}`;
}

/** A record on one line: `I._t._tcp.local SRV 120! 0 0 8085 h.local`, `!` being the cache-flush bit. */
export function renderRecord(record: ResourceRecord): string {
  return `${nameAndType(record)} ${record.ttl}${record.cacheFlush ? '!' : ''} ${renderData(record)}`;
}

function renderData(record: ResourceRecord): string {
  switch (record.type) {
    case 'TXT':
      return txtStringsOf(record)
        .map((bytes) => JSON.stringify(Buffer.from(bytes).toString()))
        .join(' ');
    case 'PTR':
    case 'CNAME':
      return record.target;
    case 'SRV':
      return `${record.priority} ${record.weight} ${record.port} ${record.target}`;
    default:
      return dataKey(record);
  }
}
