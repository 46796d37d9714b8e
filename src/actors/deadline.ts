/**
 * An actor that wakes at the deadline of the data that it owns. Infinity means never, and sets no timer. The timer is
 * set again only when the deadline moves, which few events cause.
 *
 * A machine includes `wakesAt` in its `setup`, and `timed` in each state that waits. On `deadline.reached`, that state
 * does what is due, and then `setTimer`.
 */
import { type Clock, LONGEST_TIMER_MS } from '../net/network.js';
import type { Scope } from './hot-path.js';
import { sharedAction } from './shared-action.js';

/** The deadline has come, or the longest possible timer has ended before it. */
export type DeadlineReached = { readonly type: 'deadline.reached' };

export interface Timed {
  readonly clock: Clock;
  readonly alarm: Alarm;
}

/** The timer of an actor. */
export class Alarm {
  /** The time that it is set to, on the clock; Infinity while it is not set. */
  at = Infinity;
}

const TIMER = 'deadline';
const REACHED: DeadlineReached = { type: 'deadline.reached' };

/** The most steps that one event may cause. More are a loop, which breaks the actor instead of blocking the process. */
export const BOUNDED = { maxIterations: 100 } as const;

/** A state that waits. */
export const timed = {
  entry: 'setTimer',
  exit: 'clearTimer',
  always: { guard: 'deadlineMoved', actions: 'setTimer' },
} as const;

/** @param next computes the deadline from the context */
export function wakesAt<C extends Timed>(next: (context: C) => number) {
  /** Notes what the timer is set to. @returns milliseconds until then; undefined for never */
  const note = (context: C): number | undefined => {
    const deadline = next(context);
    if (Number.isNaN(deadline)) throw new RangeError('A deadline is not a number');
    context.alarm.at = deadline;
    if (deadline === Infinity) return undefined;
    return Math.min(Math.max(0, deadline - context.clock.now()), LONGEST_TIMER_MS);
  };
  const setTimer = sharedAction<C, DeadlineReached>(({ context, enqueue }) => {
    const wasSet = context.alarm.at < Infinity;
    const delay = note(context);
    if (wasSet) enqueue.cancel(TIMER);
    if (delay !== undefined) enqueue.raise(REACHED, { id: TIMER, delay });
  });
  const clearTimer = sharedAction<C, DeadlineReached>(({ context, enqueue }) => {
    const wasSet = context.alarm.at < Infinity;
    context.alarm.at = Infinity;
    if (wasSet) enqueue.cancel(TIMER);
  });
  /** The same as the action `setTimer`, for a hot path, which calls it last. */
  const setTimerNow = (context: C, { self, system, defer }: Scope): void => {
    const wasSet = context.alarm.at < Infinity;
    const delay = note(context);
    defer(() => {
      if (wasSet) system.scheduler.cancel(self, TIMER);
      if (delay !== undefined) system.scheduler.schedule(self, self, REACHED, delay, TIMER);
    });
  };
  const deadlineMoved = ({ context }: { context: C }) => !Object.is(next(context), context.alarm.at);
  return { setTimer, setTimerNow, clearTimer, deadlineMoved };
}
