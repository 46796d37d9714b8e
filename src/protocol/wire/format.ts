/** The layout of messages in bytes (RFC 1035 section 4.1, RFC 6762 section 18). */

export const HEADER_BYTES = 12;
/** The type and class that follow the name of a question. */
export const QUESTION_BYTES = 4;
/** The type, class, TTL and length of the rdata that follow the name of a record. */
export const RECORD_BYTES = 10;
/** The priority, weight and port before the target of an SRV record. */
export const SRV_BYTES = 6;
/** The cache-flush bit of a record's class, and the unicast-response bit of a question's. */
export const TOP_BIT = 0x8000;

/** A byte of at least this value begins a compression pointer instead of a label. */
export const POINTER = 0xc0;
export const POINTER_BYTES = 2;
/** The last offset that a pointer can lead to. */
export const LAST_TARGET = 0x3fff;

/** The offset that the compression pointer of these two bytes leads to. */
export function pointerTarget(first: number, second: number): number {
  return ((first & 0x3f) << 8) | second;
}

/** The 16 bits at `at`; missing bytes count as 0. */
export function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
