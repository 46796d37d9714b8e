/** Writes DNS messages (RFC 6762 section 18). */
import { MdnsError } from '../errors.js';
import type { Message, ResourceRecord } from '../record.js';
import { HEADER_BYTES } from './format.js';
import { flagBits } from './header.js';
import { type Style, writeQuestion, writeRecord } from './write-record.js';
import { checkRange, sharedWriter, type Writer } from './writer.js';

export interface EncodeOptions {
  /**
   * Whether the target of SRV records is compressed; must be false in legacy unicast responses (RFC 6762 section
   * 18.14). Default: true.
   */
  readonly compressSrvTarget?: boolean;
}

/**
 * Encodes a message, with those names compressed that RFC 6762 section 18.14 lists. RD, RA, Z, AD and CD are 0.
 *
 * Throws `MdnsError` for what cannot be written: `invalid-name` (a label over 63 bytes, a name over 255),
 * `invalid-type`, `invalid-txt` (a string over 255 bytes), and `invalid-option` for a number out of its range, an
 * invalid address, or a message of more than 9000 bytes (section 17).
 */
export function encodeMessage(message: Message, options: EncodeOptions = {}): Uint8Array {
  const style = { compress: true, compressSrvTarget: options.compressSrvTarget ?? true, cacheFlush: true };
  return writeMessage(sharedWriter, message, style);
}

/** Throws what `encodeMessage` throws for a message with only this record. */
export function checkRecord(record: ResourceRecord): void {
  sharedWriter.reset();
  sharedWriter.position = HEADER_BYTES;
  writeRecord(sharedWriter, record, { compress: true, compressSrvTarget: true, cacheFlush: true });
  checkSize(sharedWriter);
}

/** Writes a message with a writer whose previous contents are discarded. */
export function writeMessage(writer: Writer, message: Message, style: Style): Uint8Array {
  writer.reset();
  writeHeader(writer, message);
  for (const question of message.questions) {
    writeQuestion(writer, question);
    checkSize(writer);
  }
  for (const records of [message.answers, message.authorities, message.additionals]) {
    for (const record of records) {
      writeRecord(writer, record, style);
      checkSize(writer);
    }
  }
  return writer.written();
}

/** Writes the first twelve bytes of a message. `flags`: further bits of its flags. */
export function writeHeader(writer: Writer, message: Message<unknown>, flags = 0): void {
  const { questions, answers, authorities, additionals } = message;
  checkRange(message.opcode, 0xf, 'The opcode');
  checkRange(message.rcode, 0xf, 'The rcode');
  writer.uint16(message.id, 'The id');
  writer.uint16(flagBits(message) | flags, 'The flags');
  for (const { length } of [questions, answers, authorities, additionals])
    writer.uint16(length, 'The number of records');
}

/** Throws `MdnsError` `invalid-option` if more is written than the largest message has. */
export function checkSize(writer: Writer): void {
  if (writer.position <= writer.limit) return;
  throw new MdnsError('invalid-option', `A message has at most ${writer.limit} bytes: pack its records into several.`);
}
