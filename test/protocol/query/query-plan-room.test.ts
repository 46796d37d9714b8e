/** Questions that wait for room. */
import { describe, expect, it } from 'vitest';
import type { Question } from '../../../src/protocol/record.js';
import { question } from '../../support/records.js';
import { browse } from '../cache/cache-fixture.js';
import { ask, newPlan, other, QM, QU, run, srv, times } from './query-plan-bench.js';

describe('what has to wait for room', () => {
  const SOURCE = '192.0.2.66';
  const ofSource = (source: string) => ({ ...QM, source });
  const instance = (id: number, type: 'SRV' | 'TXT' = 'SRV') => question(`i${id}._t._tcp.local`, type);
  const names = (questions: readonly Question[]) => questions.map(({ name }) => name);

  it('is postponed and not lost, and counted once', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    plan.open(srv, 0, QM);
    expect(plan.due(20, () => 0)).toEqual([]);
    expect([plan.deferred, plan.nextDeadline()]).toEqual([2, 120]);
    expect(plan.due(120, () => 0)).toEqual([]);
    expect([plan.deferred, plan.nextDeadline()]).toEqual([2, 220]);
    const questions = plan.due(220, () => 1_000);
    expect(questions).toEqual([browse, srv]);
    // Nothing is due while somebody is about to send it.
    expect(plan.nextDeadline()).toBe(Infinity);
    plan.asked([browse], 220, true);
    expect([plan.deferred, plan.nextDeadline()]).toEqual([2, 320]);
    expect(times(run(plan, 1_300))).toEqual([320, 1_220]);
  });

  it('is offered again at once where only the turn was too short', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    plan.open(srv, 0, QM);
    plan.asked(plan.due(20).slice(0, 1), 20);
    expect(ask(plan, 20)).toEqual([srv]);
    expect(plan.deferred).toBe(0);
  });

  it('is not asked once it is closed or answered', () => {
    const plan = newPlan();
    for (const id of [0, 1, 2]) plan.open(instance(id), 0, QM);
    plan.due(20, () => 0);
    plan.close(instance(0));
    plan.answered(instance(1), 30);
    expect(names(plan.due(120))).toEqual([instance(2).name]);
  });

  it('lets what lives go first, then the few of a source, then the many, then what was asked in vain', () => {
    const plan = newPlan();
    for (let id = 900; id < 941; id++) plan.open(instance(id), 0, ofSource('192.0.2.9'));
    ask(plan, 20);
    for (let id = 0; id < 44; id++) plan.open(instance(id), 1_000, ofSource(SOURCE));
    plan.open(instance(500), 1_000, ofSource('192.0.2.5'));
    plan.open(srv, 1_000, QM);
    plan.open(other, 1_000, QM);
    plan.refresh([browse], 1_020);
    const due = plan.due(1_020);
    expect(due[0]).toEqual(browse);
    expect(names(due).slice(1, 4)).toEqual([instance(0).name, instance(500).name, srv.name]);
    const shares = [browse, instance(0), instance(39), instance(40), instance(900)].map((each) => plan.shareOf(each));
    expect(shares).toEqual(['living', 'fresh', 'fresh', 'bulk', 'unanswered']);
    expect(names(due).slice(-45)).toEqual(
      [40, 41, 42, 43, ...Array.from({ length: 41 }, (_, i) => 900 + i)].map((id) => instance(id).name),
    );
  });

  it('takes no more than there is room for, of each kind', () => {
    const plan = newPlan();
    for (let id = 0; id < 100; id++) plan.open(instance(id), 0, ofSource(SOURCE));
    const room = { living: 0, fresh: 255, bulk: 300, unanswered: 0 } as const;
    expect(plan.due(20, (share) => room[share])).toHaveLength(300 / 6);
    plan.asked([], 20);
    expect(plan.deferred).toBe(40);
  });

  it('knows a source that answers, until much of it goes unanswered', () => {
    const plan = newPlan();
    plan.open(instance(0), 0, ofSource(SOURCE));
    ask(plan, 20);
    plan.answered(instance(0), 30);
    for (let id = 1; id <= 110; id++) plan.open(instance(id), 1_000, ofSource(SOURCE));
    plan.due(1_020);
    expect([1, 100, 101].map((id) => plan.shareOf(instance(id)))).toEqual(['living', 'living', 'bulk']);
  });

  it('starts afresh when the link comes up again', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    plan.due(20);
    plan.reopen(1_000, QU);
    expect(run(plan, 1_100)).toEqual([{ at: 1_020, sent: [{ ...browse, unicastResponse: true }] }]);
  });
});
