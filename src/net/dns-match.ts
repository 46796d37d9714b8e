/**
 * Whether a message is the reply to another: both as bytes, since the message is whatever the actors have made (RFC
 * 5452 section 9.1). Names are compared without regard to ASCII case.
 */

export const DNS_HEADER_BYTES = 12;
const FLAGS_AT = 2;
const QUESTIONS_AT = 4;
const RESPONSE = 0x80;
const OPCODE = 0x78;
const TRUNCATED = 0x02;

/** A copy with another id. */
export function withId(message: Uint8Array, id: number): Uint8Array {
  const copy = Uint8Array.from(message);
  copy[0] = id >> 8;
  copy[1] = id;
  return copy;
}

/** Whether a message with this header can be a reply. */
export function mayAnswer(sent: Uint8Array, header: Uint8Array): boolean {
  if (header.length < DNS_HEADER_BYTES || sent[0] !== header[0] || sent[1] !== header[1]) return false;
  const flags = byteAt(header, FLAGS_AT);
  return (flags & RESPONSE) !== 0 && (flags & OPCODE) === (byteAt(sent, FLAGS_AT) & OPCODE);
}

export function isReplyTo(sent: Uint8Array, received: Uint8Array): boolean {
  if (!mayAnswer(sent, received)) return false;
  const flags = byteAt(received, FLAGS_AT);
  const end = questionEnd(sent);
  // A server that cannot read the message, or takes an update, may leave out the question (RFC 2136 section 3.8).
  if (uint16(received, QUESTIONS_AT) === 0) return (flags & OPCODE) !== 0 || codeOf(received) !== 0;
  if (uint16(received, QUESTIONS_AT) !== 1 || received.length < end) return false;
  for (let at = DNS_HEADER_BYTES; at < end; at++)
    if (folded(byteAt(sent, at)) !== folded(byteAt(received, at))) return false;
  return true;
}

/** Whether a reply did not fit, and has to be asked for over TCP (RFC 2181 section 9). */
export function isTruncated(reply: Uint8Array): boolean {
  return (byteAt(reply, FLAGS_AT) & TRUNCATED) !== 0;
}

/** The response code, without the bits that an OPT record adds. */
export function codeOf(reply: Uint8Array): number {
  return byteAt(reply, FLAGS_AT + 1) & 0x0f;
}

/** Where the first question ends. */
function questionEnd(message: Uint8Array): number {
  let at = DNS_HEADER_BYTES;
  while (at < message.length && byteAt(message, at) !== 0) at += 1 + byteAt(message, at);
  return Math.min(message.length, at + 1 + 4);
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function uint16(bytes: Uint8Array, at: number): number {
  return (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1);
}

/** Lengths of labels are below 64, so they stay as they are. */
function folded(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
