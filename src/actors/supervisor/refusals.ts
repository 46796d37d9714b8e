/** What the servers of domains do not publish at the moment, and why, as the status shows it. */
import type { RefusedPublication, SupervisorEmitted } from '../commands.js';
import type { LinkId } from '../messages.js';
import type { BookEvent } from './publication-entry.js';

/** Of each domain: a server that refuses usually refuses everything, for one reason. */
const MOST_SHOWN = 16;

export class Refusals {
  /** By domain and id of the publication. */
  readonly #refused = new Map<LinkId, Map<string, RefusedPublication>>();

  /** Those that are shown, the longest refused first. */
  of(domain: LinkId): readonly RefusedPublication[] {
    return [...(this.#refused.get(domain)?.values() ?? [])].slice(0, MOST_SHOWN);
  }

  reasonOf(domain: LinkId, id: string): string | undefined {
    return this.#refused.get(domain)?.get(id)?.reason;
  }

  /** What a link or domain reports may end a refusal. @returns whether what is shown has changed */
  hear(event: BookEvent): boolean {
    if (event.type === 'link.closed') return this.#refused.delete(event.link);
    if (event.type !== 'publication.announced' && event.type !== 'publication.gone') return false;
    const refused = this.#refused.get(event.link);
    const place = [...(refused?.keys() ?? [])].indexOf(event.id);
    refused?.delete(event.id);
    return place >= 0 && place < MOST_SHOWN;
  }

  /** An event for users may be a refusal. @returns whether what is shown has changed */
  tell(event: SupervisorEmitted): boolean {
    if (event.type !== 'publication.refused') return false;
    const { domain, id, name, message: reason } = event;
    const refused = this.#refused.get(domain) ?? new Map<string, RefusedPublication>();
    this.#refused.set(domain, refused.set(id, { name, reason }));
    return [...refused.keys()].indexOf(id) < MOST_SHOWN;
  }
}
