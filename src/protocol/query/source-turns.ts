/**
 * What waits on behalf of sources, each source in turn: whoever brings up a thousand things makes nobody else wait for more
 * than one of them. Within a source, first come, first served. Joining and leaving take one step.
 */
export class FairQueue<T extends { readonly source: string | undefined }> {
  /** From the source whose turn is next. */
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

  /** Takes an item out; its source has had its turn. */
  delete(item: T): void {
    const items = this.#sources.get(item.source);
    if (!items?.delete(item)) return;
    this.#size -= 1;
    this.#sources.delete(item.source);
    if (items.size > 0) this.#sources.set(item.source, items);
  }

  /** The first so many, in the order in which they should go; they stay. */
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
