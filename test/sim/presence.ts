/** When each name was there, whoever held it: what watchers have to have seen. */
import type { PublishedService } from '../../src/index.js';
import type { VirtualClock } from '../../src/testing.js';

export interface Stay {
  readonly name: string;
  /** From here on it may be seen: some link may have announced it. */
  readonly earliest: number;
  /** From here on it is announced on every link; Infinity when it never was. */
  from: number;
  to: number;
  /** How it ended, `open` while it has not. */
  end: 'open' | 'goodbye' | 'crash';
}

export class Presence {
  readonly stays: Stay[] = [];
  readonly #clock: VirtualClock;
  readonly #open = new Map<PublishedService, Stay>();

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Notes from now on what becomes of a publication. */
  follow(published: PublishedService): void {
    this.#begin(published, published.name);
    published.changes$.subscribe((change) => {
      if (change.event === 'probing' || change.event === 'renamed') this.#begin(published, change.name);
      if (change.event === 'withdrawn') this.departed(published, 'goodbye');
      if (change.event !== 'announced') return;
      const stay = this.#begin(published, change.name);
      stay.from = Math.min(stay.from, this.#clock.now());
    });
  }

  /** A publication was withdrawn, or went with its host. */
  departed(published: PublishedService, end: 'goodbye' | 'crash'): void {
    const stay = this.#open.get(published);
    if (!stay) return;
    stay.to = this.#clock.now();
    stay.end = end;
    this.#open.delete(published);
  }

  /** The stay of a publication under this name; what it was called before is over. */
  #begin(published: PublishedService, name: string): Stay {
    const known = this.#open.get(published);
    if (known?.name === name) return known;
    this.departed(published, 'goodbye');
    const never = Number.POSITIVE_INFINITY;
    const stay: Stay = { name, earliest: this.#clock.now(), from: never, to: never, end: 'open' };
    this.stays.push(stay);
    this.#open.set(published, stay);
    return stay;
  }
}
