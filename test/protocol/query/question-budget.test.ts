import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BUDGET_ALLOWANCE,
  BUDGET_SHARES,
  BUDGET_WINDOW,
  QuestionBudget,
} from '../../../src/protocol/query/question-budget.js';

/** What a packet of so many bytes costs. */
const HEADERS = 48;
const packet = (bytes: number) => [new Uint8Array(bytes - HEADERS)];

describe('QuestionBudget', () => {
  it('allows so much when nothing is received, and the same again once that is ten seconds ago', () => {
    const budget = new QuestionBudget();
    expect(budget.spend(packet(BUDGET_ALLOWANCE), 'living', 0)).toBe(true);
    expect(budget.spend(packet(HEADERS), 'living', 0)).toBe(false);
    expect(budget.spend(packet(HEADERS), 'living', BUDGET_WINDOW)).toBe(false);
    expect(budget.room('living', BUDGET_WINDOW + 500)).toBe(BUDGET_ALLOWANCE);
  });

  it('counts the headers of each packet', () => {
    const budget = new QuestionBudget();
    budget.spend([new Uint8Array(10), new Uint8Array(20)], 'living', 0);
    expect(budget.room('living', 0)).toBe(BUDGET_ALLOWANCE - 30 - 2 * HEADERS);
  });

  it('spends nothing when there is too little room', () => {
    const budget = new QuestionBudget();
    expect(budget.spend(packet(BUDGET_ALLOWANCE + 1), 'living', 0)).toBe(false);
    expect(budget.room('living', 0)).toBe(BUDGET_ALLOWANCE);
  });

  it('what is received makes room for as much again, but none in advance', () => {
    const budget = new QuestionBudget();
    budget.received(50_000, 0);
    expect(budget.room('living', 0)).toBe(BUDGET_ALLOWANCE);
    budget.spend(packet(10_000), 'living', 1);
    budget.received(54_000, 2);
    expect(budget.room('living', 2)).toBe(BUDGET_ALLOWANCE - 6_000);
    budget.received(54_000, 3);
    expect(budget.room('living', 3)).toBe(BUDGET_ALLOWANCE - 6_000);
  });

  it('leaves the better kinds room of their own', () => {
    const budget = new QuestionBudget();
    const kinds = ['unanswered', 'bulk', 'known', 'fresh', 'living'] as const;
    for (const kind of kinds) {
      const room = budget.room(kind, 0);
      expect(room).toBeGreaterThanOrEqual(1_024);
      expect(budget.spend(packet(room), kind, 0)).toBe(true);
      expect(budget.spend(packet(HEADERS), kind, 0)).toBe(false);
    }
    expect(budget.room('living', 0)).toBe(0);
    expect(Math.max(...Object.values(BUDGET_SHARES))).toBe(BUDGET_ALLOWANCE);
  });

  it('A4 in any ten seconds no more is sent than was received, and the allowance', () => {
    const share = fc.constantFrom(...(['living', 'fresh', 'bulk', 'known', 'unanswered'] as const));
    const step = fc.record({
      wait: fc.constantFrom(0, 0, 1, 49, 250, 1_000, 4_999, 9_751, 10_000),
      received: fc.constantFrom(0, 0, 100, 3_000, 40_000),
      bytes: fc.integer({ min: HEADERS, max: 9_000 }),
      share,
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const budget = new QuestionBudget();
        const log: { at: number; sent: number; received: number }[] = [];
        let [now, total] = [0, 0];
        for (const { wait, received, bytes, share } of steps) {
          now += wait;
          total += received;
          log.push({ at: now, sent: 0, received });
          budget.received(total, now);
          if (budget.spend(packet(bytes), share, now)) log.push({ at: now, sent: bytes, received: 0 });
        }
        for (const [i, { at }] of log.entries()) {
          let beyond = 0;
          for (const later of log.slice(i)) {
            if (later.at > at + BUDGET_WINDOW) break;
            beyond += later.sent - later.received;
            expect(beyond).toBeLessThanOrEqual(BUDGET_ALLOWANCE);
          }
        }
      }),
    );
  });

  it('remembers no more than the window', () => {
    const budget = new QuestionBudget();
    for (let now = 0; now < 1_000_000; now += 10) {
      budget.received(now, now);
      budget.spend(packet(100), 'living', now);
    }
    expect(JSON.parse(JSON.stringify(budget)).slots).toBeLessThanOrEqual(42);
  });
});
