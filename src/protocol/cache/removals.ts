import type { CachedName, Entry } from './entry.js';
import type { RemovalReason } from './record-life.js';
import { type Report, updateQuestions } from './report.js';
import type { RecordStore } from './store.js';
import type { CacheCounters } from './types.js';

/** Records that leave the cache in one call: each is counted and reported; in the end, their questions are updated. */
export class Removals {
  readonly #store: RecordStore;
  readonly #counters: CacheCounters;
  readonly #report: Report;
  /** The names that have lost records. */
  readonly #bereft = new Set<CachedName>();

  constructor(store: RecordStore, counters: CacheCounters, report: Report) {
    this.#store = store;
    this.#counters = counters;
    this.#report = report;
  }

  remove(entry: Entry, reason: RemovalReason): void {
    const { record, set } = entry;
    this.#counters[reason] += 1;
    if (set.isReported) this.#report.removed.push({ record, reason });
    this.#bereft.add(set.name);
    this.#store.remove(entry);
  }

  /** Updates the questions, once all have left. */
  end(now: number): void {
    for (const name of this.#bereft) updateQuestions(this.#store, name, now, this.#report);
  }
}
