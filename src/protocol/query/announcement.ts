/** Tells an announcement from an answer: nothing in a response says which of the two it is. */
import type { Message } from '../record.js';

/**
 * Whether a response looks like an announcement: it has all records of a service in the answer section (RFC 6762
 * section 8.3), SRV among them, which accompanies the answer to a browse in the additional section (RFC 6763 section
 * 12.1). The answer to a query for SRV records looks the same.
 */
export function isAnnouncement({ answers }: Message): boolean {
  return answers.some(({ type, cacheFlush }) => type === 'SRV' && cacheFlush);
}
