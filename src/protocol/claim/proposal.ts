/**
 * What a probe proposes for one name: as many of its records as fit into a packet, whatever the link (RFC 6762 sections
 * 8.2 and 17).
 *
 * Both sides of a tie-break compare what one of them sent with what it received of the other. The outcome is thus the
 * same on both sides as long as each compares exactly the records that it sends. So the choice depends on the records
 * alone, not on the link or on what else is in the packet, and the comparison uses it as well. What is kept are the
 * records that the tie-break looks at first: whenever those differ, the outcome is that of the whole sets. If they are
 * all equal, the probes are no contest, and the rest of the data meets in the announcements, where differences are a
 * conflict (section 9).
 */
import { IPV6_UDP_HEADER_BYTES, MIN_IPV6_MTU } from '../constants.js';
import { labelsOf, type Name } from '../name.js';
import type { ResourceRecord } from '../record.js';
import { HEADER_BYTES } from '../wire/limits.js';
import { encodeRdata } from '../wire/rdata.js';
import { compareRecords } from './tie-break.js';

/** Of a message on the link with the smallest packets that IPv6 allows (RFC 8200 section 5). */
export const MAX_PROBE_BYTES = MIN_IPV6_MTU - IPV6_UDP_HEADER_BYTES;
/** Type and class of a question. */
const QUESTION_BYTES = 4;
/** A pointer to the name, type, class, TTL and the length of the rdata. */
const RECORD_HEAD_BYTES = 12;

/** The records of one name, in their order, without those for which a probe has no room. */
export function proposal(name: Name, records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  let room = MAX_PROBE_BYTES - HEADER_BYTES - QUESTION_BYTES - nameBytes(name);
  const sizes = new Map(records.map((record) => [record, RECORD_HEAD_BYTES + encodeRdata(record).length]));
  if ([...sizes.values()].reduce((sum, size) => sum + size, 0) <= room) return records;
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
