/** Most watchers that a group has. XState copies the list of an actor's children whenever one is spawned or stopped. */
const WATCHERS_IN_A_GROUP = 25;

/** How many watchers each group has. What is asked for each watcher takes as long, however many groups there are. */
export class WatcherGroups {
  readonly #watchers = new Map<number, number>();
  /** 0 while there is none. */
  #newest = 0;

  get size(): number {
    return this.#watchers.size;
  }

  /** The newest group, or the next one when that is full. */
  get withRoom(): number {
    const size = this.#watchers.get(this.#newest) ?? WATCHERS_IN_A_GROUP;
    return size < WATCHERS_IN_A_GROUP ? this.#newest : this.#newest + 1;
  }

  has(group: number): boolean {
    return this.#watchers.has(group);
  }

  /** One watcher more. */
  join(group: number): void {
    this.#watchers.set(group, (this.#watchers.get(group) ?? 0) + 1);
    this.#newest = Math.max(this.#newest, group);
  }

  /** Whether no other watcher is left in it once one leaves. */
  isLast(group: number): boolean {
    return this.#watchers.get(group) === 1;
  }

  /** One watcher less. @returns whether the group is empty now, and forgotten */
  leave(group: number): boolean {
    const left = (this.#watchers.get(group) ?? 0) - 1;
    if (left > 0) this.#watchers.set(group, left);
    else this.delete(group);
    return left <= 0;
  }

  delete(group: number): void {
    this.#watchers.delete(group);
    if (group !== this.#newest) return;
    this.#newest = 0;
    for (const each of this.#watchers.keys()) this.#newest = Math.max(this.#newest, each);
  }

  toJSON(): object {
    return Object.fromEntries(this.#watchers);
  }
}
