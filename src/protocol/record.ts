/**
 * Questions and resource records as plain data: structured-clonable, immutable by convention, names in
 * presentation form (see `name.ts`). Whatever crosses an actor boundary is made of these.
 */
import { type Name, nameKey } from './name.js';
import type { OtherType, QuestionType, RecordType } from './types.js';

/** The Internet class, the only one that mDNS uses (RFC 6762 section 18.12). */
export const CLASS_IN = 1;
/** The question class that matches every class (RFC 6762 section 6). */
export const CLASS_ANY = 255;

export interface Question {
  readonly name: Name;
  readonly type: QuestionType;
  /** The low 15 bits of the class field; the top bit is `unicastResponse`. */
  readonly class: number;
  /** The "QU" bit: a unicast response is welcome (RFC 6762 section 5.4). */
  readonly unicastResponse: boolean;
}

/** What a question is about, however it is asked. */
export type QuestionKey = Pick<Question, 'name' | 'type' | 'class'>;

interface RecordHead {
  readonly name: Name;
  /** The low 15 bits of the class field; the top bit is `cacheFlush`. OPT keeps all 16 bits here. */
  readonly class: number;
  /** The cache-flush bit: this record is of a unique record set (RFC 6762 section 10.2). */
  readonly cacheFlush: boolean;
  /** Seconds; 0 is a goodbye (RFC 6762 section 10.1). */
  readonly ttl: number;
}

export interface AddressData {
  readonly type: 'A' | 'AAAA';
  /** Canonical text: dotted decimal, or RFC 5952 without a zone. */
  readonly address: string;
}
export interface TargetData {
  readonly type: 'PTR' | 'CNAME';
  readonly target: Name;
}
export interface SrvData {
  readonly type: 'SRV';
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: Name;
}
export interface TxtData {
  readonly type: 'TXT';
  /** The character strings, each at most 255 bytes; none at all is written as one empty string (RFC 6763 section 6.1). */
  readonly strings: readonly Uint8Array[];
}
export interface NsecData {
  readonly type: 'NSEC';
  /** In mDNS the owner name itself (RFC 6762 section 6.1). */
  readonly next: Name;
  /** The types that exist at the owner name, in ascending order of their numbers. */
  readonly types: readonly RecordType[];
}
export interface HinfoData {
  readonly type: 'HINFO';
  readonly cpu: string;
  readonly os: string;
}
/** Any other type, OPT included: its rdata as bytes, names within expanded where RFC 6762 section 18.14 lets them be compressed. */
export interface OtherData {
  readonly type: OtherType;
  readonly rdata: Uint8Array;
}

export type RecordData = AddressData | TargetData | SrvData | TxtData | NsecData | HinfoData | OtherData;
export type ResourceRecord = RecordHead & RecordData;

/** A DNS message (RFC 6762 section 18). */
export interface Message {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  readonly rcode: number;
  readonly authoritative: boolean;
  /** In a query: more known answers follow (RFC 6762 section 7.2). */
  readonly truncated: boolean;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

/** Key of a record set: name (case folded), type, class. */
export function setKey(of: { readonly name: Name; readonly type: string; readonly class: number }): string {
  return `${nameKey(of.name)} ${of.type} ${of.class}`;
}

/**
 * Key of a record's identity: two records are the same when name, type, class and rdata are, names within rdata compared
 * without regard to ASCII case; TTL and cache-flush bit play no part (RFC 6762 sections 7.1 and 10.2).
 */
export function recordKey(record: ResourceRecord): string {
  return `${setKey(record)} ${dataKey(record)}`;
}

/** The rdata part of `recordKey`. */
export function dataKey(data: RecordData): string {
  switch (data.type) {
    case 'A':
    case 'AAAA':
      return data.address;
    case 'PTR':
    case 'CNAME':
      return nameKey(data.target);
    case 'SRV':
      return `${data.priority} ${data.weight} ${data.port} ${nameKey(data.target)}`;
    case 'TXT':
      return txtKey(data.strings);
    case 'NSEC':
      return `${nameKey(data.next)} ${data.types.join(' ')}`;
    case 'HINFO':
      return `${data.cpu.length} ${data.cpu} ${data.os}`;
    default:
      return latin1(data.rdata);
  }
}

/** No string at all and one empty string are the same data (RFC 6763 section 6.1). */
function txtKey(strings: readonly Uint8Array[]): string {
  if (strings.length === 0) return '0:';
  let key = '';
  for (const string of strings) key += `${string.length}:${latin1(string)}`;
  return key;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The same record with another TTL. */
export function withTtl<R extends ResourceRecord>(record: R, ttl: number): R {
  return record.ttl === ttl ? record : { ...record, ttl };
}
