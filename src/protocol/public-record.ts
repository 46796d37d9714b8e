/**
 * Records as users get them: the same data, with the strings of TXT and the types of NSEC as lists. The lists are made
 * when read, and kept only as long as they are referenced: as objects they take many times the size of the packet
 * (decision 11).
 */
import { typesOf } from './nsec.js';
import type {
  AddressData,
  HinfoData,
  NsecData,
  OtherData,
  RecordHead,
  ResourceRecord,
  SrvData,
  TargetData,
  TxtData,
} from './record.js';
import { txtStringsOf } from './txt-strings.js';
import type { RecordType } from './types.js';

export interface PublicTxtData {
  readonly type: 'TXT';
  /**
   * The character strings, each at most 255 bytes; none at all means the same as one empty string (RFC 6763 section
   * 6.1).
   */
  readonly strings: readonly Uint8Array[];
}
export interface PublicNsecData {
  readonly type: 'NSEC';
  /** In Multicast DNS always the owner name (RFC 6762 section 6.1). */
  readonly next: string;
  /** The types up to 255 that exist at the owner name, in ascending order of their numbers (RFC 6762 section 6.1). */
  readonly types: readonly RecordType[];
}

export type PublicRecordData =
  | AddressData
  | TargetData
  | SrvData
  | HinfoData
  | OtherData
  | PublicTxtData
  | PublicNsecData;
export type PublicRecord = RecordHead & PublicRecordData;

/** One public record for each record, however many watchers report it. */
const known = new WeakMap<ResourceRecord, PublicRecord>();

export function publicRecord(record: ResourceRecord): PublicRecord {
  if (record.type !== 'TXT' && record.type !== 'NSEC') return record;
  let shown = known.get(record);
  if (shown === undefined) {
    shown = record.type === 'TXT' ? publicTxt(record) : publicNsec(record);
    known.set(record, shown);
  }
  return shown;
}

function publicTxt({ name, class: rrclass, cacheFlush, ttl, ...data }: RecordHead & TxtData): PublicRecord {
  const strings = whileHeld(() => txtStringsOf(data));
  return {
    name,
    class: rrclass,
    cacheFlush,
    ttl,
    type: 'TXT',
    get strings() {
      return strings();
    },
  };
}

function publicNsec({ name, class: rrclass, cacheFlush, ttl, ...data }: RecordHead & NsecData): PublicRecord {
  const types = whileHeld(() => typesOf(data));
  return {
    name,
    class: rrclass,
    cacheFlush,
    ttl,
    type: 'NSEC',
    next: data.next,
    get types() {
      return types();
    },
  };
}

/** Returns a cached result of `make`, which is called again only if the last result has been garbage-collected. */
function whileHeld<T extends object>(make: () => T): () => T {
  let last: WeakRef<T> | undefined;
  return () => {
    const held = last?.deref();
    if (held !== undefined) return held;
    const made = make();
    last = new WeakRef(made);
    return made;
  };
}
