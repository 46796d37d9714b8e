import { afterAll, describe, expect, it } from 'vitest';
import { recordCacheLogic, recordCacheMachine } from '../../../src/actors/link/record-cache.js';
import type { QuerierEvent, ResponderEvent, WatcherEvent } from '../../../src/actors/messages.js';
import { Repeats } from '../../../src/protocol/cache/repeats.js';
import type { Message, ResourceRecord } from '../../../src/protocol/record.js';
import type { AskedQuestion } from '../../../src/protocol/view/view.js';
import { Bench, Coverage, expectSilence } from '../../support/actors.js';
import { address, goodbye, nsec, ptr, question, response, service, srv } from '../../support/records.js';

const coverage = new Coverage(recordCacheMachine);
const BROWSE = question('_t._tcp.local', 'PTR');
const LOOKUP = question('h.local', 'A');
const LOOKUP6 = question('h.local', 'AAAA');
const SOURCE = '198.18.0.9';

function setup(logic = recordCacheMachine) {
  const bench = new Bench();
  const querier = bench.recorder<QuerierEvent>();
  const input = {
    link: 'eth0/ipv4',
    clock: bench.clock,
    random: () => 0.5,
    maxRecords: 100,
    querier: querier.port,
  };
  const actor = bench.start(logic, { input, inspect: coverage.inspect });
  const watchers = ['one', 'two'].map((id) => ({ id, ...bench.recorder<WatcherEvent>() }));
  const open = (index: number, ...questions: (typeof BROWSE)[]) => {
    const { id: watcher, port } = watchers[index] ?? { id: '', port: bench.recorder<WatcherEvent>().port };
    actor.send({ type: 'questions.opened', watcher, port, questions });
  };
  const hear = (...records: ResourceRecord[]) => actor.send({ type: 'records.heard', records, source: SOURCE });
  /** The reports to a watcher since the last call, in short form. */
  const told = (index: number) =>
    (watchers[index]?.take() ?? []).flatMap((event) => {
      if (event.type !== 'records.changed') return [event.type];
      const { added, removed, denied } = event.changes;
      return [
        ...added.map(({ name, type }) => `+ ${name} ${type}`),
        ...removed.map(({ record, reason }) => `- ${record.name} ${record.type} ${reason}`),
        ...denied.map(({ name, type }) => `no ${name} ${type}`),
      ];
    });
  return { bench, querier, actor, open, hear, told };
}

function aQuery(parts: Partial<Message>): Message {
  return {
    id: 0,
    response: false,
    opcode: 0,
    rcode: 0,
    authoritative: false,
    truncated: false,
    questions: [],
    answers: [],
    authorities: [],
    additionals: [],
    ...parts,
  };
}

describe('record-cache', () => {
  expectSilence();

  it('sleeps while it holds nothing, and wakes when something falls due', () => {
    const { actor, hear, bench } = setup();
    expect([actor.getSnapshot().value, bench.clock.pending]).toEqual([{ open: 'following' }, 0]);
    hear(address('h.local', '198.18.0.1', { ttl: 10 }));
    expect(bench.clock.pending).toBe(1);
    bench.clock.advance(10_000);
    expect(actor.getSnapshot().value).toEqual({ open: 'following' });
    expect(bench.clock.pending).toBe(0);
  });

  it('reports related records to a watcher that resolves, and later only their changes', () => {
    const { actor, bench, hear } = setup();
    const { port, take } = bench.recorder<WatcherEvent>();
    const asks = (...questions: AskedQuestion[]) =>
      actor.send({ type: 'questions.opened', watcher: 'w', port, questions });
    const changes = () => take().map((event) => (event.type === 'records.changed' ? event.changes : event));
    asks({ ...BROWSE, follow: true });
    const [pointer, target, text] = service('I', '_t._tcp.local', 'h.local', 80) as [
      ResourceRecord,
      ResourceRecord,
      ResourceRecord,
    ];
    hear(pointer, target, text);
    const along = [target, text].map((record) => expect.objectContaining({ record, firstHeardAt: 0 }));
    expect(changes()).toEqual([{ added: [pointer], sources: [SOURCE], removed: [], denied: [], along }]);
    const behind = [target, text].map(({ name, type }) => question(name, type as 'SRV' | 'TXT'));
    asks(...behind.map((asked, i) => ({ ...asked, told: [i === 0 ? target : text] })));
    expect(take()).toEqual([]);
    const gone = address('gone.local', '198.18.0.7');
    asks({ ...LOOKUP, told: [gone] });
    const removed = [{ record: gone, reason: 'expired' }];
    expect(changes()).toEqual([{ added: [], heardAt: [], sources: [], leftMs: [], removed, denied: [] }]);
  });

  it('QRY-04 tells the querier whether a new pointer was announced or is an answer', () => {
    const { actor, open, querier } = setup();
    open(0, BROWSE);
    querier.take();
    for (const announced of [true, false]) {
      const records = service(`${announced}`, '_t._tcp.local', 'h.local', 80);
      actor.send({ type: 'records.heard', records, source: SOURCE, announced });
      expect(querier.take()).toContainEqual({ type: 'question.found', questions: expect.anything(), announced });
    }
  });

  it('sends no related records to a watcher that wants names only', () => {
    const { open, hear, bench, actor } = setup();
    const { port, take } = bench.recorder<WatcherEvent>();
    actor.send({ type: 'questions.opened', watcher: 'w', port, questions: [BROWSE] });
    open(0, LOOKUP);
    hear(...service('I', '_t._tcp.local', 'h.local', 80));
    expect(take()).toEqual([
      expect.objectContaining({ changes: expect.not.objectContaining({ along: expect.anything() }) }),
    ]);
  });

  it('hears what changes nothing without a step of its machine, and wakes sooner when it has to', () => {
    const { actor, hear, bench, told, open, querier } = setup(recordCacheLogic);
    open(0, LOOKUP);
    hear(address('h.local', '198.18.0.1', { ttl: 100 }));
    expect(told(0)).toEqual(['+ h.local A']);
    querier.take();
    const before = actor.getSnapshot();
    bench.clock.advance(50_000);
    hear(address('h.local', '198.18.0.1', { ttl: 100 }));
    expect(actor.getSnapshot()).toBe(before);
    hear(address('h.local', '198.18.0.2', { ttl: 10 }));
    expect(told(0)).toEqual(['+ h.local A']);
    bench.clock.advance(9_000);
    expect(querier.take().map(({ type }) => type)).toContain('refresh.due');
    actor.send({ type: 'link.closing' });
    hear(address('h.local', '198.18.0.3'));
    expect(told(0)).toEqual([]);
  });

  it('hears a response again that it has completely, and reports answers anew when the link has come up', () => {
    const { actor, querier, open, bench } = setup();
    open(0, LOOKUP);
    const repeats = new Repeats();
    const answers = [address('h.local', '198.18.0.1')];
    const bytes = response({ answers });
    const repeat = repeats.hear(bytes, SOURCE, bench.clock.now());
    const hear = () =>
      actor.send({ type: 'records.heard', records: [...answers], source: SOURCE, ...(repeat && { repeat }) });
    hear();
    expect(querier.take().map(({ type }) => type)).toEqual(['question.opened', 'question.answered']);
    hear();
    if (!repeat?.isCurrent(bench.clock.now())) throw new Error('It is not remembered.');
    actor.send({ type: 'response.repeated', repeat });
    expect(querier.take()).toEqual([]);
    actor.send({ type: 'link.up' });
    expect(querier.take()).toMatchObject([{ type: 'question.opened', questions: [LOOKUP], again: true }]);
    actor.send({ type: 'response.repeated', repeat });
    expect(querier.take().map(({ type }) => type)).toEqual(['question.answered']);
    expect(actor.getSnapshot().context.cache.counters).toMatchObject({ added: 1, renewed: 3 });
  });

  it('opens a question with the querier once, however many ask it', () => {
    const { querier, open, actor } = setup();
    open(0, BROWSE);
    open(1, BROWSE);
    open(0, BROWSE);
    expect(querier.take()).toMatchObject([
      { type: 'question.opened', questions: [BROWSE], sources: [undefined], once: false, answeredBy: new Set() },
    ]);
    actor.send({ type: 'questions.closed', watcher: 'one', questions: [BROWSE] });
    actor.send({ type: 'questions.closed', watcher: 'one', questions: [BROWSE] });
    expect(querier.take()).toEqual([]);
    actor.send({ type: 'questions.closed', watcher: 'two', questions: [BROWSE] });
    expect(querier.take()).toMatchObject([{ type: 'question.closed', questions: [BROWSE] }]);
  });

  it('reports to each watcher the changes that concern it', () => {
    const { open, hear, told } = setup();
    open(0, BROWSE);
    open(1, LOOKUP);
    hear(
      ptr('_t._tcp.local', 'I._t._tcp.local'),
      address('h.local', '198.18.0.1'),
      srv('I._t._tcp.local', 'h.local', 1),
    );
    expect(told(0)).toEqual(['+ _t._tcp.local PTR']);
    expect(told(1)).toEqual(['+ h.local A']);
    hear(ptr('_t._tcp.local', 'I._t._tcp.local'));
    expect(told(0)).toEqual([]);
  });

  it('reports known records to a late asker at once, and a known unique answer to the querier', () => {
    const { open, hear, told, querier } = setup();
    hear(address('h.local', '198.18.0.1'), nsec('h.local', ['A']));
    open(0, LOOKUP, LOOKUP6);
    expect(told(0)).toEqual(['+ h.local A', 'no h.local AAAA']);
    expect(querier.take()).toMatchObject([
      { type: 'question.opened', questions: [], answeredBy: new Set([undefined]) },
    ]);
    open(1, LOOKUP);
    expect(told(1)).toEqual(['+ h.local A']);
    expect(querier.take()).toEqual([]);
  });

  it('ends the series with a unique answer, and starts it again when that is lost', () => {
    const { open, hear, querier, bench, told } = setup();
    open(0, LOOKUP);
    querier.take();
    hear(address('h.local', '198.18.0.1', { ttl: 10 }));
    expect(querier.take()).toMatchObject([{ type: 'question.answered', questions: [LOOKUP] }]);
    bench.clock.advance(9_900);
    expect(querier.take().map(({ type }) => type)).toEqual([
      'refresh.due',
      'refresh.due',
      'refresh.due',
      'refresh.due',
    ]);
    bench.clock.advance(100);
    expect(querier.take()).toMatchObject([{ type: 'question.unanswered', questions: [LOOKUP], sources: [undefined] }]);
    expect(told(0)).toEqual(['+ h.local A', '- h.local A expired']);
  });

  it('GBY-02 believes a goodbye after a second', () => {
    const { open, hear, bench, told } = setup();
    const record = ptr('_t._tcp.local', 'I._t._tcp.local');
    open(0, BROWSE);
    hear(record);
    hear(...goodbye([record]));
    bench.clock.advance(999);
    expect(told(0)).toEqual(['+ _t._tcp.local PTR']);
    bench.clock.advance(1);
    expect(told(0)).toEqual(['- _t._tcp.local PTR goodbye']);
  });

  it('closes all questions of a watcher that has ended', () => {
    const { open, hear, querier, actor, told } = setup();
    open(0, BROWSE, LOOKUP);
    open(1, LOOKUP);
    querier.take();
    actor.send({ type: 'watcher.gone', watcher: 'one' });
    expect(querier.take()).toMatchObject([{ type: 'question.closed', questions: [BROWSE] }]);
    hear(address('h.local', '198.18.0.1'));
    expect([told(0), told(1)]).toEqual([[], ['+ h.local A']]);
    actor.send({ type: 'watcher.gone', watcher: 'nobody' });
  });

  it('does not report records that expire while the link closes', () => {
    const { bench, open, hear, actor, told } = setup();
    open(0, BROWSE);
    hear(ptr('_t._tcp.local', 'I._t._tcp.local', { ttl: 10 }));
    told(0);
    actor.send({ type: 'link.closing' });
    bench.clock.advance(60_000);
    expect(told(0)).toEqual([]);
  });

  it('reports known answers to the querier', () => {
    const { hear, actor, querier } = setup();
    hear(ptr('_t._tcp.local', 'I._t._tcp.local'));
    actor.send({ type: 'answers.wanted', questions: [BROWSE] });
    expect(querier.take()).toEqual([
      { type: 'answers.known', questions: [BROWSE], answers: [ptr('_t._tcp.local', 'I._t._tcp.local')] },
    ]);
  });

  it('DQS-01 reports the questions of other hosts to the querier', () => {
    const { open, actor, querier } = setup();
    open(0, BROWSE);
    querier.take();
    actor.send({ type: 'question.heard', message: aQuery({ questions: [LOOKUP] }) });
    expect(querier.take()).toEqual([]);
    actor.send({ type: 'question.heard', message: aQuery({ questions: [BROWSE] }) });
    expect(querier.take()).toMatchObject([{ type: 'question.duplicated', questions: [BROWSE] }]);
  });

  it('RCF-01 queries doubted records, and removes them after 10 s', () => {
    const { open, hear, actor, querier, bench, told } = setup();
    const record = address('h.local', '198.18.0.1');
    open(0, LOOKUP);
    actor.send({ type: 'records.doubted', records: [record] });
    hear(record);
    querier.take();
    actor.send({ type: 'records.doubted', records: [record] });
    expect(querier.take()).toEqual([{ type: 'refresh.due', questions: [LOOKUP] }]);
    bench.clock.advance(10_000);
    expect(told(0)).toEqual(['+ h.local A', '- h.local A reconfirmed']);
  });

  it('asks again on request, though not while the link is lost', () => {
    const { open, actor, querier } = setup();
    open(0, BROWSE);
    querier.take();
    actor.send({ type: 'questions.repeated', questions: [BROWSE] });
    expect(querier.take()).toEqual([{ type: 'refresh.due', questions: [BROWSE] }]);
    actor.send({ type: 'link.lost', graceMs: 5_000 });
    actor.send({ type: 'questions.repeated', questions: [BROWSE] });
    expect(querier.take()).toEqual([]);
  });

  it('TOP-01 keeps the records of a lost link for the grace period', () => {
    const { open, hear, actor, bench, told } = setup();
    open(0, LOOKUP);
    hear(address('h.local', '198.18.0.1'));
    actor.send({ type: 'link.lost', graceMs: 5_000 });
    bench.clock.advance(4_999);
    expect(told(0)).toEqual(['+ h.local A']);
    bench.clock.advance(1);
    expect(told(0)).toEqual(['- h.local A link-lost']);
  });

  it('sends no refresh while the link is lost, and goes on when it is back', () => {
    const { open, hear, actor, bench, querier } = setup();
    open(0, LOOKUP);
    hear(address('h.local', '198.18.0.1', { ttl: 60 }));
    bench.clock.advance(58_000);
    querier.take();
    actor.send({ type: 'link.lost', graceMs: 5_000 });
    expect(actor.getSnapshot().value).toEqual({ open: 'linkLost' });
    actor.send({ type: 'records.doubted', records: [LOOKUP] });
    hear(address('other.local', '198.18.0.2', { ttl: 1 }));
    bench.clock.advance(1_000);
    expect(querier.take()).toEqual([]);
    actor.send({ type: 'link.up' });
    expect(actor.getSnapshot().value).toEqual({ open: 'following' });
    hear(address('h.local', '198.18.0.1', { ttl: 60 }));
    bench.clock.advance(50_000);
    expect(querier.take().map(({ type }) => type)).toContain('refresh.due');
  });

  it('reports nothing to watchers while the link closes, but answers the responder', () => {
    const { open, hear, actor, bench, told, querier } = setup();
    const responder = bench.recorder<ResponderEvent>();
    open(0, LOOKUP);
    querier.take();
    hear(address('h.local', '198.18.0.1', { ttl: 10 }));
    told(0);
    actor.send({ type: 'link.closing' });
    expect([actor.getSnapshot().value, bench.clock.pending]).toEqual(['closing', 0]);
    open(1, LOOKUP);
    hear(...goodbye([address('h.local', '198.18.0.1')]));
    bench.clock.advance(10_000);
    expect([told(0), told(1)]).toEqual([[], []]);
    actor.send({
      type: 'holders.wanted',
      records: [ptr('_t._tcp.local', 'i._t._tcp.local')],
      responder: responder.port,
    });
    expect(responder.take()).toMatchObject([{ type: 'holders.known' }]);
  });

  it('is small when serialised by an inspector', () => {
    const { hear, actor } = setup();
    for (let i = 0; i < 100; i++) hear(address(`h${i}.local`, '198.18.0.1'));
    expect(JSON.stringify(actor.getSnapshot().context.cache).length).toBeLessThan(500);
  });

  it('GBY-01 tells the responder which of our records another host has as well', () => {
    const { bench, actor, hear } = setup();
    const responder = bench.recorder<ResponderEvent>();
    const list = '_services._dns-sd._udp.local';
    const ours = [ptr('_t._tcp.local', 'mine._t._tcp.local'), ptr(list, '_t._tcp.local'), ptr(list, '_u._tcp.local')];
    hear(...ours, ptr('_t._tcp.local', 'other._t._tcp.local'));
    actor.send({ type: 'holders.wanted', records: ours, responder: responder.port });
    expect(responder.take()).toEqual([{ type: 'holders.known', unheld: [ours[0], ours[2]] }]);
  });

  afterAll(() => {
    expect(coverage.missingStates).toEqual([]);
    expect(coverage.missingTransitions).toEqual([]);
  });
});
