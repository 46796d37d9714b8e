/** Base class of items with one deadline. The fields belong to the heap that contains the item. */
export abstract class Scheduled {
  /**
   * Milliseconds; undefined while it is not in a heap. Not Infinity, since V8 would then keep even whole milliseconds
   * in another object of 16 bytes.
   */
  due: number | undefined = undefined;
  heapIndex = -1;
  heapOrder = 0;

  /** Milliseconds; Infinity while it is not in a heap. */
  get deadline(): number {
    return this.due ?? Infinity;
  }
}

/** Items for which a new heap has room. */
const FEW = 8;

/**
 * Thousands of deadlines behind one timer: a binary heap in which every item knows its position. An item is in the heap
 * at most once, so moving a deadline leaves nothing behind and the heap never exceeds the number of armed items.
 * Arming, moving and disarming take O(log n) steps. Items with equal deadlines fall due in the order in which they were
 * set.
 */
export class DeadlineHeap<T extends Scheduled> {
  readonly #items: T[] = [];
  /** By which deadline and order each item has its position: its own, or those that it had before `putOff`. */
  #keys = new Float64Array(FEW);
  #orders = new Float64Array(FEW);
  #order = 0;

  get size(): number {
    return this.#items.length;
  }

  /** The item with the earliest deadline. */
  get first(): T | undefined {
    this.#settle();
    return this.#items[0];
  }

  /** Some of the earliest items, including the very earliest, in no particular order. */
  firsts(count: number): readonly T[] {
    this.#settle();
    return this.#items.slice(0, count);
  }

  /** The earliest deadline; Infinity when nothing is armed. */
  get next(): number {
    return this.first?.deadline ?? Infinity;
  }

  /** Arms an item, or moves its deadline; Infinity disarms it. */
  set(item: T, deadline: number): void {
    if (item.due === deadline) return;
    if (deadline === Infinity) {
      this.delete(item);
      return;
    }
    item.due = deadline;
    item.heapOrder = this.#order++;
    if (item.heapIndex < 0) {
      item.heapIndex = this.#items.length;
      this.#items.push(item);
      this.#makeRoom();
      this.#up(item, deadline, item.heapOrder);
    } else if (deadline >= (this.#keys[item.heapIndex] ?? Infinity)) this.#down(item, deadline, item.heapOrder);
    else this.#up(item, deadline, item.heapOrder);
  }

  /**
   * The same; but with a later deadline the item keeps its position until it would be the first. Thousands of records
   * that are heard again and again are not moved each time.
   */
  putOff(item: T, deadline: number): void {
    if (item.due === undefined || deadline === Infinity || deadline <= item.due) this.set(item, deadline);
    else {
      item.due = deadline;
      item.heapOrder = this.#order++;
    }
  }

  delete(item: T): void {
    const index = item.heapIndex;
    if (index < 0) return;
    item.due = undefined;
    item.heapIndex = -1;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    const [key, order] = [this.#key(last.heapIndex), this.#orders[last.heapIndex] ?? 0];
    last.heapIndex = index;
    this.#up(last, key, order);
    this.#down(last, key, order);
  }

  /** Takes out the earliest item if its deadline has come, and disarms it. */
  takeDue(now: number): T | undefined {
    const { first } = this;
    if (first === undefined || first.deadline > now) return undefined;
    this.delete(first);
    return first;
  }

  /** Moves items that were put off from the top to where they belong now. */
  #settle(): void {
    for (;;) {
      const top = this.#items[0];
      if (top === undefined || top.heapOrder === this.#orders[0]) return;
      this.#down(top, top.deadline, top.heapOrder);
    }
  }

  #up(item: T, key: number, order: number): void {
    let index = item.heapIndex;
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (!this.#isAfter(above, key, order)) break;
      this.#moveTo(above, index);
      index = above;
    }
    this.#place(item, key, order, index);
  }

  #down(item: T, key: number, order: number): void {
    let index = item.heapIndex;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= this.#items.length) break;
      const right = left + 1;
      const isRight = right < this.#items.length && this.#isAfter(left, this.#key(right), this.#orders[right] ?? 0);
      const child = isRight ? right : left;
      if (this.#isAfter(child, key, order)) break;
      this.#moveTo(child, index);
      index = child;
    }
    this.#place(item, key, order, index);
  }

  #key(index: number): number {
    return this.#keys[index] ?? Infinity;
  }

  /** Whether what is at this index comes after something with this key and order. */
  #isAfter(index: number, key: number, order: number): boolean {
    const its = this.#key(index);
    return its > key || (its === key && (this.#orders[index] ?? 0) > order);
  }

  #moveTo(from: number, to: number): void {
    const item = this.#items[from];
    if (item !== undefined) this.#place(item, this.#key(from), this.#orders[from] ?? 0, to);
  }

  #place(item: T, key: number, order: number, index: number): void {
    this.#items[index] = item;
    this.#keys[index] = key;
    this.#orders[index] = order;
    item.heapIndex = index;
  }

  #makeRoom(): void {
    if (this.#items.length <= this.#keys.length) return;
    this.#keys = doubled(this.#keys);
    this.#orders = doubled(this.#orders);
  }
}

function doubled(numbers: Float64Array): Float64Array<ArrayBuffer> {
  const more = new Float64Array(2 * numbers.length);
  more.set(numbers);
  return more;
}
