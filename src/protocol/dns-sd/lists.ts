/** Lists that all hosts of a link share: of service types, and of domains (RFC 6763 sections 9 and 11). */
import { nameKey } from '../name.js';
import type { ResourceRecord } from '../record.js';

const LIST = /^[^.]+\._dns-sd\._udp\./;

/**
 * Whether many hosts publish the same record, a pointer in one of the lists: the goodbye of one host says nothing about
 * the others (RFC 6762 section 10.1). Other shared records, such as the pointer to an instance, have one owner each.
 */
export function isListed(record: Pick<ResourceRecord, 'name' | 'type'>): boolean {
  return record.type === 'PTR' && LIST.test(nameKey(record.name));
}
