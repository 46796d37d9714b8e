import { afterAll, describe, expect, it, vi } from 'vitest';
import { recordCacheMachine } from '../../../src/actors/link/record-cache.js';
import { responderLogic, responderMachine } from '../../../src/actors/link/responder.js';
import type {
  MulticastInterfaceEvent,
  QuerierEvent,
  ResponderEvent,
  SocketCommand,
} from '../../../src/actors/messages.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import type { RecordSet } from '../../../src/protocol/record-set.js';
import type { Asker } from '../../../src/protocol/respond/asker.js';
import { RepeatedQuery } from '../../../src/protocol/respond/repeated-queries.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { Bench, Coverage, expectSilence } from '../../support/actors.js';
import { address, ptr, query, question, service } from '../../support/records.js';

const coverage = new Coverage(responderMachine);
const NEIGHBOUR: Asker = { address: '198.18.0.9', port: 5353, to: 'group', onLink: true, isLegacy: false };
const POINTER = ptr('_t._tcp.local', 'I._t._tcp.local');
const ADDRESS = address('h.local', '198.18.0.1');

function setup(logic = responderMachine) {
  const bench = new Bench();
  const link = bench.recorder<MulticastInterfaceEvent>();
  const socket = bench.recorder<SocketCommand>();
  const input = { clock: bench.clock, random: () => 0.5, link: link.port };
  const actor = bench.start(logic, { input, inspect: coverage.inspect });
  const querier = bench.recorder<QuerierEvent>();
  const cache = bench.start(recordCacheMachine, {
    input: { link: 'eth0/ipv4', clock: bench.clock, random: () => 0.5, maxRecords: 100, querier: querier.port },
  });
  const up: ResponderEvent = { type: 'link.up', socket: socket.port, cache, maxBytes: 1_472 };
  const sent = () =>
    socket.take().map((command) => {
      if (command.type !== 'datagram.send') throw new Error('It closed the socket.');
      const { bytes, to, receipt } = command;
      return { to, answers: decodeMessage(bytes).message?.answers ?? [], ...(receipt && { receipt }) };
    });
  const ask = (parts: Parameters<typeof query>[0], from = NEIGHBOUR) => {
    const { message } = decodeMessage(query(parts));
    if (message) actor.send({ type: 'query.heard', message, from });
  };
  return { bench, link, socket, cache, actor, up, sent, ask };
}

function setOf(id: string, ...records: ResourceRecord[]): RecordSet {
  return { id, claims: [...new Set(records.filter(({ cacheFlush }) => cacheFlush).map(({ name }) => name))], records };
}

function holding(...records: ResourceRecord[]) {
  return holdingWith(responderMachine, ...records);
}

function holdingWith(logic: typeof responderMachine, ...records: ResourceRecord[]) {
  const one = setup(logic);
  one.actor.send(one.up);
  one.actor.send({ type: 'set.held', set: setOf('set', ...records) });
  return one;
}

describe('responder', () => {
  expectSilence();

  it('sends nothing while the link is down', () => {
    const { actor, ask, sent, bench } = setup();
    actor.send({ type: 'set.held', set: setOf('set', ADDRESS) });
    ask({ questions: [question('h.local', 'A')] });
    actor.send({ type: 'announcement.due', id: 'set', revision: 1, records: [ADDRESS], goodbyes: [], isRepeat: false });
    bench.clock.advance(10_000);
    expect(sent()).toEqual([]);
    expect(actor.getSnapshot().value).toBe('down');
  });

  it('answers only for held sets', () => {
    const { ask, sent, bench, actor } = holding(ADDRESS);
    ask({ questions: [question('other.local', 'A')] });
    expect([actor.getSnapshot().value, bench.clock.pending]).toEqual(['up', 0]);
    ask({ questions: [question('h.local', 'A')] });
    expect(sent()).toEqual([{ to: 'group', answers: [ADDRESS] }]);
    actor.send({ type: 'set.released', id: 'set', goodbye: false });
    ask({ questions: [question('h.local', 'A')] });
    bench.clock.advance(1_000);
    expect(sent()).toEqual([]);
    expect(bench.clock.pending).toBe(0);
  });

  it('handles questions and answers without a step of its machine, and wakes up for an answer with a delay', () => {
    const { actor, ask, sent, bench } = holdingWith(responderLogic, ADDRESS, POINTER);
    const before = actor.getSnapshot();
    ask({ questions: [question('h.local', 'A')] });
    expect(sent()).toEqual([{ to: 'group', answers: [ADDRESS] }]);
    actor.send({ type: 'records.heard', records: [ADDRESS] });
    expect([actor.getSnapshot() === before, bench.clock.pending]).toEqual([true, 0]);
    ask({ questions: [question('_t._tcp.local', 'PTR')] });
    expect([sent(), bench.clock.pending]).toEqual([[], 1]);
    bench.clock.advance(120);
    expect(sent()).toMatchObject([{ to: 'group', answers: [POINTER] }]);
    expect(bench.clock.pending).toBe(0);
    actor.send({ type: 'link.down' });
    ask({ questions: [question('h.local', 'A')] });
    expect(sent()).toEqual([]);
  });

  it('RSP-05 what is ours alone is answered in the event that asked, without a timer', () => {
    const { ask, sent, bench } = holding(ADDRESS, POINTER);
    ask({ questions: [question('h.local', 'A')] });
    expect(sent()).toEqual([{ to: 'group', answers: [ADDRESS] }]);
    expect(bench.clock.pending).toBe(0);
    ask({ questions: [question('_t._tcp.local', 'PTR')] });
    expect(sent()).toEqual([]);
    expect(bench.clock.pending).toBe(1);
  });

  it('RSP-15 sends records that are due together in one packet', () => {
    const { actor, sent, bench } = holding(ADDRESS);
    actor.send({ type: 'set.held', set: setOf('other', POINTER) });
    actor.send({ type: 'announcement.due', id: 'set', revision: 1, records: [ADDRESS], goodbyes: [], isRepeat: false });
    actor.send({ type: 'announcement.due', id: 'set', revision: 1, records: [POINTER], goodbyes: [], isRepeat: false });
    bench.clock.advance(0);
    expect(sent()).toMatchObject([{ to: 'group', answers: [ADDRESS, POINTER] }]);
  });

  it('RSP-05 does not delay an urgent answer for one that may wait', () => {
    const { ask, sent, bench } = holding(ADDRESS, POINTER);
    ask({ questions: [question('_t._tcp.local', 'PTR')], truncated: true });
    bench.clock.advance(100);
    ask({ questions: [question('h.local', 'A')] }, { ...NEIGHBOUR, address: '198.18.0.10' });
    bench.clock.advance(10);
    expect(sent()).toEqual([{ to: 'group', answers: [ADDRESS] }]);
    bench.clock.advance(1_000);
    expect(sent()).toEqual([{ to: 'group', answers: [POINTER] }]);
  });

  it('compares responses of others with its own', () => {
    const { actor, ask, sent, bench } = holding(POINTER);
    ask({ questions: [question('_t._tcp.local', 'PTR')] });
    actor.send({ type: 'records.heard', records: [POINTER] });
    bench.clock.advance(1_000);
    expect(sent()).toEqual([]);
    actor.send({ type: 'records.heard', records: [{ ...POINTER, ttl: 0 }] });
    bench.clock.advance(1_000);
    expect(sent()).toEqual([{ to: 'group', answers: [POINTER] }]);
  });

  it('UPD-02 sends goodbyes for removed records with the announcement, and once more', () => {
    const { actor, sent, bench } = holding(POINTER, ADDRESS);
    actor.send({ type: 'set.held', set: setOf('set', ADDRESS) });
    bench.clock.advance(5_000);
    expect(sent()).toEqual([]);
    const bye = { ...POINTER, ttl: 0 };
    actor.send({
      type: 'announcement.due',
      id: 'set',
      revision: 1,
      records: [ADDRESS],
      goodbyes: [bye],
      isRepeat: false,
    });
    bench.clock.advance(5_000);
    expect(sent()).toMatchObject([
      { to: 'group', answers: [bye, ADDRESS] },
      { to: 'group', answers: [bye] },
    ]);
  });

  it('ANN-01 what takes several turns to announce has its receipt on the last packet', () => {
    const records = Array.from({ length: 300 }, (_, i) => ptr('_t._tcp.local', `I${i}._t._tcp.local`));
    const { actor, bench, socket } = holding(...records);
    const turns = vi.spyOn(bench.clock, 'setTimeout');
    actor.send({ type: 'announcement.due', id: 'set', revision: 1, records, goodbyes: [], isRepeat: false });
    bench.clock.advance(0);
    const receipts = socket.take().map((command) => command.type === 'datagram.send' && command.receipt);
    expect(receipts.length).toBeGreaterThan(2);
    expect(receipts.at(-1)).toMatchObject({ announced: [{ id: 'set' }] });
    expect(receipts.slice(0, -1)).toEqual(receipts.slice(1).map(() => undefined));
    expect(turns).toHaveBeenCalledTimes(2);
  });

  it('ANN-01 what takes several turns to announce or withdraw has a receipt in each', () => {
    const { actor, bench, sent } = holding();
    const ids = Array.from({ length: 600 }, (_, i) => `set-${i}`);
    for (const [i, id] of ids.entries()) {
      const records = [address(`h-${i}.local`, '198.18.0.1')];
      actor.send({ type: 'set.held', set: setOf(id, ...records) });
      actor.send({ type: 'announcement.due', id, revision: 1, records, goodbyes: [], isRepeat: false });
    }
    const receipts = () => {
      bench.clock.advance(0);
      return sent().flatMap(({ receipt }) => receipt ?? []);
    };
    const announced = receipts();
    expect(announced.map((receipt) => receipt.announced.length)).toEqual([250, 250, 100]);
    expect(announced.flatMap((receipt) => receipt.announced)).toEqual(ids.map((id) => ({ id, revision: 1 })));
    for (const id of ids) {
      actor.send({ type: 'set.released', id, goodbye: true });
      actor.send({ type: 'set.forget', id });
    }
    expect(receipts().map(({ forgotten }) => forgotten.length)).toEqual([250, 250, 100]);
  });

  it('an update that only takes records away is announced when their goodbyes have been sent', () => {
    const { actor, bench, sent, link } = holding(ADDRESS);
    const update = { type: 'announcement.due', id: 'set', revision: 2, isRepeat: false } as const;
    actor.send({ ...update, records: [], goodbyes: [POINTER] });
    expect(link.take()).toEqual([]);
    bench.clock.advance(0);
    const receipt = { announced: [{ id: 'set', revision: 2 }], forgotten: [] };
    expect(sent()).toEqual([{ to: 'group', answers: [{ ...POINTER, ttl: 0 }], receipt }]);
  });

  it('GBY-01 sends goodbyes for a released set, with a receipt on the last packet', () => {
    const { actor, sent, bench, link } = holding(POINTER);
    actor.send({ type: 'set.released', id: 'set', goodbye: true });
    actor.send({ type: 'set.forget', id: 'set' });
    actor.send({ type: 'set.held', set: setOf('other', ADDRESS) });
    actor.send({
      type: 'announcement.due',
      id: 'other',
      revision: 3,
      records: [ADDRESS],
      goodbyes: [],
      isRepeat: false,
    });
    bench.clock.advance(0);
    const receipt = { announced: [{ id: 'other', revision: 3 }], forgotten: ['set'] };
    expect(sent()).toEqual([{ to: 'group', answers: [{ ...POINTER, ttl: 0 }, ADDRESS], receipt }]);
    expect(link.take()).toEqual([]);
    bench.clock.advance(10_000);
    // Nothing is waited for when the goodbye leaves once more.
    expect(sent()).toEqual([{ to: 'group', answers: [{ ...POINTER, ttl: 0 }] }]);
  });

  it('returns a receipt at once when there is nothing to send, and when the link is down or goes down', () => {
    const { actor, link, up } = setup();
    const returned = (...forgotten: string[]) => ({
      type: 'receipt.returned',
      receipt: { announced: [], forgotten },
      sent: true,
    });
    actor.send({ type: 'set.forget', id: 'a' });
    expect(link.take()).toEqual([returned('a')]);
    actor.send(up);
    actor.send({ type: 'set.forget', id: 'b' });
    expect(link.take()).toEqual([returned('b')]);
    actor.send({ type: 'announcement.due', id: 'empty', revision: 2, records: [], goodbyes: [], isRepeat: false });
    const receipt = { announced: [{ id: 'empty', revision: 2 }], forgotten: [] };
    expect(link.take()).toEqual([{ type: 'receipt.returned', receipt, sent: true }]);
    actor.send({ type: 'set.held', set: setOf('c', POINTER) });
    actor.send({ type: 'announcement.due', id: 'c', revision: 1, records: [POINTER], goodbyes: [], isRepeat: false });
    actor.send({ type: 'set.released', id: 'c', goodbye: true });
    actor.send({ type: 'set.forget', id: 'c' });
    expect(link.take()).toEqual([]);
    // What was not sent is not announced; what is forgotten is forgotten.
    actor.send({ type: 'link.down' });
    expect(link.take()).toEqual([returned('c')]);
  });

  it('PRB-12 does not answer for a withheld set, but sends its goodbyes', () => {
    const one = (id: string, name: string) => setOf(id, POINTER, address(name, '198.18.0.1'));
    const holdingTwo = () => {
      const bench = holding();
      for (const set of [one('a', 'a.local'), one('b', 'b.local')]) {
        bench.actor.send({ type: 'set.held', set });
        bench.actor.send({ type: 'set.withheld', set });
      }
      return bench;
    };
    const goodbyes = (sent: readonly { readonly answers: readonly ResourceRecord[] }[]) =>
      sent[0]?.answers.map(({ name, ttl }) => `${name} ${ttl}`);

    const { actor, ask, sent, bench } = holdingTwo();
    ask({ questions: [question('a.local', 'A'), question('_t._tcp.local', 'PTR')] });
    bench.clock.advance(1_000);
    expect(sent()).toEqual([]);
    actor.send({ type: 'set.held', set: one('b', 'b.local') });
    ask({ questions: [question('b.local', 'A')] });
    bench.clock.advance(1_000);
    expect(sent()).toHaveLength(1);
    actor.send({ type: 'set.withheld', set: one('b', 'b.local') });
    actor.send({ type: 'set.released', id: 'a', goodbye: true });
    bench.clock.advance(0);
    // The other set has the pointer as well.
    expect(goodbyes(sent())).toEqual(['a.local 0']);
    actor.send({ type: 'set.released', id: 'b', goodbye: true });
    bench.clock.advance(0);
    expect(goodbyes(sent())).toEqual(['_t._tcp.local 0', 'b.local 0']);

    const leaving = holdingTwo();
    leaving.actor.send({ type: 'responder.leave' });
    expect(goodbyes(leaving.sent())).toEqual(['a.local 0', '_t._tcp.local 0', 'b.local 0']);

    const lost = holdingTwo();
    lost.actor.send({ type: 'link.down' });
    lost.actor.send(lost.up);
    lost.actor.send({ type: 'set.released', id: 'a', goodbye: true });
    lost.bench.clock.advance(10);
    expect(lost.sent()).toEqual([]);
  });

  it('answers a unicast question by unicast', () => {
    const { ask, sent, bench, actor } = holding(ADDRESS);
    actor.send({ type: 'announcement.due', id: 'set', revision: 1, records: [ADDRESS], goodbyes: [], isRepeat: false });
    bench.clock.advance(1);
    sent();
    ask({ questions: [question('h.local', 'A', { qu: true })] });
    bench.clock.advance(1);
    expect(sent()).toEqual([{ to: { address: '198.18.0.9', port: 5353 }, answers: [ADDRESS] }]);
  });

  it.each([
    ['with a hot path', responderLogic],
    ['as a machine', responderMachine],
  ])('answers a query that was heard before, %s', (_, logic) => {
    const { actor, sent, bench } = holdingWith(logic, ADDRESS);
    actor.send({ type: 'announcement.due', id: 'set', revision: 1, records: [ADDRESS], goodbyes: [], isRepeat: false });
    bench.clock.advance(1);
    sent();
    const bytes = query({ questions: [question('h.local', 'A', { qu: true })] });
    const { message } = decodeMessage(bytes);
    if (!message) throw new Error('It cannot be read.');
    const repeated = new RepeatedQuery(bytes, message, NEIGHBOUR);
    for (let i = 0; i < 3; i++) actor.send({ type: 'query.repeated', query: repeated, now: bench.clock.now() });
    expect(sent()).toEqual(
      Array.from({ length: 3 }, () => ({ to: { address: '198.18.0.9', port: 5353 }, answers: [ADDRESS] })),
    );
  });

  it('takes another socket while it works', () => {
    const { actor, up, sent, bench } = holding(ADDRESS);
    const other = bench.recorder<SocketCommand>();
    actor.send({ ...up, socket: other.port } as ResponderEvent);
    actor.send({ type: 'announcement.due', id: 'set', revision: 1, records: [ADDRESS], goodbyes: [], isRepeat: false });
    bench.clock.advance(0);
    expect(sent()).toEqual([]);
    expect(other.events).toHaveLength(1);
  });

  it('forgets everything when the link goes down', () => {
    const { actor, up, ask, sent, bench } = holding(ADDRESS, POINTER);
    ask({ questions: [question('_t._tcp.local', 'PTR')] });
    actor.send({ type: 'link.down' });
    actor.send(up);
    ask({ questions: [question('h.local', 'A')] });
    bench.clock.advance(10_000);
    expect(sent()).toEqual([]);
  });

  it('GBY-01 leaving: goodbyes for all that is held go at once, answers are dropped', () => {
    const { actor, ask, sent, link, bench } = holding(...service('I', '_t._tcp.local', 'h.local', 1));
    ask({ questions: [question('_t._tcp.local', 'PTR')] });
    actor.send({ type: 'responder.leave' });
    const [packet, ...more] = sent();
    expect(more).toEqual([]);
    expect(packet?.answers.map(({ ttl }) => ttl)).toEqual([0, 0, 0]);
    expect(link.take()).toEqual([{ type: 'responder.left' }]);
    bench.clock.advance(10_000);
    expect(sent()).toEqual([]);
  });

  it('leaving with the link down is over at once', () => {
    const { actor, link } = setup();
    actor.send({ type: 'responder.leave' });
    expect(link.take()).toEqual([{ type: 'responder.left' }]);
  });

  afterAll(() => {
    expect(coverage.missingStates).toEqual([]);
    expect(coverage.missingTransitions).toEqual([]);
  });
});
