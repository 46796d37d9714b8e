import { dataKey, type RecordData, sameData } from './record.js';

/**
 * Things with a record each, all of one name, class and type, by their rdata. It makes a table, which takes keys, only
 * for the second.
 */
export class ByData<T extends { readonly record: RecordData }> {
  #only: T | undefined = undefined;
  #more: Map<string, T> | undefined = undefined;

  /** The only one; undefined if there is none or a table. Mostly there is one, and no list is made to look at it. */
  get only(): T | undefined {
    return this.#only;
  }

  get size(): number {
    return this.#more?.size ?? (this.#only === undefined ? 0 : 1);
  }

  /** The one with this rdata. */
  find(data: RecordData): T | undefined {
    if (this.#more !== undefined) return this.#more.get(this.keyOf(data));
    return this.#only !== undefined && sameData(this.#only.record, data) ? this.#only : undefined;
  }

  /** Adds one whose rdata is new. */
  add(item: T): void {
    if (this.#more !== undefined) this.#more.set(this.keyOf(item.record), item);
    else if (this.#only === undefined) this.#only = item;
    else {
      this.#more = new Map([this.#only, item].map((each) => [this.keyOf(each.record), each]));
      this.#only = undefined;
    }
  }

  delete(item: T): void {
    if (this.#more !== undefined) this.#more.delete(this.keyOf(item.record));
    else if (this.#only === item) this.#only = undefined;
  }

  /** In the order in which they were added. */
  values(): Iterable<T> {
    if (this.#more !== undefined) return this.#more.values();
    return this.#only === undefined ? [] : [this.#only];
  }

  protected keyOf(data: RecordData): string {
    return dataKey(data);
  }
}

/** The same for records of several types. */
export class ByTypeAndData<T extends { readonly record: RecordData }> extends ByData<T> {
  protected override keyOf(data: RecordData): string {
    return `${data.type} ${dataKey(data)}`;
  }
}
