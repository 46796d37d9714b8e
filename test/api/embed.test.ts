/** The supervisor as the child of another machine: how its parent hears of it, and is persisted. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type ActorRef, assign, createActor, type Snapshot, sendTo, setup, waitFor } from 'xstate';
import { SimulatedLan } from '../../src/testing.js';
import {
  browseCommand,
  publishCommand,
  type SupervisorEmitted,
  type SupervisorInput,
  supervisor,
  supervisorOptions,
} from '../../src/xstate.js';
import { PATIENCE_MS } from '../support/patience.js';
import { QUIET } from '../support/world.js';

type Heard = SupervisorEmitted | { readonly type: 'stop' } | { readonly type: 'publish' };

/** A program that publishes when it begins, and after a restore whenever it is told to. */
function parentOf(options: () => SupervisorInput) {
  return setup({
    types: {
      context: {} as { names: readonly string[]; states: readonly string[]; failure: string },
      events: {} as Heard,
    },
    actors: { mdns: supervisor },
    actions: { publish: sendTo('mdns', publishCommand('web', { name: 'Web', type: 'http', port: 80 })) },
  }).createMachine({
    id: 'parent',
    context: { names: [], states: [], failure: '' },
    invoke: {
      src: 'mdns',
      id: 'mdns',
      input: ({ self }) => ({ ...options(), listener: self }),
      onDone: '.stopped',
      onError: {
        actions: assign({ failure: ({ event }) => (event.error as Error).message }),
        target: '.failed',
      },
    },
    initial: 'serving',
    on: {
      publish: { actions: 'publish' },
      stop: '.stopping',
      'publication.announced': { actions: assign({ names: ({ context, event }) => [...context.names, event.name] }) },
      'status.changed': {
        actions: assign({ states: ({ context, event }) => [...context.states, event.status.state] }),
      },
    },
    states: {
      serving: { entry: 'publish' },
      stopping: { entry: sendTo('mdns', { type: 'mdns.close' }) },
      stopped: { type: 'final' },
      failed: {},
    },
  });
}

function onALan() {
  const lan = new SimulatedLan();
  const host = lan.host('h1', ['198.18.0.1/24']);
  const parent = parentOf(() => supervisorOptions({ network: host, ipv6: false }));
  const start = (snapshot?: Snapshot<unknown>) =>
    createActor(parent, { clock: host.clock, ...(snapshot && { snapshot }) }).start();
  return { lan, host, start };
}

const json = (snapshot: Snapshot<unknown>): Snapshot<unknown> => JSON.parse(JSON.stringify(snapshot));

describe('the supervisor as a child', () => {
  it('takes commands from the first moment, and its listener hears what it emits', () => {
    const { lan, start } = onALan();
    const actor = start();
    lan.clock.advance(QUIET);
    expect(actor.getSnapshot().context).toMatchObject({ names: ['Web'], states: ['starting', 'up'], failure: '' });
    actor.send({ type: 'stop' });
    lan.clock.advance(QUIET);
    expect(actor.getSnapshot()).toMatchObject({ status: 'done', value: 'stopped' });
    expect(lan.clock.pending).toBe(0);
  });

  it('takes a listener only that understands what it emits', () => {
    type Listener = NonNullable<SupervisorInput['listener']>;
    expectTypeOf<ActorRef<Snapshot<unknown>, Heard>>().toExtend<Listener>();
    expectTypeOf<ActorRef<Snapshot<unknown>, { type: 'stop' }>>().not.toExtend<Listener>();
  });

  it('tells a listener what a watch sees', () => {
    const { lan, start, host } = onALan();
    start();
    const seen: string[] = [];
    const watcher = setup({ types: { events: {} as SupervisorEmitted }, actors: { mdns: supervisor } }).createMachine({
      invoke: {
        src: 'mdns',
        id: 'mdns',
        input: ({ self }) => ({ ...supervisorOptions({ network: lan.host('h2', ['198.18.0.2/24']) }), listener: self }),
      },
      entry: sendTo('mdns', browseCommand('watch', 'http')),
      on: { 'watch.saw': { actions: ({ event }) => seen.push(...event.events.map(({ event: what }) => what)) } },
    });
    createActor(watcher, { clock: host.clock }).start();
    lan.clock.advance(QUIET);
    expect(seen).toEqual(['up']);
  });
});

describe('a parent that is persisted', () => {
  it('is small, and begins its supervisor anew when it is restored', () => {
    const { lan, start } = onALan();
    const first = start();
    lan.clock.advance(QUIET);
    const persisted = first.getPersistedSnapshot();
    expect(JSON.stringify(persisted).length).toBeLessThan(1_000);
    first.send({ type: 'stop' });
    lan.clock.advance(QUIET);

    const second = start(persisted);
    lan.clock.advance(QUIET);
    expect(second.getSnapshot().context).toMatchObject({
      names: ['Web'],
      states: ['starting', 'up', 'starting', 'up'],
    });
    second.send({ type: 'publish' });
    lan.clock.advance(QUIET);
    expect(second.getSnapshot().context.names, 'what was published is to be published again').toEqual(['Web', 'Web']);
    second.send({ type: 'stop' });
    lan.clock.advance(QUIET);
    expect(second.getSnapshot().status).toBe('done');
    expect(lan.clock.pending).toBe(0);
  });

  it('ends, when it was closing', () => {
    const { lan, start } = onALan();
    const first = start();
    lan.clock.advance(QUIET);
    first.send({ type: 'stop' });
    const persisted = first.getPersistedSnapshot();
    expect(persisted).toMatchObject({ status: 'active', value: 'stopping' });
    lan.clock.advance(QUIET);
    const second = start(persisted);
    lan.clock.advance(QUIET);
    expect(second.getSnapshot().status).toBe('done');
    expect(start(second.getPersistedSnapshot()).getSnapshot().status).toBe('done');
  });

  it('hears what cannot be restored from text', () => {
    const { lan, start } = onALan();
    const first = start();
    lan.clock.advance(QUIET);
    const second = start(json(first.getPersistedSnapshot()));
    const failure = 'The supervisor cannot be restored, since "network" is not data: invoke it again in "onError".';
    expect(second.getSnapshot()).toMatchObject({ value: 'failed', context: { failure } });
    expect(start(json(second.getPersistedSnapshot())).getSnapshot()).toMatchObject({ value: 'failed' });
  });

  it('is restored from text as long as all options are data', { timeout: PATIENCE_MS }, async () => {
    const group = `224.0.0.254:${49_000 + (process.pid % 500) * 2 + 1}`;
    const options = () => supervisorOptions({ interfaces: 'loopback', ipv4: group, ipv6: false, hostname: 'embedded' });
    const parent = parentOf(options);
    const first = createActor(parent).start();
    await waitFor(first, ({ context }) => context.names.length === 1);
    const persisted = json(first.getPersistedSnapshot());
    first.send({ type: 'stop' });
    await waitFor(first, ({ status }) => status === 'done');

    const second = createActor(parent, { snapshot: persisted }).start();
    second.send({ type: 'publish' });
    await waitFor(second, ({ context }) => context.names.length === 2);
    second.send({ type: 'stop' });
    await waitFor(second, ({ status }) => status === 'done');
    expect(second.getSnapshot().context).toMatchObject({ names: ['Web', 'Web'], failure: '' });
  });
});
