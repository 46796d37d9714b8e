import { describe, expect, it } from 'vitest';
import { type InspectionEvent, setup as setupMachine } from 'xstate';
import { withHotPath } from '../../src/actors/hot-path.js';
import type { Port } from '../../src/actors/messages.js';
import { Bench, expectSilence } from '../support/actors.js';

type Event = { readonly type: 'quick' | 'slow' | 'sent' | 'bad' };

/** Counts `quick` events outside of XState, and sends `sent` for each; `slow` ones change its state. */
function setup() {
  const bench = new Bench();
  const target = bench.recorder<Event>();
  const counted: string[] = [];
  let emitted = 0;
  const machine = setupMachine({
    types: { events: {} as Event, emitted: {} as { readonly type: 'emitted' } },
  }).createMachine({
    initial: 'a',
    states: { a: { on: { slow: 'b' } }, b: {} },
  });
  const hot = withHotPath(machine, (snapshot, event, send, { emit }) => {
    if (event.type === 'bad') throw new Error('The hot path is broken.');
    if (event.type !== 'quick') return event;
    counted.push(String(snapshot.value));
    send(target.port as unknown as Port<never>, { type: 'sent' });
    counted.push(`sent so far: ${target.events.length}`);
    emit({ type: 'emitted' });
    counted.push(`emitted so far: ${emitted}`);
    return undefined;
  });
  const steps: string[] = [];
  const inspect = ({ type }: InspectionEvent) => {
    if (type === '@xstate.microstep') steps.push(type);
  };
  const errors: unknown[] = [];
  const actor = bench.start(hot, { inspect }, (each) => {
    each.subscribe({ error: (error) => errors.push(error) });
    each.on('emitted', () => emitted++);
  });
  return { actor, target, counted, errors, takeSteps: () => steps.splice(0).length };
}

describe('a machine with a hot path', () => {
  expectSilence();

  it('handles its events without a step, emits at once, sends when each is handled, and leaves all others to the machine', () => {
    const { actor, target, counted, takeSteps } = setup();
    takeSteps();
    const before = actor.getSnapshot();
    actor.send({ type: 'quick' });
    expect([takeSteps(), actor.getSnapshot() === before]).toEqual([0, true]);
    expect([counted, target.take()]).toEqual([['a', 'sent so far: 0', 'emitted so far: 1'], [{ type: 'sent' }]]);
    actor.send({ type: 'slow' });
    expect([takeSteps(), actor.getSnapshot().value]).toEqual([1, 'b']);
    actor.send({ type: 'quick' });
    expect([takeSteps(), counted]).toEqual([
      0,
      ['a', 'sent so far: 0', 'emitted so far: 1', 'b', 'sent so far: 0', 'emitted so far: 2'],
    ]);
  });

  it('ends with its error, as a machine that throws', () => {
    const { actor, errors } = setup();
    actor.send({ type: 'bad' });
    expect([actor.getSnapshot().status, errors]).toMatchObject(['error', [{ message: 'The hot path is broken.' }]]);
  });
});
