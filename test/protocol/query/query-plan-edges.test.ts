/** Where a rule of the query plan begins and ends, to the millisecond and to the question. */
import { describe, expect, it } from 'vitest';
import { QUESTIONS_PER_TURN, QueryPlan, TAKEN_PER_TURN } from '../../../src/protocol/query/query-plan.js';
import type { Question } from '../../../src/protocol/record.js';
import { question } from '../../support/records.js';
import { browse } from '../cache/cache-fixture.js';
import { ask, other, QM, QU, srv } from './query-plan-bench.js';

/** A plan with one question; every delay is 20 ms, or that share of 100 ms longer. */
function planFor(first: Question, share = 0): QueryPlan {
  const plan = new QueryPlan({ random: () => share });
  plan.open(first, 0, QM);
  return plan;
}

/** When queries leave until then. */
function times(plan: QueryPlan, until: number): number[] {
  const sent: number[] = [];
  for (let at = plan.nextDeadline(); at <= until && at < Infinity; at = plan.nextDeadline()) {
    ask(plan, at);
    sent.push(at);
  }
  return sent;
}

describe('the series of a question', () => {
  it('QRY-03 a first query leaves no earlier than drawn when there is nothing to ride along with', () => {
    const plan = planFor(browse, 1);
    expect(ask(plan, 30)).toEqual([]);
    expect(times(plan, 500)).toEqual([120]);
  });

  it('QRY-12 a first query that has waited for 20 ms rides along, up to the bound of one turn', () => {
    const plan = planFor(browse, 1);
    plan.open(other, 0, QM);
    const refreshed = Array.from({ length: QUESTIONS_PER_TURN - 1 }, (_, i) => question(`h${i}.local`, 'A'));
    plan.refresh(refreshed, 20);
    expect(ask(plan, 20)).toEqual([...refreshed, browse]);
  });

  it('QU-02 a series that begins anew since its answer is gone accepts no unicast responses', () => {
    const plan = planFor(browse);
    plan.reopen(0, QU);
    ask(plan, 20);
    plan.answered(browse, 30);
    plan.unanswered([browse], 5_000);
    expect(ask(plan, 5_020)).toEqual([browse]);
  });

  it('QRY-04 a query in the second half of a gap is the next of the series, and one before that is not', () => {
    const [half, less] = [planFor(browse), planFor(browse)];
    for (const plan of [half, less]) ask(plan, 20);
    half.refresh([browse], 520);
    less.refresh([browse], 519);
    expect([ask(half, 520), ask(less, 519)]).toEqual([[browse], [browse]]);
    expect([half.nextDeadline(), less.nextDeadline()]).toEqual([2_520, 1_020]);
  });

  it('looks at no more than so many questions at once', () => {
    const plan = planFor(browse);
    for (let i = 0; i < TAKEN_PER_TURN + 10; i++) plan.open(question(`h${i}.local`, 'A'), 0, QM);
    plan.due(20, () => 0);
    expect(plan.deferred).toBe(TAKEN_PER_TURN);
  });

  it('a question that is closed after it was offered is neither asked again nor known', () => {
    const plan = planFor(browse);
    const questions = plan.due(20);
    plan.close(browse);
    expect(plan.shareOf(browse)).toBe('fresh');
    plan.asked(questions, 20);
    expect([plan.size, plan.nextDeadline()]).toEqual([0, Infinity]);
  });

  it('QRY-08 an answer changes nothing for what nobody has open, not even where it is about to be asked once', () => {
    const plan = planFor(browse);
    plan.refresh([srv], 0);
    plan.answered(srv, 0);
    plan.answered(other, 0);
    expect(ask(plan, 0)).toEqual([srv]);
  });
});

describe('DQS-01 duplicate questions', () => {
  it.each([
    [120, 1_040],
    [120.5, 1_020],
  ])('DQS-01 one that is heard at %d ms, after ours of 20 ms, leaves the next to %d ms', (at, next) => {
    const plan = planFor(browse);
    ask(plan, 20);
    plan.duplicated([browse], at);
    expect(plan.nextDeadline()).toBe(next);
  });

  it('DQS-01 one that is heard in a series that has begun anew takes the place of its first query', () => {
    const plan = planFor(browse);
    ask(plan, 20);
    plan.answered(browse, 30);
    plan.unanswered([browse], 40);
    plan.duplicated([browse], 50);
    expect(plan.nextDeadline()).toBe(1_070);
  });
});

describe('what has to wait for room', () => {
  const ofSource = { ...QM, source: '192.0.2.66' };
  const instance = (id: number) => question(`i${id}._t._tcp.local`, 'SRV');
  const open = (plan: QueryPlan, from: number, to: number, now: number) => {
    for (let id = from; id <= to; id++) plan.open(instance(id), now, ofSource);
  };

  it('what was answered once is asked first again, whatever its source has mentioned since', () => {
    const plan = planFor(browse);
    open(plan, 0, 0, 0);
    ask(plan, 20);
    plan.answered(instance(0), 30);
    open(plan, 1, 110, 1_000);
    ask(plan, 1_020);
    plan.unanswered([instance(0)], 2_000);
    plan.due(2_020);
    expect([0, 110].map((id) => plan.shareOf(instance(id)))).toEqual(['living', 'unanswered']);
  });

  it('so is that to which something was found that may not be all', () => {
    const plan = planFor(browse);
    open(plan, 0, 60, 0);
    ask(plan, 20);
    plan.found([instance(60)], 30);
    plan.due(1_020);
    expect([59, 60].map((id) => plan.shareOf(instance(id)))).toEqual(['unanswered', 'living']);
  });
});

describe('QRY-04 a series that begins anew', () => {
  it('does so for what answers just a second after the query', () => {
    const plan = planFor(browse);
    plan.open(srv, 0, QM);
    expect(times(plan, 3_020)).toEqual([20, 1_020, 3_020]);
    plan.answered(srv, 4_020);
    expect(plan.nextDeadline()).toBe(4_020);
  });

  it('does so once for one query, however many answers that brings', () => {
    const plan = planFor(browse);
    plan.open(srv, 0, QM);
    times(plan, 3_020);
    plan.found([browse], 3_100);
    plan.duplicated([srv], 4_000);
    plan.found([browse], 4_010);
    expect(times(plan, 6_100)).toEqual([4_020, 6_020]);
  });

  it('does so ten times at most for answers to others', () => {
    const plan = planFor(browse);
    const sent: number[] = [];
    for (let at = 20; at < 20_000; at = plan.nextDeadline()) {
      ask(plan, at);
      sent.push(at);
      plan.found([browse], at + 50);
    }
    expect(sent).toEqual([...Array.from({ length: 12 }, (_, i) => 20 + 1_000 * i), 13_020, 17_020]);
  });

  it('does so ten times at most for mentions of its name', () => {
    const plan = planFor(browse);
    let renewals = 0;
    for (let now = 10_000; now < 200_000; now += 10_000) {
      times(plan, now);
      plan.mentioned([browse], now);
      if (plan.nextDeadline() === now + 20) renewals += 1;
    }
    expect(renewals).toBe(10);
  });

  it('does not for a mention while the next query is as near as a first one', () => {
    const plan = planFor(browse);
    ask(plan, 20);
    plan.mentioned([browse], 900);
    plan.mentioned([browse], 1_010);
    expect(times(plan, 3_020)).toEqual([1_020, 3_020]);
  });
});
