/** Questions that others have asked (RFC 6762 section 7.3). */
import { describe, expect, it } from 'vitest';
import { browse } from '../cache/cache-fixture.js';
import { newPlan, other, QM, QU, run, srv, times } from './query-plan-bench.js';

describe('DQS-01 duplicate questions', () => {
  it('DQS-01 a query of another host takes the place of the first one', () => {
    const plan = newPlan(() => 1);
    plan.open(browse, 0, QM);
    plan.duplicated([browse], 110);
    expect(times(run(plan, 4_000))).toEqual([1_110 + 120, 1_230 + 2 * 1_120]);
  });

  it('DQS-01 the next query waits as a first one does, so that two hosts do not go on in step', () => {
    const plan = newPlan(() => 0.5);
    plan.open(browse, 0, QM);
    plan.open(srv, 0, QM);
    plan.duplicated([browse, srv], 60);
    expect(times(run(plan, 2_000))).toEqual([1_060 + 70]);
  });

  it('DQS-01 and that of a repeat, and the back-off goes on', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    run(plan, 3_020);
    plan.duplicated([browse], 7_010);
    expect(times(run(plan, 40_000))).toEqual([15_010 + 20, 15_030 + 2 * 8_020]);
  });

  it('DQS-01 and that of a refresh that has yet to leave', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    run(plan, 7_020);
    plan.refresh([browse], 7_100);
    plan.duplicated([browse], 7_200);
    expect(plan.nextDeadline()).toBe(15_020);
  });

  it('DQS-01 not of one that is far away', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    run(plan, 3_020);
    plan.duplicated([browse], 4_000);
    expect(plan.nextDeadline()).toBe(7_020);
  });

  it('DQS-01 one that crossed ours puts the next off once, by another delay than its own', () => {
    const plan = newPlan(() => 0.5);
    plan.open(browse, 0, QM);
    run(plan, 70);
    plan.duplicated([browse], 71);
    plan.duplicated([browse], 72);
    expect(times(run(plan, 4_000))).toEqual([1_070 + 70, 1_140 + 2 * 1_070]);
  });

  it('DQS-02 not of a QU question, nor of one that is answered or not open', () => {
    const plan = newPlan();
    plan.open(browse, 0, QU);
    plan.open(srv, 0, QM);
    plan.answered(srv, 0);
    plan.duplicated([browse, srv, other], 10);
    expect(plan.size).toBe(2);
    expect(run(plan, 500)).toEqual([{ at: 20, sent: [{ ...browse, unicastResponse: true }] }]);
  });
});
