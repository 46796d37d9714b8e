/** Messages as scripted peers send them: short to write, complete on the wire. */

import { nsecData } from '../../src/protocol/nsec.js';
import type { Message, Question, ResourceRecord } from '../../src/protocol/record.js';
import { txtData } from '../../src/protocol/txt-strings.js';
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

export function srv(name: string, target: string, port: number, over: Head = {}): ResourceRecord {
  return { ...head(name, over, HOST_TTL, true), type: 'SRV', priority: 0, weight: 0, port, target };
}

export function txt(name: string, strings: readonly string[] = [], over: Head = {}): ResourceRecord {
  return {
    ...head(name, over, OTHER_TTL, true),
    ...txtData(strings.map((text) => new TextEncoder().encode(text))),
  };
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

/** The bytes of a query. */
export function query(parts: Partial<Omit<Message, 'response'>>): Uint8Array {
  return encodeMessage({ ...empty, ...parts });
}

/** The bytes of a response. */
export function response(parts: Partial<Omit<Message, 'response'>>): Uint8Array {
  return encodeMessage({ ...empty, ...parts, response: true, authoritative: true });
}
