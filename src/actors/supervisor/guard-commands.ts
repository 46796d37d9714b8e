/**
 * No command ends the supervisor. One that makes it throw is refused with its reason, and all else goes on. If an event
 * of its own makes it throw, it ends in the state `broken`: its children stop, their sockets close, and its users hear
 * why.
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
      // Actions ran in part; a publication that was begun is withdrawn with the next change of the book.
      if (event.type === 'publication.publish')
        attempt(() => snapshot.context.book.withdraw((event as { readonly id?: string }).id));
      for (const emitted of refusalEvents(event as SupervisorCommand, error)) scope.emit(emitted);
      return snapshot;
    }
  };
  return Object.create(machine, { transition: { value: transition } }) as M;
}

function attempt(run: () => void): void {
  try {
    run();
  } catch {
    // It was not begun.
  }
}
