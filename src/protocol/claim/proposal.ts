/**
 * What a probe proposes for one name: as many of its records as fit into a packet on any link (RFC 6762 sections 8.2
 * and 17).
 *
 * In a tie-break each side compares what it has sent with what it has received from the other. The result is the same
 * on both sides if each compares exactly the records that it sends. So the choice depends on the records only, not on
 * the link or on the rest of the packet, and the comparison uses it as well. It keeps the records that the tie-break
 * compares first: if those differ, the result is that of the whole sets. If they are all equal, there is no tie to
 * break, and differences in the rest of the data become a conflict of announcements (section 9).
 */
import { IPV6_UDP_HEADER_BYTES, MAX_NAME_BYTES, MIN_IPV6_MTU } from '../constants.js';
import { labelsOf, type Name } from '../name.js';
import type { ResourceRecord } from '../record.js';
import { HEADER_BYTES, POINTER_BYTES, QUESTION_BYTES, RECORD_BYTES } from '../wire/format.js';
import { encodeRdata } from '../wire/rdata.js';
import { compareRecords } from './tie-break.js';

/** Bytes of a message on a link with the smallest MTU that IPv6 allows (RFC 8200 section 5). */
export const MAX_PROBE_BYTES = MIN_IPV6_MTU - IPV6_UDP_HEADER_BYTES;
/** Bytes of a pointer to the name, type, class, TTL and the length of the rdata. */
const RECORD_HEAD_BYTES = POINTER_BYTES + RECORD_BYTES;

/** The records of one name in order, without those that do not fit into a probe. */
export function proposal(name: Name, records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  const sizes = new Map(records.map((record) => [record, RECORD_HEAD_BYTES + encodeRdata(record).length]));
  const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  let room = MAX_PROBE_BYTES - HEADER_BYTES - QUESTION_BYTES;
  // Mostly they fit beside the longest name.
  if (all + MAX_NAME_BYTES <= room) return records;
  room -= nameBytes(name);
  if (all <= room) return records;
  const kept = new Set<ResourceRecord>();
  for (const record of [...records].sort(compareRecords)) {
    const size = sizes.get(record) ?? 0;
    if (size > room) continue;
    room -= size;
    kept.add(record);
  }
  return records.filter((record) => kept.has(record));
}

function nameBytes(name: Name): number {
  return labelsOf(name).reduce((sum, label) => sum + 1 + label.length, 1);
}
