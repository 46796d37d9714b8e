import { leave, Place, Queue } from './lru.js';

/** A cached record at a name. */
interface Member<E> {
  readonly receivedAt: number;
  readonly set: { readonly wanted: boolean };
  /** Its position among the records of its name, if these have a roster. */
  inName: Place<E> | undefined;
}

/**
 * The records of a name that has many. Wanted and idle ones have separate queues, each from the one heard longest ago,
 * so that the record to evict is found in constant time.
 */
export class Roster<E extends Member<E>> {
  readonly #idle = new Queue<Place<E>>();
  readonly #wanted = new Queue<Place<E>>();

  /** @param entries those of the name */
  constructor(entries: readonly E[]) {
    for (const entry of entries.toSorted((a, b) => a.receivedAt - b.receivedAt)) this.enter(entry);
  }

  /** Notes that a record was heard just now, or has become wanted or idle; adds it if it is new. */
  enter(entry: E): void {
    entry.inName ??= new Place(entry);
    (entry.set.wanted ? this.#wanted : this.#idle).push(entry.inName);
  }

  leave({ inName }: E): void {
    if (inName !== undefined) leave(inName);
  }

  /**
   * The record to evict for a newcomer: an idle one before a wanted one, and a wanted one only for a wanted newcomer.
   */
  victim(forWanted: boolean): E | undefined {
    return (this.#idle.oldest ?? (forWanted ? this.#wanted.oldest : undefined))?.value;
  }
}
