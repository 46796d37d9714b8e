/**
 * The wanted pointers of one source that lead nowhere: to names without records. They make room before anything else
 * that is wanted, so they have queues of their own, one for each name: among thousands of other records none would be
 * found.
 */
import { type Linked, Queue } from './lru.js';

/** Names of which the newest pointers are compared. */
const LOOKED_AT = 8;

/** A pointer. */
interface Pointer<E> extends Linked<E> {
  readonly receivedAt: number;
  readonly set: { readonly name: object };
}

/** The queues by their names, only those with pointers; and the number of pointers. */
interface Table<E extends Linked<E>> {
  readonly queues: Map<object, NamedQueue<E>>;
  size: number;
}

export class LoosePointers<E extends Pointer<E>> {
  /** Made for the first pointer: most sources never have one. */
  #table: Table<E> | undefined = undefined;

  get size(): number {
    return this.#table?.size ?? 0;
  }

  /** Of the pointers of one name, the one heard longest ago. */
  get oldest(): E | undefined {
    for (const queue of this.#table?.queues.values() ?? []) return queue.oldest;
    return undefined;
  }

  /** Moves a pointer to the newest end of those of its name, from any queue. */
  push(pointer: E): void {
    const { name } = pointer.set;
    this.#table ??= { queues: new Map(), size: 0 };
    let queue = this.#table.queues.get(name);
    if (queue === undefined) {
      queue = new NamedQueue(name, this.#table);
      this.#table.queues.set(name, queue);
    }
    queue.push(pointer);
  }

  /** The newest pointer, and with it the others of its name. @param at which name; by default any */
  newest(at?: object): E | undefined {
    if (this.#table === undefined) return undefined;
    const { queues } = this.#table;
    if (at !== undefined) return queues.get(at)?.newest;
    let newest: E | undefined;
    let left = LOOKED_AT;
    for (const queue of queues.values()) {
      if (left-- === 0) break;
      const its = queue.newest;
      if (newest === undefined || (its !== undefined && its.receivedAt > newest.receivedAt)) newest = its;
    }
    return newest;
  }
}

/** Leaves the table when its last pointer leaves it. */
class NamedQueue<E extends Linked<E>> extends Queue<E> {
  readonly #name: object;
  readonly #table: Table<E>;

  constructor(name: object, table: Table<E>) {
    super();
    this.#name = name;
    this.#table = table;
  }

  override push(pointer: E): void {
    if (this.newest === pointer) return;
    super.push(pointer);
    this.#table.size += 1;
  }

  override remove(pointer: E): void {
    if (pointer.queue !== this) return;
    super.remove(pointer);
    this.#table.size -= 1;
    if (this.oldest === undefined) this.#table.queues.delete(this.#name);
  }
}
