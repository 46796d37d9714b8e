/** When the probes of a set are sent, with which records, and what an inspector sees of them. */
import { describe, expect, it, vi } from 'vitest';
import { newCounters } from '../../../src/actors/counters.js';
import { querierLogic, querierMachine } from '../../../src/actors/link/querier.js';
import type {
  AnnouncerEvent,
  MulticastInterfaceEvent,
  QuerierEvent,
  RecordCacheEvent,
  SocketCommand,
} from '../../../src/actors/messages.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { Bench, expectSilence } from '../../support/actors.js';
import { address, question } from '../../support/records.js';

/** A querier whose link is up. */
function setup({ logic = querierMachine } = {}) {
  const bench = new Bench();
  const [link, socket] = [bench.recorder<MulticastInterfaceEvent>(), bench.recorder<SocketCommand>()];
  const cache = bench.recorder<RecordCacheEvent>().port;
  const input = { clock: bench.clock, random: () => 0.5, link: link.port, counters: newCounters() };
  const actor = bench.start(logic, { input });
  const up: QuerierEvent = { type: 'link.up', socket: socket.port, cache, portShared: false, maxBytes: 1_472 };
  actor.send(up);
  const advance = (ms: number) => bench.clock.advance(ms);
  const sent = () => socket.take().map((sent) => ('bytes' in sent ? decodeMessage(sent.bytes).message : undefined));
  return { bench, socket, actor, advance, sent };
}

describe('the probes of a set', () => {
  expectSilence();

  it('A-15 counts the gaps from when a probe has been sent, however late that was', () => {
    const one = setup();
    const announcer = one.bench.recorder<AnnouncerEvent>();
    const questions = [question('a.local', 'ANY')];
    one.actor.send({ type: 'probe.due', id: 'set', announcer: announcer.port, questions, authorities: [] });
    const now = vi.spyOn(one.bench.clock, 'now').mockReturnValue(400);
    one.bench.clock.advance(0);
    now.mockRestore();
    expect(one.sent()).toHaveLength(1);
    one.advance(649);
    expect(one.sent()).toEqual([]);
    one.advance(1);
    expect(one.sent()).toHaveLength(1);
  });

  it.each([{ logic: querierLogic }, { logic: querierMachine }])(
    'UPD-01 the probes that are left have the records of a changed set',
    (which) => {
      const one = setup(which);
      const { port: announcer } = one.bench.recorder<AnnouncerEvent>();
      const [questions, other] = [[question('a.local', 'ANY')], one.bench.recorder<AnnouncerEvent>().port];
      const authorities = (last: number) => [address('a.local', `198.18.0.${last}`, { flush: false })];
      one.actor.send({ type: 'probe.due', id: 'set', announcer, questions, authorities: authorities(1) });
      one.advance(0);
      one.actor.send({ type: 'probe.changed', announcer, questions, authorities: authorities(2) });
      one.actor.send({ type: 'probe.changed', announcer: other, questions, authorities: authorities(3) });
      one.advance(10_000);
      expect(one.sent().map((packet) => packet?.authorities)).toMatchObject([
        authorities(1),
        authorities(2),
        authorities(2),
      ]);
    },
  );

  it('says which probes are in a packet, and which of the three each is', () => {
    const one = setup();
    const { port: announcer } = one.bench.recorder<AnnouncerEvent>();
    const questions = [question('a.local', 'ANY')];
    one.actor.send({ type: 'probe.due', id: 'set', announcer, questions, authorities: [] });
    one.advance(10_000);
    expect(one.socket.take().map((sent) => 'probes' in sent && sent.probes)).toEqual(
      [1, 2, 3].map((count) => [{ id: 'set', count }]),
    );
  });
});
