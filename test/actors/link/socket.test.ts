import { describe, expect, it } from 'vitest';
import { assign, setup as setupMachine } from 'xstate';
import { newCounters } from '../../../src/actors/counters.js';
import { Intake } from '../../../src/actors/link/intake.js';
import { PacketTap } from '../../../src/actors/link/packet-tap.js';
import { SentPackets } from '../../../src/actors/link/sent-packets.js';
import { type SocketInput, socketLogic } from '../../../src/actors/link/socket.js';
import type { RecordCacheEvent, ResponderEvent, SocketCommand, SocketEvent } from '../../../src/actors/messages.js';
import type { LinkOptions } from '../../../src/net/network.js';
import { SimulatedLan } from '../../../src/net/simulated/index.js';
import { Repeats } from '../../../src/protocol/cache/repeats.js';
import { Sources } from '../../../src/protocol/intake/sources.js';
import { RepeatedQueries } from '../../../src/protocol/respond/repeated-queries.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { newCache } from '../../protocol/cache/cache-fixture.js';
import { Bench, expectSilence } from '../../support/actors.js';
import { address, query, question, response } from '../../support/records.js';

const BYTES = query({ questions: [question('h.local', 'A')] });

/** A parent that records the reports of its socket. */
const parentMachine = setupMachine({
  types: {
    context: {} as { readonly heard: SocketEvent[] },
    events: {} as SocketEvent,
    input: {} as SocketInput,
  },
  actors: { socket: socketLogic },
}).createMachine({
  context: { heard: [] },
  invoke: { id: 'socket', src: 'socket', input: ({ event }) => (event as unknown as { input: SocketInput }).input },
  on: { '*': { actions: assign(({ context, event }) => ({ heard: [...context.heard, event] })) } },
});

function setup() {
  const bench = new Bench();
  const lan = new SimulatedLan({ clock: bench.clock });
  const host = lan.host('h', ['198.18.0.1/24']);
  const sent = new SentPackets();
  sent.interfacesAre(host.interfaces());
  const counters = newCounters();
  const intake = new Intake(host.clock);
  const tap = new PacketTap();
  const sources = new Sources();
  const repeats = new Repeats();
  const queries = new RepeatedQueries();
  const cache = bench.recorder<RecordCacheEvent>();
  const responder = bench.recorder<ResponderEvent>();
  const [on] = host.interfaces();
  if (!on) throw new Error('No interface.');
  const options: LinkOptions = { interface: on, family: 'ipv4', group: '224.0.0.251', port: 5353 };
  const parent = bench.start(parentMachine, {
    input: {
      id: 'socket',
      network: host,
      options,
      sent,
      intake,
      tap,
      sources,
      counters,
      repeats,
      queries,
      cache: cache.port,
      responder: responder.port,
    },
  });
  const send = (command: SocketCommand) => parent.getSnapshot().children.socket?.send(command);
  const peer = lan.peer({ address: '198.18.0.9' });
  let told = 0;
  const heard = () => {
    const events = parent.getSnapshot().context.heard.slice(told);
    told += events.length;
    return events;
  };
  return { bench, lan, host, counters, parent, send, peer, heard, cache, tap, queries, responder };
}

describe('socket', () => {
  expectSilence();

  it('reports when it is open, and what it receives', () => {
    const { bench, peer, heard } = setup();
    bench.clock.advance(1);
    expect(heard()).toEqual([{ type: 'socket.opened', portShared: false }]);
    peer.multicast(BYTES);
    bench.clock.advance(10);
    const datagram = { bytes: BYTES, address: '198.18.0.9', port: 5353, to: 'group' };
    expect(heard()).toEqual([{ type: 'datagram.received', datagram, own: false }]);
  });

  it('passes a response that the cache has completely straight to the cache', () => {
    const { bench, peer, heard, cache, counters } = setup();
    bench.clock.advance(1);
    const answers = [address('h.local', '198.18.0.9')];
    const send = () => {
      peer.multicast(response({ answers }));
      bench.clock.advance(1_000);
      return heard().filter(({ type }) => type === 'datagram.received');
    };
    const [first] = send();
    if (first?.type !== 'datagram.received' || !first.repeat) throw new Error('It is not noticed.');
    const records = newCache();
    records.put(answers, '198.18.0.9', bench.clock.now(), first.repeat);
    expect(send()).toEqual([]);
    expect(cache.take()).toEqual([{ type: 'response.repeated', repeat: first.repeat }]);
    expect(counters).toMatchObject({ received: 1, repeated: 1 });
    records.due(bench.clock.now() + 10_000_000);
    expect(send()).toHaveLength(1);
    expect(cache.take()).toEqual([]);
  });

  it('passes a query that was heard before straight to the responder, and then to the cache', () => {
    const { bench, peer, heard, cache, responder, queries, counters } = setup();
    bench.clock.advance(1);
    const { message } = decodeMessage(BYTES);
    if (!message) throw new Error('It cannot be read.');
    const peerAsker = { address: '198.18.0.9', port: 5353, to: 'group', onLink: true, isLegacy: false } as const;
    queries.remember(BYTES, message, peerAsker);
    heard();
    peer.multicast(BYTES);
    bench.clock.advance(10);
    expect(heard()).toEqual([]);
    const repeated = queries.hear(BYTES, '198.18.0.9');
    expect(responder.take()).toEqual([{ type: 'query.repeated', query: repeated, now: expect.any(Number) }]);
    expect(cache.take()).toEqual([{ type: 'question.heard', message }]);
    expect(counters).toMatchObject({ received: 1, irrelevant: 0 });
    // Of another port or to this host it is another query (RFC 6762 sections 5.5 and 6.7).
    peer.multicast(BYTES, { port: 4_000 });
    peer.unicast(BYTES, { address: '198.18.0.1', port: 5353 });
    bench.clock.advance(10);
    expect(heard()).toHaveLength(2);
    expect(responder.take()).toEqual([]);
  });

  it('A-01 marks what it sent itself, by content and address', () => {
    const { bench, send, peer, heard, counters } = setup();
    bench.clock.advance(1);
    heard();
    send({ type: 'datagram.send', bytes: BYTES, to: 'group' });
    bench.clock.advance(1);
    // The same question of another host is another question.
    peer.multicast(BYTES);
    bench.clock.advance(10);
    expect(heard()).toMatchObject([{ own: true }, { own: false }]);
    expect(counters).toMatchObject({ sent: 1, unsent: 0 });
  });

  it('shows every datagram to the observer of the tap, if there is one', () => {
    const { bench, send, peer, tap } = setup();
    const seen: unknown[] = [];
    bench.clock.advance(1);
    tap.observer = ({ bytes, ...packet }) => seen.push({ ...packet, size: bytes.length });
    send({ type: 'datagram.send', bytes: BYTES, to: 'group' });
    send({ type: 'datagram.send', bytes: BYTES, to: { address: '198.18.0.9', port: 4_000 } });
    peer.multicast(BYTES);
    bench.clock.advance(10);
    tap.observer = undefined;
    peer.multicast(BYTES);
    bench.clock.advance(10);
    const at = { interface: 'eth0', family: 'ipv4', port: 5353, to: 'group', size: BYTES.length };
    expect(seen).toEqual([
      { ...at, way: 'out', address: '224.0.0.251' },
      { ...at, way: 'out', address: '198.18.0.9', port: 4_000, to: 'unicast' },
      { ...at, way: 'own', address: '198.18.0.1' },
      { ...at, way: 'in', address: '198.18.0.9' },
    ]);
  });

  it('reports a failure to send to the group, and counts a failure to send to one host', () => {
    const { bench, host, send, heard, counters } = setup();
    bench.clock.advance(1);
    heard();
    host.failWith('eth0', 'EPERM', 'send');
    send({ type: 'datagram.send', bytes: BYTES, to: { address: '198.18.0.9', port: 5353 } });
    bench.clock.advance(1);
    expect(heard()).toEqual([]);
    send({ type: 'datagram.send', bytes: BYTES, to: 'group' });
    bench.clock.advance(1);
    expect(heard()).toMatchObject([{ type: 'datagram.unsent', fault: { code: 'EPERM' } }]);
    expect(counters).toMatchObject({ sent: 0, unsent: 2 });
  });

  it('reports that it failed, with its name', () => {
    const { bench, host, heard } = setup();
    bench.clock.advance(1);
    heard();
    host.failWith('eth0', 'ENETUNREACH');
    bench.clock.advance(1);
    expect(heard()).toMatchObject([{ type: 'socket.failed', socket: 'socket', fault: { code: 'ENETUNREACH' } }]);
  });

  it('closes: sends everything, receives nothing more, and reports the end', () => {
    const { bench, host, lan, send, peer, heard } = setup();
    bench.clock.advance(1);
    heard();
    send({ type: 'datagram.send', bytes: BYTES, to: 'group' });
    peer.multicast(BYTES);
    send({ type: 'socket.close' });
    send({ type: 'datagram.send', bytes: BYTES, to: 'group' });
    send({ type: 'socket.close' });
    bench.clock.advance(100);
    expect(heard()).toEqual([{ type: 'socket.closed', socket: 'socket' }]);
    expect(lan.trace.filter(({ from }) => from === 'h/eth0')).toHaveLength(1);
    expect(host.openLinks).toBe(0);
  });

  it('frees everything when it is stopped', () => {
    const { bench, host, parent } = setup();
    bench.clock.advance(1);
    parent.stop();
    bench.clock.advance(1);
    expect(host.openLinks).toBe(0);
    expect(bench.clock.pending).toBe(0);
  });
});
