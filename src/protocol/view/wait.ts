/** Things that each wait for the same span of time: the first to begin is the first to fall due. */
export class Waiting<T> {
  readonly #spanMs: number;
  /** When each falls due, in ascending order. */
  readonly #deadlines = new Map<T, number>();

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** Whether the wait of `item` is over; it begins with the first time this is asked. */
  isOver(item: T, now: number): boolean {
    let deadline = this.#deadlines.get(item);
    if (deadline === undefined) {
      deadline = now + this.#spanMs;
      this.#deadlines.set(item, deadline);
    }
    return deadline <= now;
  }

  stop(item: T): void {
    this.#deadlines.delete(item);
  }

  *due(now: number): Iterable<T> {
    for (const [item, deadline] of this.#deadlines) {
      if (deadline > now) return;
      yield item;
    }
  }

  nextDeadline(): number | undefined {
    for (const deadline of this.#deadlines.values()) return deadline;
    return undefined;
  }
}

/** The earliest deadline of these that is still ahead, in the form in which `settle` gives it. */
export function deadlineAhead(
  now: number,
  ...waits: readonly Pick<Waiting<unknown>, 'nextDeadline'>[]
): { readonly deadline?: number } {
  let deadline = Number.POSITIVE_INFINITY;
  for (const wait of waits) {
    const next = wait.nextDeadline();
    if (next !== undefined && next > now) deadline = Math.min(deadline, next);
  }
  return deadline === Number.POSITIVE_INFINITY ? {} : { deadline };
}
