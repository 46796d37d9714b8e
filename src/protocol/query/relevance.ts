/**
 * Which names are relevant to a link, and whether a datagram has to be decoded: decided by the names in the datagram,
 * without building an object. Most datagrams on a busy link are relevant to other hosts only.
 */
import type { Name } from '../name.js';
import { typeNumber } from '../types.js';
import { HEADER_BYTES, QUESTION_BYTES, RECORD_BYTES, uint16 } from '../wire/format.js';
import { COUNTS_AT, FLAGS_AT, RESPONSE } from '../wire/header.js';
import { HashList } from './hash-list.js';
import { hashAt, nameEnd, nameHash } from './name-hash.js';
import { type KnownRecord, RecordChoice } from './record-choice.js';
import { Unread } from './unread.js';

/** A multiset of names as hashes. Different names may have the same hash: then a datagram is decoded unnecessarily. */
class NameHashes {
  readonly #counts = new Map<number, number>();

  get size(): number {
    return this.#counts.size;
  }

  add(name: Name): void {
    const hash = nameHash(name);
    this.#counts.set(hash, (this.#counts.get(hash) ?? 0) + 1);
  }

  delete(name: Name): void {
    const hash = nameHash(name);
    const left = (this.#counts.get(hash) ?? 0) - 1;
    if (left > 0) this.#counts.set(hash, left);
    else this.#counts.delete(hash);
  }

  has(hash: number): boolean {
    return this.#counts.has(hash);
  }
}

/** The names relevant to one link. The owners of records and questions add their names, and delete them again. */
export class Relevance {
  /** The names of our records, of open questions, and of cached records that belong to a single host. */
  readonly names = new NameHashes();
  /**
   * Names that many hosts share, such as those of service types, with idle cached records. Questions about them are
   * relevant while unasked records are accepted, but no responses: nearly every announcement mentions one.
   */
  readonly sharedNames = new NameHashes();
  /** The names of our own records. */
  readonly own = new NameHashes();
  /** The cached records by their hashes. */
  readonly known = new Map<number, KnownRecord>();
  /** The responses that are not relevant. */
  readonly unread = new Unread();
  /** Whether no new records of a source are accepted for now; set by the record cache. */
  rests: (source: string, now: number) => boolean = () => false;
  /** The same for its pointers to names that have no records; set by the record cache. */
  restsLoose: (source: string, now: number) => boolean = () => false;
  /** The owners of the last response that was looked at, mostly each once. */
  readonly #owners = { names: new HashList(), ties: new HashList() };
  /** Whether unasked records are accepted as well (RFC 6762 section 18.1); set by the record cache. */
  acceptsUnasked = true;

  /**
   * Whether a datagram has to be decoded: a response if it has a record at a relevant name; a query if it asks about a
   * relevant name, or an unread one while there is room for it, or has no questions and so continues an earlier query
   * (RFC 6762 section 7.2). Unreadable datagrams count as relevant, so that the decoder reports them.
   */
  concerns(bytes: Uint8Array): boolean {
    if (bytes.length < HEADER_BYTES) return true;
    const flags = uint16(bytes, FLAGS_AT);
    if ((flags & OPCODE_AND_RCODE) !== 0) return true;
    const isResponse = (flags & RESPONSE) !== 0;
    const questions = uint16(bytes, COUNTS_AT);
    if (!isResponse && questions === 0) return true;
    let at = HEADER_BYTES;
    for (let left = questions; left > 0; left--) {
      const end = nameEnd(bytes, at);
      if (end < 0 || end + QUESTION_BYTES > bytes.length) return true;
      if (!isResponse && this.#isKnown(hashAt(bytes, at))) return true;
      at = end + QUESTION_BYTES;
    }
    return isResponse && this.#recordsMatter(bytes, at);
  }

  /** Keeps the response unread that was just found not to be relevant. */
  leaveUnread(bytes: Uint8Array, source: string, now: number): void {
    this.unread.keep(bytes, source, now, this.#owners);
  }

  /**
   * Which records of a response have to be decoded; undefined for all. Small packets are decoded completely while
   * unasked records are accepted.
   */
  choice(bytes: Uint8Array, source: string, now: number): RecordChoice | undefined {
    const isSmall = this.acceptsUnasked && bytes.length <= SMALL_PACKET;
    if (isSmall && !this.rests(source, now) && !this.restsLoose(source, now)) return undefined;
    return new RecordChoice(this, bytes, source, now);
  }

  #recordsMatter(bytes: Uint8Array, start: number): boolean {
    const { names, ties } = this.#owners;
    names.clear();
    ties.clear();
    let at = start;
    for (let left = recordCount(bytes); left > 0; left--) {
      const end = nameEnd(bytes, at);
      const data = end + RECORD_BYTES;
      if (end < 0 || data > bytes.length) return true;
      const owner = hashAt(bytes, at);
      if (this.names.has(owner)) return true;
      names.add(owner);
      // All hosts share the pointers of DNS-SD; a goodbye is for one of them.
      const isShared = uint16(bytes, end) === PTR && !isGoodbye(bytes, end);
      if (!isShared) ties.add(owner);
      at = data + uint16(bytes, data - 2);
      if (at > bytes.length) return true;
    }
    return false;
  }

  #isKnown(hash: number): boolean {
    if (this.names.has(hash)) return true;
    return this.acceptsUnasked && (this.sharedNames.has(hash) || this.unread.has(hash));
  }

  toJSON(): object {
    const { acceptsUnasked, unread } = this;
    return { names: this.names.size, sharedNames: this.sharedNames.size, acceptsUnasked, unread };
  }
}

const PTR = typeNumber('PTR');
/** Where the TTL of a record is, after its name: behind type and class. */
const TTL_AT = 4;
/** Bytes that fit into one Ethernet frame. */
const SMALL_PACKET = 1_500;
/** Header bits that must be 0: messages with others are ignored (RFC 6762 sections 18.3 and 18.11). */
const OPCODE_AND_RCODE = 0x780f;

function recordCount(bytes: Uint8Array): number {
  return uint16(bytes, COUNTS_AT + 2) + uint16(bytes, COUNTS_AT + 4) + uint16(bytes, COUNTS_AT + 6);
}

/** @param at where the name of a record ends */
function isGoodbye(bytes: Uint8Array, at: number): boolean {
  return uint16(bytes, at + TTL_AT) === 0 && uint16(bytes, at + TTL_AT + 2) === 0;
}
