import { ByData, ByTypeAndData } from '../by-data.js';
import { type Name, nameKey } from '../name.js';
import {
  type KeptQuestion,
  keptQuestion,
  type QuestionKey,
  type RecordHead,
  type ResourceRecord,
  setKey,
  type TargetData,
} from '../record.js';
import type { AlongRecord, AskedQuestion, LinkInfo, LinkQuestion, LossReason, RecordChanges } from './view.js';

/** One question on one link, and the answers in the link's cache. */
export interface OpenQuestion<S> {
  /** The present state of the link. */
  readonly link: LinkInfo;
  readonly question: QuestionKey;
  /** What the view asks it for. */
  readonly subject: S;
  /** The answers, the oldest first. */
  readonly records: Pick<ByData<HeardRecord>, 'size' | 'values'>;
  /** By key: the names that the asked name is an alias of (CNAME), if it asks for addresses. */
  readonly aliasOf: ReadonlyMap<string, Name>;
  /** Whether its owner has denied that there is such a record, and none was heard since (RFC 6762 section 6.1). */
  readonly denied: boolean;
}

interface HeardRecord {
  readonly record: ResourceRecord;
  /** Increases with every record that is added on any link. */
  readonly order: number;
  /** When the link first heard it, in whole milliseconds, which take no memory of their own in V8. */
  readonly heardAt: number;
  /** The address of the peer that sent it first. */
  readonly source: string;
}

export function isAnswered(open: OpenQuestion<unknown>): boolean {
  return open.records.size > 0 || open.denied;
}

/** Whether the name turned out to be an alias, so that the answers are at another name. */
export function isAlias(open: OpenQuestion<unknown>): boolean {
  return open.aliasOf.size > 0;
}

/** Whether one of the answers came after another one, which had this order. */
export function hasNewer(open: OpenQuestion<unknown>, order: number): boolean {
  for (const heard of open.records.values()) if (heard.order > order) return true;
  return false;
}

type Alias = RecordHead & TargetData;

/** Called for each change while it is applied. */
export interface QuestionListener<S> {
  added(open: OpenQuestion<S>, record: ResourceRecord, source: string, leftMs: number): void;
  /** @param order as in `OpenQuestion.records` */
  removed(open: OpenQuestion<S>, record: ResourceRecord, reason: LossReason, order: number): void;
  denied(open: OpenQuestion<S>): void;
  /** Another name that its name is an alias of, or, with a reason, one less. Default: nothing happens. */
  aliased?(open: OpenQuestion<S>, reason: LossReason | undefined): unknown;
}

interface QuestionsOnLink<S> {
  info: LinkInfo;
  /** What came along since the last `drain`, by question. */
  readonly along: Map<string, AlongRecord[]>;
  readonly questions: Map<string, OwnQuestion<S>>;
}

/** Shared by all questions without answers, which most are; never written to. */
const nothing = new ByData<HeardRecord>();
const noAlias: ReadonlyMap<string, Name> = new Map();

class OwnQuestion<S> implements OpenQuestion<S> {
  readonly #on: QuestionsOnLink<S>;
  records = nothing;
  aliasOf = noAlias;
  denied = false;

  constructor(
    on: QuestionsOnLink<S>,
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
 * The open questions of one view on all its links. Records find their question by key, so the cost of a record does not
 * depend on the number of questions.
 */
export class OpenQuestions<S> {
  readonly #links = new Map<string, QuestionsOnLink<S>>();
  readonly #listener: QuestionListener<S>;
  #open: LinkQuestion[] = [];
  #close: LinkQuestion[] = [];
  #asksForAny = false;
  #order = 0;

  constructor(listener: QuestionListener<S>) {
    this.#listener = listener;
  }

  /** @returns whether the link is new */
  openLink(info: LinkInfo): boolean {
    if (this.#links.has(info.id)) return false;
    this.#links.set(info.id, { info, along: new Map(), questions: new Map() });
    return true;
  }

  /** The addresses of the link's interface have changed. @returns whether the link is known */
  changeLink(info: LinkInfo): boolean {
    const link = this.#links.get(info.id);
    if (link) link.info = info;
    return link !== undefined;
  }

  /** Forgets the link without calling the listener. @returns the questions that were open there, with their answers */
  closeLink(linkId: string): Iterable<OpenQuestion<S>> {
    const link = this.#links.get(linkId);
    if (!link) return [];
    this.#links.delete(linkId);
    this.#open = this.#open.filter((asked) => asked.link !== linkId);
    return link.questions.values();
  }

  /**
   * Opens a question on a link; undefined if the link is not open. A question must be opened once only. Its listener is
   * called for the answers that came along before this returns.
   */
  ask(linkId: string, question: AskedQuestion, subject: S): OpenQuestion<S> | undefined {
    const link = this.#links.get(linkId);
    if (!link) return undefined;
    const kept = keptQuestion(question);
    const open = new OwnQuestion(link, kept, subject);
    link.questions.set(kept.key, open);
    const along = link.along.get(kept.key);
    this.#open.push({ link: linkId, question: asked(kept, question.follow, along) });
    if (question.type === 'ANY') this.#asksForAny = true;
    for (let i = 0; along !== undefined && i < along.length; i++) {
      const { record, firstHeardAt, source } = along[i] as AlongRecord;
      this.#add(open, record, firstHeardAt, source);
    }
    return open;
  }

  /**
   * Closes a question and forgets its answers; call `drain` before anything else happens. When it is opened again, the
   * link reports its answers again.
   */
  end({ link, question }: OpenQuestion<S>): void {
    if (this.#links.get(link.id)?.questions.delete(setKey(question))) this.#close.push({ link: link.id, question });
  }

  /** Applies changes; calls the listener for removed records first. */
  apply(linkId: string, changes: RecordChanges, now: number): void {
    const link = this.#links.get(linkId);
    if (!link) return;
    for (const { record, reason } of changes.removed) {
      this.#remove(link.questions.get(setKey(record)), record, reason);
      if (this.#asksForAny) this.#remove(link.questions.get(anyTypeKey(record)), record, reason);
      if (record.type === 'CNAME') this.#alias(link, record, reason);
    }
    const { added } = changes;
    let open: OwnQuestion<S> | undefined;
    for (let i = 0; i < added.length; i++) {
      const record = added[i] as ResourceRecord;
      const before = i === 0 ? undefined : added[i - 1];
      // The pointers of a packet are mostly of one type.
      const isAlike = before?.name === record.name && before.type === record.type && before.class === record.class;
      if (!isAlike) open = link.questions.get(setKey(record));
      const heardAt = changes.heardAt?.[i] ?? now;
      const source = changes.sources?.[i] ?? '';
      const left = changes.leftMs?.[i];
      this.#add(open, record, heardAt, source, left);
      if (this.#asksForAny) this.#add(link.questions.get(anyTypeKey(record)), record, heardAt, source, left);
      if (record.type === 'CNAME') this.#alias(link, record, undefined);
    }
    for (const question of changes.denied) this.#deny(link.questions.get(setKey(question)));
    for (const along of changes.along ?? []) {
      const key = setKey(along.record);
      const others = link.along.get(key);
      if (others) others.push(along);
      else link.along.set(key, [along]);
    }
  }

  #remove(open: OwnQuestion<S> | undefined, record: ResourceRecord, reason: LossReason): void {
    const heard = open?.records.find(record);
    if (open === undefined || heard === undefined) return;
    open.records.delete(heard);
    this.#listener.removed(open, record, reason, heard.order);
  }

  /** A record may come twice: in a change, and as an answer when its question was opened. */
  #add(
    open: OwnQuestion<S> | undefined,
    record: ResourceRecord,
    heardAt: number,
    source: string,
    leftMs = record.ttl * 1000,
  ): void {
    if (!open) return;
    open.denied = false;
    if (open.records.find(record) !== undefined) return;
    if (open.records === nothing) open.records = open.question.type === 'ANY' ? new ByTypeAndData() : new ByData();
    open.records.add({ record, order: this.#order++, heardAt: Math.floor(heardAt), source });
    this.#listener.added(open, record, source, leftMs);
  }

  #alias(link: QuestionsOnLink<S>, { name, class: rrclass, target }: Alias, reason: LossReason | undefined): void {
    for (const type of ['A', 'AAAA']) {
      const open = link.questions.get(setKey({ name, type, class: rrclass }));
      if (!open) continue;
      const names = new Map(open.aliasOf);
      if (reason === undefined) names.set(nameKey(target), target);
      else names.delete(nameKey(target));
      open.aliasOf = names.size === 0 ? noAlias : names;
      this.#listener.aliased?.(open, reason);
    }
  }

  #deny(open: OwnQuestion<S> | undefined): void {
    if (!open || open.denied) return;
    open.denied = true;
    this.#listener.denied(open);
  }

  *all(): Iterable<OpenQuestion<S>> {
    for (const link of this.#links.values()) yield* link.questions.values();
  }

  /** Returns the questions opened and closed since the last call, and forgets what came along. */
  drain(): { readonly open: readonly LinkQuestion[]; readonly close: readonly LinkQuestion[] } {
    const drained = { open: this.#open, close: this.#close };
    this.#open = [];
    this.#close = [];
    // V8 makes a new table for each map that is cleared.
    for (const { along } of this.#links.values()) if (along.size > 0) along.clear();
    return drained;
  }
}

/** Built field by field: a spread with one property more would give each copy its own hidden class in V8. */
function asked(kept: KeptQuestion, follow: boolean | undefined, along: readonly AlongRecord[] | undefined) {
  const { name, type, class: rrclass } = kept;
  const told = along?.map(({ record }) => record);
  return { name, type, class: rrclass, kept, follow, told };
}

/** The key of the question of type ANY that a record answers as well. */
function anyTypeKey(record: ResourceRecord): string {
  return `${nameKey(record.name)} ANY ${record.class}`;
}
