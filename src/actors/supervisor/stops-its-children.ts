import type { AnyActorRef, AnyActorScope, AnyMachineSnapshot, AnyStateMachine, EventObject } from 'xstate';

/**
 * The same machine, but when it throws, its children stop too. XState would leave them running: the sockets of a broken
 * link would stay open, and its announcers would run beside those of its replacement.
 */
export function stopsItsChildren<M extends AnyStateMachine>(machine: M): M {
  const transition = (snapshot: AnyMachineSnapshot, event: EventObject, scope: AnyActorScope) => {
    try {
      return machine.transition(snapshot, event, scope);
    } catch (error) {
      for (const child of Object.values<AnyActorRef>(snapshot.children)) scope.stopChild(child);
      throw error;
    }
  };
  return Object.create(machine, { transition: { value: transition } }) as M;
}
