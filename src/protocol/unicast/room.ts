import { entryBytes } from '../cache/footprint.js';
import type { CacheLimits } from '../cache/limits.js';
import type { ResourceRecord } from '../record.js';
import type { PolledSet } from './polled-set.js';

/** How much room the answers of a domain take, and may take: with the limits of a cache. */
export class Room {
  records = 0;
  /** In memory, by an estimate; see `footprint.ts`. */
  bytes = 0;
  readonly #limits: CacheLimits;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  /**
   * Those of `records` for which there is room in `set`, whose present records they replace. No set may take all: what
   * it lists would have none.
   *
   * @param free makes room for more; false if it cannot
   */
  fitting(set: PolledSet, records: readonly ResourceRecord[], free: () => boolean): readonly ResourceRecord[] {
    const { records: most, bytes: mostBytes, perName } = this.#limits;
    const fitting: ResourceRecord[] = [];
    let bytes = 0;
    for (const record of records.slice(0, perName)) {
      const size = entryBytes(record, true);
      const isFull = () =>
        this.records - set.records.size + fitting.length + 1 > most ||
        this.bytes - set.bytes + bytes + size > mostBytes;
      while (isFull()) if (!free()) return fitting;
      fitting.push(record);
      bytes += size;
    }
    return fitting;
  }

  /** Changes the records of a set. */
  change<T>(set: PolledSet, change: () => T): T {
    this.records -= set.records.size;
    this.bytes -= set.bytes;
    const result = change();
    this.records += set.records.size;
    this.bytes += set.bytes;
    return result;
  }
}
