/**
 * The supervisor as actor logic, for programs that are themselves built on XState: they invoke or spawn it as a child.
 * The only file whose public types include those of XState.
 */
import type { ActorLogic, AnyActorRef, Snapshot } from 'xstate';
import type { SupervisorCommand, SupervisorEmitted } from '../actors/commands.js';
import type { SupervisorInput } from '../actors/supervisor/input.js';
import { guardedSupervisor } from '../actors/supervisor/supervisor.js';
import { MdnsError } from '../protocol/errors.js';
import { readObject } from '../protocol/shape/object-reader.js';
import { text } from '../protocol/shape/reader.js';
import { embedded } from './embedded-logic.js';
import { aType } from './option-readers.js';
import { browseCommandShape, type SupervisorOptions, serviceCommandShape, supervisorShape } from './option-shapes.js';
import type { ResolvingOptions, ServiceOptions } from './options.js';
import { browseRequest, serviceRequest, supervisorInput, ttlsOf } from './read-options.js';
import { systemNetwork } from './restart-marker.js';

/** The supervisor: receives `SupervisorCommand`, emits `SupervisorEmitted`, and is done when everything is closed. */
export type SupervisorLogic = ActorLogic<
  Snapshot<unknown>,
  SupervisorCommand,
  SupervisorInput,
  AnyActorRef['system'],
  SupervisorEmitted
>;

/**
 * As a child it sends its events to the `listener` of its input. A parent that invokes it can be persisted: when the
 * parent is restored, the supervisor starts again, with the same options and nothing published or watched.
 */
export const supervisor = embedded(guardedSupervisor) as unknown as SupervisorLogic;

/**
 * The `input` of the supervisor. A parent whose events include `SupervisorEmitted` can receive the supervisor's events
 * as its `listener`:
 *
 * ```ts
 * invoke: { src: 'mdns', input: ({ self }) => ({ ...supervisorOptions(), listener: self }) },
 * ```
 *
 * @throws MdnsError as `createMdns` does
 * @example const actor = createActor(supervisor, { input: supervisorOptions({ hostname: 'printer' }) });
 */
export function supervisorOptions(options: SupervisorOptions = {}): SupervisorInput {
  const read = readObject(supervisorShape, options);
  return supervisorInput(read, read.network ?? systemNetwork());
}

/**
 * The command that publishes a service under an id of your choice; `publication.*` events with that id report what
 * happens to it.
 *
 * @throws MdnsError as `Mdns.publish` does
 * @example actor.send(publishCommand('web', { name: 'Web', type: 'http', port: 80 }));
 */
export function publishCommand(id: string, service: Omit<ServiceOptions, 'signal'>): SupervisorCommand {
  const read = readObject(serviceCommandShape, service);
  if (typeof read.addressFilter === 'function') {
    const advice = 'give a list, or give the function to supervisorOptions';
    throw new MdnsError('invalid-option', `A command is plain data, and "addressFilter" is a function: ${advice}.`);
  }
  return {
    type: 'publication.publish',
    id: anId(id, 'The id'),
    request: serviceRequest(read, ttlsOf(undefined), () => {}),
  };
}

/**
 * The command that browses for a type under an id of your choice; `watch.saw` events with that id carry
 * `InstanceEvent`s.
 *
 * @throws MdnsError as `Mdns.browse` does
 * @example actor.send(browseCommand('printers', 'ipp'));
 */
export function browseCommand(
  id: string,
  type: string,
  options: Omit<ResolvingOptions, 'signal'> = {},
): SupervisorCommand {
  const read = readObject(browseCommandShape, options);
  return {
    type: 'watch.open',
    id: anId(id, 'The id'),
    request: browseRequest(aType(type, 'The type'), read),
    options: { once: false, timeoutMs: undefined, interfaces: read.interfaces },
  };
}

const anId = text('give text of your choice');
