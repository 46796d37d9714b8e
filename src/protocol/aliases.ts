/** Other names of hosts: CNAME records, which lead to the name that has the addresses (RFC 1034 section 3.6.2). */
import type { TypeAndClass } from './record.js';

/** Aliases that are followed in a row, so that neither a circle of them nor a long chain costs much. Our choice. */
export const MAX_ALIASES = 8;

/** Whether a record is an alias that answers a question for addresses (RFC 6762 section 6). */
export function isAliasFor(question: TypeAndClass, record: TypeAndClass): boolean {
  return record.type === 'CNAME' && isAddress(question.type) && question.class === record.class;
}

function isAddress(type: string): boolean {
  return type === 'A' || type === 'AAAA';
}
