/** A list of hashes that is filled anew for each response: a list of V8 that is emptied has to be made again. */

/** Hashes among which it is worth while to look for one: nearly no response has more names. */
const FEW = 32;

export class HashList {
  readonly #items: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  /** Adds a hash, mostly only if it is not there. */
  add(hash: number): void {
    const items = this.#items;
    const few = Math.min(this.#size, FEW);
    for (let i = 0; i < few; i++) if (items[i] === hash) return;
    // Records of one name mostly follow each other.
    if (this.#size > FEW && items[this.#size - 1] === hash) return;
    items[this.#size] = hash;
    this.#size += 1;
  }

  toArray(): number[] {
    return this.#items.slice(0, this.#size);
  }
}
