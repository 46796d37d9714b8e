import { Link, leave, Queue } from './lru.js';

/** An entry's place on a roster. */
export class Place<T> extends Link<T> {
  constructor(
    value: T,
    readonly roster: Roster<T>,
  ) {
    super(value);
  }
}

/**
 * A bounded group of cache entries: the whole cache, one name, one source. Those that somebody wants and those that
 * were only overheard queue apart, each from the one heard longest ago, so that who has to go is found in one step.
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

  /** Members that nobody wants. */
  get idleSize(): number {
    return this.#idleSize;
  }

  get isFull(): boolean {
    return this.#size >= this.limit;
  }

  /** Notes that a member was heard just now, or has become wanted or idle; enrols it if it is new. */
  enter(place: Place<T>, wanted: boolean): void {
    if (place.queue === undefined) this.#size += 1;
    if (place.queue === this.#idle) this.#idleSize -= 1;
    if (!wanted) this.#idleSize += 1;
    (wanted ? this.#wanted : this.#idle).push(place);
  }

  leave(place: Place<T>): void {
    if (place.queue === undefined) return;
    this.#size -= 1;
    if (place.queue === this.#idle) this.#idleSize -= 1;
    leave(place);
  }

  /** Who makes room for a newcomer: an idle member before a wanted one, and a wanted one only for a wanted newcomer. */
  victim(forWanted: boolean): T | undefined {
    return this.#idle.oldest ?? (forWanted ? this.#wanted.oldest : undefined);
  }
}
