/** The zone of one link: the records that we are authoritative for, by name (RFC 6762 section 6). */
import { CLASS_IN, MAX_NSEC_TYPE } from '../constants.js';
import { type Name, nameKey } from '../name.js';
import { nsecData } from '../nsec.js';
import { type ResourceRecord, recordKey } from '../record.js';
import type { RecordSet } from '../record-set.js';
import { SmallMap } from '../small-map.js';
import { type QuestionType, type RecordType, typeNumber } from '../types.js';

/**
 * What is sent as a unit: a single shared record, or a complete unique record set, since its cache-flush bits would
 * remove omitted members from caches (RFC 6762 section 10.2).
 *
 * It stays the same object while records come and go, so that a pending answer has the records that exist when it is
 * sent.
 */
export interface Answer {
  readonly unique: boolean;
  /** Empty if it has no records any more. */
  records: readonly ResourceRecord[];
  /** `recordKey` of each record. */
  keys: readonly string[];
  /** When we last multicast it on this link, as an answer or an additional record, ms; -Infinity for never. */
  lastMulticast: number;
  /** When it was last multicast on this link by us or by another host with the same data, ms; -Infinity for never. */
  lastHeardByAll: number;
}

/** One of our records, however many record sets contain it. */
export interface Owned {
  readonly key: string;
  readonly answer: Answer;
  readonly record: ResourceRecord;
}

/** All our records at one name. */
interface Node {
  readonly name: Name;
  readonly types: Map<RecordType, Holdings>;
  /** The NSEC record of the name; empty if we must not deny anything. */
  readonly denial: Answer;
}

/** The records of one name and type. */
interface Holdings {
  readonly node: Node;
  readonly type: RecordType;
  readonly byKey: SmallMap<string, Holding>;
  /** The answer that is a unique record set, if there is one. */
  unique: Answer | undefined;
}

interface Holding {
  readonly key: string;
  readonly among: Holdings;
  readonly answer: Answer;
  record: ResourceRecord;
  /** The number of sets that contain the record. */
  owners: number;
}

/** The only class is IN (RFC 6762 section 18.12); the class of a question is checked where it is answered. */
export class Zone {
  readonly #nodes = new Map<string, Node>();
  readonly #sets = new Map<string, readonly Holding[]>();
  /** Another number once its records have changed. */
  revision = 0;

  /**
   * Adds a set whose names are ours; replaces an earlier one with the same id. A record of several sets is in the zone
   * once. Goodbyes for a replaced set are decided by `claim/announce`.
   */
  add(set: RecordSet): void {
    this.revision += 1;
    const before = this.#sets.get(set.id) ?? [];
    const holdings = new Map<string, Holding>();
    for (const record of set.records) {
      const key = recordKey(record);
      if (!holdings.has(key)) holdings.set(key, this.#hold(key, record));
    }
    this.#sets.set(set.id, [...holdings.values()]);
    this.#release(before);
  }

  /** @returns the records that no other set contains, which need a goodbye; none if the id is unknown */
  remove(id: string): readonly ResourceRecord[] {
    this.revision += 1;
    const holdings = this.#sets.get(id) ?? [];
    this.#sets.delete(id);
    return this.#release(holdings);
  }

  /** The ids of the record sets. */
  get ids(): readonly string[] {
    return [...this.#sets.keys()];
  }

  /** Whether any record has this name. */
  owns(name: Name): boolean {
    return this.#nodes.has(nameKey(name));
  }

  /** The answers at a name that match the type: equal, or any type for ANY, or a CNAME (RFC 6762 section 6). */
  find(name: Name, type: QuestionType): readonly Answer[] {
    const types = this.#nodes.get(nameKey(name))?.types;
    if (types === undefined) return [];
    if (type === 'ANY') return [...types.values()].flatMap(answersOf);
    const found = answersOf(types.get(type));
    const aliases = type === 'CNAME' ? undefined : types.get('CNAME');
    return aliases === undefined ? found : [...found, ...answersOf(aliases)];
  }

  /** The NSEC record that denies all other types at a name that only we own (RFC 6762 section 6.1). */
  denial(name: Name): Answer | undefined {
    const denial = this.#nodes.get(nameKey(name))?.denial;
    return denial?.records.length ? denial : undefined;
  }

  /** Our record with the same name, type, class and rdata; for an NSEC record, the one that we would send. */
  own(record: ResourceRecord): Owned | undefined {
    const node = record.class === CLASS_IN ? this.#nodes.get(nameKey(record.name)) : undefined;
    if (node === undefined) return undefined;
    const key = recordKey(record);
    if (record.type !== 'NSEC') return node.types.get(record.type)?.byKey.get(key);
    const own = node.denial.records[0];
    return own && node.denial.keys[0] === key ? { key, answer: node.denial, record: own } : undefined;
  }

  /** A summary for logs and inspectors. */
  toJSON(): { readonly sets: readonly string[]; readonly names: number } {
    return { sets: [...this.#sets.keys()], names: this.#nodes.size };
  }

  #hold(key: string, record: ResourceRecord): Holding {
    const among = this.#among(record);
    let holding = among.byKey.get(key);
    if (holding === undefined) {
      const answer = (record.cacheFlush ? among.unique : undefined) ?? emptyAnswer(record.cacheFlush);
      holding = { key, among, answer, record, owners: 0 };
      among.byKey.set(key, holding);
    }
    holding.owners++;
    holding.record = record;
    refresh(holding);
    return holding;
  }

  #release(released: readonly Holding[]): ResourceRecord[] {
    const gone: ResourceRecord[] = [];
    for (const holding of released) {
      if (--holding.owners > 0) continue;
      gone.push(holding.record);
      const { byKey, node, type } = holding.among;
      byKey.delete(holding.key);
      if (byKey.size === 0) node.types.delete(type);
      if (node.types.size === 0) this.#nodes.delete(nameKey(node.name));
      refresh(holding);
    }
    return gone;
  }

  #among(record: ResourceRecord): Holdings {
    const key = nameKey(record.name);
    const node = this.#nodes.get(key) ?? { name: record.name, types: new Map(), denial: emptyAnswer(true) };
    this.#nodes.set(key, node);
    const { type } = record;
    const among = node.types.get(type) ?? { node, type, byKey: new SmallMap(), unique: undefined };
    node.types.set(type, among);
    return among;
  }
}

function emptyAnswer(unique: boolean): Answer {
  return {
    unique,
    records: [],
    keys: [],
    lastMulticast: -Infinity,
    lastHeardByAll: -Infinity,
  };
}

/** The answers of one name and type: each shared record by itself, and the unique record set. */
function answersOf(holdings: Holdings | undefined): Answer[] {
  if (holdings === undefined) return [];
  const { byKey, unique } = holdings;
  const found: Answer[] = [];
  for (const { answer } of byKey.values()) if (!answer.unique) found.push(answer);
  if (unique !== undefined) found.push(unique);
  return found;
}

/** Updates the answer of a record, and the denial of its name. */
function refresh(holding: Holding): void {
  const { among, answer } = holding;
  const members = answer.unique ? [...among.byKey.values()].filter((member) => member.answer === answer) : [holding];
  const left = members.filter((member) => member.owners > 0);
  answer.records = left.map((member) => member.record);
  answer.keys = left.map((member) => member.key);
  if (answer.unique) among.unique = left.length > 0 ? answer : undefined;

  const denial = denialOf(among.node);
  among.node.denial.records = denial ? [denial] : [];
  among.node.denial.keys = denial ? [recordKey(denial)] : [];
}

/**
 * The denial of a name. Only a name with unique records is ours alone: it was probed with type ANY, or is known to be
 * unique, like that of a reverse mapping (RFC 6762 section 6.1). The TTL is the one that a missing record would have
 * had: the smallest at the name. There is no denial at a name with a type above 255, since the restricted form would
 * deny that type.
 */
function denialOf(node: Node): ResourceRecord | undefined {
  const types = [...node.types.keys()];
  let ttl = Infinity;
  for (const { unique } of node.types.values())
    for (const record of unique?.records ?? []) ttl = Math.min(ttl, record.ttl);
  if (ttl === Infinity || types.some((type) => typeNumber(type) > MAX_NSEC_TYPE)) return undefined;
  return { name: node.name, class: CLASS_IN, cacheFlush: true, ttl, ...nsecData(node.name, types) };
}
