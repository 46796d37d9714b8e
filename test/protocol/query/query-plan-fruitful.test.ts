/** Queries with answers: the series begins again. */
import { describe, expect, it } from 'vitest';
import type { QueryPlan } from '../../../src/protocol/query/query-plan.js';
import { question } from '../../support/records.js';
import { browse } from '../cache/cache-fixture.js';
import { ask, HOUR, newPlan, QM, run, times } from './query-plan-bench.js';

describe('QRY-04 a query that was fruitful', () => {
  const [one, two] = [question('a.local', 'A'), question('b.local', 'A')];

  /** Asked at 20, 1020 and 3020 ms. */
  function asking(): QueryPlan {
    const plan = newPlan();
    for (const each of [one, two, browse]) plan.open(each, 0, QM);
    expect(times(run(plan, 3_020))).toEqual([20, 1_020, 3_020]);
    return plan;
  }

  it('is followed after one second by what it brought no answer to, and the gaps double from there', () => {
    const plan = asking();
    plan.answered(one, 3_100);
    expect(times(run(plan, 19_020))).toEqual([4_020, 6_020, 10_020, 18_020]);
  });

  it('so it is when something was found that may not be all', () => {
    const plan = asking();
    plan.found([browse, question('unknown.local', 'A')], 3_100);
    expect(run(plan, 7_020).map(({ at, sent }) => [at, sent.length])).toEqual([
      [4_020, 3],
      [6_020, 3],
    ]);
  });

  it('was not, when what was found came unasked', () => {
    const plan = asking();
    plan.found([browse], 3_100, true);
    expect(times(run(plan, 15_020))).toEqual([7_020, 15_020]);
  });

  it('makes no difference once it is a second ago, nor after the first query', () => {
    const plan = asking();
    plan.answered(one, 4_021);
    expect(plan.nextDeadline()).toBe(7_020);
    const fresh = newPlan();
    for (const each of [one, two]) fresh.open(each, 0, QM);
    run(fresh, 20);
    fresh.answered(one, 30);
    expect(times(run(fresh, 3_020))).toEqual([1_020, 3_020]);
  });

  it('makes none for what was asked again meanwhile', () => {
    const plan = asking();
    plan.refresh([two], 3_500);
    expect(ask(plan, 3_500)).toEqual([two]);
    plan.answered(one, 3_600);
    expect(times(run(plan, 8_000))).toEqual([4_020, 6_020, 7_020]);
  });

  it('and so is one whose name is mentioned again, 20 ms later at least', () => {
    const plan = newPlan();
    for (const each of [one, two, browse]) plan.open(each, 0, QM);
    expect(times(run(plan, 7_020))).toEqual([20, 1_020, 3_020, 7_020]);
    plan.mentioned([one, two, question('unknown.local', 'A')], 10_000);
    expect(run(plan, 15_020).map(({ at, sent }) => [at, sent.length])).toEqual([
      [10_020, 2],
      [11_020, 2],
      [13_020, 2],
      [15_020, 1],
    ]);
  });

  it('leaves no sooner than a second after the last query, and not at all where it is answered or was not asked yet', () => {
    const plan = newPlan();
    plan.open(one, 0, QM);
    plan.open(two, 0, QM);
    plan.mentioned([one, two], 5);
    expect(times(run(plan, 3_020))).toEqual([20, 1_020, 3_020]);
    plan.mentioned([one], 3_500);
    plan.answered(two, 3_500);
    plan.mentioned([two], 3_600);
    expect(run(plan, 6_020).map(({ at, sent }) => [at, sent])).toEqual([
      [4_020, [one]],
      [5_020, [one]],
    ]);
  });

  it('does not bring back what was closed meanwhile', () => {
    const plan = asking();
    plan.close(two);
    plan.close(browse);
    plan.answered(one, 3_100);
    expect([plan.size, plan.nextDeadline()]).toEqual([1, Infinity]);
    expect(run(plan, HOUR)).toEqual([]);
  });

  it('cannot go on for ever', () => {
    const plan = asking();
    let count = 0;
    for (let at = plan.nextDeadline(); at < 3_600_000; at = plan.nextDeadline()) {
      ask(plan, at);
      plan.found([browse], at + 50);
      plan.mentioned([one, two], at + 50);
      count += 1;
    }
    expect(count).toBeLessThanOrEqual(40);
  });
});
