/**
 * What a client wants: its publications, with the names that they have now, and its open watches. After a restart the
 * system gets it as commands again.
 */
import type { PublicationRequest, SupervisorCommand, SupervisorEmitted } from '../actors/commands.js';
import { labelsOf, type Name, nameFromLabels, parentOf } from '../protocol/name.js';

type Command<T extends SupervisorCommand['type']> = Extract<SupervisorCommand, { type: T }>;

interface Publication {
  request: PublicationRequest;
  /** It has failed or is being withdrawn: only its end is to come. */
  isOver: boolean;
}

interface Watch {
  readonly command: Command<'watch.open'>;
  /** When its time is over, on the clock; Infinity for never. */
  readonly endsAt: number;
  isOver: boolean;
}

export class Desired {
  readonly #publications = new Map<string, Publication>();
  /** The ids of those that have neither failed nor been withdrawn. */
  readonly #live = new Set<string>();
  readonly #watches = new Map<string, Watch>();
  readonly #scans = new Set<string>();

  /** Whether anything is published that has neither failed nor been withdrawn. */
  get publishes(): boolean {
    return this.#live.size > 0;
  }

  /** Notes a command of the client. */
  noteCommand(command: SupervisorCommand, now: number): void {
    switch (command.type) {
      case 'publication.publish':
        this.#publications.set(command.id, { request: command.request, isOver: false });
        this.#live.add(command.id);
        break;
      case 'publication.update':
        this.#change(command.id, (request) => changed(request, command.changes));
        break;
      case 'publication.rename':
        this.#change(command.id, (request) => renamed(request, command.label));
        break;
      case 'publication.withdraw':
        this.#endPublication(command.id);
        break;
      case 'watch.open':
        this.#watches.set(command.id, {
          command,
          endsAt: now + (command.options.timeoutMs ?? Number.POSITIVE_INFINITY),
          isOver: false,
        });
        break;
      case 'watch.close':
        this.#endWatch(command.id);
        break;
      case 'interfaces.scan':
        this.#scans.add(command.request);
    }
  }

  /** Notes an event of the system. */
  noteEvent(event: SupervisorEmitted): void {
    switch (event.type) {
      case 'publication.announced':
      case 'publication.renamed':
        this.#change(event.id, (request) => renamed(request, event.name));
        break;
      case 'publication.host-renamed':
        this.#change(event.id, (request) => (request.kind === 'service' ? { ...request, host: event.host } : request));
        break;
      case 'publication.failed':
        this.#endPublication(event.id);
        break;
      case 'publication.withdrawn':
        this.#endPublication(event.id);
        this.#publications.delete(event.id);
        break;
      case 'watch.ended':
        this.#watches.delete(event.id);
        break;
      case 'interfaces.scanned':
        this.#scans.delete(event.request ?? '');
    }
  }

  /** Whether any publication has not ended yet. */
  get hasPublications(): boolean {
    return this.#publications.size > 0;
  }

  /** Whether DNS servers may have to remove a publication. */
  get publishesInDomains(): boolean {
    return [...this.#publications.values()].some(({ request }) => request.kind === 'service' && request.domains);
  }

  /** What is over, since the system that was ending it has ended. */
  takeOver(): SupervisorEmitted[] {
    return this.#take(({ isOver }) => isOver);
  }

  /** The watches that are over before a system has heard of them. */
  takeOverWatches(): SupervisorEmitted[] {
    return this.#take((each) => each.isOver && 'command' in each);
  }

  /** When the next wait is over, on the clock; Infinity for never. */
  get nextEnd(): number {
    return Math.min(...[...this.#watches.values()].map(({ endsAt }) => endsAt));
  }

  /** The waits that are over while no system runs that could end them. */
  takeLate(now: number, why: string | undefined): SupervisorEmitted[] {
    const late = [...this.#watches].filter(([, { endsAt }]) => endsAt <= now);
    return late.map(([id]) => {
      this.#watches.delete(id);
      return { type: 'watch.ended', id, reason: 'no-network', ...(why !== undefined && { message: why }) };
    });
  }

  /** Everything, since no system will answer. */
  takeAll(): SupervisorEmitted[] {
    const requests = [...this.#scans];
    this.#scans.clear();
    const scanned = requests.map((request): SupervisorEmitted => ({ type: 'interfaces.scanned', request }));
    return [...this.#take(() => true), ...scanned];
  }

  /** The publications again. */
  publishing(): SupervisorCommand[] {
    return [...this.#publications].map(([id, { request }]) => ({ type: 'publication.publish', id, request }));
  }

  /** The rest again. A wait has the time that is left. */
  asking(now: number): SupervisorCommand[] {
    const watched = [...this.#watches.values()].map(({ command, endsAt }): SupervisorCommand => {
      const left = Number.isFinite(endsAt) ? Math.max(0, endsAt - now) : undefined;
      return { ...command, options: { ...command.options, timeoutMs: left } };
    });
    const scans = [...this.#scans].map((request): SupervisorCommand => ({ type: 'interfaces.scan', request }));
    return [...watched, ...scans];
  }

  #take(isTaken: (each: Publication | Watch) => boolean): SupervisorEmitted[] {
    const events: SupervisorEmitted[] = [];
    for (const [id, publication] of this.#publications)
      if (isTaken(publication)) events.push({ type: 'publication.withdrawn', id });
    for (const [id, watch] of this.#watches)
      if (isTaken(watch)) events.push({ type: 'watch.ended', id, reason: 'stopped' });
    for (const event of events) this.noteEvent(event);
    return events;
  }

  #change(id: string, change: (request: PublicationRequest) => PublicationRequest): void {
    const publication = this.#publications.get(id);
    if (publication) publication.request = change(publication.request);
  }

  #endPublication(id: string): void {
    this.#live.delete(id);
    const publication = this.#publications.get(id);
    if (publication) publication.isOver = true;
  }

  #endWatch(id: string): void {
    const watch = this.#watches.get(id);
    if (watch) watch.isOver = true;
  }
}

function changed(request: PublicationRequest, changes: Command<'publication.update'>['changes']): PublicationRequest {
  return request.kind === 'service' ? { ...request, ...changes } : request;
}

/** With another label, as users choose and see it. */
function renamed(request: PublicationRequest, label: string): PublicationRequest {
  if (request.kind === 'service') return { ...request, instance: label };
  const relabelled = (name: Name) => nameFromLabels([label, ...labelsOf(parentOf(name))]);
  if (request.kind === 'alias') return { ...request, alias: relabelled(request.alias) };
  return { ...request, host: relabelled(request.host) };
}
