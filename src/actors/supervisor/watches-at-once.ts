/**
 * The hot path of watches: what watchers saw and ask; and watches that are opened and closed, of which a program may
 * have thousands. All of this leaves the supervisor in its state, so it needs no macrostep. The machine does the same,
 * with the same functions, when a group is made or stopped, a command is refused, or an interface is looked for.
 */
import type { SupervisorEmitted } from '../commands.js';
import type { DomainCommand } from '../domain-messages.js';
import type { Send } from '../hot-path.js';
import type { Port, WatcherGroupEvent } from '../messages.js';
import { groupActor, idsInUse, type SupervisorContext, type SupervisorEvent } from './context.js';
import { viewOfValid } from './refusal.js';
import { askedRefs, noteWatcher, passQuestions, sighting, watchEnd, watcherStart } from './watches.js';

type Of<T extends SupervisorEvent['type']> = Extract<SupervisorEvent, { type: T }>;

/** What is needed of the supervisor's snapshot. */
interface Supervisor {
  /** Text in the states in which no command is followed. */
  readonly value: string | object;
  readonly context: SupervisorContext;
  readonly children: Readonly<Record<string, unknown>>;
}

/** @returns whether the event is handled */
export function watchedAtOnce(
  supervisor: Supervisor,
  event: SupervisorEvent,
  send: Send,
  emit: (event: SupervisorEmitted) => void,
): boolean {
  switch (event.type) {
    case 'watcher.saw':
      emit(sighting(event));
      return true;
    case 'watcher.asked':
      passQuestions(supervisor.context, event, send);
      return true;
    case 'watch.open':
      return isOpened(supervisor, event, send);
    case 'watch.close':
      return isClosed(supervisor, event, send);
    case 'watcher.ended':
      return isForgotten(supervisor, event, send, emit);
    default:
      return false;
  }
}

function isOpened(supervisor: Supervisor, event: Of<'watch.open'>, send: Send): boolean {
  const { value, context } = supervisor;
  const group = groupRef(supervisor, context.groups.withRoom);
  if (typeof value === 'string' || group === undefined) return false;
  const view = viewOfValid(event, idsInUse(context));
  if (view === undefined || event.request.kind === 'domains' || event.options.interfaces !== undefined) return false;
  send(group, watcherStart(context, event, view));
  noteWatcher(context, event);
  return true;
}

function isClosed(supervisor: Supervisor, { id: watcher }: Of<'watch.close'>, send: Send): boolean {
  const entry = supervisor.context.watchers.get(watcher);
  const group = entry && groupRef(supervisor, entry.group);
  if (typeof supervisor.value === 'string' || group === undefined) return false;
  const told: WatcherGroupEvent = { type: 'watcher.tell', watcher, event: { type: 'watcher.stop' } };
  send(group, told);
  return true;
}

function isForgotten(
  { context }: Supervisor,
  ended: Of<'watcher.ended'>,
  send: Send,
  emit: (event: SupervisorEmitted) => void,
): boolean {
  const { watcher } = ended;
  const entry = context.watchers.get(watcher);
  if (entry === undefined || context.groups.isLast(entry.group)) return false;
  emit(watchEnd(context, ended));
  context.watchers.delete(watcher);
  context.groups.leave(entry.group);
  const gone: DomainCommand = { type: 'watcher.gone', watcher };
  for (const ref of askedRefs(context)) send(ref, gone);
  return true;
}

function groupRef({ children }: Supervisor, group: number): Port<WatcherGroupEvent> | undefined {
  return children[groupActor(group)] as Port<WatcherGroupEvent> | undefined;
}
