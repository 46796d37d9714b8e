import { describe, expect, it } from 'vitest';
import { deadlineAhead, Waits } from '../../../src/protocol/view/wait.js';

describe('Waits', () => {
  it('begins when it is first asked about, and gives those that are due in their order', () => {
    const waits = new Waits<string>(100);
    expect(waits.isOver('a', 0)).toBe(false);
    expect(waits.isOver('b', 30)).toBe(false);
    expect(waits.isOver('c', 30)).toBe(false);
    expect(waits.isOver('a', 99)).toBe(false);
    expect([...waits.due(99)]).toEqual([]);
    expect(waits.nextDeadline()).toBe(100);
    expect([...waits.due(100)]).toEqual(['a']);
    expect([...waits.due(130)]).toEqual(['a', 'b', 'c']);
    expect(waits.isOver('a', 100)).toBe(true);
  });

  it('begins anew after a stop', () => {
    const waits = new Waits<string>(100);
    waits.isOver('a', 0);
    waits.stop('a');
    expect(waits.nextDeadline()).toBe(Infinity);
    expect(waits.isOver('a', 100)).toBe(false);
    expect(waits.nextDeadline()).toBe(200);
  });
});

describe('deadlineAhead', () => {
  it('is the earliest that is not past', () => {
    const [past, early, late] = [new Waits<string>(1), new Waits<string>(10), new Waits<string>(20)];
    for (const waits of [past, early, late]) waits.isOver('a', 0);
    expect(deadlineAhead(5, late, past, early)).toBe(10);
    expect(deadlineAhead(20, late, past, early)).toBe(Infinity);
    expect(deadlineAhead(0)).toBe(Infinity);
  });
});
