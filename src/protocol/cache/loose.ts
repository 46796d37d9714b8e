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

export class LoosePointers<E extends Pointer<E>> {
  /** By their names; only those with pointers. */
  #queues: Map<object, Queue<E>> | undefined = undefined;

  /** Moves a pointer to the newest end of those of its name, from any queue. */
  push(pointer: E): void {
    const { name } = pointer.set;
    this.#queues ??= new Map();
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = new NamedQueue(name, this.#queues);
      this.#queues.set(name, queue);
    }
    queue.push(pointer);
  }

  /** The newest pointer, and with it the others of its name. @param at which name; by default any */
  newest(at?: object): E | undefined {
    if (this.#queues === undefined) return undefined;
    if (at !== undefined) return this.#queues.get(at)?.newest;
    let newest: E | undefined;
    let left = LOOKED_AT;
    for (const queue of this.#queues.values()) {
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
  readonly #table: Map<object, Queue<E>>;

  constructor(name: object, table: Map<object, Queue<E>>) {
    super();
    this.#name = name;
    this.#table = table;
  }

  override remove(pointer: E): void {
    super.remove(pointer);
    if (this.oldest === undefined) this.#table.delete(this.#name);
  }
}
