/** The records of a zone, and what an update does to them (RFC 2136 sections 3.2 to 3.4). */
import { CLASS_ANY, CLASS_IN, CLASS_NONE, RCODE } from '../protocol/constants.js';
import { isBelow, type Name, nameKey } from '../protocol/name.js';
import {
  type BareRecord,
  dataKey,
  type RecordData,
  type ResourceRecord,
  type UnicastMessage,
  type UnicastRecord,
} from '../protocol/record.js';

export class ZoneRecords {
  readonly apex: Name;
  /** The most records of a name and type, as BIND has it since 9.18.28. */
  maxRecordsPerType = Number.POSITIVE_INFINITY;
  #records = new Map<string, ResourceRecord>();

  constructor(apex: Name, records: readonly ResourceRecord[] = []) {
    this.apex = apex;
    for (const record of records) this.add(record);
  }

  add(record: ResourceRecord): void {
    this.#records.set(keyOf(record), { ...record, class: CLASS_IN, cacheFlush: false });
  }

  delete(record: ResourceRecord): void {
    this.#records.delete(keyOf(record));
  }

  /** Those of a name and type, or all, in the order in which they were added. */
  records(name?: Name, type = 'ANY'): ResourceRecord[] {
    return [...this.#records.values()].filter(
      (record) =>
        (name === undefined || nameKey(record.name) === nameKey(name)) && (type === 'ANY' || record.type === type),
    );
  }

  /** Every record as `name type data`, sorted: what the tests compare. */
  get lines(): string[] {
    return [...this.#records.keys()].sort();
  }

  /** Does what the update says, as a whole or not at all. @returns the RCODE */
  update({ questions: [zone], answers: prerequisites, authorities: updates }: UnicastMessage): number {
    if (zone?.type !== 'SOA' || nameKey(zone.name) !== nameKey(this.apex)) return RCODE.NOTAUTH;
    const before = new Map(this.#records);
    const rcode = this.#refusal(prerequisites) ?? this.#change(updates);
    if (rcode !== RCODE.NOERROR) this.#records = before;
    return rcode;
  }

  #refusal(prerequisites: readonly UnicastRecord[]): number | undefined {
    const values = new Map<string, Set<string>>();
    for (const record of prerequisites) {
      if (!this.#has(record.name)) return RCODE.NOTZONE;
      const there = this.records(record.name, record.type).length > 0;
      if ('bare' in record) {
        const rcode = bareRefusal(record, there);
        if (rcode !== undefined) return rcode;
        continue;
      }
      const key = `${nameKey(record.name)} ${record.type}`;
      values.set(key, (values.get(key) ?? new Set()).add(dataKey(record)));
    }
    for (const [key, data] of values) {
      const [type = ''] = key.split(' ').slice(-1);
      const found = this.records(key.slice(0, -type.length - 1), type).map((record) => dataKey(record));
      if (found.length !== data.size || found.some((each) => !data.has(each))) return RCODE.NXRRSET;
    }
    return undefined;
  }

  #change(updates: readonly UnicastRecord[]): number {
    for (const record of updates) {
      if (!this.#has(record.name)) return RCODE.NOTZONE;
      if (record.class === CLASS_IN) this.add(record as ResourceRecord);
      else this.#remove(record);
      if (this.records(record.name, record.type).length > this.maxRecordsPerType) return RCODE.SERVFAIL;
    }
    return RCODE.NOERROR;
  }

  #remove(record: UnicastRecord): void {
    const data = record.class === CLASS_NONE ? dataKey(record as RecordData) : undefined;
    for (const [key, each] of this.#records) {
      const isMeant =
        nameKey(each.name) === nameKey(record.name) && (record.type === 'ANY' || each.type === record.type);
      if (isMeant && (data === undefined || dataKey(each) === data)) this.#records.delete(key);
    }
  }

  #has(name: Name): boolean {
    return nameKey(name) === nameKey(this.apex) || isBelow(name, this.apex);
  }
}

function keyOf(record: ResourceRecord): string {
  return `${nameKey(record.name)} ${record.type} ${dataKey(record)}`;
}

/** The four prerequisites without data (RFC 2136 section 2.4). */
function bareRefusal({ class: rrclass, type }: BareRecord, there: boolean): number | undefined {
  if (rrclass === CLASS_ANY && !there) return type === 'ANY' ? RCODE.NXDOMAIN : RCODE.NXRRSET;
  if (rrclass === CLASS_NONE && there) return type === 'ANY' ? RCODE.YXDOMAIN : RCODE.YXRRSET;
  return undefined;
}
