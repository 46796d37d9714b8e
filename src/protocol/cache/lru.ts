/** A place in a queue, for one value. */
export class Link<T> {
  queue: Queue<T> | undefined = undefined;
  older: Link<T> | undefined = undefined;
  newer: Link<T> | undefined = undefined;

  constructor(readonly value: T) {}
}

/**
 * A doubly linked list from the oldest to the newest. Joining, leaving and looking at either end take one step, which a Map
 * in insertion order does not offer: it walks over the holes that removed entries leave at its front.
 */
export class Queue<T> {
  #oldest: Link<T> | undefined = undefined;
  #newest: Link<T> | undefined = undefined;

  get oldest(): T | undefined {
    return this.#oldest?.value;
  }

  get newest(): T | undefined {
    return this.#newest?.value;
  }

  /** The oldest value that fits, among so many of the oldest. */
  oldestThat(fits: (value: T) => boolean, among: number): T | undefined {
    let link = this.#oldest;
    for (let left = among; link !== undefined && left > 0; left--, link = link.newer) {
      if (fits(link.value)) return link.value;
    }
    return undefined;
  }

  /** Puts a link at the newest end, wherever it was before. */
  push(link: Link<T>): void {
    leave(link);
    link.queue = this;
    link.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = link;
    else this.#newest.newer = link;
    this.#newest = link;
  }

  remove(link: Link<T>): void {
    if (link.queue !== this) return;
    if (link.older === undefined) this.#oldest = link.newer;
    else link.older.newer = link.newer;
    if (link.newer === undefined) this.#newest = link.older;
    else link.newer.older = link.older;
    link.queue = undefined;
    link.older = undefined;
    link.newer = undefined;
  }
}

/** Takes a link out of the queue that it is in, if it is in one. */
export function leave<T>(link: Link<T>): void {
  link.queue?.remove(link);
}
