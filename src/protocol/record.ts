/**
 * Questions and resource records as plain data: structured-clonable, immutable by convention, names in presentation
 * form (see `name.ts`). All data that crosses an actor boundary consists of these.
 */
import { CLASS_ANY } from './constants.js';
import { type Name, nameKey } from './name.js';
import type { OtherType, QuestionType } from './types.js';

export interface Question {
  readonly name: Name;
  readonly type: QuestionType;
  /** The low 15 bits of the class field; the top bit is `unicastResponse`. */
  readonly class: number;
  /** The "QU" bit: the querier accepts a unicast response (RFC 6762 section 5.4). */
  readonly unicastResponse: boolean;
}

/** What a question asks, without how it is asked. */
export type QuestionKey = Pick<Question, 'name' | 'type' | 'class'>;

export interface RecordHead {
  readonly name: Name;
  /** The low 15 bits of the class field; the top bit is `cacheFlush`. OPT keeps all 16 bits here. */
  readonly class: number;
  /** The cache-flush bit: the record belongs to a unique record set (RFC 6762 section 10.2). */
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
  /** The character strings as received, each after its length; see `txt-strings.ts`. One empty string means none. */
  readonly packed: Uint8Array;
}
export interface NsecData {
  readonly type: 'NSEC';
  /** In Multicast DNS always the owner name (RFC 6762 section 6.1). */
  readonly next: Name;
  /** The types up to 255 that exist at the owner name, a bit for each, without zeros at the end; see `nsec.ts`. */
  readonly bitmap: Uint8Array;
  /**
   * Whether there were blocks for higher types, which violates RFC 6762 section 6.1: the record says nothing about
   * those types.
   */
  readonly beyond: boolean;
}
export interface HinfoData {
  readonly type: 'HINFO';
  readonly cpu: string;
  readonly os: string;
}
/**
 * Any other type, OPT included: its rdata as bytes, with names expanded where RFC 6762 section 18.14 allows
 * compression.
 */
export interface OtherData {
  readonly type: OtherType;
  readonly rdata: Uint8Array;
}

export type RecordData = AddressData | TargetData | SrvData | TxtData | NsecData | HinfoData | OtherData;
export type ResourceRecord = RecordHead & RecordData;

/** A message without its records. */
export interface MessageHead {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  readonly rcode: number;
  readonly authoritative: boolean;
  /** In a query: more known answers follow (RFC 6762 section 7.2). */
  readonly truncated: boolean;
  readonly questions: readonly Question[];
}

/** A DNS message (RFC 6762 section 18). */
export interface Message<R = ResourceRecord> extends MessageHead {
  readonly answers: readonly R[];
  readonly authorities: readonly R[];
  readonly additionals: readonly R[];
}

/**
 * A record without rdata, in class ANY or NONE: in an update it says which records must or must not exist, or are
 * deleted (RFC 2136 sections 2.4 and 2.5).
 */
export interface BareRecord extends RecordHead {
  readonly type: QuestionType;
  readonly bare: true;
}
export type UnicastRecord = ResourceRecord | BareRecord;

/** The header's flags without meaning in Multicast DNS (RFC 6762 sections 18.6 to 18.10); each is false by default. */
export interface UnicastFlags {
  /** RD: the server shall ask other servers (RFC 1035 section 4.1.1). */
  readonly recursionDesired?: boolean;
  /** RA: the server asks other servers. */
  readonly recursionAvailable?: boolean;
  /** AD: the server has checked signatures (RFC 4035 section 3.2.3). */
  readonly authenticData?: boolean;
  /** CD: the server shall not check signatures (RFC 4035 section 3.2.2). */
  readonly checkingDisabled?: boolean;
}

/**
 * A message of unicast DNS (RFC 1035 section 4). In an update the sections are zone, prerequisites, updates and
 * additional records (RFC 2136 section 2).
 */
export type UnicastMessage = Message<UnicastRecord> & UnicastFlags;

/** Key of a record set: name (case folded), type, class. */
export function setKey(of: { readonly name: Name; readonly type: string; readonly class: number }): string {
  return `${nameKey(of.name)} ${of.type} ${of.class}`;
}

/**
 * Like `setKey`, for keys that are stored: a flat string, while V8 represents the other as a chain of parts of several
 * times the size.
 */
export function keptSetKey(of: { readonly name: Name; readonly type: string; readonly class: number }): string {
  return [nameKey(of.name), of.type, of.class].join(' ');
}

/** A question as it is kept while it is open: one object for all tables that have it, with its key. */
export interface KeptQuestion extends Question {
  /** Its `keptSetKey`. */
  readonly key: string;
}

export function keptQuestion({ name, type, class: rrclass }: QuestionKey): KeptQuestion {
  const key = keptSetKey({ name, type, class: rrclass });
  return { name, type, class: rrclass, unicastResponse: false, key };
}

/**
 * Key of a record's identity: two records are the same if name, type, class and rdata are; names within rdata compare
 * without regard to ASCII case, and TTL and cache-flush bit do not matter (RFC 6762 sections 7.1 and 10.2). A flat
 * string, as `keptSetKey`.
 */
export function recordKey(record: ResourceRecord): string {
  return [nameKey(record.name), record.type, record.class, dataKey(record)].join(' ');
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
      return bytesKey(data.packed);
    case 'NSEC':
      return `${nameKey(data.next)} ${latin1(data.bitmap)}${data.beyond ? '+' : ''}`;
    case 'HINFO':
      return `${data.cpu.length} ${data.cpu} ${data.os}`;
    default:
      return bytesKey(data.rdata);
  }
}

/** Whether two records of one name and class are the same: they have the same `dataKey`, which this does not make. */
export function sameData(a: RecordData, b: RecordData): boolean {
  switch (a.type) {
    case 'A':
    case 'AAAA':
      return a.type === b.type && a.address === b.address;
    case 'PTR':
    case 'CNAME':
      return a.type === b.type && sameName(a.target, b.target);
    case 'SRV':
      return a.type === b.type && sameNumbers(a, b) && sameName(a.target, b.target);
    case 'TXT':
      return a.type === b.type && sameBytes(a.packed, b.packed);
    case 'NSEC':
      return a.type === b.type && a.beyond === b.beyond && sameBytes(a.bitmap, b.bitmap) && sameName(a.next, b.next);
    case 'HINFO':
      return a.type === b.type && a.cpu === b.cpu && a.os === b.os;
    default:
      return a.type === b.type && sameBytes(a.rdata, (b as OtherData).rdata);
  }
}

function sameNumbers(a: SrvData, b: SrvData): boolean {
  return a.port === b.port && a.priority === b.priority && a.weight === b.weight;
}

function sameName(a: Name, b: Name): boolean {
  return a === b || nameKey(a) === nameKey(b);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && Buffer.compare(a, b) === 0);
}

/** Long keys are cached as long as the bytes exist, so that the cache and all views share them. */
const longKeys = new WeakMap<Uint8Array, string>();
const SHORT_KEY = 64;

function bytesKey(bytes: Uint8Array): string {
  if (bytes.length <= SHORT_KEY) return latin1(bytes);
  let key = longKeys.get(bytes);
  if (key === undefined) {
    key = latin1(bytes);
    longKeys.set(bytes, key);
  }
  return key;
}

/** V8 keeps short typed arrays in its heap, and moves them out of it for good when their `buffer` is read. */
const scratch = Buffer.alloc(SHORT_KEY);

function latin1(bytes: Uint8Array): string {
  if (bytes.length <= SHORT_KEY) {
    scratch.set(bytes);
    return scratch.toString('latin1', 0, bytes.length);
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The same record with another TTL. */
export function withTtl<R extends ResourceRecord>(record: R, ttl: number): R {
  return record.ttl === ttl ? record : { ...record, ttl };
}

/** What questions and records have in common beside their name. */
export interface TypeAndClass {
  readonly type: string;
  readonly class: number;
}

/** Whether a record of this type and class answers a question for its name (RFC 6762 section 6). */
export function answers(question: TypeAndClass, record: TypeAndClass): boolean {
  return (
    (question.type === 'ANY' || question.type === record.type) &&
    (question.class === CLASS_ANY || question.class === record.class)
  );
}
