import { nameEnd } from '../query/name-hash.js';
import { HEADER_BYTES, QUESTION_BYTES, RECORD_BYTES, uint16 } from '../wire/format.js';
import { peekMessage } from '../wire/header.js';

/**
 * Where the last additional record of a message begins; undefined if it has none, or does not end where that record
 * does.
 */
export function lastRecord(bytes: Uint8Array): number | undefined {
  const header = peekMessage(bytes);
  if (header === undefined || header.additionals === 0) return undefined;
  let at = HEADER_BYTES;
  for (let left = header.questions; left > 0; left--) {
    const end = nameEnd(bytes, at);
    if (end < 0 || end + QUESTION_BYTES > bytes.length) return undefined;
    at = end + QUESTION_BYTES;
  }
  let last = at;
  for (let left = header.answers + header.authorities + header.additionals; left > 0; left--) {
    last = at;
    const data = nameEnd(bytes, at) + RECORD_BYTES;
    if (data < RECORD_BYTES || data > bytes.length) return undefined;
    at = data + uint16(bytes, data - 2);
  }
  return at === bytes.length ? last : undefined;
}
