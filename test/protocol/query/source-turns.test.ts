import { describe, expect, it } from 'vitest';
import { SourceTurns } from '../../../src/protocol/query/source-turns.js';

interface Item {
  readonly source: string | undefined;
  readonly id: number;
}

const item = (source: string | undefined, id: number): Item => ({ source, id });
const ids = (items: readonly Item[]) => items.map(({ id }) => id);

describe('SourceTurns', () => {
  it('gives each source its turn, and within a source who came first', () => {
    const queue = new SourceTurns<Item>();
    for (let id = 0; id < 5; id++) queue.add(item('liar', id));
    queue.add(item('other', 10));
    queue.add(item(undefined, 20));
    queue.add(item('other', 11));
    expect(ids(queue.first(5))).toEqual([0, 10, 20, 1, 11]);
    expect(ids(queue.first(100))).toEqual([0, 10, 20, 1, 11, 2, 3, 4]);
    expect(queue.first(0)).toEqual([]);
    expect(queue.size).toBe(8);
  });

  it('a source that has had its turn comes last', () => {
    const queue = new SourceTurns<Item>();
    const [first, second] = [item('a', 0), item('a', 1)];
    for (const each of [first, second, item('b', 10)]) queue.add(each);
    queue.delete(first);
    expect(ids(queue.first(2))).toEqual([10, 1]);
  });

  it('holds what it holds once, and forgets what is taken out', () => {
    const queue = new SourceTurns<Item>();
    const [one, other] = [item('a', 0), item('a', 1)];
    queue.add(one);
    queue.add(one);
    queue.delete(other);
    expect([queue.size, queue.has(one), queue.has(other)]).toEqual([1, true, false]);
    queue.delete(one);
    queue.delete(one);
    expect([queue.size, queue.has(one), queue.first(9)]).toEqual([0, false, []]);
  });
});
