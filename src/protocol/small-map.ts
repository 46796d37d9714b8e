/** A map for one entry or none: it creates a table only for the second entry. */
export class SmallMap<K, V> {
  #key: K | undefined = undefined;
  #value: V | undefined = undefined;
  #more: Map<K, V> | undefined = undefined;

  get size(): number {
    return this.#more?.size ?? (this.#key === undefined ? 0 : 1);
  }

  get(key: K): V | undefined {
    if (this.#more) return this.#more.get(key);
    return this.#key === key ? this.#value : undefined;
  }

  has(key: K): boolean {
    return this.#more ? this.#more.has(key) : this.#key !== undefined && this.#key === key;
  }

  set(key: K, value: V): void {
    if (this.#more) this.#more.set(key, value);
    else if (this.#key === undefined || this.#key === key) {
      this.#key = key;
      this.#value = value;
    } else {
      this.#more = new Map([
        [this.#key, this.#value as V],
        [key, value],
      ]);
      this.#key = undefined;
      this.#value = undefined;
    }
  }

  /** @returns whether the key was there */
  delete(key: K): boolean {
    if (this.#more) return this.#more.delete(key);
    if (this.#key === undefined || this.#key !== key) return false;
    this.#key = undefined;
    this.#value = undefined;
    return true;
  }

  clear(): void {
    this.#key = undefined;
    this.#value = undefined;
    this.#more = undefined;
  }

  /** In the order in which the keys were first set. */
  values(): Iterable<V> {
    if (this.#more) return this.#more.values();
    return this.#key === undefined ? [] : [this.#value as V];
  }
}
