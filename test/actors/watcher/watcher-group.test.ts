import { afterAll, describe, expect, it } from 'vitest';
import type { Watch, WatcherGroupReport, WatcherReport } from '../../../src/actors/messages.js';
import { watcherGroupLogic, watcherGroupMachine } from '../../../src/actors/watcher/watcher-group.js';
import type { TypeEvent } from '../../../src/protocol/view/pointer-views.js';
import type { LinkInfo, View, ViewUpdate } from '../../../src/protocol/view/view.js';
import { Bench, Coverage, expectSilence } from '../../support/actors.js';

const coverage = new Coverage(watcherGroupMachine);
const LINK: LinkInfo = { id: 'eth0/ipv4', interface: 'eth0', family: 'ipv4', scopeId: 'eth0', subnets: [] };

/** Notes which links it is told of, and throws when one closes. */
class Notes implements View<TypeEvent> {
  readonly links: string[] = [];

  linkOpened({ id }: LinkInfo): void {
    this.links.push(id);
  }

  linkChanged(): void {}

  linkClosed(): void {
    throw new Error('a bug');
  }

  apply(): void {}

  update(): ViewUpdate<TypeEvent> {
    return { events: [], open: [], close: [], deadline: Infinity, done: false };
  }
}

function setup(logic = watcherGroupMachine) {
  const bench = new Bench();
  const supervisor = bench.recorder<WatcherGroupReport | WatcherReport>();
  const actor = bench.start(logic, {
    input: { supervisor: supervisor.port },
    inspect: coverage.inspect,
  });
  const watch = (id: string, view = new Notes()): Watch => {
    return { id, kind: 'types', view, clock: bench.clock, once: false, timeoutMs: undefined };
  };
  const running = () => Object.keys(actor.getSnapshot().children);
  return { bench, supervisor, actor, watch, running };
}

describe('a group of watchers', () => {
  expectSilence();

  it('starts watchers, tells them of links, and reports how they end', () => {
    const { actor, supervisor, watch, running } = setup();
    const view = new Notes();
    actor.send({ type: 'watcher.start', watch: watch('a', view), links: [LINK] });
    actor.send({ type: 'watcher.start', watch: watch('b'), links: [] });
    expect(view.links).toEqual([LINK.id]);
    expect(running()).toEqual(['watcher.a', 'watcher.b']);
    actor.send({ type: 'watcher.tell', watcher: 'a', event: { type: 'watcher.stop' } });
    expect(supervisor.take()).toEqual([{ type: 'watcher.ended', watcher: 'a', reason: 'stopped' }]);
    expect(running()).toEqual(['watcher.b']);
  });

  it('tells watchers in its hot path what it tells them as a machine', () => {
    const { actor, supervisor, watch, running } = setup(watcherGroupLogic);
    for (const id of ['a', 'b']) actor.send({ type: 'watcher.start', watch: watch(id), links: [LINK] });
    const before = actor.getSnapshot();
    actor.send({ type: 'watcher.tell', watcher: 'a', event: { type: 'watcher.refresh' } });
    expect(supervisor.take()).toMatchObject([{ type: 'watcher.asked', watcher: 'a', again: [] }]);
    expect(actor.getSnapshot()).toBe(before);
    actor.send({ type: 'watcher.tell', watcher: 'a', event: { type: 'watcher.stop' } });
    expect(supervisor.take()).toEqual([{ type: 'watcher.ended', watcher: 'a', reason: 'stopped' }]);
    expect(running()).toEqual(['watcher.b']);
  });

  it.each([
    ['machine', watcherGroupMachine],
    ['hot path', watcherGroupLogic],
  ])('has nothing to tell a watcher that has ended: %s', (_, logic) => {
    const { actor, supervisor } = setup(logic);
    actor.send({ type: 'watcher.tell', watcher: 'gone', event: { type: 'watcher.stop' } });
    expect(actor.getSnapshot().status).toBe('active');
    expect(supervisor.take()).toEqual([]);
  });

  it('goes on when one of them breaks', () => {
    const { actor, supervisor, watch, running } = setup();
    for (const id of ['a', 'b']) actor.send({ type: 'watcher.start', watch: watch(id), links: [LINK] });
    actor.send({ type: 'watcher.tell', watcher: 'a', event: { type: 'link.closed', link: LINK.id } });
    expect(supervisor.take()).toMatchObject([
      { type: 'watcher.broke', watcher: 'a', actorId: 'watcher.a', error: { message: 'a bug' } },
    ]);
    expect(running()).toEqual(['watcher.b']);
  });

  afterAll(() => {
    expect(coverage.missingStates).toEqual([]);
    expect(coverage.missingTransitions).toEqual([]);
  });
});
