import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';
import { QUESTIONS_PER_TURN, QueryPlan, TAKEN_PER_TURN } from '../../../src/protocol/query/query-plan.js';
import type { Question } from '../../../src/protocol/record.js';
import { question } from '../../support/records.js';
import { browse } from '../cache/cache-fixture.js';

const HOUR = 3_600_000;
const QM = { unicastResponse: false };
const QU = { unicastResponse: true };
const other = question('_u._tcp.local', 'PTR');
const srv = question('x._t._tcp.local', 'SRV');

/** Every delay is 20 ms. */
function newPlan(random = () => 0): QueryPlan {
  return new QueryPlan({ random });
}

/** What leaves now. */
function ask(plan: QueryPlan, now: number): readonly Question[] {
  const questions = plan.due(now);
  plan.asked(questions, now);
  return questions;
}

/** Walks a plan deadline by deadline: when it sent which packet. */
function run(plan: QueryPlan, until: number): { at: number; sent: readonly Question[] }[] {
  const packets: { at: number; sent: readonly Question[] }[] = [];
  for (;;) {
    const at = plan.nextDeadline();
    if (at > until) return packets;
    packets.push({ at, sent: ask(plan, at) });
  }
}

const times = (packets: readonly { at: number }[]) => packets.map(({ at }) => at);
const gaps = (at: readonly number[]) => at.slice(1).map((time, index) => time - (at[index] ?? 0));

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
