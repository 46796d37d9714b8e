import { afterAll, describe, expect, it, vi } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { newCounters } from '../../../src/actors/counters.js';
import { querierLogic, querierMachine } from '../../../src/actors/link/querier.js';
import type {
  AnnouncerEvent,
  MulticastInterfaceEvent,
  QuerierEvent,
  RecordCacheEvent,
  SocketCommand,
} from '../../../src/actors/messages.js';
import type { Question } from '../../../src/protocol/record.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { Bench, Coverage, expectSilence } from '../../support/actors.js';
import { address, ptr, question } from '../../support/records.js';

const coverage = new Coverage(querierMachine);
const BROWSE = question('_t._tcp.local', 'PTR');
const RESOLVE = question('I._t._tcp.local', 'SRV');

function setup({ portShared = false, logic = querierMachine } = {}) {
  const bench = new Bench();
  const link = bench.recorder<MulticastInterfaceEvent>();
  const socket = bench.recorder<SocketCommand>();
  const cache = bench.recorder<RecordCacheEvent>();
  const counters = newCounters();
  const input = { clock: bench.clock, random: () => 0.5, link: link.port, counters };
  const steps: string[] = [];
  const inspect = (event: InspectionEvent) => {
    coverage.inspect(event);
    if (event.type === '@xstate.microstep') steps.push(event.event.type);
  };
  const actor = bench.start(logic, { input, inspect });
  const up: QuerierEvent = { type: 'link.up', socket: socket.port, cache: cache.port, portShared, maxBytes: 1_472 };
  const sent = () =>
    socket.take().map((command) => {
      if (command.type !== 'datagram.send') throw new Error('It closed the socket.');
      return { to: command.to, size: command.bytes.length, ...decodeMessage(command.bytes).message };
    });
  /** Lets time pass, and has the cache answer that it knows nothing. */
  const advance = (ms: number) => {
    for (const end = bench.clock.now() + ms; ; ) {
      const next = Math.min(bench.clock.nextDeadline ?? end, end);
      bench.clock.runUntil(next);
      for (const wanted of cache.take()) {
        if (wanted.type === 'answers.wanted') {
          actor.send({ type: 'answers.known', questions: wanted.questions, answers: [] });
        }
      }
      if (next >= end) return;
    }
  };
  return { bench, link, socket, cache, actor, up, sent, advance, counters, steps };
}

type Setup = ReturnType<typeof setup>;

function open({ actor }: Setup, ...questions: Question[]): void {
  actor.send({ type: 'question.opened', questions });
}

describe('querier', () => {
  expectSilence();

  it('keeps questions while the link is down, and asks them when it is up', () => {
    const one = setup();
    open(one, BROWSE, RESOLVE);
    one.actor.send({ type: 'question.closed', questions: [RESOLVE] });
    one.advance(10_000);
    expect(one.sent()).toEqual([]);
    expect(one.actor.getSnapshot().value).toBe('down');
    one.actor.send(one.up);
    one.advance(120);
    expect(one.sent()).toMatchObject([{ to: 'group', questions: [{ ...BROWSE, unicastResponse: true }] }]);
  });

  it('collects probes without a step of its machine, and sends them together', () => {
    const one = setup({ logic: querierLogic });
    const announcer = one.bench.recorder<AnnouncerEvent>();
    const other = one.bench.recorder<AnnouncerEvent>();
    const probe = { type: 'probe.due', id: 'set', questions: [RESOLVE], authorities: [] } as const;
    one.actor.send({ ...probe, announcer: announcer.port });
    one.actor.send(one.up);
    one.advance(0);
    expect(one.sent()).toEqual([]);
    one.steps.length = 0;
    const timers = vi.spyOn(one.bench.clock, 'setTimeout');
    one.actor.send({ ...probe, announcer: announcer.port });
    one.actor.send({ ...probe, announcer: other.port });
    expect([one.steps, one.bench.clock.pending]).toEqual([[], 1]);
    expect(timers).toHaveBeenCalledOnce();
    one.advance(0);
    expect([one.sent().length, announcer.take(), other.take()]).toEqual([1, [], []]);
  });

  it('QU-09 does not welcome unicast responses where the port is shared', () => {
    const one = setup({ portShared: true });
    open(one, BROWSE);
    one.actor.send(one.up);
    one.advance(120);
    expect(one.sent()).toMatchObject([{ questions: [BROWSE] }]);
  });

  it('is idle when there is nothing to ask, and when everything is answered', () => {
    const one = setup();
    one.actor.send(one.up);
    expect([one.actor.getSnapshot().value, one.bench.clock.pending]).toEqual(['up', 0]);
    open(one, RESOLVE);
    expect(one.bench.clock.pending).toBe(1);
    one.advance(200);
    one.actor.send({ type: 'question.answered', questions: [RESOLVE] });
    expect(one.bench.clock.pending).toBe(0);
    one.actor.send({ type: 'question.unanswered', questions: [RESOLVE] });
    one.sent();
    one.advance(200);
    expect(one.sent()).toMatchObject([{ questions: [RESOLVE] }]);
  });

  it('keeps track of what is answered, and no longer is, while the link is down', () => {
    const one = setup();
    open(one, BROWSE, RESOLVE);
    one.actor.send({ type: 'question.answered', questions: [BROWSE, RESOLVE] });
    one.actor.send({ type: 'question.unanswered', questions: [RESOLVE] });
    one.actor.send({ type: 'question.found', questions: [BROWSE] });
    one.actor.send({ type: 'question.mentioned', questions: [BROWSE] });
    one.actor.send(one.up);
    one.advance(200);
    // Coming up, everything is asked anew.
    expect(
      one
        .sent()[0]
        ?.questions?.map(({ type }) => type)
        .sort(),
    ).toEqual(['PTR', 'SRV']);
  });

  it('QRY-12 asks together what is due together, and QRY-06 lists what the cache knows', () => {
    const one = setup();
    one.actor.send(one.up);
    open(one, BROWSE);
    open(one, RESOLVE);
    one.bench.clock.advance(120);
    const [wanted] = one.cache.take();
    if (wanted?.type !== 'answers.wanted') throw new Error('It did not ask the cache.');
    const known = ptr('_t._tcp.local', 'J._t._tcp.local', { ttl: 3_000 });
    one.actor.send({ type: 'answers.known', questions: wanted.questions, answers: [known] });
    const [packet, ...more] = one.sent();
    expect(more).toEqual([]);
    expect(packet?.questions).toHaveLength(2);
    expect(packet?.answers).toEqual([known]);
  });

  it('stops asking when a question is closed, and counts the query of another host as its own', () => {
    const one = setup();
    one.actor.send(one.up);
    open(one, BROWSE, RESOLVE);
    one.advance(200);
    one.sent();
    one.actor.send({ type: 'question.closed', questions: [RESOLVE] });
    one.advance(700);
    one.actor.send({ type: 'question.duplicated', questions: [BROWSE] });
    one.advance(1_000);
    expect(one.sent()).toEqual([]);
    one.advance(1_100);
    expect(one.sent()).toMatchObject([{ questions: [BROWSE] }]);
  });

  it.each([
    { portShared: false, again: true, accepts: true },
    { portShared: false, again: false, accepts: false },
    { portShared: true, again: true, accepts: false },
  ])('QU-02 a question of a later time accepts unicast responses: $accepts ($again, $portShared)', (which) => {
    const one = setup({ portShared: which.portShared });
    one.actor.send(one.up);
    one.advance(5_000);
    one.actor.send({ type: 'question.opened', questions: [BROWSE], again: which.again });
    one.advance(120);
    expect(one.sent()).toMatchObject([{ questions: [{ ...BROWSE, unicastResponse: which.accepts }] }]);
  });

  it('a question that is asked again while the link is down waits for it', () => {
    const one = setup();
    one.actor.send({ type: 'question.opened', questions: [BROWSE], again: true });
    one.actor.send(one.up);
    one.advance(120);
    expect(one.sent()).toMatchObject([{ questions: [{ ...BROWSE, unicastResponse: true }] }]);
  });

  it.each([
    { of: RESOLVE, once: true, second: true },
    { of: RESOLVE, once: undefined, second: false },
    // Others may still answer, so nothing is lost yet.
    { of: BROWSE, once: true, second: false },
  ])('the second query for $of.type accepts unicast responses: $second (once: $once)', ({ of, once, second }) => {
    const one = setup();
    one.actor.send(one.up);
    one.advance(5_000);
    one.actor.send({ type: 'question.opened', questions: [of], ...(once && { once }) });
    one.advance(1_300);
    const [, repeated] = one.sent();
    expect(repeated?.questions).toEqual([{ ...of, unicastResponse: second }]);
  });

  it('sends a refresh at once, and only once', () => {
    const one = setup();
    one.actor.send(one.up);
    one.actor.send({ type: 'refresh.due', questions: [RESOLVE] });
    one.advance(1);
    expect(one.sent()).toMatchObject([{ questions: [RESOLVE] }]);
    one.advance(10_000);
    expect(one.sent()).toEqual([]);
  });

  it('PRB-02 sends the probes of one moment in one packet, and wakes their announcers after the third', () => {
    const one = setup();
    one.actor.send(one.up);
    const announcers = ['a.local', 'b.local'].map((name) => {
      const announcer = one.bench.recorder<AnnouncerEvent>();
      const authorities = [address(name, '198.18.0.1', { flush: false })];
      one.actor.send({
        type: 'probe.due',
        id: 'set',
        announcer: announcer.port,
        questions: [question(name, 'ANY', { qu: true })],
        authorities,
      });
      return announcer;
    });
    expect(one.sent()).toEqual([]);
    one.advance(0);
    const [packet, ...more] = one.sent();
    expect(more).toEqual([]);
    expect(packet?.questions?.map(({ name }) => name)).toEqual(['a.local', 'b.local']);
    expect(packet?.authorities).toHaveLength(2);
    for (const ms of [250, 250]) {
      one.advance(ms - 1);
      expect(one.sent()).toEqual([]);
      one.advance(1);
      expect(one.sent()).toEqual([packet]);
    }
    one.advance(249);
    expect(announcers.map(({ events }) => events)).toEqual([[], []]);
    one.advance(1);
    expect(announcers.map(({ events }) => events)).toEqual([[{ type: 'woken' }], [{ type: 'woken' }]]);
    one.advance(10_000);
    expect([one.sent(), one.bench.clock.pending]).toEqual([[], 0]);
  });

  it('PRB-02 sends the probes of a thousand sets in ten turns of the event loop', () => {
    const one = setup();
    one.actor.send(one.up);
    const turns = vi.spyOn(one.bench.clock, 'setTimeout');
    for (let i = 0; i < 1_000; i++) {
      const { port: announcer } = one.bench.recorder<AnnouncerEvent>();
      const questions = [question(`h${i}.local`, 'ANY')];
      const authorities = [address(`h${i}.local`, '198.18.0.1')];
      one.actor.send({ type: 'probe.due', id: 'set', announcer, questions, authorities });
    }
    one.advance(0);
    expect(turns.mock.calls.map(([, delay]) => delay)).toEqual([...Array.from({ length: 10 }, () => 0), 250]);
    const asked = one.sent().flatMap(({ questions = [] }) => questions.map(({ name }) => name));
    expect(new Set(asked).size).toBe(1_000);
  });

  it('PRB-02 sends no probe for a set that was withdrawn while its probe waited', () => {
    const one = setup();
    one.actor.send(one.up);
    const [gone, still] = (['gone.local', 'still.local'] as const).map((name) => {
      const announcer = one.bench.recorder<AnnouncerEvent>();
      const authorities = [address(name, '198.18.0.1', { flush: false })];
      const questions = [question(name, 'ANY')];
      one.actor.send({ type: 'probe.due', id: 'set', announcer: announcer.port, questions, authorities });
      return announcer;
    });
    if (gone) one.actor.send({ type: 'probe.cancelled', announcer: gone.port });
    if (gone) one.actor.send({ type: 'probe.changed', announcer: gone.port, questions: [], authorities: [] });
    one.advance(0);
    expect(one.sent().map(({ questions }) => questions?.map(({ name }) => name))).toEqual([['still.local']]);
    if (still) one.actor.send({ type: 'probe.cancelled', announcer: still.port });
    one.advance(10_000);
    expect([one.sent(), gone?.events, still?.events, one.bench.clock.pending]).toEqual([[], [], [], 0]);
  });

  it('PRB-02 wakes sets that wait for one time in one turn, whether the link was up when they began to wait or not', () => {
    const one = setup();
    const [early, late, gone] = [0, 1, 2].map(() => one.bench.recorder<AnnouncerEvent>());
    if (!early || !late || !gone) return;
    const plan = (announcer: typeof early) =>
      one.actor.send({ type: 'wake.planned', announcer: announcer.port, at: 200 });
    plan(early);
    one.actor.send(one.up);
    one.advance(150);
    plan(late);
    plan(gone);
    one.actor.send({ type: 'probe.cancelled', announcer: gone.port });
    one.advance(49);
    expect([early.take(), late.take()]).toEqual([[], []]);
    one.advance(1);
    expect([early.take(), late.take(), gone.take()]).toEqual([[{ type: 'woken' }], [{ type: 'woken' }], []]);
    plan(early);
    one.actor.send({ type: 'link.down' });
    one.actor.send(one.up);
    one.advance(1_000);
    expect(early.take()).toEqual([]);
  });

  for (const portShared of [false, true]) {
    it(`PRB-02 QU-09 probes ${portShared ? 'do not welcome' : 'welcome'} unicast responses where the port is ${portShared ? 'shared' : 'ours alone'}`, () => {
      const one = setup({ portShared });
      one.actor.send(one.up);
      one.actor.send({
        type: 'probe.due',
        id: 'set',
        announcer: one.bench.recorder<AnnouncerEvent>().port,
        questions: [question('a.local', 'ANY', { qu: portShared })],
        authorities: [address('a.local', '198.18.0.1', { flush: false })],
      });
      one.advance(0);
      expect(one.sent()).toMatchObject([{ questions: [{ unicastResponse: !portShared }] }]);
      // Only what was asked with the QU bit may be answered by unicast.
      const records = [address('a.local', '198.18.0.9')];
      one.actor.send({ type: 'unicast.heard', records, source: '198.18.0.9' });
      expect(one.link.take()).toHaveLength(portShared ? 0 : 1);
    });
  }

  it('sets its timer again when something is due before its deadline', () => {
    const one = setup();
    one.actor.send(one.up);
    open(one, BROWSE);
    one.advance(3_500);
    one.sent();
    one.actor.send({ type: 'refresh.due', questions: [RESOLVE] });
    one.advance(1);
    expect(one.sent()).toMatchObject([{ questions: [RESOLVE] }]);
    one.actor.send({ type: 'question.closed', questions: [BROWSE] });
    expect(one.bench.clock.pending).toBe(0);
  });

  it('QRY-04 asks an unanswered question again after a second when others in its packet were answered', () => {
    const one = setup();
    const other = question('J._t._tcp.local', 'SRV');
    one.actor.send(one.up);
    open(one, RESOLVE, other);
    one.advance(3_070);
    expect(one.sent()).toHaveLength(3);
    one.actor.send({ type: 'question.answered', questions: [other] });
    one.advance(1_001);
    expect(one.sent()).toMatchObject([{ questions: [RESOLVE] }]);
    open(one, BROWSE);
    one.actor.send({ type: 'question.found', questions: [RESOLVE, BROWSE, question('closed.local', 'A')] });
    one.advance(990);
    expect(one.sent()).toMatchObject([{ questions: [BROWSE] }]);
    one.advance(10);
    expect(one.sent()).toMatchObject([{ questions: [RESOLVE] }]);
  });

  it('QRY-04 goes on as it was when an announcement happens to follow a query', () => {
    const one = setup();
    one.actor.send(one.up);
    open(one, BROWSE);
    one.advance(3_070);
    expect(one.sent()).toHaveLength(3);
    one.actor.send({ type: 'question.found', questions: [BROWSE], announced: true });
    one.advance(3_900);
    expect(one.sent()).toEqual([]);
    one.advance(100);
    expect(one.sent()).toMatchObject([{ questions: [BROWSE] }]);
  });

  it('QRY-04 starts the series again for a name that is mentioned again', () => {
    const one = setup();
    one.actor.send(one.up);
    open(one, RESOLVE);
    one.advance(8_000);
    expect(one.sent()).toHaveLength(4);
    one.actor.send({ type: 'question.mentioned', questions: [RESOLVE] });
    one.advance(120);
    expect(one.sent()).toMatchObject([{ questions: [RESOLVE] }]);
  });

  it('A4 sends at most as many bytes of questions as were received, plus an allowance, and postpones the rest', () => {
    const one = setup();
    one.actor.send(one.up);
    const questions = Array.from({ length: 1_500 }, (_, i) => question(`invented ${i}._t._tcp.local`, 'SRV'));
    const sources = questions.map(() => '198.18.0.66');
    one.actor.send({ type: 'question.opened', questions, sources });
    const bytesOf = (ms: number) => {
      one.advance(ms);
      return one.sent().reduce((sum, { size }) => sum + size, 0);
    };
    const first = bytesOf(900);
    expect(first).toBeGreaterThan(8_000);
    expect(first).toBeLessThanOrEqual(16_384);
    expect(one.counters.heldBack).toBeGreaterThan(700);
    expect(one.counters.heldBack).toBeLessThan(1_500);
    one.counters.receivedBytes += 1_000;
    const second = bytesOf(200);
    expect(second).toBeGreaterThan(0);
    expect(first + second).toBeLessThanOrEqual(16_384 + 1_000);
    // Who has told us of nothing before goes first, and so does what is about to expire.
    one.actor.send({ type: 'question.opened', questions: [RESOLVE], sources: ['198.18.0.7'] });
    one.actor.send({ type: 'refresh.due', questions: [BROWSE] });
    one.advance(220);
    const asked = one.sent().flatMap((packet) => packet.questions ?? []);
    expect(asked.map(({ name }) => name)).toEqual([BROWSE.name, RESOLVE.name]);
    const heldBack = one.counters.heldBack;
    for (let i = 0; i < 12; i++) expect(bytesOf(10_000)).toBeLessThanOrEqual(16_384);
    expect(one.counters.heldBack).toBeGreaterThan(heldBack);
  });

  it('A4 lists only as many known answers as there is room for, and marks the last packet as the last', () => {
    const one = setup();
    one.actor.send(one.up);
    open(one, BROWSE);
    one.bench.clock.advance(120);
    one.cache.take();
    const answers = Array.from({ length: 1_000 }, (_, i) =>
      ptr('_t._tcp.local', `J${i}._t._tcp.local`, { ttl: 3_000 }),
    );
    one.actor.send({ type: 'answers.known', questions: [BROWSE], answers });
    const packets = one.sent();
    expect(packets.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(16_384);
    expect(packets.length).toBeGreaterThan(3);
    expect(packets.map(({ truncated }) => truncated)).toEqual(packets.map((_, i) => i + 1 < packets.length));
    const listed = packets.flatMap((packet) => packet.answers ?? []);
    expect(listed).toEqual(answers.slice(0, listed.length));
  });

  it('drops probes and stops asking when the link goes down, and starts again when it is back', () => {
    const one = setup();
    one.actor.send(one.up);
    open(one, BROWSE);
    const announcer = one.bench.recorder<AnnouncerEvent>();
    one.actor.send({
      type: 'probe.due',
      id: 'set',
      announcer: announcer.port,
      questions: [question('a.local', 'ANY')],
      authorities: [address('a.local', '198.18.0.1')],
    });
    one.actor.send({ type: 'link.down' });
    one.actor.send({ type: 'answers.known', questions: [BROWSE], answers: [] });
    one.actor.send({ type: 'refresh.due', questions: [BROWSE] });
    one.advance(60_000);
    expect(one.sent()).toEqual([]);
    expect(announcer.events).toEqual([]);
    one.actor.send(one.up);
    one.actor.send(one.up);
    one.advance(120);
    expect(one.sent()).toMatchObject([{ questions: [{ ...BROWSE, unicastResponse: true }] }]);
  });

  it('QU-07 accepts unicast responses that answer a recent QU question, and no others', () => {
    const one = setup();
    open(one, BROWSE);
    one.actor.send(one.up);
    const records = [ptr('_t._tcp.local', 'I._t._tcp.local')];
    const heard = { type: 'unicast.heard', records, source: '198.18.0.9' } as const;
    one.actor.send(heard);
    expect(one.link.take()).toEqual([]);
    one.advance(120);
    one.actor.send(heard);
    one.actor.send({ ...heard, records: [address('other.local', '198.18.0.9')] });
    expect(one.link.take()).toEqual([{ type: 'unicast.accepted', records, source: '198.18.0.9' }]);
    one.advance(2_100);
    one.actor.send(heard);
    expect(one.link.take()).toEqual([]);
  });

  afterAll(() => {
    expect(coverage.missingStates).toEqual([]);
    expect(coverage.missingTransitions).toEqual([]);
  });
});
