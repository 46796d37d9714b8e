import type { AnyActorRef, AnyActorScope, AnyMachineSnapshot, AnyStateMachine, EventObject } from 'xstate';

/**
 * The same machine; when it throws, its children stop with it. XState leaves them running: the sockets of a link that
 * broke would stay open, and its announcers would go on beside those of the link that replaces it.
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
