import { describe, expect, it } from 'vitest';
import { deadlineAhead, Waiting } from '../../../src/protocol/view/wait.js';

describe('Waiting', () => {
  it('begins when it is first asked about, and gives those that are due in their order', () => {
    const waiting = new Waiting<string>(100);
    expect(waiting.isOver('a', 0)).toBe(false);
    expect(waiting.isOver('b', 30)).toBe(false);
    expect(waiting.isOver('c', 30)).toBe(false);
    expect(waiting.isOver('a', 99)).toBe(false);
    expect([...waiting.due(99)]).toEqual([]);
    expect(waiting.nextDeadline()).toBe(100);
    expect([...waiting.due(100)]).toEqual(['a']);
    expect([...waiting.due(130)]).toEqual(['a', 'b', 'c']);
    expect(waiting.isOver('a', 100)).toBe(true);
  });

  it('begins anew after a stop', () => {
    const waiting = new Waiting<string>(100);
    waiting.isOver('a', 0);
    waiting.stop('a');
    expect(waiting.nextDeadline()).toBeUndefined();
    expect(waiting.isOver('a', 100)).toBe(false);
    expect(waiting.nextDeadline()).toBe(200);
  });
});

describe('deadlineAhead', () => {
  it('is the earliest that is not past', () => {
    const [past, early, late] = [new Waiting<string>(1), new Waiting<string>(10), new Waiting<string>(20)];
    for (const waiting of [past, early, late]) waiting.isOver('a', 0);
    expect(deadlineAhead(5, late, past, early)).toEqual({ deadline: 10 });
    expect(deadlineAhead(20, late, past, early)).toEqual({});
    expect(deadlineAhead(0)).toEqual({});
  });
});
