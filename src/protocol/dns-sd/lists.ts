/** Lists that a whole link has in common: of service types, and of domains (RFC 6763 sections 9 and 11). */
import { nameKey } from '../name.js';
import type { ResourceRecord } from '../record.js';

const LIST = /^[^.]+\._dns-sd\._udp\./;

/**
 * Whether many hosts hold this very record: a pointer from one of the lists. The goodbye of one of them says nothing of the
 * others (RFC 6762 section 10.1). Other shared records, such as the pointer to an instance, have one holder each.
 */
export function isListed(record: Pick<ResourceRecord, 'name' | 'type'>): boolean {
  return record.type === 'PTR' && LIST.test(nameKey(record.name));
}
