/** When questions were asked that a query plan no longer has, so that they are not asked again too soon. */
export class RecentlyAsked {
  /** By key, in the order of time. */
  readonly #times = new Map<string, number>();
  readonly #spanMs: number;

  /** @param spanMs milliseconds for which a question is kept */
  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  get size(): number {
    return this.#times.size;
  }

  /** Notes a question, and forgets those that were asked long ago. */
  note(key: string, now: number): void {
    for (const [oldest, at] of this.#times) {
      if (now - at < this.#spanMs) break;
      this.#times.delete(oldest);
    }
    this.#times.delete(key);
    this.#times.set(key, now);
  }

  /** When it was asked last, ms; -Infinity if that is unknown. */
  timeOf(key: string): number {
    return this.#times.get(key) ?? -Infinity;
  }
}
