import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WatcherReport } from '../../../src/actors/messages.js';
import { type WatcherInput, watcherLogic, watcherMachine } from '../../../src/actors/watcher/watcher.js';
import type { TypeEvent } from '../../../src/protocol/view/pointer-views.js';
import type { LinkInfo, RecordChanges, View, ViewUpdate } from '../../../src/protocol/view/view.js';
import { Bench, Coverage, expectSilence } from '../../support/actors.js';
import { question } from '../../support/records.js';

const coverage = new Coverage(watcherMachine);
let logic = watcherMachine;
const LINK: LinkInfo = { id: 'eth0/ipv4', interface: 'eth0', family: 'ipv4', scopeId: 'eth0', subnets: [] };
const CHANGES: RecordChanges = { added: [], removed: [], denied: [] };
const ASKED = { link: LINK.id, question: question('_t._tcp.local', 'PTR') };
const NOTHING: ViewUpdate<TypeEvent> = { events: [], open: [], close: [], deadline: Infinity, done: false };

const sighting = (type: string): TypeEvent => ({ event: 'up', type, domain: 'local' });

/** A view with scripted results, which records its calls. */
class ScriptedView implements View<TypeEvent> {
  readonly heard: string[] = [];
  next: Partial<ViewUpdate<TypeEvent>> = {};

  linkOpened(link: LinkInfo, now: number): void {
    this.heard.push(`opened ${link.id} ${now}`);
  }

  linkChanged(link: LinkInfo, now: number): void {
    this.heard.push(`link ${link.id} changed ${now}`);
  }

  linkClosed(link: string, now: number): void {
    this.heard.push(`closed ${link} ${now}`);
  }

  apply(link: string, _changes: RecordChanges, now: number): void {
    this.heard.push(`changed ${link} ${now}`);
  }

  update(now: number): ViewUpdate<TypeEvent> {
    this.heard.push(`settle ${now}`);
    const settled = { ...NOTHING, ...this.next };
    this.next = {};
    return settled;
  }
}

function setup(over: Partial<WatcherInput> = {}, first: Partial<ViewUpdate<TypeEvent>> = {}) {
  const bench = new Bench();
  const supervisor = bench.recorder<WatcherReport>();
  const view = new ScriptedView();
  view.next = first;
  const input: WatcherInput = {
    id: 'w',
    kind: 'types',
    view,
    clock: bench.clock,
    once: false,
    timeoutMs: undefined,
    supervisor: supervisor.port,
    ...over,
  };
  const actor = bench.start(logic, { input, inspect: coverage.inspect });
  return { bench, supervisor, view, actor };
}

describe.each([
  ['the machine', watcherMachine],
  ['with its hot path', watcherLogic],
])('watcher: %s', (_, tested) => {
  beforeAll(() => {
    logic = tested;
  });
  expectSilence();

  it('passes links and records to its view, and the events of the view to the supervisor', () => {
    const { actor, view, supervisor, bench } = setup();
    expect(view.heard.splice(0)).toEqual(['settle 0']);
    view.next = { open: [ASKED] };
    actor.send({ type: 'link.opened', link: LINK });
    const port = actor;
    expect(supervisor.take()).toEqual([
      { type: 'watcher.asked', watcher: 'w', port, once: false, open: [ASKED], close: [] },
    ]);
    const single = { ...ASKED, question: { ...ASKED.question, type: 'A' } } as const;
    view.next = { open: [single] };
    actor.send({ type: 'link.changed', link: LINK });
    supervisor.take();
    const asked = { type: 'watcher.asked', watcher: 'w', port, once: false, open: [], close: [] };
    actor.send({ type: 'watcher.refresh' });
    const { name, type, class: rrclass } = ASKED.question;
    const again = [{ link: ASKED.link, question: { name, type, class: rrclass } }];
    expect(supervisor.take(), 'only what many hosts may answer').toEqual([{ ...asked, again }]);
    view.next = { events: [sighting('up')], close: [ASKED] };
    actor.send({ type: 'records.changed', link: LINK.id, changes: CHANGES });
    expect(supervisor.take()).toEqual([
      { type: 'watcher.asked', watcher: 'w', port, once: false, open: [], close: [ASKED] },
      { type: 'watcher.saw', watcher: 'w', sightings: { kind: 'types', events: [sighting('up')] } },
    ]);
    view.next = { leftOut: [LINK.id] };
    actor.send({ type: 'link.changed', link: LINK });
    expect(supervisor.take()).toEqual([{ type: 'watcher.leftOut', watcher: 'w', links: [LINK.id] }]);
    actor.send({ type: 'link.closed', link: LINK.id });
    expect(supervisor.take()).toEqual([]);
    expect(view.heard).toEqual([
      'opened eth0/ipv4 0',
      'settle 0',
      'link eth0/ipv4 changed 0',
      'settle 0',
      'changed eth0/ipv4 0',
      'settle 0',
      'link eth0/ipv4 changed 0',
      'settle 0',
      'closed eth0/ipv4 0',
      'settle 0',
    ]);
    expect(bench.clock.pending).toBe(0);
  });

  it('updates the view again at the time that the view asks for', () => {
    const { view, supervisor, bench } = setup({}, { deadline: 100 });
    expect(bench.clock.pending).toBe(1);
    bench.clock.advance(99);
    expect(view.heard).toEqual(['settle 0']);
    view.next = { events: [sighting('late')], deadline: 50 };
    bench.clock.advance(1);
    expect(supervisor.take()).toEqual([
      { type: 'watcher.saw', watcher: 'w', sightings: { kind: 'types', events: [sighting('late')] } },
    ]);
    // A deadline in the past is one of this moment, not of this call.
    bench.clock.advance(0);
    expect(view.heard).toEqual(['settle 0', 'settle 100', 'settle 100']);
    expect(bench.clock.pending).toBe(0);
  });

  it('lets other events be processed while the view has more to do; changes wait for the next update', () => {
    const { actor, view, bench } = setup({}, { deadline: 0 });
    actor.send({ type: 'records.changed', link: LINK.id, changes: CHANGES });
    actor.send({ type: 'records.changed', link: LINK.id, changes: CHANGES });
    expect(view.heard.splice(0)).toEqual(['settle 0', 'changed eth0/ipv4 0', 'changed eth0/ipv4 0']);
    bench.clock.advance(0);
    expect(view.heard.splice(0)).toEqual(['settle 0']);
    actor.send({ type: 'records.changed', link: LINK.id, changes: CHANGES });
    expect(view.heard).toEqual(['changed eth0/ipv4 0', 'settle 0']);
  });

  it('updates earlier or later when the view changes that time', () => {
    const { actor, view, bench } = setup({}, { deadline: 100 });
    view.next = { deadline: 30 };
    actor.send({ type: 'records.changed', link: LINK.id, changes: CHANGES });
    view.next = { deadline: 200 };
    bench.clock.advance(30);
    expect(view.heard.splice(0)).toEqual(['settle 0', 'changed eth0/ipv4 0', 'settle 0', 'settle 30']);
    bench.clock.advance(169);
    expect(view.heard).toEqual([]);
    bench.clock.advance(1);
    expect(view.heard).toEqual(['settle 200']);
    expect(bench.clock.pending).toBe(0);
  });

  it('ends with the first complete answer when it answers once, after reporting its last events', () => {
    const { actor, supervisor } = setup({ once: true }, { events: [sighting('found')], done: true });
    expect(actor.getSnapshot()).toMatchObject({ status: 'done', output: { watcher: 'w', reason: 'done' } });
    expect(supervisor.take()).toEqual([
      { type: 'watcher.saw', watcher: 'w', sightings: { kind: 'types', events: [sighting('found')] } },
    ]);
  });

  it('goes on otherwise', () => {
    const { actor, bench } = setup({ timeoutMs: undefined }, { done: true });
    bench.clock.advance(86_400_000);
    expect(actor.getSnapshot().status).toBe('active');
  });

  it('ends when its time is over', () => {
    const { actor, supervisor, bench, view } = setup({ once: true, timeoutMs: 3_000 }, { deadline: 5_000 });
    bench.clock.advance(2_999);
    view.next = { events: [sighting('found')], deadline: 5_000 };
    actor.send({ type: 'records.changed', link: LINK.id, changes: CHANGES });
    bench.clock.advance(1);
    expect(supervisor.take()).toEqual([
      { type: 'watcher.saw', watcher: 'w', sightings: { kind: 'types', events: [sighting('found')] } },
    ]);
    expect(actor.getSnapshot()).toMatchObject({ status: 'done', output: { watcher: 'w', reason: 'timeout' } });
    expect(bench.clock.pending).toBe(0);
  });

  it('stops when requested, in any state', () => {
    for (const first of [{}, { deadline: 100 }]) {
      for (const timeoutMs of [undefined, 3_000]) {
        const { actor, bench } = setup({ timeoutMs }, first);
        actor.send({ type: 'watcher.stop' });
        expect(actor.getSnapshot()).toMatchObject({ status: 'done', output: { watcher: 'w', reason: 'stopped' } });
        expect(bench.clock.pending).toBe(0);
      }
    }
  });

  it('breaks when its view throws, and reports nothing more', () => {
    const { actor, view, supervisor, bench } = setup({ timeoutMs: 3_000 });
    const errors: unknown[] = [];
    actor.subscribe({ error: (error) => errors.push(error) });
    view.apply = () => {
      throw new Error('a bug');
    };
    actor.send({ type: 'records.changed', link: LINK.id, changes: CHANGES });
    expect(errors).toMatchObject([{ message: 'a bug' }]);
    expect(actor.getSnapshot().status).toBe('error');
    expect(supervisor.events).toEqual([]);
    expect(bench.clock.pending).toBe(0);
  });
});

afterAll(() => {
  expect(coverage.missingStates).toEqual([]);
  expect(coverage.missingTransitions).toEqual([]);
});
