/**
 * What a watch reports, as facts: each has a key, and a later event about the same fact can be merged with an earlier
 * one that its reader has not read yet.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Sightings, WatchEvents, WatchKind } from '../actors/commands.js';
import type { ServiceInstance } from '../protocol/dns-sd/instance.js';
import type { InstanceEvent } from '../protocol/view/instance-event.js';
import type { RecordEvent } from '../protocol/view/record-view.js';
import type { InstanceChange } from '../protocol/view/shown-instance.js';

export type Sighting = WatchEvents[WatchKind];

/** Events about one fact each: lists of records are taken apart. */
export function singles({ kind, events }: Sightings): readonly Sighting[] {
  if (kind !== 'records') return events;
  return (events as readonly RecordEvent[]).flatMap((event): RecordEvent[] => {
    if (event.event === 'denied') return [event];
    return event.records.map((each) => ({ event: event.event, records: [each] }) as RecordEvent);
  });
}

/** What a single event is about. A host is one fact, with all of its addresses. */
export function subjectOf(event: Sighting): string {
  if ('instance' in event) return event.instance.fullName;
  if ('type' in event) return `${event.type}.${event.domain}`;
  if (!('records' in event)) return '';
  const { record, interface: on } = event.records[0] ?? {};
  return JSON.stringify([on, record]);
}

/** Whether its subject is not there after this event. */
export function isLoss({ event }: Sighting): boolean {
  return event === 'down' || event === 'lost' || event === 'denied';
}

/**
 * One event that tells the same as two about one subject.
 *
 * @returns undefined when there is nothing left to tell
 */
export function merged(earlier: Sighting, later: Sighting): Sighting | undefined {
  // About a host, the latest says everything.
  if (subjectOf(later) === '') return later;
  if (isLoss(later)) return isArrival(earlier) ? undefined : asLastShown(earlier, later);
  if (!isOfInstance(earlier) || !isOfInstance(later)) return undefined;
  if (earlier.event === 'up') return { event: 'up', instance: later.instance };
  return changedEvent(earlier.event === 'changed' ? earlier.previous : earlier.instance, later.instance);
}

/** The event that tells of the differences; undefined when there are none. */
export function changedEvent(previous: ServiceInstance, instance: ServiceInstance): InstanceEvent | undefined {
  const changes = differences(previous, instance);
  return changes.length === 0 ? undefined : { event: 'changed', instance, changes, previous };
}

/** The event that tells that what an earlier event told of is not there any more. */
export function lossOf(told: Sighting): Sighting {
  const reason = 'expired';
  if ('instance' in told) return { event: 'down', instance: told.instance, reason } as Sighting;
  if ('type' in told) return { event: 'down', type: told.type, domain: told.domain, reason };
  if ('records' in told) return { event: 'lost', records: told.records.map((each) => ({ ...each, reason })) };
  return 'host' in told ? { event: 'lost', host: told.host, reason } : told;
}

/** About an instance with its host and port; a browse for names has none. */
export function isOfInstance(event: Sighting): event is InstanceEvent {
  return 'instance' in event && 'addresses' in event.instance;
}

/** The loss of an instance, as its reader knows it. */
function asLastShown(earlier: Sighting, loss: Sighting): Sighting {
  if (!isOfInstance(loss) || !isOfInstance(earlier) || earlier.event !== 'changed') return loss;
  return { ...loss, instance: earlier.previous };
}

function isArrival({ event }: Sighting): boolean {
  return event === 'up' || event === 'found';
}

function differences(before: ServiceInstance, after: ServiceInstance): InstanceChange[] {
  const changes: InstanceChange[] = [];
  if (before.host !== after.host) changes.push('host');
  if (before.port !== after.port) changes.push('port');
  if (!isDeepStrictEqual(before.txtStrings, after.txtStrings)) changes.push('txt');
  if (!isDeepStrictEqual(before.addresses, after.addresses)) changes.push('addresses');
  return changes;
}
