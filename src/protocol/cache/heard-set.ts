import { ByData } from '../by-data.js';
import type { RecordData } from '../record.js';
import { Place, Queue } from './lru.js';

/** A cached record in a set. */
interface Member<E> {
  readonly record: RecordData;
  /** Its position among the records of its set, if these have an order. */
  inSet: Place<E> | undefined;
}

/**
 * Records of one set, also in the order in which they were last heard, without those that will be removed within a
 * second. Most sets have one record, which needs no order.
 */
export class HeardSet<E extends Member<E>> extends ByData<E> {
  /** The only record in the order; undefined if there is none, or a queue. */
  #lone: E | undefined = undefined;
  #order: Queue<Place<E>> | undefined = undefined;

  /** Of the records in the order, the one heard longest ago. */
  get oldestHeard(): E | undefined {
    return this.#order === undefined ? this.#lone : this.#order.oldest?.value;
  }

  /** Of the records in the order, the one heard last. */
  get newestHeard(): E | undefined {
    return this.#order === undefined ? this.#lone : this.#order.newest?.value;
  }

  /** Notes that a record was heard just now. */
  noteHeard(entry: E): void {
    if (this.#order === undefined) {
      const other = this.#lone;
      if (other === undefined || other === entry) {
        this.#lone = entry;
        return;
      }
      this.#lone = undefined;
      this.#order = new Queue();
      this.#order.push(placeOf(other));
    }
    this.#order.push(placeOf(entry));
  }

  /** Notes that a record will be removed within a second, or was removed. */
  noteEnding(entry: E): void {
    if (this.#lone === entry) this.#lone = undefined;
    if (entry.inSet !== undefined) this.#order?.remove(entry.inSet);
  }

  /** Whether a record of the set will be removed within a second. */
  isEnding(entry: E): boolean {
    return this.#order === undefined ? this.#lone !== entry : entry.inSet?.queue === undefined;
  }
}

function placeOf<E extends Member<E>>(entry: E): Place<E> {
  entry.inSet ??= new Place(entry);
  return entry.inSet;
}
