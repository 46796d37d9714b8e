/**
 * Messages of unicast DNS: longer than those of Multicast DNS, with more flags, and in updates with records that lack
 * their rdata. Names in rdata are not compressed, since a receiver need not expand them (RFC 3597 section 4, RFC 2782).
 */
import { MAX_DNS_MESSAGE_BYTES } from '../constants.js';
import type { UnicastFlags, UnicastMessage, UnicastRecord } from '../record.js';
import { decodeAnySize } from './decode.js';
import { checkSize, writeHeader } from './encode.js';
import type { WireFault } from './fault.js';
import { uint16 } from './format.js';
import { FLAGS_AT } from './header.js';
import { asCompared } from './rdata.js';
import { writeClass, writeData, writeQuestion, writeType } from './write-record.js';
import { checkRange, Writer } from './writer.js';

const RECURSION_DESIRED = 0x0100;
const RECURSION_AVAILABLE = 0x0080;
const AUTHENTIC_DATA = 0x0020;
const CHECKING_DISABLED = 0x0010;

/** A message with the faults of its skipped parts, or the fault that makes it unreadable. */
export type DecodedUnicast =
  | { readonly message: UnicastMessage; readonly faults: readonly WireFault[] }
  | { readonly message: undefined; readonly faults: readonly WireFault[] };

/** Decodes a message of unicast DNS. Never throws; the result does not refer to `bytes`. */
export function decodeUnicast(bytes: Uint8Array): DecodedUnicast {
  const { message, faults } = decodeAnySize(bytes);
  return message ? { message: { ...message, ...flagsOf(bytes) }, faults } : { message, faults };
}

/** The flags that are set. */
function flagsOf(bytes: Uint8Array): UnicastFlags {
  const flags = uint16(bytes, FLAGS_AT);
  return {
    ...(flags & RECURSION_DESIRED && { recursionDesired: true }),
    ...(flags & RECURSION_AVAILABLE && { recursionAvailable: true }),
    ...(flags & AUTHENTIC_DATA && { authenticData: true }),
    ...(flags & CHECKING_DISABLED && { checkingDisabled: true }),
  };
}

/** Needs more room than the writer of Multicast DNS, and exists only once a message was written. */
let writer: Writer | undefined;

/**
 * Encodes a message of unicast DNS.
 *
 * Throws `MdnsError` like `encodeMessage`, for a message of more than 65,535 bytes instead (RFC 1035 section 4.2.2).
 */
export function encodeUnicast(message: UnicastMessage): Uint8Array {
  writer ??= new Writer(MAX_DNS_MESSAGE_BYTES);
  writer.reset();
  writeHeader(writer, message, flagBitsOf(message));
  for (const question of message.questions) {
    writeQuestion(writer, question);
    checkSize(writer);
  }
  for (const records of [message.answers, message.authorities, message.additionals]) {
    for (const record of records) {
      writeUnicastRecord(writer, record);
      checkSize(writer);
    }
  }
  return writer.written();
}

function flagBitsOf(flags: UnicastFlags): number {
  return (
    (flags.recursionDesired ? RECURSION_DESIRED : 0) |
    (flags.recursionAvailable ? RECURSION_AVAILABLE : 0) |
    (flags.authenticData ? AUTHENTIC_DATA : 0) |
    (flags.checkingDisabled ? CHECKING_DISABLED : 0)
  );
}

function writeUnicastRecord(writer: Writer, record: UnicastRecord): void {
  writer.name(record.name);
  writeType(writer, record.type);
  if (record.type === 'OPT') writer.uint16(record.class, 'The UDP size of OPT');
  else writeClass(writer, record.class, false);
  writer.uint32(record.ttl, 'The TTL');
  const lengthAt = writer.position;
  writer.position += 2;
  if (!('bare' in record)) writeData(writer, record, asCompared);
  writer.uint16At(lengthAt, checkRange(writer.position - lengthAt - 2, 0xffff, 'The size of rdata'));
}
