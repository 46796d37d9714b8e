/**
 * The hot path of a machine: an event that comes with every datagram, or with each of a thousand publications, and
 * changes no state, is handled by a function instead of a macrostep of XState, which took more time than the work. The
 * machine handles the same event in the same way, only slower; the actor remains the only one that changes its data.
 */
import type { ActorRefFrom, AnyActorScope, AnyStateMachine, EventFromLogic, EventObject, SnapshotFrom } from 'xstate';
import type { Port } from './messages.js';

/** Sends an event once this one is handled, as XState does. */
export type Send = (to: Port<never>, event: EventObject) => void;
/** Emits an event at once, as XState does. */
export type Emit = (event: EventObject) => void;

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
    emit: Emit,
    self: ActorRefFrom<M>,
  ) => EventFromLogic<M> | undefined,
): M {
  const transition = (snapshot: SnapshotFrom<M>, event: EventFromLogic<M>, scope: AnyActorScope) => {
    const send: Send = (to, letter) => scope.defer(() => to.send(letter as never));
    const left = handle(snapshot, event, send, scope.emit, scope.self as ActorRefFrom<M>);
    return left === undefined ? snapshot : machine.transition(snapshot as never, left as never, scope);
  };
  return Object.create(machine, { transition: { value: transition } }) as M;
}
