/**
 * Decodes DNS messages (RFC 6762 section 18). It never throws, whatever the bytes are, and takes time linear in the
 * size of the message.
 *
 * A bad record does not affect the others: RDLENGTH says where it ends, so it is skipped and reported. If its end
 * cannot be determined, a response keeps the records before it, and a query is dropped completely, since part of a
 * query may ask for more than its sender wanted (without its known answers).
 */

import { CLASS_ANY, CLASS_NONE } from '../constants.js';
import type { Name } from '../name.js';
import { nameEnd } from '../query/name-hash.js';
import type { BareRecord, Message, Question, ResourceRecord, UnicastRecord } from '../record.js';
import { typeName } from '../types.js';
import type { Section, WireFault, WireFaultCode } from './fault.js';
import { HEADER_BYTES, QUESTION_BYTES, RECORD_BYTES, TOP_BIT } from './format.js';
import { type MessageHeader, peekMessage } from './header.js';
import { MAX_FAULTS, MAX_MESSAGE_BYTES } from './limits.js';
import { readRecord, recordType } from './read-data.js';
import { Reader } from './reader.js';

export { peekMessage };

/**
 * A message with the faults of its skipped parts, or the fault that makes it unreadable. At most `MAX_FAULTS` faults
 * are listed.
 */
export type Decoded<R = ResourceRecord> =
  | { readonly message: Message<R>; readonly faults: readonly WireFault[] }
  | { readonly message: undefined; readonly faults: readonly [WireFault] };

/**
 * Which records are decoded; the others are skipped. The name begins at `start`, rdata lies between `data` and `end`.
 */
export interface Choice {
  takes(start: number, type: number, ttl: number, data: number, end: number): boolean;
}

/** Decodes a message. The result does not refer to `bytes`. The caller must check opcode and rcode. */
export function decodeMessage(bytes: Uint8Array, choice?: Choice): Decoded {
  const header = peekMessage(bytes);
  if (header === undefined || bytes.length > MAX_MESSAGE_BYTES) {
    return { message: undefined, faults: [{ code: 'bad-size', offset: 0 }] };
  }
  return new Decoder(bytes, choice).decode(header);
}

/** Decodes a message of unicast DNS, of any size, in which records of the classes ANY and NONE may lack their rdata. */
export function decodeAnySize(bytes: Uint8Array): Decoded<UnicastRecord> {
  const header = peekMessage(bytes);
  if (header === undefined) return { message: undefined, faults: [{ code: 'bad-size', offset: 0 }] };
  return new Decoder<UnicastRecord>(bytes, undefined, bareRecord).decode(header);
}

/** A record without rdata, as an update has it; undefined in other classes (RFC 2136 sections 2.4 and 2.5). */
function bareRecord(name: Name, type: number, rrclass: number, ttl: number): BareRecord | undefined {
  if (rrclass !== CLASS_ANY && rrclass !== CLASS_NONE) return undefined;
  return { name, type: typeName(type), class: rrclass, cacheFlush: false, ttl, bare: true };
}

/** Makes a record without rdata; undefined if it must have some. */
type Bare<R> = (name: Name, type: number, rrclass: number, ttl: number) => R | undefined;

class Decoder<R = ResourceRecord> {
  readonly #reader: Reader;
  readonly #choice: Choice | undefined;
  readonly #bare: Bare<R> | undefined;
  readonly #faults: WireFault[] = [];
  /** Of the record that is being read: each takes its fields over. */
  readonly #head = { name: '', class: 0, cacheFlush: false, ttl: 0 };
  #at = HEADER_BYTES;
  /** Why the start of the next question or record cannot be determined; undefined while it can. */
  #lost: WireFault | undefined;

  constructor(bytes: Uint8Array, choice: Choice | undefined, bare?: Bare<R>) {
    this.#reader = new Reader(bytes);
    this.#choice = choice;
    this.#bare = bare;
  }

  decode(header: MessageHeader): Decoded<R | ResourceRecord> {
    const questions = this.#questions(header.questions);
    const faultyQuestion = this.#faults[0];
    const answers = this.#records(header.answers, 'answers');
    const authorities = this.#records(header.authorities, 'authorities');
    const additionals = this.#records(header.additionals, 'additionals');
    const unusable = faultyQuestion ?? this.#lost;
    if (!header.response && unusable !== undefined) return { message: undefined, faults: [unusable] };
    if (this.#lost === undefined && this.#at < this.#reader.bytes.length) this.#fault('trailing-bytes', this.#at);
    const { id, response, opcode, rcode, authoritative, truncated } = header;
    // Here and below a spread comes last: V8 takes a microsecond longer if fields follow it.
    const sections = { questions, answers, authorities, additionals };
    return { message: { id, response, opcode, rcode, authoritative, truncated, ...sections }, faults: this.#faults };
  }

  #questions(count: number): readonly Question[] {
    const questions: Question[] = [];
    for (let left = count; left > 0 && this.#lost === undefined; left--) {
      const question = this.#question();
      if (question !== undefined) questions.push(question);
    }
    return questions;
  }

  #question(): Question | undefined {
    const reader = this.#reader;
    const start = this.#at;
    const name = reader.name(start, reader.bytes.length);
    const at = reader.end;
    if (at < 0 || at + QUESTION_BYTES > reader.bytes.length) return this.#lose(start, 'questions');
    this.#at = at + QUESTION_BYTES;
    if (name === undefined) return this.#fault('bad-name', start, 'questions');
    const bits = reader.uint16(at + 2);
    return {
      name,
      type: typeName(reader.uint16(at)),
      class: bits & ~TOP_BIT,
      unicastResponse: (bits & TOP_BIT) !== 0,
    };
  }

  #records(count: number, section: Section): readonly (R | ResourceRecord)[] {
    const records: (R | ResourceRecord)[] = [];
    for (let left = count; left > 0 && this.#lost === undefined; left--) {
      const record = this.#record(section);
      if (record !== undefined) records.push(record);
    }
    return records;
  }

  #record(section: Section): R | ResourceRecord | undefined {
    const reader = this.#reader;
    const start = this.#at;
    if (this.#choice !== undefined && this.#passesOver(this.#choice, start)) return undefined;
    const name = reader.name(start, reader.bytes.length);
    const at = reader.end;
    const data = at + RECORD_BYTES;
    const end = data + reader.uint16(data - 2);
    if (at < 0 || data > reader.bytes.length || end > reader.bytes.length) return this.#lose(start, section);
    this.#at = end;
    if (name === undefined) return this.#fault('bad-name', start, section);
    const number = reader.uint16(at);
    const bare = data === end ? this.#bare?.(name, number, reader.uint16(at + 2), reader.uint32(at + 4)) : undefined;
    if (bare !== undefined) return bare;
    const type = recordType(number);
    if (type === undefined) return this.#fault('bad-type', start, section);
    reader.blemish = false;
    const bits = reader.uint16(at + 2);
    // The "class" of OPT is a size and has no cache-flush bit (RFC 6762 section 10.2, RFC 6891 section 6.1.2).
    const pseudo = type === 'OPT';
    const head = this.#head;
    head.name = name;
    head.class = pseudo ? bits : bits & ~TOP_BIT;
    head.cacheFlush = !pseudo && (bits & TOP_BIT) !== 0;
    head.ttl = reader.uint32(at + 4);
    const record = readRecord(reader, head, type, data, end);
    if (record === undefined || reader.blemish) this.#fault('bad-rdata', start, section);
    return record;
  }

  /**
   * Whether the record is skipped by choice. A record whose end cannot be determined is not: decoding it reports the
   * fault.
   */
  #passesOver(choice: Choice, start: number): boolean {
    const reader = this.#reader;
    const at = nameEnd(reader.bytes, start);
    const data = at + RECORD_BYTES;
    const end = data + reader.uint16(data - 2);
    if (at < 0 || data > reader.bytes.length || end > reader.bytes.length) return false;
    if (choice.takes(start, reader.uint16(at), reader.uint32(at + 4), data, end)) return false;
    this.#at = end;
    return true;
  }

  #lose(offset: number, section: Section): undefined {
    this.#lost = { code: 'truncated', offset, section };
    this.#fault('truncated', offset, section);
  }

  #fault(code: WireFaultCode, offset: number, section?: Section): undefined {
    if (this.#faults.length < MAX_FAULTS) this.#faults.push(section ? { code, offset, section } : { code, offset });
  }
}
