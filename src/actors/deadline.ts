/**
 * An actor that wakes at the deadline of what it owns. Never is Infinity, and sets no timer. The timer is set anew only when the
 * deadline moves, which few events do.
 *
 * A machine takes `wakesAt` into its `setup` and `timed` into each state that waits; that state does what falls due on
 * `deadline.reached`, and then `setTimer`.
 */
import { type Clock, LONGEST_TIMER_MS } from '../net/network.js';
import { sharedAction } from './shared-action.js';

/** The deadline that was waited for has come, or the longest timer there is has run out before it. */
export type DeadlineReached = { readonly type: 'deadline.reached' };

export interface Timed {
  readonly clock: Clock;
  /** What the timer waits for, on the clock. */
  readonly deadline: number;
}

const TIMER = 'deadline';

/** Steps that one event may lead to. More are a loop, which breaks the actor rather than hang the process. */
export const BOUNDED = { maxIterations: 100 } as const;

/** A state that waits. */
export const timed = {
  entry: 'setTimer',
  exit: 'clearTimer',
  always: { guard: 'deadlineMoved', actions: 'setTimer' },
} as const;

/** @param next reads the deadline off what the actor owns */
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
