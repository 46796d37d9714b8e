/** A node of a queue, for one value. */
export class QueueNode<T> {
  queue: Queue<T> | undefined = undefined;
  older: QueueNode<T> | undefined = undefined;
  newer: QueueNode<T> | undefined = undefined;

  constructor(readonly value: T) {}
}

/**
 * A doubly linked list from the oldest to the newest value. Adding, removing and reading either end take constant time,
 * unlike a Map in insertion order, which walks over the holes that deleted entries leave at its front.
 */
export class Queue<T> {
  #oldest: QueueNode<T> | undefined = undefined;
  #newest: QueueNode<T> | undefined = undefined;

  get oldest(): T | undefined {
    return this.#oldest?.value;
  }

  get newest(): T | undefined {
    return this.#newest?.value;
  }

  /** The oldest matching value among the `among` oldest. */
  oldestThat(fits: (value: T) => boolean, among: number): T | undefined {
    let node = this.#oldest;
    for (let left = among; node !== undefined && left > 0; left--, node = node.newer) {
      if (fits(node.value)) return node.value;
    }
    return undefined;
  }

  /** Moves a node to the newest end, from any list. */
  push(node: QueueNode<T>): void {
    leave(node);
    node.queue = this;
    node.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = node;
    else this.#newest.newer = node;
    this.#newest = node;
  }

  remove(node: QueueNode<T>): void {
    if (node.queue !== this) return;
    if (node.older === undefined) this.#oldest = node.newer;
    else node.older.newer = node.newer;
    if (node.newer === undefined) this.#newest = node.older;
    else node.newer.older = node.older;
    node.queue = undefined;
    node.older = undefined;
    node.newer = undefined;
  }
}

/** Removes a node from its queue, if it is in one. */
export function leave<T>(node: QueueNode<T>): void {
  node.queue?.remove(node);
}
