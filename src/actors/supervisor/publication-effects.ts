/**
 * What the publications decide and the supervisor carries out: commands to links, and events for users. A host name
 * that is published only because a service needs it causes no events.
 */
import type { Name } from '../../protocol/name.js';
import type { SupervisorEmitted } from '../commands.js';
import type { LinkId, MulticastInterfaceCommand } from '../messages.js';
import { labelOf } from '../publication.js';
import { hostWhereAnnounced, type PublicationEntry } from './publication-entry.js';

type LinkEvent = Extract<MulticastInterfaceCommand, { type: `publication.${string}` }>;

export type Effect = { readonly link: LinkId; readonly event: LinkEvent } | { readonly emit: SupervisorEmitted };

export class PublicationEffects {
  #effects: Effect[] = [];

  /** The effects since the last call, in order. */
  take(): Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /* ---- commands to links ---- */

  add({ publication }: PublicationEntry, link: LinkId): void {
    this.#effects.push({ link, event: { type: 'publication.added', publication } });
  }

  /** New data under the same name. */
  change(entry: PublicationEntry, silent: boolean): void {
    const event = { type: 'publication.changed', publication: entry.publication } as const;
    this.#onLinks(entry, silent ? { ...event, silent } : event);
  }

  /** A new name, or the same name once more. */
  claim(entry: PublicationEntry, holdOffMs: number): void {
    this.#onLinks(entry, { type: 'publication.renamed', publication: entry.publication, holdOffMs });
  }

  remove(entry: PublicationEntry): void {
    this.#onLinks(entry, { type: 'publication.removed', id: entry.publication.id });
  }

  /* ---- events for users ---- */

  tell(emit: SupervisorEmitted): void {
    this.#effects.push({ emit });
  }

  tellProbing({ asked, publication }: PublicationEntry): void {
    if (asked) this.tell({ type: 'publication.probing', id: publication.id, name: labelOf(publication) });
  }

  tellProbed({ asked, publication }: PublicationEntry): void {
    if (asked) this.tell({ type: 'publication.probed', id: publication.id, name: labelOf(publication) });
  }

  tellAnnounced(entry: PublicationEntry): void {
    const { asked, publication } = entry;
    const { id } = publication;
    const [name, host] = [labelOf(publication), hostWhereAnnounced(entry)];
    if (asked) this.tell({ type: 'publication.announced', id, name, host });
  }

  tellUpdating({ asked, publication }: PublicationEntry): void {
    if (asked) this.tell({ type: 'publication.updating', id: publication.id, name: labelOf(publication) });
  }

  tellUpdated(entry: PublicationEntry): void {
    const { asked, publication } = entry;
    const { id } = publication;
    const [name, host] = [labelOf(publication), hostWhereAnnounced(entry)];
    if (asked) this.tell({ type: 'publication.updated', id, name, host });
  }

  tellRenamed({ asked, publication }: PublicationEntry, from: string): void {
    const name = labelOf(publication);
    if (asked && name !== from) this.tell({ type: 'publication.renamed', id: publication.id, from, name });
  }

  /** The host that belongs to a service alone. */
  tellItsHostRenamed(id: string, from: Name, host: Name): void {
    if (from !== host) this.tell({ type: 'publication.host-renamed', id, from, host });
  }

  tellWithdrawn({ asked, publication }: PublicationEntry): void {
    if (asked) this.tell({ type: 'publication.withdrawn', id: publication.id });
  }

  tellConflicted({ publication }: PublicationEntry, suggested: string): void {
    this.tell({ type: 'publication.conflicted', id: publication.id, name: labelOf(publication), suggested });
  }

  tellFailed({ publication }: PublicationEntry): void {
    const name = labelOf(publication);
    this.tell({ type: 'publication.failed', id: publication.id, code: 'name-in-use', name });
  }

  tellRefused({ asked, publication }: PublicationEntry, domain: LinkId, message: string): void {
    const name = labelOf(publication);
    if (asked) this.tell({ type: 'publication.refused', id: publication.id, name, domain, message });
  }

  tellHostRenamed(from: Name, host: Name): void {
    if (from !== host) this.tell({ type: 'host.renamed', from, host });
  }

  #onLinks({ links }: PublicationEntry, event: LinkEvent): void {
    for (const link of links.keys()) this.#effects.push({ link, event });
  }
}
