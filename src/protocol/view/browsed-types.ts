/**
 * Which of the service types that a network lists are browsed for (RFC 6763 section 9): every type, as long as it is
 * listed or has instances, up to a bound. Types beyond that wait for a free slot.
 */
import { CLASS_IN } from '../constants.js';
import { enumeratedType, subtypeName, typeEnumerationName } from '../dns-sd/service.js';
import { type Name, nameKey } from '../name.js';
import type { QuestionKey, ResourceRecord } from '../record.js';
import type { BrowsedType, Subject } from './found-instance.js';
import type { OpenQuestion, OpenQuestions } from './open-questions.js';
import { Waits } from './wait.js';

/** Types that are browsed for at once, several times as many as the busiest networks have. */
export const MAX_BROWSED_TYPES = 256;
/**
 * Milliseconds for which a type without instances keeps its slot if others wait; its question is asked several times
 * meanwhile.
 */
export const TYPE_STAY_MS = 60_000;

interface ListedType extends BrowsedType {
  readonly key: string;
  /** The links that list it, with the number of records: some list it for several domains. */
  readonly listedOn: Map<string, number>;
  /** The questions for its instances, by link. */
  readonly questions: Map<string, OpenQuestion<Subject>>;
  isBrowsed: boolean;
}

export interface BrowsedTypesSpec {
  /** The domain whose list is read. */
  readonly domain: Name;
  /** Only instances of this subtype. */
  readonly subtype?: string | Uint8Array | undefined;
}

export class BrowsedTypes {
  readonly #list: QuestionKey;
  readonly #subtype: string | Uint8Array | undefined;
  readonly #domain: Name;
  readonly #open: OpenQuestions<Subject>;
  readonly #links = new Set<string>();
  readonly #types = new Map<string, ListedType>();
  /** Types without a slot, the longest waiting first. */
  readonly #waiting = new Set<ListedType>();
  /** Types with a slot and without instances. */
  readonly #stays = new Waits<ListedType>(TYPE_STAY_MS);
  /** Types that may have changed since the last turn. */
  readonly #touched = new Set<ListedType>();
  #browsed = 0;
  #leftOut: string[] = [];

  /** @throws MdnsError `invalid-name` for a subtype that is not a label */
  constructor({ domain, subtype }: BrowsedTypesSpec, open: OpenQuestions<Subject>) {
    this.#list = { name: typeEnumerationName(domain), type: 'PTR', class: CLASS_IN };
    this.#domain = domain;
    this.#subtype = subtype;
    this.#open = open;
    if (subtype !== undefined) subtypeName(subtype, domain);
  }

  get question(): Name {
    return this.#list.name;
  }

  get size(): number {
    return this.#types.size;
  }

  openLink(link: string): void {
    this.#links.add(link);
    this.#open.ask(link, this.#list, { kind: 'types' });
    for (const type of this.#types.values()) if (type.isBrowsed) this.#ask(type, link);
  }

  /** The questions of the link have ended; call `unlisted` for the records of its list. */
  closeLink(link: string): void {
    this.#links.delete(link);
    for (const type of this.#types.values()) if (type.questions.delete(link)) this.#touched.add(type);
  }

  listed(record: ResourceRecord, link: string): void {
    const label = listedType(record);
    if (label === undefined) return;
    const key = nameKey(label);
    let type = this.#types.get(key);
    if (!type) {
      // Only the first two labels count; the client chooses the domain (RFC 6763 section 9).
      const typeName = `${label}.${this.#domain}`;
      const name = this.#subtype === undefined ? typeName : subtypeName(this.#subtype, typeName);
      type = { kind: 'pointers', key, name, listedOn: new Map(), questions: new Map(), isBrowsed: false };
      this.#types.set(key, type);
    }
    type.listedOn.set(link, (type.listedOn.get(link) ?? 0) + 1);
    this.#touched.add(type);
  }

  unlisted(record: ResourceRecord, link: string): void {
    const type = this.#types.get(nameKey(listedType(record) ?? ''));
    if (!type) return;
    const left = (type.listedOn.get(link) ?? 0) - 1;
    if (left > 0) type.listedOn.set(link, left);
    else type.listedOn.delete(link);
    this.#touched.add(type);
  }

  /** Call when instances of a type have come or gone. */
  touch(subject: BrowsedType): void {
    const type = subject as ListedType;
    if (this.#types.get(type.key) === type) this.#touched.add(type);
  }

  /** Opens questions for new types, and closes those for types that are neither listed nor have instances. */
  update(now: number): void {
    for (const type of this.#touched) this.#look(type, now);
    this.#touched.clear();
    for (const type of this.#waiting) {
      if (!this.#freeSlot(now)) return;
      this.#begin(type, now);
    }
  }

  /** When a waiting type gets the slot of one without instances; Infinity for never. */
  nextDeadline(): number {
    return this.#waiting.size > 0 ? this.#stays.nextDeadline() : Infinity;
  }

  /** For each type that had to wait since the last call, a link that lists it. */
  takeLeftOut(): readonly string[] {
    return this.#leftOut.splice(0);
  }

  #look(type: ListedType, now: number): void {
    const isInUse = hasInstances(type);
    if (!isInUse && type.listedOn.size === 0) this.#forget(type);
    else if (type.isBrowsed && isInUse) this.#stays.stop(type);
    else if (type.isBrowsed) this.#stays.isOver(type, now);
    else if (!this.#waiting.has(type)) {
      this.#waiting.add(type);
      const [link] = type.listedOn.keys();
      if (link !== undefined && this.#browsed + this.#waiting.size > MAX_BROWSED_TYPES) this.#leftOut.push(link);
    }
  }

  #freeSlot(now: number): boolean {
    if (this.#browsed < MAX_BROWSED_TYPES) return true;
    for (const idle of this.#stays.due(now)) {
      this.#end(idle);
      this.#waiting.add(idle);
      return true;
    }
    return false;
  }

  #begin(type: ListedType, now: number): void {
    this.#waiting.delete(type);
    type.isBrowsed = true;
    this.#browsed++;
    this.#stays.isOver(type, now);
    for (const link of this.#links) this.#ask(type, link);
  }

  #ask(type: ListedType, link: string): void {
    const open = this.#open.ask(link, { name: type.name, type: 'PTR', class: CLASS_IN, follow: true }, type);
    if (open) type.questions.set(link, open);
  }

  #end(type: ListedType): void {
    this.#stays.stop(type);
    if (!type.isBrowsed) return;
    type.isBrowsed = false;
    this.#browsed--;
    for (const open of type.questions.values()) this.#open.end(open);
    type.questions.clear();
  }

  #forget(type: ListedType): void {
    this.#end(type);
    this.#waiting.delete(type);
    this.#types.delete(type.key);
  }
}

/** `_http._tcp`; undefined for what is not a type. */
function listedType(record: ResourceRecord): string | undefined {
  return record.type === 'PTR' ? enumeratedType(record.target) : undefined;
}

function hasInstances({ questions }: ListedType): boolean {
  for (const { records } of questions.values()) if (records.size > 0) return true;
  return false;
}
