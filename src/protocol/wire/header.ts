/** The header of a message (RFC 6762 sections 18.1 to 18.11). */
import { HEADER_BYTES, uint16 } from './format.js';

/** Where the flags are, and where the numbers of questions and records begin. */
export const FLAGS_AT = 2;
export const COUNTS_AT = 4;

export const RESPONSE = 0x8000;
const AUTHORITATIVE = 0x0400;
export const TRUNCATED = 0x0200;

/** The contents of the first twelve bytes: flags and counts. RD, RA, Z, AD and CD have no meaning in Multicast DNS. */
export interface MessageHeader {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly questions: number;
  readonly answers: number;
  readonly authorities: number;
  readonly additionals: number;
}

/** Whether this is a response rather than a query; false for what is too short to have a header. */
export function isResponse(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_BYTES && (uint16(bytes, FLAGS_AT) & RESPONSE) !== 0;
}

/** Reads only the header, to decide cheaply whether a message is relevant. Undefined if there are too few bytes. */
export function peekMessage(bytes: Uint8Array): MessageHeader | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const flags = uint16(bytes, FLAGS_AT);
  return {
    id: uint16(bytes, 0),
    response: (flags & RESPONSE) !== 0,
    opcode: (flags >> 11) & 0xf,
    rcode: flags & 0xf,
    authoritative: (flags & AUTHORITATIVE) !== 0,
    truncated: (flags & TRUNCATED) !== 0,
    questions: uint16(bytes, 4),
    answers: uint16(bytes, 6),
    authorities: uint16(bytes, 8),
    additionals: uint16(bytes, 10),
  };
}

type Flags = Pick<MessageHeader, 'response' | 'opcode' | 'rcode' | 'authoritative' | 'truncated'>;

/** The second 16 bits of the header. */
export function flagBits(of: Flags): number {
  return (
    (of.response ? RESPONSE : 0) |
    (of.opcode << 11) |
    (of.authoritative ? AUTHORITATIVE : 0) |
    (of.truncated ? TRUNCATED : 0) |
    of.rcode
  );
}
