import { type EventObject, enqueueActions, type MachineContext } from 'xstate';

/** An action for any machine with this context. */
export type SharedAction<C> = (args: { readonly context: C }, params: undefined) => void;

type Collect<C extends MachineContext, E extends EventObject> = Parameters<
  typeof enqueueActions<C, EventObject, undefined, E>
>[0];

/**
 * `enqueueActions` for an action that does not depend on the events and other actions of its machine. The type that
 * XState gives it includes all of these, and so ties it to one machine.
 */
export function sharedAction<C extends MachineContext, E extends EventObject = EventObject>(
  collect: Collect<C, E>,
): SharedAction<C> {
  return enqueueActions<C, EventObject, undefined, E>(collect) as unknown as SharedAction<C>;
}
