import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';
import { QUESTIONS_PER_TURN, TAKEN_PER_TURN } from '../../../src/protocol/query/query-plan.js';
import { question } from '../../support/records.js';
import { browse } from '../cache/cache-fixture.js';
import { ask, gaps, HOUR, newPlan, other, QM, QU, run, srv, times } from './query-plan-bench.js';

describe('the series of a question', () => {
  it('QRY-04 the gaps are 1 s, 2 s, 4 s ...', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    expect(gaps(times(run(plan, HOUR))).slice(0, 6)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
  });

  it('QRY-05 the gaps stay at 60 minutes once they are there; QRY-07 the series goes on', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    expect(gaps(times(run(plan, 24 * HOUR))).slice(12)).toEqual(Array.from({ length: 22 }, () => HOUR));
  });

  it('A-15 a query that leaves late does not squeeze the next gap', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    ask(plan, 20);
    ask(plan, 1_520);
    expect(plan.nextDeadline()).toBe(1_520 + 3_000);
  });

  it('nothing is due before its time, and nothing after closing', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    expect(ask(plan, 19.9)).toEqual([]);
    plan.close(question('_T._TCP.local', 'PTR'));
    plan.close(browse);
    expect([plan.size, plan.nextDeadline(), ask(plan, HOUR)]).toEqual([0, Infinity, []]);
  });

  it('a question that was closed in time does not ride along', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    plan.open(other, 0, QM);
    plan.close(browse);
    expect(ask(plan, 20)).toEqual([other]);
  });

  it('opening a question twice is opening it once', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    plan.open(question('_T._tcp.LOCAL', 'PTR'), 5, QU);
    expect(run(plan, 500)).toEqual([{ at: 20, sent: [browse] }]);
  });

  it('A-46 asks in the spelling of who opened the question', () => {
    const plan = newPlan();
    const spelt = question('_T._tcp.LOCAL', 'PTR');
    plan.refresh([browse], 0);
    plan.open(spelt, 0, QM);
    expect(run(plan, 500).at(-1)?.sent).toEqual([spelt]);
  });

  it('QRY-11 an answer ends the series', () => {
    const plan = newPlan();
    plan.open(srv, 0, QM);
    plan.answered(srv, 0);
    expect(plan.nextDeadline()).toBe(Infinity);
    plan.open(browse, 0, QM);
    ask(plan, 20);
    plan.answered(browse, 0);
    expect([plan.size, plan.nextDeadline()]).toEqual([2, Infinity]);
  });

  it('QRY-11 the series begins anew when the answer is gone, and only then', () => {
    const plan = newPlan();
    plan.open(srv, 0, QU);
    plan.open(browse, 0, QM);
    plan.answered(srv, 0);
    ask(plan, 20);
    plan.unanswered([srv, browse, other], 100);
    expect(times(run(plan, 3_200))).toEqual([120, 1_020, 1_120, 3_020, 3_120]);
  });
});

describe('QRY-12 questions that share a packet', () => {
  it('QRY-12 questions opened in one instant share one packet, and all that follow', () => {
    const plan = newPlan(seededRandom(1));
    const questions = [1, 2, 3, 4, 5].map((id) => question(`_t${id}._tcp.local`, 'PTR'));
    for (const each of questions) plan.open(each, 0, QM);
    const packets = run(plan, 60_000);
    expect(packets.map(({ sent }) => sent.length)).toEqual([5, 5, 5, 5, 5, 5]);
    expect(packets[0]?.sent).toEqual(questions);
  });

  it('QRY-12 a question joins a first query that is 20 ms or more away', () => {
    const plan = newPlan(() => 0.5);
    plan.open(browse, 0, QM);
    plan.open(other, 50, QM);
    plan.open(srv, 50.1, QM);
    expect(run(plan, 200).map(({ at, sent }) => [at, sent.length])).toEqual([
      [70, 2],
      [120.1, 1],
    ]);
  });

  it('QRY-12 a first query rides along once it has waited for 20 ms', () => {
    const plan = newPlan(() => 1);
    plan.open(browse, 0, QM);
    plan.open(other, 15, QM);
    plan.refresh([srv], 30);
    expect(ask(plan, 30)).toEqual([srv, browse]);
    expect(plan.nextDeadline()).toBe(120);
  });

  it('QRY-04 a repeat never comes early to ride along', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    ask(plan, 20);
    plan.refresh([srv], 1_000);
    expect(ask(plan, 1_000)).toEqual([srv]);
  });

  it('gives a bounded number at once, the rest right after', () => {
    const plan = newPlan();
    for (let id = 0; id < QUESTIONS_PER_TURN + 3; id++) plan.open(question(`h${id}.local`, 'A'), 0, QM);
    expect(ask(plan, 20)).toHaveLength(QUESTIONS_PER_TURN);
    expect(plan.nextDeadline()).toBeLessThanOrEqual(20);
    expect(ask(plan, 20)).toHaveLength(3);
  });

  it('looks at so many of them at once, and at the others right away', () => {
    const plan = newPlan();
    const count = 2 * TAKEN_PER_TURN + 1;
    for (let id = 0; id < count; id++) plan.open(question(`h${id}.local`, 'A'), 0, QM);
    const names = new Set<string>();
    for (let turns = 0; names.size < count; turns++) {
      expect(turns).toBeLessThan(count / QUESTIONS_PER_TURN + 1);
      expect(plan.nextDeadline()).toBeLessThanOrEqual(20);
      for (const { name } of ask(plan, 20)) names.add(name);
    }
    expect(plan.nextDeadline()).toBe(1_020);
  });
});

describe('QU-02 unicast responses', () => {
  const bits = (packets: ReturnType<typeof run>) => packets.map(({ sent }) => sent.map((each) => each.unicastResponse));

  it('QU-02 are welcome to the first query of a question opened so, not to its repeats', () => {
    const plan = newPlan();
    plan.open(browse, 0, QU);
    plan.open(other, 0, QM);
    expect(bits(run(plan, 1_500))).toEqual([
      [true, false],
      [false, false],
    ]);
  });

  it('QU-02 the question that was passed in says nothing about it', () => {
    const plan = newPlan();
    plan.open({ ...browse, unicastResponse: true }, 0, QM);
    expect(bits(run(plan, 500))).toEqual([[false]]);
  });

  it('QU-02 are welcome again after the link came up', () => {
    const plan = newPlan();
    plan.open(browse, 0, QU);
    plan.open(srv, 0, QM);
    plan.answered(srv, 0);
    run(plan, 60_000);
    plan.reopen(100_000, QU);
    const packets = run(plan, 103_100);
    expect(times(packets)).toEqual([100_020, 101_020, 103_020]);
    expect(bits(packets)).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ]);
  });

  it('QU-02 are not asked for by a refresh long after the series was cut short', () => {
    const plan = newPlan();
    plan.open(srv, 0, QU);
    plan.answered(srv, 0);
    plan.refresh([srv], 96_000);
    expect(ask(plan, 96_000)).toEqual([srv]);
  });

  it('reopening takes the questions that were asked only once for what they are', () => {
    const plan = newPlan();
    plan.refresh([srv], 0);
    plan.reopen(0, QU);
    expect(run(plan, HOUR)).toEqual([{ at: 0, sent: [srv] }]);
    expect(plan.size).toBe(0);
  });
});

describe('refresh', () => {
  it('QRY-08 asks at once, whether or not the question is open, and once', () => {
    const plan = newPlan();
    plan.open(srv, 0, QM);
    plan.answered(srv, 0);
    plan.refresh([srv, browse], 96_000);
    expect(run(plan, HOUR)).toEqual([{ at: 96_000, sent: [srv, browse] }]);
    expect(plan.size).toBe(1);
  });

  it('QRY-03 joins a first query that is about to leave', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    plan.refresh([browse], 5);
    expect(times(run(plan, 500))).toEqual([20]);
  });

  it('takes the place of a repeat that is near, but not of one that is far', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    run(plan, 7_020);
    expect(plan.nextDeadline()).toBe(15_020);
    plan.refresh([browse], 8_000);
    expect(times(run(plan, 12_000))).toEqual([8_000]);
    expect(plan.nextDeadline()).toBe(15_020);
    plan.refresh([browse], 12_000);
    expect(times(run(plan, 12_000))).toEqual([12_000]);
    expect(plan.nextDeadline()).toBe(12_000 + 16_000);
  });

  it('SEC-02 short TTLs do not make us ask more than four times a second', () => {
    const plan = newPlan();
    plan.open(srv, 0, QM);
    ask(plan, 20);
    plan.answered(srv, 0);
    const sent: number[] = [];
    for (let now = 20; now < 10_000; now += 10) {
      plan.refresh([srv], now);
      if (ask(plan, now).length > 0) sent.push(now);
    }
    expect(Math.min(...gaps(sent))).toBe(250);
  });

  it('QRY-11 an answer cancels a refresh that has yet to leave', () => {
    const plan = newPlan();
    plan.open(srv, 0, QM);
    ask(plan, 20);
    plan.refresh([srv], 100);
    plan.answered(srv, 0);
    expect(plan.nextDeadline()).toBe(Infinity);
  });
});

describe('QueryPlan', () => {
  it('writes itself as a small summary', () => {
    const plan = newPlan();
    plan.open(browse, 0, QM);
    expect(JSON.parse(JSON.stringify(plan))).toEqual({ size: 1, nextDeadline: 20 });
  });
});

describe('QueryPlan', () => {
  it('NAM-02 asks nothing about names that are not of Multicast DNS', () => {
    const plan = newPlan();
    const foreign = question('printer.example.com', 'A');
    plan.open(foreign, 0, QM);
    plan.refresh([foreign], 0);
    plan.unanswered([foreign], 0);
    expect(plan.size).toBe(0);
    expect(plan.nextDeadline()).toBe(Infinity);
    plan.close(foreign);
  });
});
