/**
 * Record sets that we own but do not answer for, because they refer to a host name that is being claimed. They have
 * been announced, so they need a goodbye if they are withdrawn meanwhile (RFC 6762 section 10.1).
 */
import { type ResourceRecord, recordKey } from '../record.js';
import type { RecordSet } from '../record-set.js';

export class Withheld {
  readonly #sets = new Map<string, RecordSet>();

  add(set: RecordSet): void {
    this.#sets.set(set.id, set);
  }

  /** @returns its records; none if it is not withheld */
  take(id: string): readonly ResourceRecord[] {
    const records = this.#sets.get(id)?.records ?? [];
    this.#sets.delete(id);
    return records;
  }

  get ids(): readonly string[] {
    return [...this.#sets.keys()];
  }

  /** The records that no withheld set contains: only those are gone. */
  without(records: readonly ResourceRecord[]): readonly ResourceRecord[] {
    if (this.#sets.size === 0) return records;
    const ours = new Set([...this.#sets.values()].flatMap((set) => set.records.map(recordKey)));
    return records.filter((record) => !ours.has(recordKey(record)));
  }

  toJSON(): object {
    return { sets: this.ids };
  }
}
