import { describe, expect, it } from 'vitest';
import type { QuestionKey, ResourceRecord } from '../../../src/protocol/record.js';
import type { QuestionType } from '../../../src/protocol/types.js';
import { MAX_IN_FLIGHT, PollPlan } from '../../../src/protocol/unicast/poll-plan.js';
import { address, largeTxt, ptr } from '../../support/records.js';

const domain = 'office.example';
const key = (name: string, type: QuestionType = 'PTR'): QuestionKey => ({ name, type, class: 1 });
const TYPE = key(`_ipp._tcp.${domain}`);
const one = ptr(TYPE.name, `One.${TYPE.name}`);
const two = ptr(TYPE.name, `Two.${TYPE.name}`);
const host = (i: number) => address(`h${i}.${domain}`, '192.0.2.1', { flush: false });

function answer(answers: readonly ResourceRecord[], ttlSeconds = 100, others: readonly ResourceRecord[] = []) {
  return { kind: 'answer', answers, others, ttlSeconds } as const;
}

function plan({ random = 0, maxRecords = 1_000, maxBytes = 1_000_000 } = {}) {
  return new PollPlan({ domain, random: () => random, maxRecords, maxBytes });
}

/** A plan whose question was asked and answered at 0. */
function answered(ttlSeconds = 100, answers: readonly ResourceRecord[] = [one], random = 0): PollPlan {
  const made = plan({ random });
  made.want(TYPE, 0);
  expect(made.takeQuestions(0)).toEqual([TYPE]);
  made.answered(TYPE, answer(answers, ttlSeconds), 0);
  return made;
}

/** When it asks next. */
function nextAsked(of: PollPlan, from = 0): number {
  let now = from;
  for (let step = 0; step < 100; step++) {
    now = of.nextDeadline();
    of.due(now);
    if (of.takeQuestions(now).length > 0) return now;
  }
  return Infinity;
}

describe('the plan of polls', () => {
  it('asks at once, and again at 80 % of the TTL', () => {
    expect(nextAsked(answered(100))).toBe(80_000);
  });

  it('adds jitter', () => {
    expect(nextAsked(answered(100, [one], 0.5))).toBe(81_000);
    expect(nextAsked(answered(10, [one], 0.5))).toBe(8_250);
  });

  it('asks no sooner than after 5 s, whatever the TTL is', () => {
    for (const ttl of [0, 1, 6]) expect(nextAsked(answered(ttl))).toBe(5_000);
    const repeated = answered(100);
    repeated.askAgain([TYPE], 1_000);
    expect(nextAsked(repeated)).toBe(5_000);
  });

  it('asks once a day at least, and for what is not there once an hour', () => {
    expect(nextAsked(answered(10_000_000))).toBe(24 * 3_600_000 * 0.8);
    expect(nextAsked(answered(10_000_000, []))).toBe(3_600_000);
    expect(nextAsked(answered(20, []))).toBe(20_000);
  });

  it('reports what was added, removed and denied, once', () => {
    const polls = plan();
    const ask = (reply: ReturnType<typeof answer>, now: number) => {
      polls.askAgain([TYPE], now);
      polls.due(now);
      expect(polls.takeQuestions(now)).toEqual([TYPE]);
      return polls.answered(TYPE, reply, now);
    };
    polls.want(TYPE, 0);
    expect(ask(answer([one]), 0)).toEqual({ added: [one], removed: [], denied: [] });
    expect(ask(answer([one]), 10_000)).toEqual({ added: [], removed: [], denied: [] });
    const removed = [{ record: one, reason: 'goodbye' }];
    expect(ask(answer([two]), 20_000)).toEqual({ added: [two], removed, denied: [] });
    const gone = { added: [], removed: [{ record: two, reason: 'goodbye' }], denied: [TYPE] };
    expect(ask(answer([]), 30_000)).toEqual(gone);
    expect(ask(answer([]), 40_000)).toEqual({ added: [], removed: [], denied: [] });
    expect(polls.denies(TYPE, 40_000)).toBe(true);
    expect(polls.counters).toMatchObject({ added: 2, removed: 2 });
  });

  it('says that a unique record was replaced, not withdrawn', () => {
    const question = key(`h1.${domain}`, 'A');
    const polls = plan();
    polls.want(question, 0);
    polls.takeQuestions(0);
    polls.answered(question, answer([host(1)]), 0);
    polls.askAgain([question], 9_000);
    polls.takeQuestions(9_000);
    const other = { ...host(1), address: '192.0.2.9' } as ResourceRecord;
    const { removed } = polls.answered(question, answer([other]), 9_000);
    expect(removed).toEqual([{ record: host(1), reason: 'flushed' }]);
  });

  it(`has ${MAX_IN_FLIGHT} questions in flight at most, and the others follow`, () => {
    const polls = plan();
    const questions = Array.from({ length: 200 }, (_, i) => key(`h${i}.${domain}`, 'A'));
    for (const question of questions) polls.want(question, 0);
    const first = polls.takeQuestions(0);
    expect(first).toEqual(questions.slice(0, MAX_IN_FLIGHT));
    expect(polls.takeQuestions(0)).toEqual([]);
    for (const [i, question] of first.entries()) {
      if (i % 2 === 0) polls.answered(question, answer([host(i)]), 1);
      else polls.failed(question, 1);
    }
    expect(polls.takeQuestions(1)).toEqual(questions.slice(MAX_IN_FLIGHT, 2 * MAX_IN_FLIGHT));
    for (const question of questions) polls.unwant(question);
    expect(polls.questions).toBe(0);
  });

  it('waits longer after each failure, and keeps what it knows until that expires', () => {
    const polls = answered(20);
    const pauses: number[] = [];
    const removed: string[] = [];
    let now = 0;
    while (now < 2_000_000 && pauses.length < 12) {
      now = polls.nextDeadline();
      removed.push(...polls.due(now).removed.map(({ reason }) => `${reason} at ${now}`));
      if (polls.takeQuestions(now).length === 0) continue;
      pauses.push(now);
      polls.failed(TYPE, now);
    }
    const gaps = pauses.slice(1).map((at, i) => (at - (pauses[i] ?? 0)) / 1_000);
    expect(gaps).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300]);
    expect(removed).toEqual(['expired at 26000']);
    expect(polls.failing).toBe(1);
  });

  it('takes what came along, and does not ask for it', () => {
    const polls = plan();
    const question = key(`h1.${domain}`, 'A');
    polls.want(TYPE, 0);
    polls.want(question, 0);
    expect(polls.takeQuestions(0)).toHaveLength(2);
    polls.failed(question, 0);
    polls.answered(TYPE, answer([one], 100, [host(1), host(2)]), 0);
    expect(polls.lookup(question, 0).map(({ record }) => record)).toEqual([host(1)]);
    const other = key(`h2.${domain}`, 'A');
    polls.want(other, 1);
    expect(polls.takeQuestions(1)).toEqual([]);
    expect(polls.lookup(other, 1).map(({ record }) => record)).toEqual([host(2)]);
    expect(polls.lookup(other, 120_000)).toEqual([]);
  });

  it('forgets what came along once it expires, and what was closed', () => {
    const polls = plan();
    polls.want(TYPE, 0);
    polls.takeQuestions(0);
    polls.answered(TYPE, answer([one], 100, [host(1)]), 0);
    polls.unwant(TYPE);
    expect(polls.records).toBe(2);
    expect(nextAsked(polls)).toBe(Infinity);
    expect([polls.records, polls.questions, polls.nextDeadline()]).toEqual([0, 0, Infinity]);
  });

  it('has a bound, for which what came along makes room, and counts what it refuses', () => {
    const polls = plan({ maxRecords: 10 });
    polls.want(TYPE, 0);
    polls.takeQuestions(0);
    const others = Array.from({ length: 100 }, (_, i) => host(i));
    polls.answered(TYPE, answer([one], 100, others), 0);
    expect(polls.records).toBe(10);
    polls.askAgain([TYPE], 9_000);
    polls.takeQuestions(9_000);
    const many = Array.from({ length: 50 }, (_, i) => ptr(TYPE.name, `${i}.${TYPE.name}`));
    expect(polls.answered(TYPE, answer(many), 9_000).added).toHaveLength(4);
    expect(polls.records).toBeLessThanOrEqual(10);
    expect(polls.counters.refused).toBe(46);
  });

  it('has a bound in bytes', () => {
    const polls = plan({ maxBytes: 100_000 });
    const questions = Array.from({ length: 60 }, (_, i) => key(`t${i}.${domain}`, 'TXT'));
    for (const question of questions) polls.want(question, 0);
    for (const question of polls.takeQuestions(0)) {
      polls.answered(question, answer([largeTxt(question.name, 8_000, { flush: false })]), 0);
    }
    expect(polls.bytes).toBeGreaterThan(50_000);
    expect(polls.bytes).toBeLessThanOrEqual(100_000);
    expect(polls.counters.refused).toBe(60 - polls.records);
    for (const question of questions) polls.unwant(question);
    polls.due(1_000_000);
    expect([polls.records, polls.bytes]).toEqual([0, 0]);
  });

  it('asks again what was in flight when it is recalled, and takes no answer to it', () => {
    const polls = plan();
    polls.want(TYPE, 0);
    polls.takeQuestions(0);
    polls.recall(5);
    expect(polls.answered(TYPE, answer([one]), 6).added).toEqual([]);
    expect(polls.takeQuestions(6)).toEqual([TYPE]);
    polls.unwant(TYPE);
    polls.recall(7);
    expect(polls.takeQuestions(7)).toEqual([]);
  });
});
