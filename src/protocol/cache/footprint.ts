/**
 * The memory of a cached record in bytes: an estimate from the sizes of its parts, so that the cache can be bounded in
 * bytes. A test compares it with the heap (`test/protocol/cache/footprint.test.ts`); it is right within a factor of
 * two.
 *
 * It counts what is kept, not what was received: names are compressed on the wire and unusual bytes are escaped here,
 * so that 14 bytes can become two names of 1,000 characters. Objects are counted as V8 in Node.js lays them out,
 * without pointer compression: 8 bytes for each field and each pointer to it.
 */
import type { ResourceRecord } from '../record.js';

/** The kinds of records for which memory is reported separately. */
export const KINDS = ['TXT', 'NSEC', 'SRV', 'PTR', 'address', 'other'] as const;
export type RecordKind = (typeof KINDS)[number];

/**
 * The entry with its nodes in lists and heaps, the record object, and its slots in the map of its set and in that of
 * hashes.
 */
const ENTRY_BYTES = 400;
/** A set of records at a name: the object, its map and list. Counted with its first record. */
export const SET_BYTES = 150;
/** A name: the object, its maps and lists, its slot in the table of names and in that of their hashes. */
const NAME_BYTES = 300;
/** A typed array with its buffer, without the bytes: the two objects, and the allocator's overhead. */
const BYTES_BYTES = 250;
const STRING_BYTES = 24;

/** The kind of a record. */
export function kindOf({ type }: ResourceRecord): RecordKind {
  switch (type) {
    case 'A':
    case 'AAAA':
      return 'address';
    case 'TXT':
    case 'NSEC':
    case 'SRV':
    case 'PTR':
      return type;
    default:
      return 'other';
  }
}

/**
 * The memory of an entry for the record, without its set and its name. `hasKey`: its set is a table with keys, since
 * it has other records.
 */
export function entryBytes(record: ResourceRecord, hasKey: boolean): number {
  const data = dataBytes(record);
  return ENTRY_BYTES + textBytes(record.name) + (hasKey ? 2 : 1) * data;
}

/** The memory of a name without its records: its key is a separate string if the name has capital letters. */
export function nameBytes(key: string): number {
  return NAME_BYTES + textBytes(key);
}

function dataBytes(record: ResourceRecord): number {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return textBytes(record.address);
    case 'PTR':
    case 'CNAME':
      return textBytes(record.target);
    case 'SRV':
      return textBytes(record.target);
    case 'TXT':
      return BYTES_BYTES + record.packed.length;
    case 'NSEC':
      return BYTES_BYTES + record.bitmap.length + textBytes(record.next);
    case 'HINFO':
      return textBytes(record.cpu) + textBytes(record.os);
    default:
      return BYTES_BYTES + record.rdata.length;
  }
}

/** One byte for each character if all are Latin-1, as in nearly all names, otherwise two. */
function textBytes(text: string): number {
  return STRING_BYTES + (wide.test(text) ? 2 : 1) * text.length;
}

const wide = /[^\0-\xff]/;
