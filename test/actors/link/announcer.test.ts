import { afterAll, describe, expect, it } from 'vitest';
import type { AnnouncerEvent } from '../../../src/actors/messages.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { expectSilence } from '../../support/actors.js';
import { address, txt } from '../../support/records.js';
import { coverage, MINE, probe, REVERSE, SET, setOf, setup, THEIRS } from './announcer-bench.js';

describe('announcer', () => {
  expectSilence();

  it('waits for the link, then for its start, then has the querier probe and holds the name', () => {
    const { actor, querier, link, responder, advance, value } = setup({ startAt: undefined });
    advance(10_000);
    expect(value()).toBe('suspended');
    actor.send({ type: 'link.ready', startAt: 10_100 });
    expect(value()).toBe('waiting');
    advance(99);
    expect(querier.events).toEqual([]);
    advance(1);
    expect(value()).toBe('probing');
    expect(querier.events).toMatchObject([{ type: 'probe.due', id: 'set', questions: [{ name: 'h.local' }] }]);
    advance(749);
    expect(querier.events).toHaveLength(1);
    expect(link.events).toEqual([]);
    advance(1);
    expect(value()).toEqual('announcing told');
    expect(link.take()).toEqual([{ type: 'name.claimed', id: 'set', revision: 0 }]);
    expect(responder.take()).toEqual([
      { type: 'set.held', set: SET },
      { type: 'announcement.due', id: 'set', revision: 0, records: SET.records, goodbyes: [], isRepeat: false },
    ]);
    advance(1_000);
    expect(responder.take()).toEqual([
      { type: 'announcement.due', id: 'set', revision: 0, records: SET.records, goodbyes: [], isRepeat: true },
    ]);
    expect(value()).toEqual('established told');
  });

  it('holds a set without claims at once', () => {
    const { advance, value, querier } = setup({ set: { id: 'set', claims: [], records: [REVERSE] } });
    advance(100);
    expect(value()).toEqual('announcing told');
    expect(querier.events).toEqual([]);
  });

  it('PRB-06 PRB-07 notices a lost name while probing, and not before', () => {
    const { advance, value, hear, link, actor } = setup();
    hear(THEIRS);
    actor.send(probe(address('h.local', '198.18.0.255')));
    expect(value()).toBe('waiting');
    advance(100);
    hear(MINE, { ...THEIRS, ttl: 0 });
    expect(value()).toBe('probing');
    hear(THEIRS);
    expect(value()).toBe('lost');
    expect(link.take()).toEqual([{ type: 'name.lost', id: 'set', name: 'h.local' }]);
    advance(60_000);
    expect(value()).toBe('lost');
    // No goodbye for the old name: it belongs to another host.
    const set = setOf('h-2.local', address('h-2.local', '198.18.0.5'));
    actor.send({ type: 'set.changed', set: setOf('h.local', MINE), hostIsHeld: true });
    actor.send({ type: 'name.assigned', set, hostIsHeld: true, startAt: 60_200 });
    expect(value()).toBe('waiting');
    advance(2_000);
    expect(value()).toBe('established told');
    expect(link.take()).toEqual([
      { type: 'name.claimed', id: 'set', revision: 0 },
      { type: 'set.announced', id: 'set', revision: 0 },
    ]);
  });

  it('TIE-04 waits a second when it loses a tie-break, and ignores records and probes meanwhile', () => {
    const { advance, value, hear, actor, querier, link } = setup();
    advance(100);
    actor.send(probe(address('h.local', '198.18.0.4')));
    expect(value()).toBe('probing');
    actor.send(probe(THEIRS));
    expect(value()).toBe('deferring');
    hear(THEIRS);
    actor.send({ type: 'set.changed', set: SET, hostIsHeld: true });
    advance(999);
    const probes = () => querier.events.filter(({ type }) => type === 'probe.due');
    expect(probes()).toHaveLength(1);
    advance(1);
    expect(value()).toBe('probing');
    advance(749);
    expect(probes()).toHaveLength(2);
    advance(1);
    expect(link.events).toEqual([{ type: 'name.claimed', id: 'set', revision: 0 }]);
  });

  it.each([
    ['the name is taken', 'lost', ({ hear }) => hear(THEIRS)],
    ['a tie-break is lost', 'deferring', ({ actor }) => actor.send(probe(THEIRS))],
    ['it is withdrawn', 'withdrawn', ({ actor }) => actor.send({ type: 'set.withdraw' })],
    [
      'it gets another name',
      'waiting',
      ({ actor }) => actor.send({ type: 'name.assigned', set: SET, hostIsHeld: true, startAt: 5_000 }),
    ],
  ] satisfies [string, string, (of: ReturnType<typeof setup>) => void][])(
    'PRB-02 takes back a probe that has not left when %s',
    (_, state, happen) => {
      const one = setup();
      one.bench.clock.advance(100);
      expect(one.value()).toBe('probing');
      happen(one);
      expect(one.value()).toBe(state);
      expect(one.querier.events.map(({ type }) => type)).toEqual(['probe.due', 'probe.cancelled']);
    },
  );

  it('takes another name in any state', () => {
    const set = setOf('x.local', address('x.local', '198.18.0.5'));
    const assign = (startAt: number | undefined): AnnouncerEvent => ({
      type: 'name.assigned',
      set,
      hostIsHeld: true,
      startAt,
    });
    const waiting = setup();
    waiting.actor.send(assign(300));
    waiting.advance(299);
    expect(waiting.querier.events).toEqual([]);
    waiting.advance(1);
    expect(waiting.querier.events).toMatchObject([{ questions: [{ name: 'x.local' }] }]);

    const probing = setup();
    probing.advance(100);
    probing.actor.send(assign(500));
    expect(probing.value()).toBe('waiting');

    const deferring = setup();
    deferring.advance(100);
    deferring.actor.send(probe(THEIRS));
    deferring.actor.send(assign(500));
    expect(deferring.value()).toBe('waiting');

    const suspended = setup({ startAt: undefined });
    suspended.actor.send(assign(undefined));
    suspended.actor.send({ type: 'link.ready', startAt: 0 });
    suspended.advance(1);
    expect(suspended.querier.events).toMatchObject([{ questions: [{ name: 'x.local' }] }]);

    // A name that was announced gets a goodbye (conformance CNF-07).
    const held = setup();
    held.advance(900);
    held.responder.take();
    held.actor.send(assign(1_000));
    expect(held.responder.take()).toEqual([{ type: 'set.released', id: 'set', goodbye: true }]);
    expect(held.value()).toBe('waiting');
  });

  it('takes other data silently before it holds the name', () => {
    const set = setOf('h.local', address('h.local', '198.18.0.6'));
    const suspended = setup({ startAt: undefined });
    suspended.actor.send({ type: 'set.changed', set, hostIsHeld: true });
    const waiting = setup();
    waiting.actor.send({ type: 'set.changed', set, hostIsHeld: true });
    const probing = setup();
    probing.advance(100);
    probing.actor.send({ type: 'set.changed', set, hostIsHeld: true });
    for (const { responder, actor } of [suspended, waiting, probing]) {
      expect(responder.events).toEqual([]);
      expect(actor.getSnapshot().context.wanted).toBe(set);
    }
    expect(probing.querier.events.at(-1)).toMatchObject({
      type: 'probe.changed',
      authorities: [{ address: '198.18.0.6' }],
    });
  });

  it('CNF-01 goes back to probing when its name is disputed, without a goodbye', () => {
    const { advance, value, hear, responder, actor } = setup();
    advance(5_000);
    responder.take();
    hear(MINE);
    expect(value()).toEqual('established told');
    hear(THEIRS);
    expect(value()).toBe('probing');
    expect(responder.take()).toEqual([{ type: 'set.released', id: 'set', goodbye: false }]);
    advance(750);
    expect(value()).toEqual('announcing told');
    // Everything is announced anew, twice.
    expect(responder.take().filter(({ type }) => type === 'announcement.due')).toHaveLength(1);
    advance(1_000);
    expect(responder.take()).toEqual([
      { type: 'announcement.due', id: 'set', revision: 0, records: SET.records, goodbyes: [], isRepeat: true },
    ]);
    expect(actor.getSnapshot().context.queue.isOver).toBe(true);
  });

  it('gives up a reverse mapping that another host has, silently', () => {
    const theirs = { ...REVERSE, target: 'other.local' } as ResourceRecord;
    for (const event of [{ type: 'records.heard', records: [theirs] } as const, probe(theirs)]) {
      const { advance, value, responder, link, actor } = setup();
      advance(5_000);
      responder.take();
      link.take();
      actor.send(event);
      expect(value()).toEqual('established told');
      expect(responder.take()).toEqual([{ type: 'set.held', set: { ...SET, records: [MINE] } }]);
      expect(actor.getSnapshot().context.told).toBe(actor.getSnapshot().context.wanted);
      expect(link.take()).toEqual([{ type: 'reverse.contested' }]);
    }
  });

  it('UPD-01 announces what changed three times, and answers with it at once', () => {
    const { advance, actor, responder, announced, bench } = setup();
    advance(5_000);
    responder.take();
    const set = setOf('h.local', MINE, REVERSE, txt('h.local', ['x']));
    actor.send({ type: 'set.changed', set, hostIsHeld: true });
    expect(responder.take()).toEqual([{ type: 'set.held', set }]);
    bench.clock.advance(0);
    for (const gap of [1_000, 2_000, 100_000]) {
      expect(announced()).toEqual([[txt('h.local', ['x'])]]);
      advance(gap);
    }
    expect(announced()).toEqual([]);
  });

  it('UPD-01 has nothing to announce when nothing has changed', () => {
    const { advance, actor, announced, value, link } = setup();
    advance(5_000);
    announced();
    link.take();
    actor.send({ type: 'set.changed', set: { ...setOf('h.local', REVERSE, MINE), revision: 7 }, hostIsHeld: true });
    expect(value()).toBe('established told');
    expect(link.take()).toEqual([{ type: 'set.announced', id: 'set', revision: 7 }]);
    advance(60_000);
    expect(announced()).toEqual([]);
  });

  it('UPD-03 postpones changes that are too frequent, and announces the last one within six seconds', () => {
    const { advance, actor, value, announced, responder } = setup();
    advance(5_000);
    const set = (i: number) => setOf('h.local', MINE, REVERSE, txt('h.local', [String(i)]));
    actor.send({ type: 'set.changed', set: set(1), hostIsHeld: true });
    expect(value()).toBe('established owed');
    advance(0);
    expect(value()).toBe('announcing told');
    announced();
    for (let i = 2; i <= 20; i++) actor.send({ type: 'set.changed', set: set(i), hostIsHeld: true });
    expect(responder.take().at(-1)).toEqual({ type: 'set.held', set: set(20) });
    expect(value()).toBe('announcing owed');
    advance(5_999);
    expect(announced().flat()).toEqual([]);
    expect(value()).toBe('established owed');
    advance(1);
    expect(announced()).toEqual([[txt('h.local', ['20'])]]);
    expect(value()).toBe('announcing told');
  });

  it('UPD-01 an update that waits is not lost on any way out of the state', () => {
    const set = (i: number) => setOf('h.local', MINE, REVERSE, txt('h.local', [String(i)]));
    const ways: ((one: ReturnType<typeof setup>) => void)[] = [
      ({ actor }) => {
        actor.send({ type: 'link.down' });
        actor.send({ type: 'link.ready', startAt: 0 });
      },
      ({ hear }) => hear(THEIRS),
      ({ actor }) => actor.send({ type: 'name.assigned', set: set(2), hostIsHeld: true, startAt: 0 }),
    ];
    for (const leave of ways) {
      const one = setup();
      one.advance(5_000);
      one.actor.send({ type: 'set.changed', set: set(1), hostIsHeld: true });
      one.advance(0);
      one.actor.send({ type: 'set.changed', set: set(2), hostIsHeld: true });
      expect(one.value()).toBe('announcing owed');
      leave(one);
      expect(one.value()).not.toContain('owed');
      one.responder.take();
      one.advance(1_500);
      expect(one.responder.take()).toContainEqual({ type: 'set.held', set: set(2) });
      one.advance(100_000);
      expect(one.value()).toBe('established told');
      expect(one.actor.getSnapshot().context.told).toEqual(set(2));
    }
  });

  describe('while the host name that it refers to is not ours', () => {
    const waiting = () => {
      const one = setup({ hostIsHeld: false });
      one.advance(5_000);
      expect(one.value()).toBe('awaitingHost');
      return one;
    };
    const withheld = () => {
      const one = setup();
      one.advance(5_000);
      one.responder.take();
      one.link.take();
      one.actor.send({ type: 'host.lost' });
      return one;
    };

    it('PRB-12 announces nothing until it is, and then everything', () => {
      const { actor, value, responder, link } = waiting();
      expect([responder.take(), link.take()]).toEqual([[], []]);
      actor.send({ type: 'host.held' });
      expect(value()).toBe('announcing told');
      expect(responder.take().map(({ type }) => type)).toEqual(['set.held', 'announcement.due']);
    });

    it('PRB-12 removes held records from the answers, and restores them silently', () => {
      const { actor, value, responder, link, advance } = withheld();
      expect(value()).toBe('awaitingHost');
      expect(responder.take()).toEqual([{ type: 'set.withheld', set: SET }]);
      expect(link.take()).toEqual([{ type: 'name.released', id: 'set' }]);
      actor.send({ type: 'host.held' });
      advance(100_000);
      expect(value()).toBe('established told');
      expect(responder.take()).toEqual([{ type: 'set.held', set: SET }]);
    });

    it('CNF-07 announces what changed meanwhile, such as the name of the host', () => {
      const { actor, responder, announced, bench } = withheld();
      const set = setOf('h.local', MINE, REVERSE, txt('h.local', ['x']));
      actor.send({ type: 'set.changed', set, hostIsHeld: false });
      expect(responder.take()).toEqual([{ type: 'set.withheld', set: SET }]);
      actor.send({ type: 'host.held' });
      bench.clock.advance(0);
      expect(announced()).toEqual([[txt('h.local', ['x'])]]);
    });

    it('CNF-07 withholds the told records when the change itself refers to a name that is not held', () => {
      const one = setup();
      one.advance(5_000);
      one.responder.take();
      one.actor.send({ type: 'set.changed', set: setOf('h.local', MINE), hostIsHeld: false });
      expect(one.value()).toBe('awaitingHost');
      expect(one.responder.take()).toEqual([{ type: 'set.withheld', set: SET }]);
    });

    it('ANN-02 goes on with its announcements where they were interrupted', () => {
      const { actor, advance, announced } = setup();
      advance(900);
      actor.send({ type: 'host.lost' });
      advance(10_000);
      expect(announced()).toHaveLength(1);
      actor.send({ type: 'host.held' });
      advance(10_000);
      expect(announced()).toHaveLength(1);
    });

    it('CNF-01 probes for its own name when that is disputed', () => {
      const { actor, hear, value, responder } = withheld();
      responder.take();
      hear(MINE);
      expect(value()).toBe('awaitingHost');
      hear(THEIRS);
      expect(value()).toBe('probing');
      expect(responder.take()).toEqual([{ type: 'set.released', id: 'set', goodbye: false }]);
      actor.send({ type: 'link.down' });
      expect(value()).toBe('suspended');
    });

    it('GBY-01 says goodbye when it is withdrawn or renamed', () => {
      const goodbye = { type: 'set.released', id: 'set', goodbye: true };
      const withdrawn = withheld();
      withdrawn.responder.take();
      withdrawn.actor.send({ type: 'set.withdraw' });
      expect(withdrawn.responder.take()).toEqual([goodbye]);
      expect(withdrawn.value()).toBe('withdrawn');
      const renamed = withheld();
      renamed.responder.take();
      const set = setOf('x.local', address('x.local', '198.18.0.5'));
      renamed.actor.send({ type: 'name.assigned', set, hostIsHeld: false, startAt: 0 });
      expect(renamed.responder.take()).toEqual([goodbye]);
      expect(renamed.value()).toBe('waiting');
    });
  });

  it('repeats announcements only with the option for it', () => {
    const { advance, value, responder, announced } = setup({ reannounceMs: 10_000 });
    advance(1_850);
    responder.take();
    expect(value()).toEqual('reannouncing told');
    advance(30_000);
    expect(announced()).toEqual([SET.records, SET.records, SET.records]);
  });

  it('PRB-01 starts over when the link is back, from any state', () => {
    for (const ms of [0, 100, 300, 900, 5_000]) {
      const { advance, actor, value, link } = setup();
      advance(ms);
      actor.send({ type: 'link.down' });
      expect(value()).toBe('suspended');
      actor.send({ type: 'woken' });
      advance(60_000);
      expect(value()).toBe('suspended');
      link.take();
      actor.send({ type: 'link.ready', startAt: ms + 60_000 });
      advance(2_000);
      expect(link.take()[0]).toEqual({ type: 'name.claimed', id: 'set', revision: 0 });
    }
  });

  it('GBY-03 withdraws at any time, with a goodbye only for what was announced', () => {
    const lost = setup();
    lost.advance(100);
    lost.hear(THEIRS);
    const deferring = setup();
    deferring.advance(100);
    deferring.actor.send(probe(THEIRS));
    const others = [0, 100, 300, 900, 5_000].map((ms) => {
      const one = setup();
      one.advance(ms);
      return one;
    });
    for (const { actor, link, responder, value } of [lost, deferring, setup({ startAt: undefined }), ...others]) {
      const isHeld = actor.getSnapshot().matches('held');
      link.take();
      responder.take();
      actor.send({ type: 'set.withdraw' });
      expect(value()).toBe('withdrawn');
      expect(actor.getSnapshot().status).toBe('done');
      const reports = [{ type: 'set.withdrawn', id: 'set' }];
      expect(link.take()).toEqual(isHeld ? [{ type: 'name.released', id: 'set' }, ...reports] : reports);
      expect(responder.take()).toEqual(isHeld ? [{ type: 'set.released', id: 'set', goodbye: true }] : []);
    }
  });

  afterAll(() => {
    expect(coverage.missingStates).toEqual([]);
    expect(coverage.missingTransitions).toEqual([]);
  });
});
