/** What the tester says of names that the device wants: records of the kind that the device proposes, and other data. */
import type { ResourceRecord } from '../../../src/protocol/record.js';

/** Seconds. */
const DENIAL_TTL = 60;

/**
 * The data with which version 1.5.4 says that it has a name: address 0.0.0.0, or the SRV record `0 0 0 .`. Without the
 * cache-flush bit it counts as well.
 */
export function denialOf(records: readonly ResourceRecord[], cacheFlush: boolean): ResourceRecord {
  const record =
    records.find(({ type }) => type === 'SRV' || type === 'A') ?? records.find(({ type }) => type === 'AAAA');
  if (record === undefined) throw new Error('There are no records to contradict.');
  const head = { name: record.name, class: record.class, cacheFlush, ttl: DENIAL_TTL };
  if (record.type === 'SRV') return { ...head, type: 'SRV', priority: 0, weight: 0, port: 0, target: '.' };
  return record.type === 'A' ? { ...head, type: 'A', address: '0.0.0.0' } : { ...head, type: 'AAAA', address: '::' };
}

/**
 * A record set that is later (1) or earlier (-1) than that of the device in a tie-break (RFC 6762 section 8.2): the first octet
 * of addresses, or the port, is one more or one less, all else is the same.
 */
export function shifted(records: readonly ResourceRecord[], by: 1 | -1): ResourceRecord[] {
  return records.map((record) => {
    switch (record.type) {
      case 'A':
        return { ...record, address: record.address.replace(/^\d+/, (octet) => String(Number(octet) + by)) };
      case 'AAAA':
        return {
          ...record,
          address: record.address.replace(/^[\da-f]+/, (word) => (parseInt(word, 16) + by).toString(16)),
        };
      case 'SRV':
        return { ...record, port: record.port + by };
      default:
        return record;
    }
  });
}
