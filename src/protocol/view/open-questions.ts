import { nameKey } from '../name.js';
import { dataKey, keptSetKey, type QuestionKey, type ResourceRecord, setKey } from '../record.js';
import { SmallMap } from '../small-map.js';
import type { LinkInfo, LinkQuestion, LossReason, RecordChanges } from './view.js';

/** One question on one link, and what the link's cache holds in answer to it. */
export interface Watch<S> {
  /** As the link is now. */
  readonly link: LinkInfo;
  readonly question: QuestionKey;
  /** What it is asked for. */
  readonly subject: S;
  /** By data, and by type where the question is for any; the oldest first. */
  readonly held: Pick<SmallMap<string, HeldRecord>, 'size' | 'values'>;
  /** Its owner said that there is no such record, and nothing was heard to the contrary since (RFC 6762 section 6.1). */
  readonly denied: boolean;
}

export interface HeldRecord {
  readonly record: ResourceRecord;
  /** Grows with every record that is added, over all links. */
  readonly order: number;
  /** When the link first heard it, in milliseconds. */
  readonly heardAt: number;
}

export function isAnswered(watch: Watch<unknown>): boolean {
  return watch.held.size > 0 || watch.denied;
}

/** Told of each change while it is applied. */
export interface WatchListener<S> {
  added(watch: Watch<S>, record: ResourceRecord): void;
  removed(watch: Watch<S>, record: ResourceRecord, reason: LossReason): void;
  denied(watch: Watch<S>): void;
}

interface WatchedLink<S> {
  info: LinkInfo;
  readonly watches: Map<string, OwnWatch<S>>;
}

/** What most questions hold for most of their lives: never written to. */
const nothing = new SmallMap<string, HeldRecord>();

class OwnWatch<S> implements Watch<S> {
  readonly #on: WatchedLink<S>;
  held = nothing;
  denied = false;

  constructor(
    on: WatchedLink<S>,
    readonly question: QuestionKey,
    readonly subject: S,
  ) {
    this.#on = on;
  }

  get link(): LinkInfo {
    return this.#on.info;
  }
}

/**
 * The questions of one view on all its links. Records find their question by key, so that what arrives costs the same however
 * many questions there are.
 */
export class Watches<S> {
  readonly #links = new Map<string, WatchedLink<S>>();
  readonly #listener: WatchListener<S>;
  #open: LinkQuestion[] = [];
  #close: LinkQuestion[] = [];
  #asksForAny = false;
  #order = 0;

  constructor(listener: WatchListener<S>) {
    this.#listener = listener;
  }

  /** Whether the link is new. */
  openLink(info: LinkInfo): boolean {
    if (this.#links.has(info.id)) return false;
    this.#links.set(info.id, { info, watches: new Map() });
    return true;
  }

  /** The interface of the link has other addresses now. Whether the link is known. */
  changeLink(info: LinkInfo): boolean {
    const link = this.#links.get(info.id);
    if (link) link.info = info;
    return link !== undefined;
  }

  /** Forgets the link and returns the questions that were open there, with what they held. Nobody is told. */
  closeLink(linkId: string): Iterable<Watch<S>> {
    const link = this.#links.get(linkId);
    if (!link) return [];
    this.#links.delete(linkId);
    this.#open = this.#open.filter((asked) => asked.link !== linkId);
    return link.watches.values();
  }

  /** Asks on an open link; undefined when it is not. A question is asked once. */
  want(linkId: string, question: QuestionKey, subject: S): Watch<S> | undefined {
    const link = this.#links.get(linkId);
    if (!link) return undefined;
    const watch = new OwnWatch(link, question, subject);
    link.watches.set(keptSetKey(question), watch);
    this.#open.push({ link: linkId, question });
    if (question.type === 'ANY') this.#asksForAny = true;
    return watch;
  }

  /** Ends a question, to be drained before anything else happens. What it held is forgotten: when it is asked again, the link tells it again. */
  unwant({ link, question }: Watch<S>): void {
    if (this.#links.get(link.id)?.watches.delete(setKey(question))) this.#close.push({ link: link.id, question });
  }

  /** Records that went are told before those that came. */
  apply(linkId: string, changes: RecordChanges, now: number): void {
    const link = this.#links.get(linkId);
    if (!link) return;
    for (const { record, reason } of changes.removed) {
      this.#remove(link.watches.get(setKey(record)), record, reason);
      if (this.#asksForAny) this.#remove(link.watches.get(anyTypeKey(record)), record, reason);
    }
    for (const [i, record] of changes.added.entries()) {
      const heardAt = changes.heardAt?.[i] ?? now;
      this.#add(link.watches.get(setKey(record)), record, heardAt);
      if (this.#asksForAny) this.#add(link.watches.get(anyTypeKey(record)), record, heardAt);
    }
    for (const question of changes.denied) this.#deny(link.watches.get(setKey(question)));
  }

  #remove(watch: OwnWatch<S> | undefined, record: ResourceRecord, reason: LossReason): void {
    if (watch?.held.delete(heldKey(watch, record))) this.#listener.removed(watch, record, reason);
  }

  /** A record may come twice: in a change, and as what a question found when it was opened. */
  #add(watch: OwnWatch<S> | undefined, record: ResourceRecord, heardAt: number): void {
    if (!watch) return;
    watch.denied = false;
    const key = heldKey(watch, record);
    if (watch.held.has(key)) return;
    if (watch.held === nothing) watch.held = new SmallMap();
    watch.held.set(key, { record, order: this.#order++, heardAt });
    this.#listener.added(watch, record);
  }

  #deny(watch: OwnWatch<S> | undefined): void {
    if (!watch || watch.denied) return;
    watch.denied = true;
    this.#listener.denied(watch);
  }

  *all(): Iterable<Watch<S>> {
    for (const link of this.#links.values()) yield* link.watches.values();
  }

  /** What the links have to be told since the last time. */
  drain(): { readonly open: readonly LinkQuestion[]; readonly close: readonly LinkQuestion[] } {
    const drained = { open: this.#open, close: this.#close };
    this.#open = [];
    this.#close = [];
    return drained;
  }
}

/** The key of the question for any type that a record answers besides that for its own. */
function anyTypeKey(record: ResourceRecord): string {
  return `${nameKey(record.name)} ANY ${record.class}`;
}

/** The identity of a record among the answers to one question; for most a string that the cache has too. */
function heldKey({ question }: Watch<unknown>, record: ResourceRecord): string {
  return question.type === 'ANY' ? `${record.type} ${dataKey(record)}` : dataKey(record);
}
