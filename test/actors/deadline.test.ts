import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import { Alarm, BOUNDED, type DeadlineReached, type Timed, timed, wakesAt } from '../../src/actors/deadline.js';
import { LONGEST_TIMER_MS } from '../../src/net/network.js';
import { Bench, expectSilence } from '../support/actors.js';

interface Context extends Timed {
  readonly owned: { at: number };
  readonly woken: number[];
}

const { setTimer, clearTimer, deadlineMoved } = wakesAt<Context>(({ owned }) => owned.at);

const sleeper = setup({
  types: {
    context: {} as Context,
    events: {} as DeadlineReached | { type: 'moved'; at: number } | { type: 'left' } | { type: 'back' },
    input: {} as Pick<Context, 'clock' | 'owned' | 'woken'>,
  },
  actions: {
    setTimer,
    clearTimer,
    move: ({ context }, { at }: { at: number }) => {
      context.owned.at = at;
    },
    wake: ({ context }) => {
      context.woken.push(context.clock.now());
      if (context.owned.at <= context.clock.now()) context.owned.at = Infinity;
    },
  },
  guards: { deadlineMoved },
}).createMachine({
  options: BOUNDED,
  context: ({ input }) => ({ ...input, alarm: new Alarm() }),
  initial: 'waiting',
  states: {
    waiting: {
      ...timed,
      on: {
        moved: { actions: { type: 'move', params: ({ event }) => event } },
        'deadline.reached': { actions: ['wake', 'setTimer'] },
        left: { target: 'away' },
      },
    },
    away: { on: { back: { target: 'waiting' } } },
  },
});

function start(at = Infinity) {
  const bench = new Bench();
  const owned = { at };
  const woken: number[] = [];
  const errors: unknown[] = [];
  const actor = bench.start(sleeper, { input: { clock: bench.clock, owned, woken } }, (each) =>
    each.subscribe({ error: (error) => errors.push(error) }),
  );
  return { clock: bench.clock, owned, woken, errors, actor };
}

describe('an actor that wakes at its deadline', () => {
  expectSilence();

  it('sets no timer for Infinity, neither at first nor later', () => {
    const { clock, actor, woken } = start();
    expect(clock.pending).toBe(0);
    actor.send({ type: 'moved', at: 100 });
    actor.send({ type: 'moved', at: Infinity });
    expect(clock.pending).toBe(0);
    clock.advance(1_000);
    expect(woken).toEqual([]);
  });

  it('wakes at the deadline, with one timer, however often the deadline moves earlier or later', () => {
    const { clock, actor, woken } = start(500);
    for (const at of [100, 300, 200]) {
      actor.send({ type: 'moved', at });
      expect(clock.pending).toBe(1);
    }
    clock.advance(1_000);
    expect(woken).toEqual([200]);
    expect(clock.pending).toBe(0);
  });

  it('wakes at once for a deadline in the past, and again at the same time if the next one is there too', () => {
    const { clock, actor, woken, owned } = start();
    clock.advance(50);
    for (const at of [Number.NEGATIVE_INFINITY, 20]) {
      actor.send({ type: 'moved', at });
      expect(woken.splice(0)).toEqual([]);
      clock.advance(0);
      expect(woken.splice(0)).toEqual([50]);
    }
    expect(owned.at).toBe(Infinity);
  });

  it('waits in several steps for a deadline beyond the longest timer', () => {
    const at = LONGEST_TIMER_MS + 1_000;
    const { clock, woken } = start(at);
    clock.runUntil(at - 1);
    expect(woken).toEqual([LONGEST_TIMER_MS]);
    clock.advance(1);
    expect(woken).toEqual([LONGEST_TIMER_MS, at]);
  });

  it('sets no timer outside of its state, and wakes for what is due when it is back', () => {
    const { clock, actor, woken } = start(100);
    actor.send({ type: 'left' });
    expect(clock.pending).toBe(0);
    clock.advance(500);
    actor.send({ type: 'back' });
    clock.advance(0);
    expect(woken).toEqual([500]);
  });

  it('breaks, instead of blocking the process, when its deadline is not a number', () => {
    const { clock, actor, errors } = start(100);
    actor.send({ type: 'moved', at: Number.NaN });
    expect(errors).toMatchObject([{ message: 'A deadline is not a number' }]);
    expect([actor.getSnapshot().status, clock.pending]).toEqual(['error', 0]);
  });
});
