/** Something that is in one queue at most. */
export interface Linked<N> {
  queue: { remove(member: N): void } | undefined;
  older: N | undefined;
  newer: N | undefined;
}

/** A place in a queue for something that may be in several. */
export class Place<T> implements Linked<Place<T>> {
  queue: Queue<Place<T>> | undefined = undefined;
  older: Place<T> | undefined = undefined;
  newer: Place<T> | undefined = undefined;

  constructor(readonly value: T) {}
}

/**
 * A doubly linked list from the oldest to the newest member. Adding, removing and reading either end take constant
 * time, unlike a Map in insertion order, which walks over the holes that deleted entries leave at its front.
 */
export class Queue<N extends Linked<N>> {
  #oldest: N | undefined = undefined;
  #newest: N | undefined = undefined;

  get oldest(): N | undefined {
    return this.#oldest;
  }

  get newest(): N | undefined {
    return this.#newest;
  }

  /** The oldest matching member among the `among` oldest. */
  oldestThat(fits: (member: N) => boolean, among: number): N | undefined {
    let node = this.#oldest;
    for (let left = among; node !== undefined && left > 0; left--, node = node.newer) {
      if (fits(node)) return node;
    }
    return undefined;
  }

  /** Moves a member to the newest end, from any queue. */
  push(node: N): void {
    if (this.#newest === node) return;
    leave(node);
    node.queue = this;
    node.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = node;
    else this.#newest.newer = node;
    this.#newest = node;
  }

  remove(node: N): void {
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

/** Removes a member from its queue, if it is in one. */
export function leave<N extends Linked<N>>(node: N): void {
  node.queue?.remove(node);
}
