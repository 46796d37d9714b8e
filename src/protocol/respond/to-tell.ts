/**
 * What the group hears at the next chance: goodbyes and announcements. Goodbyes leave first, and both in the order in
 * which they came, so that it is known when all of what waits now has left.
 */
import type { ResourceRecord } from '../record.js';
import type { Answer } from './zone.js';

/** How many had left when the last of those waiting has. */
export interface Place {
  readonly goodbyes: number;
  readonly announcements: number;
}

export const START: Place = { goodbyes: 0, announcements: 0 };

export class ToTell {
  /** By record key. */
  readonly #goodbyes = new Line<string, ResourceRecord>();
  readonly #announcements = new Line<Answer, Answer>();

  get size(): number {
    return this.#goodbyes.size + this.#announcements.size;
  }

  /** @param key `recordKey` of the record */
  addGoodbye(key: string, record: ResourceRecord): void {
    this.#goodbyes.add(key, record);
  }

  addAnnouncement(answer: Answer): void {
    this.#announcements.add(answer, answer);
  }

  /** Removes the first of them, at most so many. */
  take(most: number): { readonly goodbyes: readonly ResourceRecord[]; readonly announcements: readonly Answer[] } {
    const goodbyes = this.#goodbyes.take(most);
    return { goodbyes, announcements: this.#announcements.take(most - goodbyes.length) };
  }

  /** The place of the last of them. */
  get last(): Place {
    return { goodbyes: this.#goodbyes.last, announcements: this.#announcements.last };
  }

  /** Whether everything up to a place has been taken. */
  hasLeft({ goodbyes, announcements }: Place): boolean {
    return this.#goodbyes.taken >= goodbyes && this.#announcements.taken >= announcements;
  }
}

/** Things in the order in which they came, each once: one that waits already keeps its place. */
class Line<K, V> {
  readonly #waiting = new Map<K, V>();
  taken = 0;

  get size(): number {
    return this.#waiting.size;
  }

  get last(): number {
    return this.taken + this.#waiting.size;
  }

  add(key: K, value: V): void {
    this.#waiting.set(key, value);
  }

  take(most: number): V[] {
    const taken: V[] = [];
    for (const [key, value] of this.#waiting) {
      if (taken.length >= most) break;
      this.#waiting.delete(key);
      taken.push(value);
    }
    this.taken += taken.length;
    return taken;
  }
}
