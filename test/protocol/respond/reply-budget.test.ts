import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_REPLIED_ADDRESSES,
  REPLIES_PER_SECOND,
  REPLY_BURST,
  ReplyBudget,
} from '../../../src/protocol/respond/reply-budget.js';
import { question } from '../../support/records.js';
import { Bench, from, HOST, host, printer, query } from './responder-bench.js';

const address = '192.0.2.77';

describe('the replies that one address is sent', () => {
  it('SEC-02 are a burst, and so many a second after that, in any order of times', () => {
    const steps = fc.array(fc.tuple(fc.nat(2_000), fc.integer({ min: 1, max: 400 })), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (each) => {
        const budget = new ReplyBudget();
        let now = 0;
        let sent = 0;
        for (const [pause, count] of each) {
          now += pause;
          for (let i = 0; i < count; i++) if (budget.spend(address, now)) sent++;
          expect(sent).toBeLessThanOrEqual(REPLY_BURST + (now * REPLIES_PER_SECOND) / 1_000);
        }
      }),
    );
  });

  it('SEC-02 are spent by that address alone', () => {
    const budget = new ReplyBudget();
    for (let i = 0; i < REPLY_BURST; i++) expect(budget.spend(address, 0)).toBe(true);
    expect(budget.spend(address, 0)).toBe(false);
    expect(budget.spend('192.0.2.78', 0)).toBe(true);
    expect(budget.spend(address, 1_000 / REPLIES_PER_SECOND)).toBe(true);
  });

  it('SEC-02 are counted for a bounded number of addresses', () => {
    const budget = new ReplyBudget();
    for (let i = 0; i < 2 * MAX_REPLIED_ADDRESSES; i++) budget.spend(`10.0.${i >> 8}.${i & 255}`, i);
    expect(budget.size).toBe(MAX_REPLIED_ADDRESSES);
  });

  it('SEC-02 QU-04 beyond that the group is told, at most once a second', () => {
    const bench = new Bench();
    bench.announce(0, ...host.records, ...printer.records);
    bench.sent.length = 0;
    const asked = 10 * REPLY_BURST;
    for (let i = 0; i < asked; i++) bench.ask(2_000 + i, question(HOST, 'A', { qu: true }));
    const sent = bench.answers(10_000);
    const replies = sent.filter((line) => line.includes(' to '));
    const seconds = asked / 1_000;
    expect(replies.length).toBeLessThanOrEqual(REPLY_BURST + REPLIES_PER_SECOND * seconds + 1);
    const toGroup = sent.length - replies.length;
    expect(toGroup).toBeGreaterThanOrEqual(1);
    expect(toGroup).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  });

  it('SEC-02 LEG-01 legacy replies are among them', () => {
    const bench = new Bench();
    bench.announce(0, ...host.records, ...printer.records);
    bench.sent.length = 0;
    for (let i = 0; i < 10 * REPLY_BURST; i++) {
      bench.ask(2_000 + i, query(question(HOST, 'A'), { id: i }), from(address, { port: 40_000 + (i % 1_000) }));
    }
    expect(bench.answers(10_000).length).toBeLessThanOrEqual(REPLY_BURST + REPLIES_PER_SECOND * 3);
  });
});
