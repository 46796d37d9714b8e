/** What appeared and what vanished since the last turn. */
export interface Turn<T, R> {
  readonly appeared: T[];
  readonly vanished: { readonly value: T; readonly reason: R }[];
}

interface Entry<T, R> {
  readonly value: T;
  support: number;
  told: boolean;
  reason: R | undefined;
}

/**
 * Counts what speaks for each thing, such as the records of several links that name the same service. A thing appears with
 * the first and vanishes with the last of them, and what comes and goes within one turn is not told at all. The form in which
 * a thing was first seen is the one that is shown.
 */
export class Tally<T, R> {
  readonly #entries = new Map<string, Entry<T, R>>();
  readonly #touched = new Set<string>();

  get size(): number {
    return this.#entries.size;
  }

  add(key: string, make: () => T): void {
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = { value: make(), support: 0, told: false, reason: undefined };
      this.#entries.set(key, entry);
    }
    entry.support++;
    this.#touched.add(key);
  }

  remove(key: string, reason: R): void {
    const entry = this.#entries.get(key);
    if (!entry || entry.support === 0) return;
    entry.support--;
    entry.reason = reason;
    this.#touched.add(key);
  }

  turn(): Turn<T, R> {
    const turn: Turn<T, R> = { appeared: [], vanished: [] };
    for (const key of this.#touched) {
      const entry = this.#entries.get(key);
      if (!entry) continue;
      const { value, support, told, reason } = entry;
      if (support > 0 && !told) turn.appeared.push(value);
      if (support === 0 && told && reason !== undefined) turn.vanished.push({ value, reason });
      entry.told = support > 0;
      if (support === 0) this.#entries.delete(key);
    }
    this.#touched.clear();
    return turn;
  }
}
