import { MAX_ALIASES } from '../aliases.js';
import { CLASS_IN } from '../constants.js';
import { type Name, nameKey } from '../name.js';
import type { OpenQuestion, OpenQuestions } from './open-questions.js';

/**
 * Milliseconds without an answer for a host after which its CNAME record is queried. The owner of a CNAME record
 * should answer every question with it (RFC 6762 section 6), so that most hosts are never asked. Our choice.
 */
export const ALIAS_WAIT_MS = 500;
type AddressType = 'A' | 'AAAA';

/**
 * A host and all names that its aliases lead to, by key; a circle of them does no harm.
 *
 * @param questionsFor the open questions for the addresses of a name, by its key
 */
export function namesLedTo(
  host: Name,
  questionsFor: (key: string) => readonly OpenQuestion<unknown>[] | undefined,
): Map<string, Name> {
  const led = new Map([[nameKey(host), host]]);
  for (const key of led.keys()) {
    for (const { aliasOf } of questionsFor(key) ?? []) {
      for (const [behind, name] of aliasOf) if (led.size <= MAX_ALIASES && !led.has(behind)) led.set(behind, name);
    }
  }
  return led;
}

/** The questions for a host on all links: for its name, and for the names that its CNAME records lead to. */
export class HostNames {
  readonly #open: OpenQuestions<undefined>;
  readonly #host: Name;
  readonly #types: readonly AddressType[];
  /** By link, then by the key of the name. */
  readonly #links = new Map<string, Map<string, OpenQuestion<undefined>[]>>();
  #asksForAliases = false;

  constructor(host: Name, types: readonly AddressType[], open: OpenQuestions<undefined>) {
    this.#host = host;
    this.#types = types;
    this.#open = open;
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
    for (const names of this.#links.values()) for (const questions of names.values()) this.#askForAlias(questions);
  }

  /** Opens questions for names that CNAME records now lead to, and closes those for names they no longer lead to. */
  follow(): void {
    for (const [link, names] of this.#links) {
      const led = namesLedTo(this.#host, (key) => names.get(key));
      for (const [key, questions] of names) {
        if (led.has(key)) continue;
        names.delete(key);
        for (const open of questions) this.#open.end(open);
      }
      for (const [key, name] of led) if (!names.has(key)) this.#ask(link, name);
    }
  }

  #ask(link: string, name: Name): void {
    const questions = this.#types.flatMap(
      (type) => this.#open.ask(link, { name, type, class: CLASS_IN }, undefined) ?? [],
    );
    this.#links.get(link)?.set(nameKey(name), questions);
    if (this.#asksForAliases) this.#askForAlias(questions);
  }

  #askForAlias(questions: OpenQuestion<undefined>[]): void {
    const [first] = questions;
    if (!first) return;
    const open = this.#open.ask(first.link.id, { ...first.question, type: 'CNAME' }, undefined);
    if (open) questions.push(open);
  }
}
