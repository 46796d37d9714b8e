/** Whether a new record is let into a full cache, and which others have to leave for it. */
import type { ResourceRecord } from '../record.js';
import { Entry } from './entry.js';
import { Removals } from './removals.js';
import type { Report } from './report.js';
import { superfluousSibling } from './siblings.js';
import type { RecordStore } from './store.js';
import type { CacheCounters } from './types.js';

/** A record that is not in the cache yet. */
export interface Newcomer {
  readonly record: ResourceRecord;
  readonly source: string;
}

export class Admission {
  readonly #store: RecordStore;
  readonly #counters: CacheCounters;

  constructor(store: RecordStore, counters: CacheCounters) {
    this.#store = store;
    this.#counters = counters;
  }

  /** Makes room for a new record; false if that is not possible. */
  admits(newcomer: Newcomer, now: number, report: Report): boolean {
    if (!this.#store.rests(newcomer.source, now)) {
      return this.#makeRoomBeside(newcomer, now, report) && this.#makeRoom(newcomer, now, report);
    }
    this.#counters.refused += 1;
    return false;
  }

  /** Removes a sibling if there are too many. False if all of them are as new as the record. */
  #makeRoomBeside({ record, source }: Newcomer, now: number, report: Report): boolean {
    const set = this.#store.crowdedSet(record);
    if (set === undefined) return true;
    this.#counters.crowded += 1;
    const victim = this.#store.mayReplace(source, now) ? superfluousSibling(set) : undefined;
    if (victim === undefined || victim.receivedAt >= now) return false;
    const removals = new Removals(this.#store, this.#counters, report);
    removals.remove(victim, 'evicted');
    removals.end(now);
    return true;
  }

  /** Removes records that have to make room for a new one. False if the new one itself has to be refused. */
  #makeRoom({ record, source }: Newcomer, now: number, report: Report): boolean {
    let victim = this.#store.crowdedOut(record, source, now);
    if (victim === undefined) return true;
    const removals = new Removals(this.#store, this.#counters, report);
    while (victim instanceof Entry) {
      removals.remove(victim, 'evicted');
      victim = this.#store.crowdedOut(record, source, now);
    }
    removals.end(now);
    if (victim === 'newcomer') this.#counters.refused += 1;
    return victim === undefined;
  }
}
