/** What kinds of record sets there are, and which questions they answer. */
import { isAliasFor } from '../aliases.js';
import { CLASS_IN } from '../constants.js';
import { answers, type TypeAndClass } from '../record.js';

/** Whether a record set answers a question. */
export function serves(question: TypeAndClass, set: TypeAndClass): boolean {
  return answers(question, set) || isAliasFor(question, set);
}

/** Type and class as one key; almost all records have class IN. */
export function typeKey(type: string, rrclass: number): string {
  return rrclass === CLASS_IN ? type : `${type} ${rrclass}`;
}

/**
 * Whether all hosts share records of a type: the pointers of DNS-SD (RFC 6763 section 4.1), not those of the reverse
 * mapping.
 *
 * @param key the folded name
 */
export function isShared(key: string, type: string): boolean {
  return type === 'PTR' && !key.endsWith('.arpa');
}
