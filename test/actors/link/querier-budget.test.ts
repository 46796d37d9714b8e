/** With any sequence of events, the querier stays within its budget, and no question is lost. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newCounters } from '../../../src/actors/counters.js';
import { querierMachine } from '../../../src/actors/link/querier.js';
import type { MulticastInterfaceEvent, RecordCacheEvent, SocketCommand } from '../../../src/actors/messages.js';
import type { Question } from '../../../src/protocol/record.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { Bench, expectSilence } from '../../support/actors.js';
import { ptr, question } from '../../support/records.js';

const ALLOWANCE = 16_384;
const WINDOW = 10_000;
const BROWSE = question('_t._tcp.local', 'PTR');

interface Line {
  readonly at: number;
  /** Bytes sent, or received where negative. */
  readonly bytes: number;
}

function setup(knownAnswers: number) {
  const bench = new Bench();
  const [link, socket] = [bench.recorder<MulticastInterfaceEvent>(), bench.recorder<SocketCommand>()];
  const cache = bench.recorder<RecordCacheEvent>();
  const counters = newCounters();
  const input = { clock: bench.clock, random: () => 0.5, link: link.port, counters };
  const actor = bench.start(querierMachine, { input });
  actor.send({ type: 'link.up', socket: socket.port, cache: cache.port, portShared: false, maxBytes: 1_472 });
  const answers = Array.from({ length: knownAnswers }, (_, i) => ptr(BROWSE.name, `J${i}.${BROWSE.name}`));
  const log: Line[] = [];
  const asked: Question[] = [];
  const advance = (ms: number) => {
    for (const end = bench.clock.now() + ms; ; ) {
      const next = Math.min(bench.clock.nextDeadline ?? end, end);
      bench.clock.runUntil(next);
      for (const wanted of cache.take()) {
        if (wanted.type !== 'answers.wanted') continue;
        actor.send({ type: 'answers.known', questions: wanted.questions, answers });
      }
      for (const command of socket.take()) {
        if (command.type !== 'datagram.send') continue;
        log.push({ at: bench.clock.now(), bytes: command.bytes.length });
        asked.push(...(decodeMessage(command.bytes).message?.questions ?? []));
      }
      if (next >= end) return;
    }
  };
  const receive = (bytes: number) => {
    counters.receivedBytes += bytes;
    log.push({ at: bench.clock.now(), bytes: -bytes });
  };
  return { actor, advance, receive, log, asked };
}

/** The most that was sent beyond what was received, in any ten seconds. */
function mostBeyond(log: readonly Line[]): number {
  let most = 0;
  for (const [i, { at }] of log.entries()) {
    let beyond = 0;
    for (let j = i; j < log.length; j++) {
      const line = log[j] as Line;
      if (line.at > at + WINDOW) break;
      beyond += line.bytes;
      most = Math.max(most, beyond);
    }
  }
  return most;
}

const step = fc.record({
  wait: fc.constantFrom(0, 20, 100, 900, 4_000, 11_000),
  received: fc.constantFrom(0, 0, 500, 5_000, 50_000),
  opened: fc.constantFrom(0, 1, 10, 700),
  refreshed: fc.constantFrom(0, 0, 5, 300),
  source: fc.constantFrom(undefined, '192.0.2.1', '192.0.2.2'),
  answered: fc.boolean(),
});

describe('A4 the querier', () => {
  expectSilence();

  it('A4 sends within its budget, with any questions, refreshes, datagrams and answers', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.constantFrom(0, 40, 400), (steps, knownAnswers) => {
        const one = setup(knownAnswers);
        let id = 0;
        one.actor.send({ type: 'question.opened', questions: [BROWSE] });
        for (const { wait, received, opened, refreshed, source, answered } of steps) {
          one.advance(wait);
          one.receive(received);
          const questions = Array.from({ length: opened }, () => question(`I${id++}.${BROWSE.name}`, 'SRV'));
          const sources = questions.map(() => source);
          one.actor.send({ type: 'question.opened', questions, sources });
          const others = Array.from({ length: refreshed }, (_, i) => question(`host ${i}.local`, 'A'));
          if (refreshed > 0) one.actor.send({ type: 'refresh.due', questions: others });
          if (answered) one.actor.send({ type: 'question.answered', questions: questions.slice(0, 5) });
          if (answered) one.actor.send({ type: 'question.found', questions: [BROWSE] });
        }
        one.advance(30_000);
        expect(mostBeyond(one.log)).toBeLessThanOrEqual(ALLOWANCE);
      }),
      { numRuns: 12 },
    );
  });

  it('A4 asks everything in the end, each source in turn', () => {
    const one = setup(0);
    const questions = [1, 2].flatMap((source) =>
      Array.from({ length: 1_000 }, (_, i) => question(`I${i}.of-${source}.local`, 'A')),
    );
    const sources = questions.map(({ name }) => name.slice(name.indexOf('.')));
    one.actor.send({ type: 'question.opened', questions, sources });
    one.advance(1_000);
    const first = one.asked.map(({ name }) => name.slice(name.indexOf('.')));
    const ofOne = first.filter((source) => source === '.of-1.local').length;
    expect(first.length).toBeGreaterThan(300);
    expect(Math.abs(first.length / 2 - ofOne)).toBeLessThanOrEqual(60);
    one.advance(120_000);
    expect(new Set(one.asked.map(({ name }) => name)).size).toBe(2_000);
  });
});
