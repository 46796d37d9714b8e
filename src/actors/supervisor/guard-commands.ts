/**
 * No command ends the supervisor. A command that makes it throw is refused with the reason, and everything else goes
 * on. When an internal event makes it throw, it ends in the state `broken`: its children stop, their sockets close, and
 * the reason is emitted.
 */
import type { AnyActorScope, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { SupervisorCommand } from '../commands.js';
import { refusalEvents } from './refusal.js';

const COMMANDS: ReadonlySet<string> = new Set<SupervisorCommand['type']>([
  'publication.publish',
  'publication.update',
  'publication.withdraw',
  'publication.rename',
  'watch.open',
  'watch.close',
  'watch.refresh',
  'records.doubt',
  'interfaces.scan',
]);

/** The same machine, with a transition function that does not throw for commands. */
export function guardCommands<M extends AnyStateMachine>(machine: M): M {
  const transition = (snapshot: AnyMachineSnapshot, event: { readonly type: string }, scope: AnyActorScope) => {
    try {
      return machine.transition(snapshot, event, scope);
    } catch (error) {
      if (event.type === 'system.broke') throw error;
      if (!COMMANDS.has(event.type)) return machine.transition(snapshot, { type: 'system.broke', error }, scope);
      for (const emitted of refusalEvents(event as SupervisorCommand, error)) scope.emit(emitted);
      if (event.type !== 'publication.publish') return snapshot;
      // Some of the actions may have run: withdraw what they published.
      const { id } = event as { readonly id?: unknown };
      return attempt(() => machine.transition(snapshot, { type: 'publication.withdraw', id }, scope)) ?? snapshot;
    }
  };
  return Object.create(machine, { transition: { value: transition } }) as M;
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    // There was nothing to withdraw.
    return undefined;
  }
}
