/** Whether a query was heard before makes no difference to what is answered, and when. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { responderLogic, responderMachine } from '../../../src/actors/link/responder.js';
import type {
  MulticastInterfaceEvent,
  RecordCacheEvent,
  ResponderEvent,
  SocketCommand,
} from '../../../src/actors/messages.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { RepeatedQueries } from '../../../src/protocol/respond/repeated-queries.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { Bench, expectSilence } from '../../support/actors.js';
import { address, ptr, query, question, service } from '../../support/records.js';

const HOST = address('h.local', '198.18.0.1');
const RECORDS = service('I', '_t._tcp.local', 'h.local', 1);
const asked = [
  question('h.local', 'A', { qu: true }),
  question('h.local', 'AAAA', { qu: true }),
  question('h.local', 'ANY', { qu: true }),
  question('I._t._tcp.local', 'SRV', { qu: true }),
  question('I._t._tcp.local', 'SRV'),
  question('_t._tcp.local', 'PTR', { qu: true }),
  question('_t._tcp.local', 'PTR'),
];

/** A responder that remembers queries, or one that hears each for the first time. */
class Responder {
  readonly bench = new Bench();
  readonly #socket = this.bench.recorder<SocketCommand>();
  readonly #queries: RepeatedQueries | undefined;
  readonly #actor;
  repeated = 0;
  atOnce = 0;
  readonly #up: ResponderEvent;

  constructor(logic: typeof responderMachine, remembers: boolean) {
    const link = this.bench.recorder<MulticastInterfaceEvent>().port;
    const cache = this.bench.recorder<RecordCacheEvent>().port;
    let draws = 0;
    const random = () => (draws++ % 10) / 10;
    this.#actor = this.bench.start(logic, { input: { clock: this.bench.clock, random, link } });
    this.#queries = remembers ? new RepeatedQueries() : undefined;
    this.#up = { type: 'link.up', socket: this.#socket.port, cache, maxBytes: 1_440 };
    this.send(this.#up);
    this.hold('host', [HOST]);
    this.hold('service', RECORDS);
  }

  send(event: ResponderEvent): void {
    this.#actor.send(event);
  }

  hold(id: string, records: readonly ResourceRecord[]): void {
    this.send({ type: 'set.held', set: { id, claims: [], records } });
  }

  announce(id: string, records: readonly ResourceRecord[]): void {
    this.send({ type: 'announcement.due', id, revision: 1, records, goodbyes: [], isRepeat: false });
  }

  restart(): void {
    this.send({ type: 'link.down' });
    this.send(this.#up);
    this.hold('host', [HOST]);
    this.hold('service', RECORDS);
  }

  ask(bytes: Uint8Array, source: string): void {
    const known = this.#queries?.hear(bytes, source);
    if (known) {
      this.repeated++;
      const before = this.#socket.events.length;
      this.send({ type: 'query.repeated', query: known, now: this.bench.clock.now() });
      this.atOnce += this.#socket.events.length - before;
      return;
    }
    const { message } = decodeMessage(bytes);
    if (!message) throw new Error('It cannot be read.');
    const from = { address: source, port: 5353, to: 'group', onLink: source < '198.18.1', isLegacy: false } as const;
    this.send({ type: 'query.heard', message: { ...message }, from });
    this.#queries?.remember(bytes, message, from);
  }

  get sent(): readonly SocketCommand[] {
    return this.#socket.events;
  }
}

const steps = fc.array(
  fc.record({
    pause: fc.oneof(fc.nat(20), fc.nat(1_500), fc.constant(31_000)),
    kind: fc.constantFrom('ask', 'ask', 'ask', 'ask', 'truncated', 'announce', 'hear', 'update', 'restart'),
    question: fc.nat(asked.length - 1),
    source: fc.constantFrom('198.18.0.8', '198.18.0.9', '198.18.9.9'),
  }),
  { maxLength: 40 },
);

describe('a responder that remembers queries', () => {
  expectSilence();

  it.each([
    ['with a hot path', responderLogic],
    ['as a machine', responderMachine],
  ])('RSP-05 answers as one that does not, %s', (_, logic) => {
    fc.assert(
      fc.property(steps, (all) => {
        const pair = [new Responder(logic, true), new Responder(responderMachine, false)];
        for (const responder of pair) {
          responder.announce('host', [HOST]);
          responder.announce('service', RECORDS);
          for (const [i, { pause, kind, question: index, source }] of all.entries()) {
            responder.bench.clock.advance(pause);
            const questions = asked.slice(index, index + 1);
            if (kind === 'ask') responder.ask(query({ questions }), source);
            if (kind === 'truncated') responder.ask(query({ questions, truncated: true }), source);
            if (kind === 'announce') responder.announce('service', RECORDS);
            if (kind === 'hear') responder.send({ type: 'records.heard', records: [...RECORDS] });
            if (kind === 'update') responder.hold('other', [ptr('_t._tcp.local', `${i}._t._tcp.local`)]);
            if (kind === 'restart') responder.restart();
          }
          responder.bench.clock.advance(5_000);
        }
        expect(pair[0]?.sent).toEqual(pair[1]?.sent);
      }),
      { numRuns: 200 },
    );
  });

  it('RSP-05 replies in the event, from the third time on without asking the zone', () => {
    const responder = new Responder(responderLogic, true);
    responder.announce('service', RECORDS);
    responder.bench.clock.advance(2_000);
    for (let i = 0; i < 5; i++) {
      responder.ask(query({ questions: asked.slice(3, 4) }), '198.18.0.9');
      responder.bench.clock.advance(100);
    }
    expect([responder.repeated, responder.atOnce]).toEqual([4, 4]);
    const packets = responder.sent.slice(-2).map((command) => command.type === 'datagram.send' && command.bytes);
    expect(packets[0]).toBe(packets[1]);
    expect(responder.sent.at(-1)).toEqual({
      type: 'datagram.send',
      bytes: packets[0],
      to: { address: '198.18.0.9', port: 5353 },
    });
  });

  it('gives one host no more replies than its budget', () => {
    const responder = new Responder(responderLogic, true);
    responder.announce('service', RECORDS);
    responder.bench.clock.advance(2_000);
    for (let i = 0; i < 400; i++) responder.ask(query({ questions: asked.slice(3, 4) }), '198.18.0.9');
    const replies = responder.sent.filter((command) => command.type === 'datagram.send' && command.to !== 'group');
    expect(replies).toHaveLength(256);
  });
});
