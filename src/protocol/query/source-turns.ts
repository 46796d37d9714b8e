/**
 * A queue in which sources take turns: a source with a thousand items delays the items of others by one each. First
 * come, first served within a source. Adding and deleting take constant time.
 */
export class SourceTurns<T extends { readonly source: string | undefined }> {
  /** The source whose turn is next comes first. */
  readonly #sources = new Map<string | undefined, Set<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(item: T): boolean {
    return this.#sources.get(item.source)?.has(item) ?? false;
  }

  add(item: T): void {
    if (this.has(item)) return;
    const items = this.#sources.get(item.source);
    if (items === undefined) this.#sources.set(item.source, new Set([item]));
    else items.add(item);
    this.#size += 1;
  }

  /** Deletes an item; its source has had its turn. */
  delete(item: T): void {
    const items = this.#sources.get(item.source);
    if (!items?.delete(item)) return;
    this.#size -= 1;
    this.#sources.delete(item.source);
    if (items.size > 0) this.#sources.set(item.source, items);
  }

  /** The first `count` items in the order of their turns, without deleting them. */
  first(count: number): T[] {
    const first: T[] = [];
    let turns = [...this.#sources.values()].map((items) => items.values());
    while (turns.length > 0 && first.length < count) {
      const more: typeof turns = [];
      for (const turn of turns) {
        if (first.length === count) break;
        const next = turn.next();
        if (next.done) continue;
        first.push(next.value);
        more.push(turn);
      }
      turns = more;
    }
    return first;
  }
}
