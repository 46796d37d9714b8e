import { type ResourceRecord, recordKey } from '../../protocol/record.js';
import type { RecordSet } from '../../protocol/record-set.js';

/**
 * All records that this system publishes, on any link. Receiving one of them on another link is not a conflict: two
 * interfaces may be on the same LAN, or bridged (RFC 6762 section 14).
 */
export class OwnRecords {
  readonly #holders = new Map<string, number>();

  add(set: RecordSet): void {
    for (const record of set.records) {
      const key = recordKey(record);
      this.#holders.set(key, (this.#holders.get(key) ?? 0) + 1);
    }
  }

  remove(set: RecordSet): void {
    for (const record of set.records) {
      const key = recordKey(record);
      const left = (this.#holders.get(key) ?? 0) - 1;
      if (left > 0) this.#holders.set(key, left);
      else this.#holders.delete(key);
    }
  }

  readonly has = (record: ResourceRecord): boolean => this.#holders.has(recordKey(record));

  toJSON(): object {
    return { records: this.#holders.size };
  }
}
