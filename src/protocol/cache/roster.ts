import { leave, Queue, QueueNode } from './lru.js';

/** An entry's node on a roster. */
export class RosterNode<T> extends QueueNode<T> {
  constructor(
    value: T,
    readonly roster: Roster<T>,
  ) {
    super(value);
  }
}

/**
 * A bounded group of cache entries, such as those of one name. Wanted and idle entries have separate queues, each from
 * the one heard longest ago, so that the entry to evict is found in constant time.
 */
export class Roster<T> {
  readonly #idle = new Queue<T>();
  readonly #wanted = new Queue<T>();
  #size = 0;
  #idleSize = 0;

  constructor(readonly limit: number) {}

  get size(): number {
    return this.#size;
  }

  /** The number of idle members. */
  get idleSize(): number {
    return this.#idleSize;
  }

  get isFull(): boolean {
    return this.#size >= this.limit;
  }

  /** Notes that a member was heard just now, or has become wanted or idle; adds it if it is new. */
  enter(node: RosterNode<T>, wanted: boolean): void {
    if (node.queue === undefined) this.#size += 1;
    if (node.queue === this.#idle) this.#idleSize -= 1;
    if (!wanted) this.#idleSize += 1;
    (wanted ? this.#wanted : this.#idle).push(node);
  }

  leave(node: RosterNode<T>): void {
    if (node.queue === undefined) return;
    this.#size -= 1;
    if (node.queue === this.#idle) this.#idleSize -= 1;
    leave(node);
  }

  /**
   * The member to evict for a newcomer: an idle one before a wanted one, and a wanted one only for a wanted newcomer.
   */
  victim(forWanted: boolean): T | undefined {
    return this.#idle.oldest ?? (forWanted ? this.#wanted.oldest : undefined);
  }
}
