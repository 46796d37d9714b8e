/**
 * Distributes the records of a response over packets (RFC 6762 section 17).
 *
 * A unique record set stays in one packet if possible (section 10.2). Additional records never need a packet of their
 * own: they fill the last one (RFC 6763 section 12). A record that does not fit into a packet of `maxBytes` goes alone
 * into a larger one, up to the 9000 bytes that section 17 allows.
 */
import { type Question, type ResourceRecord, recordKey, setKey } from '../record.js';
import { HEADER_BYTES } from './format.js';
import { flagBits } from './header.js';
import { MAX_PAYLOAD_BYTES } from './limits.js';
import { type Style, writeQuestion, writeRecord } from './write-record.js';
import { sharedWriter, type Writer } from './writer.js';

export interface ResponseParts {
  /** Default: 0, as required in multicast responses (RFC 6762 section 18.1). */
  readonly id?: number | undefined;
  /**
   * The questions of the query, for a legacy response (RFC 6762 section 6.7); others have none (section 6). Default:
   * none.
   */
  readonly questions?: readonly Question[] | undefined;
  readonly answers: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
  /**
   * For a legacy querier: one packet, with the TC bit if not all answers fit (RFC 6762 section 18.5), and SRV targets
   * uncompressed (section 18.14). The caller sets TTLs and cache-flush bits. Default: false.
   */
  readonly legacy?: boolean | undefined;
  /** Bytes of UDP payload that fit the link. */
  readonly maxBytes: number;
}

export interface PackedResponse {
  /** None if there are no answers. */
  readonly packets: Uint8Array[];
  /** The answers in none of the packets: too large for any, or for the one packet of a legacy response. */
  readonly dropped: ResourceRecord[];
  /** The additional records that did not fit. */
  readonly leftOut: ResourceRecord[];
}

/** Packs a response, repeated records once. Throws `MdnsError` for a record that cannot be written. */
export function packResponse(parts: ResponseParts): PackedResponse {
  const seen = new Set<string>();
  const answers = once(parts.answers, seen);
  const additionals = once(parts.additionals, seen);
  if (answers.length === 0) return { packets: [], dropped: [], leftOut: additionals };
  const packer = new ResponsePacker(parts);
  return parts.legacy ? packer.legacy(answers, additionals) : packer.response(answers, additionals);
}

function once(records: readonly ResourceRecord[], seen: Set<string>): ResourceRecord[] {
  return records.filter((record) => {
    const key = recordKey(record);
    return !seen.has(key) && seen.add(key);
  });
}

/** The members of each unique set together; every shared record alone, since such a set may fill many packets. */
function sets(records: readonly ResourceRecord[]): ResourceRecord[][] {
  const sets: ResourceRecord[][] = [];
  const unique = new Map<string, ResourceRecord[]>();
  for (const record of records) {
    const known = record.cacheFlush ? unique.get(setKey(record)) : undefined;
    if (known !== undefined) {
      known.push(record);
      continue;
    }
    const set = [record];
    sets.push(set);
    if (record.cacheFlush) unique.set(setKey(record), set);
  }
  return sets;
}

class ResponsePacker {
  readonly #parts: ResponseParts;
  readonly #style: Style;
  readonly #writer: Writer = sharedWriter;
  readonly #packets: Uint8Array[] = [];
  readonly #dropped: ResourceRecord[] = [];
  readonly #leftOut: ResourceRecord[] = [];
  #truncated = false;
  #questions = 0;
  #answers = 0;
  #additionals = 0;

  constructor(parts: ResponseParts) {
    this.#parts = parts;
    this.#style = { compress: true, compressSrvTarget: !parts.legacy, cacheFlush: true };
    this.#begin();
  }

  response(answers: readonly ResourceRecord[], additionals: readonly ResourceRecord[]): PackedResponse {
    for (const set of sets(answers)) {
      if (this.#addAnswers(set)) continue;
      this.#end();
      if (this.#addAnswers(set)) continue;
      for (const record of set) this.#addAnswer(record);
    }
    if (this.#answers > 0) for (const set of sets(additionals)) this.#addAdditionals(set);
    else this.#leftOut.push(...additionals);
    this.#end();
    return this.#packed();
  }

  legacy(answers: readonly ResourceRecord[], additionals: readonly ResourceRecord[]): PackedResponse {
    for (const question of this.#parts.questions ?? []) this.#addQuestion(question);
    for (const record of answers) if (!this.#addAnswers([record])) this.#dropped.push(record);
    this.#truncated = this.#dropped.length > 0;
    if (!this.#truncated) for (const record of additionals) this.#addAdditionals([record]);
    else this.#leftOut.push(...additionals);
    this.#finish();
    return this.#packed();
  }

  #addQuestion(question: Question): void {
    const before = this.#writer.mark();
    writeQuestion(this.#writer, question);
    if (this.#writer.position <= this.#parts.maxBytes) this.#questions++;
    else this.#writer.rollback(before);
  }

  /** Adds a record to this packet, to the next, or alone to a larger packet. */
  #addAnswer(record: ResourceRecord): void {
    if (this.#addAnswers([record])) return;
    this.#end();
    if (this.#addAnswers([record])) return;
    if (this.#addAnswers([record], MAX_PAYLOAD_BYTES)) this.#end();
    else this.#dropped.push(record);
  }

  #addAnswers(set: readonly ResourceRecord[], maxBytes = this.#parts.maxBytes): boolean {
    const added = this.#add(set, maxBytes);
    if (added) this.#answers += set.length;
    return added;
  }

  #addAdditionals(set: readonly ResourceRecord[]): void {
    if (this.#add(set, this.#parts.maxBytes)) this.#additionals += set.length;
    else this.#leftOut.push(...set);
  }

  #packed(): PackedResponse {
    return { packets: this.#packets, dropped: this.#dropped, leftOut: this.#leftOut };
  }

  /** Adds all of these records, or none. */
  #add(set: readonly ResourceRecord[], maxBytes: number): boolean {
    const before = this.#writer.mark();
    for (const record of set) {
      writeRecord(this.#writer, record, this.#style);
      if (this.#writer.position <= maxBytes) continue;
      this.#writer.rollback(before);
      return false;
    }
    return true;
  }

  #begin(): void {
    this.#writer.reset();
    this.#writer.position = HEADER_BYTES;
    this.#questions = this.#answers = this.#additionals = 0;
  }

  /** Ends this packet if it is not empty, and begins the next. */
  #end(): void {
    if (this.#answers > 0) this.#finish();
    this.#begin();
  }

  #finish(): void {
    const flags = { response: true, authoritative: true, truncated: this.#truncated, opcode: 0, rcode: 0 };
    const end = this.#writer.position;
    this.#writer.position = 0;
    this.#writer.uint16(this.#parts.id ?? 0, 'The id');
    const counts = [flagBits(flags), this.#questions, this.#answers, 0, this.#additionals];
    for (const count of counts) this.#writer.uint16(count, 'The number of records');
    this.#writer.position = end;
    this.#packets.push(this.#writer.written());
  }
}
