/** What has appeared and vanished since the last turn. */
export interface Turn<T, R> {
  readonly appeared: T[];
  readonly vanished: { readonly value: T; readonly reason: R }[];
}

interface Entry<T, R> {
  readonly value: T;
  support: number;
  reported: boolean;
  reason: R | undefined;
}

/**
 * Counts the evidence for each item, such as the records on several links that name the same service. An item appears
 * with the first and vanishes with the last of them; one that comes and goes within one turn is not reported. It is
 * shown in the spelling in which it was first seen.
 */
export class Appearances<T, R> {
  readonly #entries = new Map<string, Entry<T, R>>();
  readonly #touched = new Set<string>();

  get size(): number {
    return this.#entries.size;
  }

  add(key: string, make: () => T): void {
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = { value: make(), support: 0, reported: false, reason: undefined };
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
      const { value, support, reported, reason } = entry;
      if (support > 0 && !reported) turn.appeared.push(value);
      if (support === 0 && reported && reason !== undefined) turn.vanished.push({ value, reason });
      entry.reported = support > 0;
      if (support === 0) this.#entries.delete(key);
    }
    this.#touched.clear();
    return turn;
  }
}
