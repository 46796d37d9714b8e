/**
 * The hot path of a machine: an event that comes with every datagram, or with each of a thousand publications, and
 * changes no state, is handled by a function instead of a macrostep of XState, which took more time than the work. The
 * machine handles the same event in the same way, only slower; the actor remains the only one that changes its data.
 */
import type { AnyActorScope, AnyStateMachine, EventFromLogic, EventObject, SnapshotFrom } from 'xstate';
import type { Port } from './messages.js';

/** Sends an event once this one is handled, as XState does. */
export type Send = (to: Port<never>, event: EventObject) => void;
/** What XState gives to the logic of an actor: it emits at once, and defers until the event is handled. */
export type Scope = Pick<AnyActorScope, 'self' | 'system' | 'emit' | 'defer'>;

/**
 * The same machine with a hot path.
 *
 * @param handle returns the event for the machine: mostly none, because the event is handled
 */
export function withHotPath<M extends AnyStateMachine>(
  machine: M,
  handle: (
    snapshot: SnapshotFrom<M>,
    event: EventFromLogic<M>,
    send: Send,
    scope: Scope,
  ) => EventFromLogic<M> | undefined,
): M {
  const transition = (snapshot: SnapshotFrom<M>, event: EventFromLogic<M>, scope: AnyActorScope) => {
    const send: Send = (to, letter) => scope.defer(() => to.send(letter as never));
    const left = handle(snapshot, event, send, scope);
    return left === undefined ? snapshot : machine.transition(snapshot as never, left as never, scope);
  };
  return Object.create(machine, { transition: { value: transition } }) as M;
}
