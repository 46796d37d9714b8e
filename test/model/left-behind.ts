/** What an actor system must not leave behind: timers of actors that have ended, and timers of no actor. */
import type { AnyActorRef, InspectionEvent } from 'xstate';

/** Gives `inspect` to a system; then knows its actors and timers. */
export class Timers {
  #root: AnyActorRef | undefined;

  readonly inspect = (event: InspectionEvent): void => {
    if (event.type === '@xstate.actor' && event.actorRef.sessionId === event.rootId)
      this.#root = event.actorRef as AnyActorRef;
  };

  get root(): AnyActorRef {
    if (!this.#root) throw new Error('Nothing has been started.');
    return this.#root;
  }

  /** Delayed events, each as `id of the actor: type of the event`. */
  get all(): string[] {
    return this.#scheduled.map(({ source, event }) => `${source.id}: ${event.type}`);
  }

  /** Those of actors that have stopped. */
  get stranded(): string[] {
    return this.#scheduled
      .filter(({ source }) => source.getSnapshot().status !== 'active')
      .map(({ source, event }) => `${source.id}: ${event.type}`);
  }

  get #scheduled() {
    return Object.values(this.root.system.getSnapshot()._scheduledEvents);
  }
}

/** The links that run under a supervisor, by their ids: `eth0/ipv4`. */
export function linkActors(supervisor: AnyActorRef): Map<string, AnyActorRef> {
  const children = (of: AnyActorRef) => Object.entries<AnyActorRef>(of.getSnapshot().children);
  const places = children(supervisor).filter(([id]) => id.startsWith('place.'));
  const links = places.flatMap(([, place]) => children(place));
  return new Map(links.map(([id, link]) => [id.replace(/^link\./, ''), link]));
}
