import { typeKey } from './set-kind.js';

/** From so many on there is a table: a name has two to five, unless a peer invents types: thousands of them. */
const MANY = 8;

/** What is found by its type and class. */
interface Linked<S> {
  readonly type: string;
  readonly class: number;
  /** For the list to use. */
  next: S | undefined;
}

/** The record sets of one name. While there are few, each refers to the next, which takes less memory than a table. */
export class SetsOfName<S extends Linked<S>> {
  size = 0;
  #first: S | undefined = undefined;
  #table: Map<string, S> | undefined = undefined;

  get(type: string, rrclass: number): S | undefined {
    if (this.#table !== undefined) return this.#table.get(typeKey(type, rrclass));
    let set = this.#first;
    while (set !== undefined && (set.type !== type || set.class !== rrclass)) set = set.next;
    return set;
  }

  /** Adds one whose type and class is new. */
  add(set: S): void {
    this.size += 1;
    if (this.#table !== undefined) this.#table.set(typeKey(set.type, set.class), set);
    else if (this.#first === undefined) this.#first = set;
    else if (this.size < MANY) lastAfter(this.#first).next = set;
    else {
      this.#table = new Map([...this.values(), set].map((each) => [typeKey(each.type, each.class), each]));
      for (const each of this.#table.values()) each.next = undefined;
      this.#first = undefined;
    }
  }

  /** Deletes one that was added. */
  delete(set: S): void {
    this.size -= 1;
    if (this.#table !== undefined) {
      this.#table.delete(typeKey(set.type, set.class));
      return;
    }
    let before = this.#first;
    while (before !== undefined && before !== set && before.next !== set) before = before.next;
    if (before === set) this.#first = set.next;
    else if (before !== undefined) before.next = set.next;
    set.next = undefined;
  }

  /** In the order in which they were added. */
  values(): Iterable<S> {
    if (this.#table !== undefined) return this.#table.values();
    const sets: S[] = [];
    for (let set = this.#first; set !== undefined; set = set.next) sets.push(set);
    return sets;
  }
}

function lastAfter<S extends Linked<S>>(first: S): S {
  let last = first;
  while (last.next !== undefined) last = last.next;
  return last;
}
