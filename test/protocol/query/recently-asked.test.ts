import { expect, it } from 'vitest';
import { RecentlyAsked } from '../../../src/protocol/query/recently-asked.js';

it('knows when a question was asked last, for a while, and forgets the others', () => {
  const recent = new RecentlyAsked(250);
  expect(recent.timeOf('a')).toBe(-Infinity);
  recent.note('a', 0);
  recent.note('b', 100);
  recent.note('a', 200);
  expect([recent.timeOf('a'), recent.timeOf('b'), recent.size]).toEqual([200, 100, 2]);
  recent.note('c', 350);
  expect([recent.timeOf('a'), recent.timeOf('b'), recent.size]).toEqual([200, -Infinity, 2]);
  for (let i = 0; i < 10_000; i++) recent.note(`x${i}`, 1_000 + i);
  expect(recent.size).toBe(250);
});
