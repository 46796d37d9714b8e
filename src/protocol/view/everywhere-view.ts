/**
 * One view of several domains: a view for each, whose events become one stream. What is the same in several domains is
 * merged by the caller's function.
 */
import { LOCAL_DOMAIN } from '../dns-sd/service.js';
import { type Name, nameKey } from '../name.js';
import type { LinkInfo, RecordChanges, View, ViewUpdate } from './view.js';

/** Turns the events of one domain into what the user gets. */
export type Merge<E> = (domain: Name, events: readonly E[]) => readonly E[];

export class EverywhereView<E> implements View<E> {
  readonly #make: (domain: Name) => View<E>;
  readonly #merge: Merge<E>;
  /** By domain, in the order in which they came. */
  readonly #views = new Map<string, { readonly domain: Name; readonly view: View<E> }>();
  readonly #byLink = new Map<string, View<E>>();

  constructor(make: (domain: Name) => View<E>, merge: Merge<E> = (_, events) => events) {
    this.#make = make;
    this.#merge = merge;
    // A mistake in what is asked for shows here, and not when a link opens.
    this.#viewOf(LOCAL_DOMAIN);
  }

  linkOpened(link: LinkInfo, now: number): void {
    const view = this.#viewOf(link.domain ?? LOCAL_DOMAIN);
    this.#byLink.set(link.id, view);
    view.linkOpened(link, now);
  }

  linkChanged(link: LinkInfo, now: number): void {
    this.#byLink.get(link.id)?.linkChanged(link, now);
  }

  linkClosed(linkId: string, now: number): void {
    this.#byLink.get(linkId)?.linkClosed(linkId, now);
    this.#byLink.delete(linkId);
  }

  apply(linkId: string, changes: RecordChanges, now: number): void {
    this.#byLink.get(linkId)?.apply(linkId, changes, now);
  }

  update(now: number): ViewUpdate<E> {
    const updates = [...this.#views.values()].map(({ domain, view }) => ({ domain, ...view.update(now) }));
    return {
      events: updates.flatMap(({ domain, events }) => this.#merge(domain, events)),
      open: updates.flatMap(({ open }) => open),
      close: updates.flatMap(({ close }) => close),
      deadline: Math.min(...updates.map(({ deadline }) => deadline)),
      done: updates.every(({ done }) => done),
      leftOut: updates.flatMap(({ leftOut = [] }) => leftOut),
    };
  }

  toJSON(): object {
    return { domains: [...this.#views.values()].map(({ view }) => view) };
  }

  #viewOf(domain: Name): View<E> {
    const key = nameKey(domain);
    const known = this.#views.get(key);
    if (known) return known.view;
    const view = this.#make(domain);
    this.#views.set(key, { domain, view });
    return view;
  }
}
