/** Base class of items with one deadline. The fields belong to the heap that contains the item. */
export abstract class Scheduled {
  /** Milliseconds; Infinity while it is not in a heap. */
  deadline = Infinity;
  heapIndex = -1;
  heapOrder = 0;
}

/**
 * Thousands of deadlines behind one timer: a binary heap in which every item knows its position. An item is in the heap
 * at most once, so moving a deadline leaves nothing behind and the heap never exceeds the number of armed items.
 * Arming, moving and disarming take O(log n) steps. Items with equal deadlines fall due in the order in which they were
 * set.
 */
export class DeadlineHeap<T extends Scheduled> {
  readonly #items: T[] = [];
  #order = 0;

  get size(): number {
    return this.#items.length;
  }

  /** The item with the earliest deadline. */
  get first(): T | undefined {
    return this.#items[0];
  }

  /** Some of the earliest items, including the very earliest, in no particular order. */
  firsts(count: number): readonly T[] {
    return this.#items.slice(0, count);
  }

  /** The earliest deadline; Infinity when nothing is armed. */
  get next(): number {
    return this.#items[0]?.deadline ?? Infinity;
  }

  /** Arms an item, or moves its deadline; Infinity disarms it. */
  set(item: T, deadline: number): void {
    if (item.deadline === deadline) return;
    if (deadline === Infinity) {
      this.delete(item);
      return;
    }
    const later = deadline >= item.deadline;
    item.deadline = deadline;
    item.heapOrder = this.#order++;
    if (item.heapIndex < 0) {
      item.heapIndex = this.#items.length;
      this.#items.push(item);
      this.#up(item);
    } else if (later) this.#down(item);
    else this.#up(item);
  }

  delete(item: T): void {
    const index = item.heapIndex;
    if (index < 0) return;
    item.deadline = Infinity;
    item.heapIndex = -1;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#place(last, index);
    this.#up(last);
    this.#down(last);
  }

  /** Takes out the earliest item if its deadline has come, and disarms it. */
  takeDue(now: number): T | undefined {
    const first = this.#items[0];
    if (first === undefined || first.deadline > now) return undefined;
    this.delete(first);
    return first;
  }

  #up(item: T): void {
    let index = item.heapIndex;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#items[above];
      if (parent === undefined || !isBefore(item, parent)) break;
      this.#place(parent, index);
      index = above;
    }
    this.#place(item, index);
  }

  #down(item: T): void {
    let index = item.heapIndex;
    for (;;) {
      const below = 2 * index + 1;
      const left = this.#items[below];
      if (left === undefined) break;
      const right = this.#items[below + 1];
      const child = right !== undefined && isBefore(right, left) ? right : left;
      if (!isBefore(child, item)) break;
      const from = child.heapIndex;
      this.#place(child, index);
      index = from;
    }
    this.#place(item, index);
  }

  #place(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }
}

function isBefore(a: Scheduled, b: Scheduled): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.heapOrder < b.heapOrder);
}
