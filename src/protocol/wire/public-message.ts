/** DNS messages as users read and write them: records have the same form as in the results of `query()`. */
import { nsecData } from '../nsec.js';
import { type PublicRecord, publicRecord } from '../public-record.js';
import type { MessageHead, ResourceRecord } from '../record.js';
import { txtData } from '../txt-strings.js';
import { decodeMessage as decode } from './decode.js';
import { type EncodeOptions, encodeMessage as encode } from './encode.js';
import type { WireFault } from './fault.js';

/** A DNS message (RFC 6762 section 18). TXT records have the field `strings`, NSEC records `types`. */
export interface PublicMessage extends MessageHead {
  readonly answers: readonly PublicRecord[];
  readonly authorities: readonly PublicRecord[];
  readonly additionals: readonly PublicRecord[];
}

/** A message with the faults of its skipped parts, or the fault that makes the whole unreadable. */
export type DecodedMessage =
  | { readonly message: PublicMessage; readonly faults: readonly WireFault[] }
  | { readonly message: undefined; readonly faults: readonly [WireFault] };

/**
 * Decodes a message. Never throws, whatever the bytes are.
 *
 * @example for (const { bytes } of lan.trace) console.log(decodeMessage(bytes).message?.questions);
 */
export function decodeMessage(bytes: Uint8Array): DecodedMessage {
  const decoded = decode(bytes);
  return decoded.message ? { message: inSections(decoded.message, publicRecord), faults: decoded.faults } : decoded;
}

/**
 * Encodes a message, with names compressed (RFC 6762 section 18.14).
 *
 * @throws MdnsError `invalid-name`, `invalid-type`, `invalid-txt`, or `invalid-option` for a number out of its range,
 *   an invalid address, or a message of more than 9000 bytes (RFC 6762 section 17)
 * @example const { message } = decodeMessage(lan.trace[0].bytes); const bytes = message && encodeMessage(message);
 */
export function encodeMessage(message: PublicMessage, options: EncodeOptions = {}): Uint8Array {
  return encode(inSections(message, packedRecord), options);
}

function inSections<From, To, M extends Sections<From>>(message: M, change: (record: From) => To): M & Sections<To> {
  const { answers, authorities, additionals } = message;
  const sections = {
    answers: answers.map(change),
    authorities: authorities.map(change),
    additionals: additionals.map(change),
  };
  return { ...message, ...sections };
}

interface Sections<R> {
  readonly answers: readonly R[];
  readonly authorities: readonly R[];
  readonly additionals: readonly R[];
}

/** The record as this package keeps it. */
export function packedRecord(record: PublicRecord): ResourceRecord {
  const { name, class: rrclass, cacheFlush, ttl } = record;
  const head = { name, class: rrclass, cacheFlush, ttl };
  if (record.type === 'TXT') return { ...head, ...txtData(record.strings) };
  if (record.type === 'NSEC') return { ...head, ...nsecData(record.next, record.types) };
  return record;
}
