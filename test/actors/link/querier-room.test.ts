/** What is sent and what waits when there is room for a part of a query, and what a probe does not need. */
import { describe, expect, it } from 'vitest';
import { newCounters } from '../../../src/actors/counters.js';
import { querierMachine } from '../../../src/actors/link/querier.js';
import type {
  AnnouncerEvent,
  MulticastInterfaceEvent,
  QuerierEvent,
  RecordCacheEvent,
  SocketCommand,
} from '../../../src/actors/messages.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { Bench, expectSilence } from '../../support/actors.js';
import { address, ptr, question } from '../../support/records.js';

const BROWSE = question('_t._tcp.local', 'PTR');
const OTHER = question('_u._tcp.local', 'PTR');

/** A querier whose link is up. */
function setup() {
  const bench = new Bench();
  const [link, socket] = [bench.recorder<MulticastInterfaceEvent>(), bench.recorder<SocketCommand>()];
  const cache = bench.recorder<RecordCacheEvent>();
  const counters = newCounters();
  const input = { clock: bench.clock, random: () => 0.5, link: link.port, counters };
  const actor = bench.start(querierMachine, { input });
  const up: QuerierEvent = {
    type: 'link.up',
    socket: socket.port,
    cache: cache.port,
    portShared: false,
    maxBytes: 1_472,
  };
  actor.send(up);
  const sent = () =>
    socket.take().map((command) => {
      if (command.type !== 'datagram.send') throw new Error('It closed the socket.');
      return { to: command.to, ...decodeMessage(command.bytes).message };
    });
  /** The questions for which the cache was asked, each time. */
  const wanted = () =>
    cache.take().map((event) => (event.type === 'answers.wanted' ? event.questions.map(({ name }) => name) : event));
  /** Has a question asked with these known answers. Returns the packets. */
  const ask = (asked: typeof BROWSE, answers: readonly ResourceRecord[]) => {
    actor.send({ type: 'refresh.due', questions: [asked] });
    bench.clock.advance(1);
    expect(wanted()).toEqual([[asked.name]]);
    actor.send({ type: 'answers.known', questions: [asked], answers });
    return sent();
  };
  return { bench, actor, counters, up, sent, wanted, ask };
}

function known(name: string, count: number): ResourceRecord[] {
  return Array.from({ length: count }, (_, i) => ptr(name, `J${i}.${name}`, { ttl: 3_000 }));
}

describe('querier', () => {
  expectSilence();

  it('PRB-02 a probe is sent to the group, and needs nothing from the cache', () => {
    const { bench, actor, sent, wanted } = setup();
    actor.send({
      type: 'probe.due',
      id: 'set',
      announcer: bench.recorder<AnnouncerEvent>().port,
      questions: [question('a.local', 'ANY')],
      authorities: [address('a.local', '198.18.0.1', { flush: false })],
    });
    bench.clock.advance(0);
    expect(wanted()).toEqual([]);
    expect(sent()).toMatchObject([{ to: 'group', answers: [], authorities: [{ address: '198.18.0.1' }] }]);
  });

  it('sends nothing without a question', () => {
    const { actor, sent } = setup();
    actor.send({ type: 'answers.known', questions: [], answers: known(BROWSE.name, 3) });
    expect(sent()).toEqual([]);
  });

  it('releases the socket and the cache when the link goes down', () => {
    const { actor, up } = setup();
    expect(actor.getSnapshot().context.up).toBe(up);
    actor.send({ type: 'link.down' });
    expect(actor.getSnapshot().context.up).toBeUndefined();
  });

  it('KAS-06 lists known answers in as many packets as they need, all but the last truncated', () => {
    const { ask } = setup();
    const answers = known(BROWSE.name, 200);
    const packets = ask(BROWSE, answers);
    expect(packets.map(({ truncated }) => truncated)).toEqual([true, true, false]);
    expect(packets.flatMap((packet) => packet.answers ?? [])).toEqual(answers);
  });

  it('A4 a question is sent with the known answers of its first packet when there is no room for more', () => {
    const { ask } = setup();
    expect(ask(BROWSE, known(BROWSE.name, 500))).toHaveLength(7);
    const answers = known(OTHER.name, 200);
    const packets = ask(OTHER, answers);
    expect(packets).toMatchObject([{ questions: [OTHER], truncated: false }]);
    expect(answers.slice(0, 70)).toEqual(packets[0]?.answers?.slice(0, 70));
  });

  it('A4 a question waits with its known answers when there is no room for them, and is tried again later', () => {
    const { ask, sent, wanted, actor, bench, counters } = setup();
    expect(ask(BROWSE, known(BROWSE.name, 1_000))).toHaveLength(8);
    expect(ask(OTHER, known(OTHER.name, 70))).toEqual([]);
    expect(counters.heldBack).toBe(1);
    bench.clock.advance(99);
    expect(wanted()).toEqual([]);
    bench.clock.advance(1);
    expect(wanted()).toEqual([[OTHER.name]]);
    actor.send({ type: 'answers.known', questions: [OTHER], answers: [] });
    expect(sent()).toMatchObject([{ questions: [OTHER] }]);
  });
});
