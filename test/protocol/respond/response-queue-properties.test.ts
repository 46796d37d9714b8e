/** What holds whatever is asked: random peers against the responder, checked packet by packet (see also `Bench`). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Question, type ResourceRecord, recordKey } from '../../../src/protocol/record.js';
import { address, ptr, question, srv } from '../../support/records.js';
import { Bench, from, HOST, host, INSTANCE, printer, query, service, TYPE, TYPES } from './responder-bench.js';

const OTHER = '_u._tcp.local';
const sets = [host, printer, service('other', 'O', OTHER)];
const records = sets.flatMap((set) => set.records);

const questions = fc
  .constantFrom<Question>(
    question(TYPE, 'PTR'),
    question(OTHER, 'PTR'),
    question(TYPES, 'PTR'),
    question(INSTANCE, 'SRV'),
    question(INSTANCE, 'ANY'),
    question(HOST, 'A'),
    question(HOST, 'TXT'),
    question('x.local', 'A'),
  )
  .chain((asked) => fc.boolean().map((unicastResponse) => ({ ...asked, unicastResponse })));
const listed = fc.array(
  fc.constantFrom(...records).chain((record) => fc.nat(record.ttl).map((ttl) => ({ ...record, ttl }))),
  {
    maxLength: 3,
  },
);
const proposals = fc.constantFrom<readonly ResourceRecord[]>(
  [],
  [],
  [],
  [srv(INSTANCE, HOST, 1)],
  [srv(INSTANCE, HOST, 1), address(HOST, '192.0.2.200')],
);

interface Step {
  readonly pause: number;
  readonly kind: 'ask' | 'ask' | 'hear' | 'announce';
  readonly questions: readonly Question[];
  readonly listed: readonly ResourceRecord[];
  readonly proposals: readonly ResourceRecord[];
  readonly truncated: boolean;
  readonly source: number;
}
const steps = fc.array(
  fc.record<Step>({
    pause: fc.oneof(fc.nat(20), fc.nat(400)),
    kind: fc.constantFrom('ask', 'ask', 'ask', 'hear', 'announce'),
    questions: fc.array(questions, { maxLength: 3 }),
    listed,
    proposals,
    truncated: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    source: fc.nat(5),
  }),
  { maxLength: 40 },
);

/** Source 4 is of another subnet, source 5 a simple resolver. */
const source = (n: number) => from(`192.0.2.${n}`, { onLink: n !== 4, port: n === 5 ? 40_000 : 5353 });

describe('whatever is asked', () => {
  it('RSP-11 RSP-12 RSP-13 keeps the rate limits, and leaves no one without an answer', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1 }), (all, draws) => {
        let draw = 0;
        const bench = new Bench(sets, () => draws[draw++ % draws.length] ?? 0);
        const announced = new Set<number>();
        const probes: number[] = [];
        const owed: { readonly key: string; readonly at: number }[] = [];
        let now = 0;
        for (const step of all) {
          now += step.pause;
          bench.run(now);
          if (step.kind === 'announce') {
            announced.add(now);
            bench.announce(now, ...step.listed);
          } else if (step.kind === 'hear') bench.heard(now, ...step.listed.map((record) => ({ ...record, ttl: 0 })));
          else {
            if (step.proposals.length > 0) probes.push(now);
            const { truncated, listed: answers, proposals: authorities } = step;
            const who = source(step.source);
            const plain = !truncated && answers.length === 0 && authorities.length === 0 && step.source !== 5;
            if (plain) owed.push(...owedFor(bench, step.questions, now));
            bench.ask(now, query(step.questions, { truncated, answers, authorities }), who);
          }
        }
        bench.run(now + 10_000);
        expect(bench.queue.nextDeadline(), 'quiet in the end').toBe(Infinity);
        expect(bench.queue.toJSON()).toEqual({ gathering: 0, departures: 0, unicastReplies: 0, truncatedQueries: 0 });
        checkRate(bench, announced, probes);
        for (const { key, at } of owed) checkAnswered(bench, key, at);
      }),
      { numRuns: 300 },
    );
  });

  it('SEC-02 piles up nothing under a flood', () => {
    const bench = new Bench(sets);
    for (let i = 0; i < 5000; i++) {
      bench.queue.ask(
        query([question(TYPE, 'PTR'), question(HOST, 'A'), question(INSTANCE, 'ANY')]),
        from(`10.0.0.${i % 200}`),
        i / 10,
      );
      bench.queue.heard([{ ...address(HOST, 'fe80::10'), ttl: 0 }], i / 10);
      bench.queue.due(i / 10);
    }
    const { gathering, departures } = bench.queue.toJSON();
    expect(gathering + departures).toBeLessThan(20);
  });

  it('answers a browse for a thousand services', () => {
    const many = Array.from({ length: 1000 }, (_, i) => service(`${i}`, `I${i}`));
    const bench = new Bench([host, ...many]);
    bench.ask(0, query(question(TYPE, 'PTR'), { answers: [ptr(TYPE, `I7.${TYPE}`)] }));
    const [sent] = bench.run(1000);
    expect(sent?.answers).toHaveLength(999);
  });
});

/** What a plain query is owed: the group, or its sender, hears it. */
function owedFor(
  bench: Bench,
  asked: readonly Question[],
  at: number,
): { readonly key: string; readonly at: number }[] {
  return asked.flatMap(({ name, type }) =>
    bench.zone.find(name, type).flatMap((answer) => answer.keys.map((key) => ({ key, at }))),
  );
}

function checkAnswered(bench: Bench, key: string, at: number): void {
  const answered = bench.sent.some(
    (one) =>
      one.at >= at && one.at <= at + 1700 && !one.legacy && one.answers.some((record) => recordKey(record) === key),
  );
  expect(answered, `${key} asked for at ${at}`).toBe(true);
}

function checkRate(bench: Bench, announced: ReadonlySet<number>, probes: readonly number[]): void {
  const last = new Map<string, number>();
  for (const { at, to, answers, additionals } of bench.sent) {
    if (to !== 'group') continue;
    for (const record of [...answers, ...additionals]) {
      const key = recordKey(record);
      const gap = at - (last.get(key) ?? Number.NEGATIVE_INFINITY);
      last.set(key, at);
      if (announced.has(at)) continue;
      const defends = probes.some((probe) => probe <= at && probe >= at - 250);
      expect(gap, `${key} at ${at}`).toBeGreaterThan((defends ? 250 : 1000) - 1e-6);
    }
  }
}
