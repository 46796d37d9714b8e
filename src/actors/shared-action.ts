import { type EventObject, enqueueActions, type MachineContext } from 'xstate';

/** An action of every machine with a context like this. */
export type SharedAction<C> = (args: { readonly context: C }, params: undefined) => void;

type Collect<C extends MachineContext, E extends EventObject> = Parameters<
  typeof enqueueActions<C, EventObject, undefined, E>
>[0];

/**
 * `enqueueActions` for an action that minds neither the events nor the other actions of its machine. XState's own type ties it to
 * all of them, and so to one machine.
 */
export function sharedAction<C extends MachineContext, E extends EventObject = EventObject>(
  collect: Collect<C, E>,
): SharedAction<C> {
  return enqueueActions<C, EventObject, undefined, E>(collect) as unknown as SharedAction<C>;
}
