/**
 * What the watchers of a client know. A system that was started again finds everything anew: what they know already is
 * not reported again, what has changed is reported as a change, and what is not found again as gone.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Sightings, SupervisorEmitted } from '../actors/commands.js';
import { changedEvent, isLoss, isOfInstance, lossOf, type Sighting, singles, subjectOf } from './sightings.js';

type Saw = Extract<SupervisorEmitted, { type: 'watch.saw' }>;

interface Watched {
  readonly kind: Sightings['kind'];
  /** The last event about each subject that is there. */
  readonly told: Map<string, Sighting>;
  /** The subjects that have not been found again since the restart. */
  unconfirmed: Set<string>;
}

export class Known {
  readonly #watches = new Map<string, Watched>();

  /** @returns the event to report; undefined when there is nothing new in it */
  note(event: SupervisorEmitted): SupervisorEmitted | undefined {
    if (event.type === 'watch.ended') this.#watches.delete(event.id);
    if (event.type !== 'watch.saw') return event;
    let watched = this.#watches.get(event.id);
    if (!watched) {
      watched = { kind: event.kind, told: new Map(), unconfirmed: new Set() };
      this.#watches.set(event.id, watched);
    }
    const events = singles(event).flatMap((single) => see(watched, single) ?? []);
    return events.length === 0 ? undefined : ({ ...event, events } as Saw);
  }

  /** A new system is about to find everything again. */
  doubt(): void {
    for (const watched of this.#watches.values()) watched.unconfirmed = new Set(watched.told.keys());
  }

  /** @returns the events about everything that was not found again */
  settle(): Saw[] {
    const lost: Saw[] = [];
    for (const [id, { kind, told, unconfirmed }] of this.#watches) {
      const events = [...unconfirmed].flatMap((subject) => {
        const last = told.get(subject);
        told.delete(subject);
        return last ? lossOf(last) : [];
      });
      unconfirmed.clear();
      if (events.length > 0) lost.push({ type: 'watch.saw', id, kind, events } as Saw);
    }
    return lost;
  }
}

/** Notes an event about one subject. @returns the event to report, if any */
function see({ told, unconfirmed }: Watched, event: Sighting): Sighting | undefined {
  const subject = subjectOf(event);
  const before = told.get(subject);
  const isAgain = unconfirmed.delete(subject);
  if (isLoss(event)) {
    told.delete(subject);
    // A denial tells something even of what was not there.
    return before || subject === '' ? event : undefined;
  }
  told.set(subject, event);
  if (!before || !isAgain) return event;
  if (subject === '') return isSameHost(before, event) ? undefined : event;
  return isOfInstance(before) && isOfInstance(event) ? changedEvent(before.instance, event.instance) : undefined;
}

function isSameHost(before: Sighting, event: Sighting): boolean {
  return 'host' in before && 'host' in event && before.event === event.event && sameAddressesIn(before, event);
}

function sameAddressesIn(before: object, event: object): boolean {
  return 'addresses' in before && 'addresses' in event && isDeepStrictEqual(before.addresses, event.addresses);
}
