/**
 * Fills packets with questions and records. What is added at once goes into one packet, or none of it does.
 *
 * What fits is determined by writing it. The order in which sections are filled does not change the size: each suffix
 * of a name is written once, where it comes first, and is a pointer everywhere else.
 */
import type { Message, Question, ResourceRecord } from '../record.js';
import { checkSize, writeHeader, writeMessage } from './encode.js';
import { HEADER_BYTES } from './format.js';
import { type Style, writeQuestion, writeRecord } from './write-record.js';
import { sharedWriter as writer } from './writer.js';

/** In the order of the wire. */
interface Sections {
  readonly questions: Question[];
  readonly answers: ResourceRecord[];
  readonly authorities: ResourceRecord[];
  readonly additionals: ResourceRecord[];
}

/** What is added at once. */
type Parts = { readonly [Section in keyof Sections]?: Readonly<Sections[Section]> };

/** The other fields of the header follow from the contents, or are 0 (RFC 6762 sections 18.3 and 18.11). */
type PacketHead = Pick<Message, 'id' | 'response' | 'authoritative' | 'truncated'>;

const NONE: readonly never[] = [];

/** All packers share one writer: a packet is packed to its end before the next begins. */
export class Packer {
  readonly #style: Style;
  readonly #sections: Sections = { questions: [], answers: [], authorities: [], additionals: [] };
  /** The section that was written last, as an index, and whether all were written in the order of the wire. */
  #last = 0;
  #inOrder = true;

  constructor(style: Style) {
    this.#style = style;
  }

  /** Begins an empty packet. */
  begin(): void {
    writer.reset();
    writer.position = HEADER_BYTES;
    const { questions, answers, authorities, additionals } = this.#sections;
    questions.length = answers.length = authorities.length = additionals.length = 0;
    this.#last = 0;
    this.#inOrder = true;
  }

  get isEmpty(): boolean {
    return writer.position === HEADER_BYTES;
  }

  /** Adds all of these, or nothing if the packet would exceed `maxBytes`. */
  add({ questions, answers, authorities, additionals }: Parts, maxBytes: number): boolean {
    const before = writer.mark();
    const fits =
      this.#writeQuestions(questions, maxBytes) &&
      this.#writeRecords(answers, maxBytes) &&
      this.#writeRecords(authorities, maxBytes) &&
      this.#writeRecords(additionals, maxBytes);
    if (!fits) {
      writer.rollback(before);
      return false;
    }
    this.#append(0, this.#sections.questions, questions);
    this.#append(1, this.#sections.answers, answers);
    this.#append(2, this.#sections.authorities, authorities);
    this.#append(3, this.#sections.additionals, additionals);
    return true;
  }

  /** The packet. Throws `MdnsError` for one of more than 9000 bytes (RFC 6762 section 17). */
  finish(head: PacketHead): Uint8Array {
    const { questions, answers, authorities, additionals } = this.#sections;
    // Field by field: two spreads take longer than the rest of a small packet.
    const { id, response, authoritative, truncated } = head;
    const message = {
      id,
      response,
      authoritative,
      truncated,
      opcode: 0,
      rcode: 0,
      questions,
      answers,
      authorities,
      additionals,
    };
    if (!this.#inOrder) return writeMessage(writer, message, this.#style);
    checkSize(writer);
    const end = writer.position;
    writer.position = 0;
    writeHeader(writer, message);
    writer.position = end;
    return writer.written();
  }

  #writeQuestions(questions: readonly Question[] = NONE, maxBytes: number): boolean {
    for (const question of questions) {
      writeQuestion(writer, question);
      if (writer.position > maxBytes) return false;
    }
    return true;
  }

  #writeRecords(records: readonly ResourceRecord[] = NONE, maxBytes: number): boolean {
    for (const record of records) {
      writeRecord(writer, record, this.#style);
      if (writer.position > maxBytes) return false;
    }
    return true;
  }

  #append<T>(section: number, list: T[], added: readonly T[] = NONE): void {
    if (added.length === 0) return;
    if (section < this.#last) this.#inOrder = false;
    this.#last = section;
    for (const one of added) list.push(one);
  }
}
