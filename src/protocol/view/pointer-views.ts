/**
 * What PTR records alone tell: which service types there are, and which instances, without their hosts and attributes. One
 * question on each link, and nothing more.
 */

import { enumeratedType, LOCAL_DOMAIN, subtypeName, typeEnumerationName } from '../dns-sd/service.js';
import { type Name, nameKey } from '../name.js';
import { CLASS_IN, type QuestionKey, type ResourceRecord } from '../record.js';
import { Tally, type Turn } from './appearances.js';
import { type InstanceName, readInstanceName } from './found-instance.js';
import { Watches } from './open-questions.js';
import type { LinkInfo, LossReason, RecordChanges, Settled, View } from './view.js';

interface Named<T> {
  readonly key: string;
  readonly value: T;
}

abstract class PointerView<T, E> implements View<E> {
  readonly #question: QuestionKey;
  readonly #tally = new Tally<T, LossReason>();
  readonly #watches: Watches<undefined>;

  constructor(name: Name) {
    this.#question = { name, type: 'PTR', class: CLASS_IN };
    this.#watches = new Watches<undefined>({
      added: (_, record) => {
        const named = this.#readRecord(record);
        if (named) this.#tally.add(named.key, () => named.value);
      },
      removed: (_, record, reason) => this.#removed(record, reason),
      denied: () => {},
    });
  }

  /** What a PTR record's target names, and the key under which it is one and the same; undefined when it is of no use. */
  protected abstract read(target: Name): Named<T> | undefined;
  protected abstract tell(turn: Turn<T, LossReason>): E[];

  linkOpened(link: LinkInfo): void {
    if (this.#watches.openLink(link)) this.#watches.want(link.id, this.#question, undefined);
  }

  linkChanged(link: LinkInfo): void {
    this.#watches.changeLink(link);
  }

  linkClosed(linkId: string): void {
    for (const { held } of this.#watches.closeLink(linkId)) {
      for (const { record } of held.values()) this.#removed(record, 'interface-gone');
    }
  }

  apply(linkId: string, changes: RecordChanges, now: number): void {
    this.#watches.apply(linkId, changes, now);
  }

  settle(): Settled<E> {
    return { events: this.tell(this.#tally.turn()), ...this.#watches.drain(), done: false };
  }

  toJSON(): object {
    return { question: this.#question.name, found: this.#tally.size };
  }

  #removed(record: ResourceRecord, reason: LossReason): void {
    const named = this.#readRecord(record);
    if (named) this.#tally.remove(named.key, reason);
  }

  #readRecord(record: ResourceRecord): Named<T> | undefined {
    return record.type === 'PTR' ? this.read(record.target) : undefined;
  }
}

export type TypeEvent =
  | { readonly event: 'up'; readonly type: string; readonly domain: Name }
  | { readonly event: 'down'; readonly type: string; readonly domain: Name; readonly reason: LossReason };

/**
 * Browsing for service types (RFC 6763 section 9). Only the first two labels of what is listed count; `domain` is the one
 * that was asked about, and the type may be browsed for in any.
 */
export class TypesView extends PointerView<string, TypeEvent> {
  readonly #domain: Name;

  /** @param domain `local` unless given */
  constructor(domain: Name = LOCAL_DOMAIN) {
    super(typeEnumerationName(domain));
    this.#domain = domain;
  }

  protected override read(target: Name): Named<string> | undefined {
    const type = enumeratedType(target);
    return type === undefined ? undefined : { key: nameKey(type), value: type };
  }

  protected override tell({ appeared, vanished }: Turn<string, LossReason>): TypeEvent[] {
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

/** Browsing without resolution: which instances there are, by name alone. */
export class InstanceNamesView extends PointerView<InstanceName, InstanceNameEvent> {
  /**
   * @param spec as for `InstanceView`
   * @throws MdnsError `invalid-name` for a subtype that is no label
   */
  constructor({ typeName, subtype }: { readonly typeName: Name; readonly subtype?: string | Uint8Array }) {
    super(subtype === undefined ? typeName : subtypeName(subtype, typeName));
  }

  protected override read(target: Name): Named<InstanceName> | undefined {
    const value = readInstanceName(target);
    return value && { key: nameKey(target), value };
  }

  protected override tell({ appeared, vanished }: Turn<InstanceName, LossReason>): InstanceNameEvent[] {
    return [
      ...vanished.map(({ value: instance, reason }) => ({ event: 'down', instance, reason }) as const),
      ...appeared.map((instance) => ({ event: 'up', instance }) as const),
    ];
  }
}
