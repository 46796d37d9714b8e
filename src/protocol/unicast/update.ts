/** The messages of DNS UPDATE (RFC 2136), and the lease that they ask for (RFC 9664). */
import { CLASS_ANY, CLASS_IN, CLASS_NONE, EDNS_UDP_BYTES, OPCODE_UPDATE, UPDATE_LEASE_OPTION } from '../constants.js';
import type { Name } from '../name.js';
import type { BareRecord, ResourceRecord, UnicastMessage, UnicastRecord } from '../record.js';
import type { RecordType } from '../types.js';
import { uint16 } from '../wire/format.js';
import { uint16Bytes } from './tsig-bytes.js';

/** A change of a zone that happens as a whole, and only if all prerequisites hold. */
export interface Update {
  readonly prerequisites: readonly UnicastRecord[];
  readonly updates: readonly UnicastRecord[];
  /** How long the records are to stay unless they are renewed, in seconds; undefined for changes that need no lease. */
  readonly leaseSeconds?: number;
}

/* ---- prerequisites (RFC 2136 section 2.4) ---- */

/** No record has this name. */
export function nameIsFree(name: Name): BareRecord {
  return { name, type: 'ANY', class: CLASS_NONE, cacheFlush: false, ttl: 0, bare: true };
}

/** There is no record of this name and type. */
export function setIsAbsent(name: Name, type: RecordType): BareRecord {
  return { name, type, class: CLASS_NONE, cacheFlush: false, ttl: 0, bare: true };
}

/** These are all records of their names and types. */
export function setsAre(records: readonly ResourceRecord[]): ResourceRecord[] {
  return records.map((record) => ({ ...record, class: CLASS_IN, cacheFlush: false, ttl: 0 }));
}

/* ---- updates (RFC 2136 section 2.5) ---- */

export function added(record: ResourceRecord): ResourceRecord {
  return { ...record, class: CLASS_IN, cacheFlush: false };
}

export function removed(record: ResourceRecord): ResourceRecord {
  return { ...record, class: CLASS_NONE, cacheFlush: false, ttl: 0 };
}

/** Removes all records of a name and type. */
export function setRemoved(name: Name, type: RecordType): BareRecord {
  return { name, type, class: CLASS_ANY, cacheFlush: false, ttl: 0, bare: true };
}

/* ---- messages ---- */

export function updateMessage(
  id: number,
  zone: Name,
  { prerequisites, updates, leaseSeconds }: Update,
): UnicastMessage {
  return {
    ...{ id, response: false, opcode: OPCODE_UPDATE, rcode: 0, authoritative: false, truncated: false },
    questions: [{ name: zone, type: 'SOA', class: CLASS_IN, unicastResponse: false }],
    answers: prerequisites,
    authorities: updates,
    additionals: leaseSeconds === undefined ? [] : [leaseOption(leaseSeconds)],
  };
}

/** An OPT record with an Update Lease option in its short form (RFC 9664 section 4). */
function leaseOption(seconds: number): ResourceRecord {
  const rdata = Uint8Array.from(uint16Bytes(UPDATE_LEASE_OPTION, LEASE_BYTES, Math.floor(seconds / 0x10000), seconds));
  return { name: '.', type: 'OPT', class: EDNS_UDP_BYTES, cacheFlush: false, ttl: 0, rdata };
}

const LEASE_BYTES = 4;
const OPTION_HEAD_BYTES = 4;

/** The lease that a server has granted, in seconds; undefined if it grants none, and keeps the records for ever. */
export function grantedLease({ additionals }: UnicastMessage): number | undefined {
  for (const record of additionals) {
    if (record.type !== 'OPT' || !('rdata' in record)) continue;
    const { rdata } = record;
    for (let at = 0; at + OPTION_HEAD_BYTES <= rdata.length; at += OPTION_HEAD_BYTES + uint16(rdata, at + 2)) {
      if (uint16(rdata, at) !== UPDATE_LEASE_OPTION || uint16(rdata, at + 2) < LEASE_BYTES) continue;
      const seconds = uint16(rdata, at + OPTION_HEAD_BYTES) * 0x10000 + uint16(rdata, at + OPTION_HEAD_BYTES + 2);
      return seconds > 0 ? seconds : undefined;
    }
  }
  return undefined;
}
