/**
 * A hot path of the supervisor: each of a thousand publications, and what links report about it. The machine's state
 * stays as it is, so these events need no macrostep.
 */
import type { EventObject } from 'xstate';
import type { SupervisorCommand, SupervisorEmitted } from '../commands.js';
import type { RegistryCommand } from '../domain/registration-events.js';
import type { Port } from '../messages.js';
import {
  currentStatus,
  idsInUse,
  log,
  missingNow,
  type NamedInterfaces,
  type SupervisorContext,
  type SupervisorEvent,
} from './context.js';
import type { BookEvent } from './publication-entry.js';
import { refusalEvents, refusalOf } from './refusal.js';

type Publish = Extract<SupervisorCommand, { type: 'publication.publish' }>;
type Emit = (event: SupervisorEmitted) => void;

/** @returns whether the event was handled */
export function handledAtOnce(
  context: SupervisorContext,
  isRunning: boolean,
  event: SupervisorEvent,
  send: (to: Port<never>, event: EventObject) => void,
  emit: Emit,
): boolean {
  switch (event.type) {
    case 'publication.probed':
    case 'publication.announced':
    case 'publication.gone':
      tellBook(context, event, send, emit);
      return true;
    case 'publication.publish':
      if (isRunning) publish(context, event, send, emit);
      return isRunning;
    default:
      return false;
  }
}

function publish(
  context: SupervisorContext,
  command: Publish,
  send: (to: Port<never>, event: EventObject) => void,
  emit: Emit,
): void {
  const refusal = refusalOf(command, idsInUse(context));
  if (refusal) for (const event of refusalEvents(command, refusal)) emit(event);
  else {
    for (const event of missingLog(context, publishedOn({ event: command }))) emit(event);
    tellBook(context, command, send, emit);
  }
}

export function publishedOn({ event }: { readonly event: Publish }): NamedInterfaces {
  return { names: event.request.interfaces, isMeant: (name, on) => name === on.name };
}

/** An interface that does not exist is not an error: it may appear later, and the log says that it is missing. */
export function missingLog(context: SupervisorContext, named: NamedInterfaces): SupervisorEmitted[] {
  const missing = missingNow(context, named);
  return missing === undefined ? [] : [log('warn', missing, { interfaces: [...context.interfaces.keys()] })];
}

/** Passes the event to the publications, and the results to links and users. */
export function tellBook(
  context: SupervisorContext,
  event: BookEvent,
  send: (to: Port<RegistryCommand>, event: RegistryCommand) => void,
  emit: Emit,
): void {
  const { book, alive, refusals, links, registries, input } = context;
  let statusHasChanged = refusals.hear(event);
  for (const effect of book.apply(event, input.network.clock.now())) {
    if ('emit' in effect) {
      alive.note(effect.emit);
      if (refusals.tell(effect.emit)) statusHasChanged = true;
      emit(effect.emit);
      continue;
    }
    const ref = links.get(effect.link)?.ref ?? registries.get(effect.link);
    if (ref) send(ref as Port<RegistryCommand>, effect.event);
  }
  if (statusHasChanged) emit({ type: 'status.changed', status: currentStatus(context) });
}
