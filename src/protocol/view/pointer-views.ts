/**
 * Views of PTR records alone: the service types, or the instances of a type without hosts and attributes. They open a
 * single question on each link.
 */

import { CLASS_IN } from '../constants.js';
import { enumeratedType, LOCAL_DOMAIN, subtypeName, typeEnumerationName } from '../dns-sd/service.js';
import { type Name, nameKey } from '../name.js';
import type { QuestionKey, ResourceRecord } from '../record.js';
import { Appearances, type Turn } from './appearances.js';
import { type InstanceName, readInstanceName } from './found-instance.js';
import { OpenQuestions } from './open-questions.js';
import type { LinkInfo, LossReason, RecordChanges, View, ViewUpdate } from './view.js';

interface Named<T> {
  readonly key: string;
  readonly value: T;
}

abstract class PointerView<T, E> implements View<E> {
  readonly #question: QuestionKey;
  readonly #appearances = new Appearances<T, LossReason>();
  readonly #open: OpenQuestions<undefined>;

  constructor(name: Name) {
    this.#question = { name, type: 'PTR', class: CLASS_IN };
    this.#open = new OpenQuestions<undefined>({
      added: (_, record) => {
        const named = this.#readRecord(record);
        if (named) this.#appearances.add(named.key, () => named.value);
      },
      removed: (_, record, reason) => this.#removed(record, reason),
      denied: () => {},
    });
  }

  /** What a PTR record's target names, with a key for its identity; undefined if it is unusable. */
  protected abstract read(target: Name): Named<T> | undefined;
  protected abstract eventsOf(turn: Turn<T, LossReason>): E[];

  linkOpened(link: LinkInfo): void {
    if (this.#open.openLink(link)) this.#open.ask(link.id, this.#question, undefined);
  }

  linkChanged(link: LinkInfo): void {
    this.#open.changeLink(link);
  }

  linkClosed(linkId: string): void {
    for (const { records } of this.#open.closeLink(linkId)) {
      for (const { record } of records.values()) this.#removed(record, 'interface-gone');
    }
  }

  apply(linkId: string, changes: RecordChanges, now: number): void {
    this.#open.apply(linkId, changes, now);
  }

  update(): ViewUpdate<E> {
    return { events: this.eventsOf(this.#appearances.turn()), ...this.#open.drain(), deadline: Infinity, done: false };
  }

  toJSON(): object {
    return { question: this.#question.name, found: this.#appearances.size };
  }

  #removed(record: ResourceRecord, reason: LossReason): void {
    const named = this.#readRecord(record);
    if (named) this.#appearances.remove(named.key, reason);
  }

  #readRecord(record: ResourceRecord): Named<T> | undefined {
    return record.type === 'PTR' ? this.read(record.target) : undefined;
  }
}

export type TypeEvent =
  | { readonly event: 'up'; readonly type: string; readonly domain: Name }
  | { readonly event: 'down'; readonly type: string; readonly domain: Name; readonly reason: LossReason };

/**
 * Browsing for service types (RFC 6763 section 9). Only the first two labels of a listed name count: `domain` is the
 * domain whose list was queried, and the type may be browsed for in any domain.
 */
export class TypesView extends PointerView<string, TypeEvent> {
  readonly #domain: Name;

  /** @param domain default: `local` */
  constructor(domain: Name = LOCAL_DOMAIN) {
    super(typeEnumerationName(domain));
    this.#domain = domain;
  }

  protected override read(target: Name): Named<string> | undefined {
    const type = enumeratedType(target);
    return type === undefined ? undefined : { key: nameKey(type), value: type };
  }

  protected override eventsOf({ appeared, vanished }: Turn<string, LossReason>): TypeEvent[] {
    const domain = this.#domain;
    return [
      ...vanished.map(({ value: type, reason }) => ({ event: 'down', type, domain, reason }) as const),
      ...appeared.map((type) => ({ event: 'up', type, domain }) as const),
    ];
  }
}

export type InstanceNameEvent =
  | { readonly event: 'up'; readonly instance: InstanceName }
  | { readonly event: 'down'; readonly instance: InstanceName; readonly reason: LossReason };

/** Browsing without resolution: the names of the instances. */
export class InstanceNamesView extends PointerView<InstanceName, InstanceNameEvent> {
  /**
   * @param spec as for `InstanceView`
   * @throws MdnsError `invalid-name` for a subtype that is not a label
   */
  constructor({ typeName, subtype }: { readonly typeName: Name; readonly subtype?: string | Uint8Array | undefined }) {
    super(subtype === undefined ? typeName : subtypeName(subtype, typeName));
  }

  protected override read(target: Name): Named<InstanceName> | undefined {
    const value = readInstanceName(target);
    return value && { key: nameKey(target), value };
  }

  protected override eventsOf({ appeared, vanished }: Turn<InstanceName, LossReason>): InstanceNameEvent[] {
    return [
      ...vanished.map(({ value: instance, reason }) => ({ event: 'down', instance, reason }) as const),
      ...appeared.map((instance) => ({ event: 'up', instance }) as const),
    ];
  }
}
