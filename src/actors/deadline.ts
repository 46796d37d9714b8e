/**
 * An actor that wakes at the deadline of the data that it owns. Infinity means never, and sets no timer. The timer is
 * set again only when the deadline moves, which few events cause.
 *
 * A machine includes `wakesAt` in its `setup`, and `timed` in each state that waits. On `deadline.reached`, that state
 * does what is due, and then `setTimer`.
 */
import { type Clock, LONGEST_TIMER_MS } from '../net/network.js';
import { sharedAction } from './shared-action.js';

/** The deadline has come, or the longest possible timer has ended before it. */
export type DeadlineReached = { readonly type: 'deadline.reached' };

/** An event that a hot path has handled has moved the deadline: the timer is to be set again, as after every event. */
export type DeadlineMoved = { readonly type: 'deadline.moved' };

export interface Timed {
  readonly clock: Clock;
  /** The time that the timer is set to, on the clock. */
  readonly deadline: number;
}

const TIMER = 'deadline';

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
  const setTimer = sharedAction<C, DeadlineReached>(({ context, enqueue }) => {
    const deadline = next(context);
    if (Number.isNaN(deadline)) throw new RangeError('A deadline is not a number');
    if (context.deadline < Infinity) enqueue.cancel(TIMER);
    enqueue.assign({ deadline } as Partial<C>);
    if (deadline === Infinity) return;
    const delay = Math.min(Math.max(0, deadline - context.clock.now()), LONGEST_TIMER_MS);
    enqueue.raise({ type: 'deadline.reached' }, { id: TIMER, delay });
  });
  const clearTimer = sharedAction<C, DeadlineReached>(({ enqueue }) => {
    enqueue.cancel(TIMER);
    enqueue.assign({ deadline: Infinity } as Partial<C>);
  });
  const deadlineMoved = ({ context }: { context: C }) => !Object.is(next(context), context.deadline);
  return { setTimer, clearTimer, deadlineMoved };
}
