import type { Repeats } from '../../protocol/cache/repeats.js';
import { type Name, nameKey } from '../../protocol/name.js';
import type { Relevance } from '../../protocol/query/relevance.js';
import type { ResourceRecord } from '../../protocol/record.js';
import type { RecordSet } from '../../protocol/record-set.js';
import type { RepeatedQueries } from '../../protocol/respond/repeated-queries.js';

/** The record sets published on one link, by the names of their records. */
export class SetIndex {
  readonly #sets = new Map<string, RecordSet>();
  /** The number of our records at each name. */
  readonly #names = new Map<string, number>();
  /** The sets with unique records at a name. */
  readonly #owners = new Map<string, Set<string>>();
  readonly #relevance: Relevance | undefined;
  readonly #repeats: Repeats | undefined;
  readonly #queries: RepeatedQueries | undefined;

  /**
   * @param relevance gets the names
   * @param repeats are cleared when our names change, because a response that was irrelevant may be a rival's then
   * @param queries are cleared as well, because they were about our names
   */
  constructor(relevance?: Relevance, repeats?: Repeats, queries?: RepeatedQueries) {
    this.#relevance = relevance;
    this.#repeats = repeats;
    this.#queries = queries;
  }

  put(set: RecordSet): void {
    this.delete(set.id);
    this.#repeats?.clear();
    this.#queries?.clear();
    this.#sets.set(set.id, set);
    for (const { name, cacheFlush } of set.records) {
      const key = nameKey(name);
      const before = this.#names.get(key) ?? 0;
      this.#names.set(key, before + 1);
      if (before === 0) {
        this.#relevance?.names.add(key);
        this.#relevance?.own.add(key);
      }
      if (!cacheFlush) continue;
      const ids = this.#owners.get(key);
      if (ids) ids.add(set.id);
      else this.#owners.set(key, new Set([set.id]));
    }
  }

  delete(id: string): RecordSet | undefined {
    const set = this.#sets.get(id);
    if (!set) return undefined;
    this.#sets.delete(id);
    this.#queries?.clear();
    for (const { name, cacheFlush } of set.records) {
      const key = nameKey(name);
      const left = (this.#names.get(key) ?? 0) - 1;
      if (left > 0) this.#names.set(key, left);
      else this.#forget(key);
      if (!cacheFlush) continue;
      const ids = this.#owners.get(key);
      ids?.delete(id);
      if (ids?.size === 0) this.#owners.delete(key);
    }
    return set;
  }

  #forget(key: string): void {
    this.#names.delete(key);
    this.#relevance?.names.delete(key);
    this.#relevance?.own.delete(key);
  }

  get(id: string): RecordSet | undefined {
    return this.#sets.get(id);
  }

  /** Whether any of our records is at this name. */
  knows(name: Name): boolean {
    return this.#names.has(nameKey(name));
  }

  /** The sets with unique records at this name. */
  ownersOf(name: Name): Iterable<string> {
    return this.#owners.get(nameKey(name)) ?? [];
  }

  /** The records at names where sets have unique records, by set. */
  byOwner(records: readonly ResourceRecord[]): Map<string, ResourceRecord[]> {
    const found = new Map<string, ResourceRecord[]>();
    for (const record of records) {
      for (const id of this.ownersOf(record.name)) {
        const list = found.get(id);
        if (list) list.push(record);
        else found.set(id, [record]);
      }
    }
    return found;
  }

  toJSON(): object {
    return { sets: this.#sets.size, names: this.#names.size };
  }
}
