import { type Name, nameKey } from '../name.js';
import { CLASS_IN } from '../record.js';
import type { Watch, Watches } from './open-questions.js';

/**
 * How long nobody may answer for a host until it is asked whether the name is another one's. An owner of a CNAME record answers
 * every question with it (RFC 1034 section 3.6.2), so that by then the link knows, and most hosts are never asked.
 */
export const ALIAS_WAIT_MS = 500;
/** One after the other, on one link. */
export const MAX_ALIASES = 8;

type AddressType = 'A' | 'AAAA';

/** The questions for a host on all links: for its name, and for the names that CNAME records lead to from there. */
export class HostNames {
  readonly #watches: Watches<undefined>;
  readonly #host: Name;
  readonly #types: readonly AddressType[];
  /** By link, then by the key of the name. */
  readonly #links = new Map<string, Map<string, Watch<undefined>[]>>();
  #asksForAliases = false;

  constructor(host: Name, types: readonly AddressType[], watches: Watches<undefined>) {
    this.#host = host;
    this.#types = types;
    this.#watches = watches;
  }

  openLink(link: string): void {
    this.#links.set(link, new Map());
    this.#ask(link, this.#host);
  }

  closeLink(link: string): void {
    this.#links.delete(link);
  }

  get asksForAliases(): boolean {
    return this.#asksForAliases;
  }

  askForAliases(): void {
    this.#asksForAliases = true;
    for (const names of this.#links.values()) for (const watches of names.values()) this.#askForAlias(watches);
  }

  /** Asks about names that are led to now, and no longer about those that were. */
  follow(): void {
    if (!this.#asksForAliases) return;
    for (const [link, names] of this.#links) {
      const led = this.#ledTo(names);
      for (const [key, watches] of names) {
        if (led.has(key)) continue;
        names.delete(key);
        for (const watch of watches) this.#watches.unwant(watch);
      }
      for (const [key, name] of led) if (!names.has(key)) this.#ask(link, name);
    }
  }

  /** The host and whatever CNAME records lead to, from what is held on one link; also in a circle. */
  #ledTo(names: ReadonlyMap<string, readonly Watch<undefined>[]>): Map<string, Name> {
    const led = new Map([[nameKey(this.#host), this.#host]]);
    for (const key of led.keys()) {
      for (const { held } of names.get(key) ?? []) {
        for (const { record } of held.values()) {
          if (record.type === 'CNAME' && led.size <= MAX_ALIASES && !led.has(nameKey(record.target)))
            led.set(nameKey(record.target), record.target);
        }
      }
    }
    return led;
  }

  #ask(link: string, name: Name): void {
    const watches = this.#types.flatMap(
      (type) => this.#watches.want(link, { name, type, class: CLASS_IN }, undefined) ?? [],
    );
    this.#links.get(link)?.set(nameKey(name), watches);
    if (this.#asksForAliases) this.#askForAlias(watches);
  }

  #askForAlias(watches: Watch<undefined>[]): void {
    const [first] = watches;
    if (!first) return;
    const watch = this.#watches.want(first.link.id, { ...first.question, type: 'CNAME' }, undefined);
    if (watch) watches.push(watch);
  }
}
