/** Which source has recently mentioned a name: questions about the name count for that source. */
import type { Name } from '../name.js';
import type { ResourceRecord } from '../record.js';
import { nameHash } from './name-hash.js';

/** Names that are kept; the oldest is dropped first. */
export const MAX_MENTIONS = 8_192;

export class Mentions {
  /** Sources by the hash of the name: if two names share one, a question may count for the wrong source. */
  readonly #sources = new Map<number, string>();

  get size(): number {
    return this.#sources.size;
  }

  /** Notes the name that a record leads to: a service instance or a host. The first source counts. */
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

  /** Call when no questions are asked any more. */
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
