/** Who has told us of a name lately: what is asked about the name is asked on account of that source. */
import type { Name } from '../name.js';
import type { ResourceRecord } from '../record.js';
import { nameHash } from './name-hash.js';

/** Names that are remembered; the one that came first makes room. */
export const MAX_MENTIONS = 8_192;

export class Mentions {
  /** Sources by the hash of the name: where two names share one, a question counts for the wrong source. */
  readonly #sources = new Map<number, string>();

  get size(): number {
    return this.#sources.size;
  }

  /** Notes the name to which a record leads: an instance of a service, or a host. Who comes first counts. */
  note(record: ResourceRecord, source: string): void {
    if (record.type !== 'PTR' && record.type !== 'SRV' && record.type !== 'CNAME') return;
    const hash = nameHash(record.target);
    if (this.#sources.has(hash)) return;
    this.#sources.set(hash, source);
    for (const oldest of this.#sources.keys()) {
      if (this.#sources.size <= MAX_MENTIONS) break;
      this.#sources.delete(oldest);
    }
  }

  /** Nothing is asked any more. */
  clear(): void {
    this.#sources.clear();
  }

  sourceOf(name: Name): string | undefined {
    return this.#sources.get(nameHash(name));
  }

  toJSON(): object {
    return { names: this.size };
  }
}
