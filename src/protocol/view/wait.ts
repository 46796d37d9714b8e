/** Items that all wait for the same time: the first to begin is the first to fall due. */
export class Waits<T> {
  readonly #spanMs: number;
  /** When each falls due, in ascending order. Most of the many waits of a view never begin, and take no memory. */
  #deadlines: Map<T, number> | undefined;

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** Whether the wait of `item` is over; the first call begins it. */
  isOver(item: T, now: number): boolean {
    this.#deadlines ??= new Map();
    let deadline = this.#deadlines.get(item);
    if (deadline === undefined) {
      deadline = now + this.#spanMs;
      this.#deadlines.set(item, deadline);
    }
    return deadline <= now;
  }

  stop(item: T): void {
    this.#deadlines?.delete(item);
  }

  /** Those whose wait is over. */
  due(now: number): readonly T[] {
    const due: T[] = [];
    if (this.#deadlines === undefined || this.#deadlines.size === 0) return due;
    for (const [item, deadline] of this.#deadlines) {
      if (deadline > now) break;
      due.push(item);
    }
    return due;
  }

  /** Infinity when nothing waits. */
  nextDeadline(): number {
    if (this.#deadlines !== undefined && this.#deadlines.size > 0)
      for (const deadline of this.#deadlines.values()) return deadline;
    return Infinity;
  }
}

/** The earliest future deadline of these waits; Infinity for none. */
export function deadlineAhead(now: number, ...waits: readonly Pick<Waits<unknown>, 'nextDeadline'>[]): number {
  let deadline = Infinity;
  for (const wait of waits) {
    const next = wait.nextDeadline();
    if (next > now) deadline = Math.min(deadline, next);
  }
  return deadline;
}
