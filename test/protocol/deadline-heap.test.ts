import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/net/simulated/random.js';
import { DeadlineHeap, Scheduled } from '../../src/protocol/deadline-heap.js';

class Item extends Scheduled {
  constructor(readonly id: number) {
    super();
  }
}

function drain(heap: DeadlineHeap<Item>, now: number): number[] {
  const ids: number[] = [];
  for (let item = heap.takeDue(now); item !== undefined; item = heap.takeDue(now)) ids.push(item.id);
  return ids;
}

describe('DeadlineHeap', () => {
  it('is empty at first', () => {
    const heap = new DeadlineHeap<Item>();
    expect(heap.next).toBe(Infinity);
    expect(heap.takeDue(Number.MAX_VALUE)).toBeUndefined();
  });

  it('gives what is due in order of deadlines, and of setting where they are equal', () => {
    const heap = new DeadlineHeap<Item>();
    for (const [id, at] of [
      [1, 30],
      [2, 10],
      [3, 20],
      [4, 10],
      [5, 31],
    ] as const)
      heap.set(new Item(id), at);
    expect(heap.next).toBe(10);
    expect(drain(heap, 30)).toEqual([2, 4, 3, 1]);
    expect(heap.next).toBe(31);
  });

  it('takes nothing before its time', () => {
    const heap = new DeadlineHeap<Item>();
    heap.set(new Item(1), 10);
    expect(heap.takeDue(9.999)).toBeUndefined();
    expect(heap.takeDue(10)?.id).toBe(1);
  });

  it('disarms by Infinity and by delete, also what is not armed', () => {
    const heap = new DeadlineHeap<Item>();
    const [first, second, stranger] = [new Item(1), new Item(2), new Item(3)];
    heap.set(first, 1);
    heap.set(second, 2);
    heap.set(first, Infinity);
    heap.delete(stranger);
    heap.set(stranger, Infinity);
    expect([heap.size, heap.next]).toEqual([1, 2]);
    heap.delete(second);
    expect([heap.size, heap.next]).toEqual([0, Infinity]);
  });

  it('can be armed again after it was taken', () => {
    const heap = new DeadlineHeap<Item>();
    const item = new Item(1);
    heap.set(item, 5);
    heap.takeDue(5);
    heap.set(item, 5);
    expect(heap.next).toBe(5);
  });

  it('SEC-02 holds one place per item however often its deadline moves', () => {
    const heap = new DeadlineHeap<Item>();
    const items = Array.from({ length: 10 }, (_, id) => new Item(id));
    const random = seededRandom(1);
    for (let move = 0; move < 10_000; move++) {
      const item = items[move % 10];
      if (item) heap.set(item, random());
    }
    expect(heap.size).toBe(10);
  });

  it('agrees with a sorted list under any sequence of moves', () => {
    const moves = fc.array(
      fc.tuple(fc.nat(15), fc.oneof(fc.nat(50), fc.constant(Infinity)), fc.boolean(), fc.boolean()),
    );
    fc.assert(
      fc.property(moves, (steps) => {
        const heap = new DeadlineHeap<Item>();
        const items = Array.from({ length: 16 }, (_, id) => new Item(id));
        const model = new Map<number, number>();
        for (const [id, at, take, putsOff] of steps) {
          const item = items[id];
          if (item === undefined) continue;
          if (model.get(id) !== at) model.delete(id); // moved behind its equals
          if (at !== Infinity) model.set(id, at);
          if (putsOff) heap.putOff(item, at);
          else heap.set(item, at);
          if (take) {
            const due = heap.takeDue(25);
            const expected = sorted(model).find(([, deadline]) => deadline <= 25);
            expect(due?.id).toBe(expected?.[0]);
            if (due) model.delete(due.id);
          }
          expect(heap.size).toBe(model.size);
          expect(heap.next).toBe(sorted(model)[0]?.[1] ?? Infinity);
        }
        expect(drain(heap, 100)).toEqual(sorted(model).map(([id]) => id));
      }),
    );
  });

  it('arms in logarithmic steps, and puts off in one', () => {
    let moves = 0;
    class Counted extends Item {}
    Object.defineProperty(Counted.prototype, 'heapIndex', {
      get(this: { at: number }) {
        return this.at;
      },
      set(this: { at: number }, at: number) {
        moves += 1;
        this.at = at;
      },
    });
    const heap = new DeadlineHeap<Item>();
    const random = seededRandom(2);
    const items = Array.from({ length: 65_536 }, (_, id) => counted(new Counted(id)));
    for (const item of items) heap.set(item, random());
    moves = 0;
    for (const item of items.slice(0, 1_000)) heap.set(item, random());
    expect(moves / 1_000).toBeGreaterThan(1);
    // Sixteen levels, one item for each of them.
    expect(moves / 1_000).toBeLessThan(16 + 1);
    moves = 0;
    for (const item of items) heap.putOff(item, item.deadline + 1);
    expect(moves).toBe(0);
    expect(heap.next).toBe(Math.min(...items.map(({ deadline }) => deadline)));
    expect(moves / items.length).toBeLessThan(16 + 1);
  });
});

/** Lets the counting accessor of the prototype show through. */
function counted<T extends Item>(item: T): T {
  Reflect.deleteProperty(item, 'heapIndex');
  item.heapIndex = -1;
  return item;
}

function sorted(model: ReadonlyMap<number, number>): [number, number][] {
  return [...model].sort((x, y) => x[1] - y[1]);
}
