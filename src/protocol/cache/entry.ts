/**
 * The parts of the cache: names, the record sets at a name, the records of a set, and the questions open for a name.
 */
import { isAliasFor } from '../aliases.js';
import { CLASS_ANY, CLASS_IN, MULTICAST_GAP_MS } from '../constants.js';
import { Scheduled } from '../deadline-heap.js';
import { recordHash } from '../query/name-hash.js';
import type { KnownRecord } from '../query/record-choice.js';
import { answers, type Question, type ResourceRecord, type TypeAndClass } from '../record.js';
import { SmallMap } from '../small-map.js';
import { entryBytes, kindOf, type RecordKind } from './footprint.js';
import { Queue, QueueNode } from './lru.js';
import { isBelieved, type LifeEvent, type LifeState, lifeAfter, nextPoint } from './record-life.js';
import { type Roster, RosterNode } from './roster.js';
import type { Source } from './source.js';

/** A question that a watcher has open. */
export interface Want {
  readonly question: Question;
  /** Whether an NSEC record denies that there is an answer. */
  denied: boolean;
  /** Whether there is a unique answer or a denial, so that there is no need to ask (RFC 6762 section 5.2). */
  settled: boolean;
  /** Whether it was reported as answered since it was last asked: there is no series of queries to end. */
  told: boolean;
}

export class CachedName {
  readonly sets = new SmallMap<string, CachedSet>();
  /**
   * Replaced instead of extended: mostly it has one element or none, and V8 reserves room for 17 in a growing array.
   */
  wants: readonly Want[] = [];
  /** Maintained by the store: whether records at this name are relevant even while unasked records are not accepted. */
  isRelevant = false;

  constructor(
    readonly key: string,
    readonly roster: Roster<Entry>,
  ) {}

  set(type: string, rrclass: number): CachedSet | undefined {
    return this.sets.get(typeKey(type, rrclass));
  }

  /** The sets that answer a question; several for the type or class ANY. */
  setsFor(question: TypeAndClass): CachedSet[] {
    if (question.type === 'ANY' || question.class === CLASS_ANY) {
      return [...this.sets.values()].filter((set) => serves(question, set));
    }
    const set = this.set(question.type, question.class);
    const alias = this.aliasFor(question);
    if (alias) return set === undefined ? [alias] : [set, alias];
    return set === undefined ? [] : [set];
  }

  /** The alias that answers a question for addresses, if the name has one. */
  aliasFor(question: TypeAndClass): CachedSet | undefined {
    const alias = this.set('CNAME', question.class);
    return alias && isAliasFor(question, alias) ? alias : undefined;
  }

  want(question: TypeAndClass): Want | undefined {
    return this.wants.find((want) => want.question.type === question.type && want.question.class === question.class);
  }

  /** Whether records of a set are kept in preference to others: they answer an open question, or may deny one. */
  wantsSet(set: TypeAndClass): boolean {
    return this.wants.some(
      ({ question }) => serves(question, set) || (set.type === 'NSEC' && set.class === question.class),
    );
  }

  /** The number of sets that are not shared: with one, at least one record at the name belongs to a single host. */
  ownedSets = 0;

  get isIdle(): boolean {
    return this.sets.size === 0 && this.wants.length === 0;
  }
}

/**
 * The records of one name, type and class. Its deadline ends the observation of unanswered questions
 * (`passive-failure.ts`).
 */
export class CachedSet extends Scheduled {
  readonly entries = new SmallMap<string, Entry>();
  /** In the order in which they were last heard, without those that will be removed within a second. */
  readonly heard = new Queue<Entry>();
  readonly class: number;
  wanted = false;
  /** In [0, 1): the position of the next query within the random variation of a refresh point. */
  variation: number;
  /** The number of other hosts' questions since `askedFrom` that count (RFC 6762 section 10.5). */
  askedCount: 0 | 1 | 2 = 0;
  askedFrom = -Infinity;
  /** The epoch since which no update of this set can have been missed; 0 if updates may be missed now. */
  epoch = 0;

  constructor(
    readonly name: CachedName,
    readonly type: string,
    rrclass: number,
    variation: number,
  ) {
    super();
    this.class = rrclass;
    this.variation = variation;
  }

  /** Whether changes of its records are reported to a watcher. */
  get isReported(): boolean {
    return this.wanted && this.name.wants.some(({ question }) => serves(question, this));
  }

  /**
   * The open questions for which its records are refreshed. For NSEC those that it denies, but not type ANY, which is
   * not answered with NSEC (RFC 6762 section 6.1).
   */
  askedBy(): Question[] {
    const questions: Question[] = [];
    for (const { question, denied } of this.name.wants) {
      const asked =
        this.type === 'NSEC'
          ? question.type === 'NSEC' || (denied && question.class === this.class)
          : serves(question, this);
      if (asked) questions.push(question);
    }
    return questions;
  }
}

/** One cached record and its future. Its deadline is the earlier of `expiresAt` and `askAt`. */
export class Entry extends Scheduled implements KnownRecord {
  receivedAt = 0;
  /** Since when it has been cached without interruption. */
  firstHeardAt = 0;
  /** The lifetime in milliseconds: the TTL, up to our limit. */
  lifetime = 0;
  expiresAt = 0;
  life: LifeState = 'fresh';
  /** When to ask for it again; Infinity for never. */
  askAt = Infinity;
  /** When a client doubted it; only while it is doubted. */
  doubtedAt = 0;
  /** When to ask whether another host has the record after a goodbye; only after one. */
  goodbyeQuestionAt = 0;
  /** When another host last listed it as a known answer, which keeps its owner from answering with it. */
  excusedAt = -Infinity;
  /** Its positions among the records of its source and of its name. */
  readonly node: QueueNode<Entry> = new QueueNode<Entry>(this);
  readonly rosterNode: RosterNode<Entry>;
  readonly inSet: QueueNode<Entry> = new QueueNode<Entry>(this);
  /** The hash by which it is recognised before it is decoded. */
  readonly hash: number;
  readonly kind: RecordKind;
  /** Bytes that it keeps in memory; see `footprint.ts`. */
  readonly bytes: number;
  /** Whether it is counted as wanted. */
  isWanted = false;
  /** The remembered responses that contain it; they are forgotten when it is removed. */
  repeats: Set<{ forget(): void }> | undefined;

  constructor(
    public record: ResourceRecord,
    readonly dataKey: string,
    /** The source that sent it first: the record counts towards that source's share as long as it is cached. */
    readonly source: Source<Entry>,
    readonly set: CachedSet,
  ) {
    super();
    this.rosterNode = new RosterNode<Entry>(this, set.name.roster);
    this.hash = recordHash(record);
    this.kind = kindOf(record);
    this.bytes = entryBytes(record, dataKey);
  }

  /** Restarts its lifetime: it was heard again. */
  renew(record: ResourceRecord, now: number, maxTtl: number): void {
    // Keeps the old object if the new one is equal, since it is in memory already.
    if (!isSpeltAlike(this.record, record)) this.record = record;
    this.receivedAt = now;
    this.lifetime = Math.min(record.ttl, maxTtl) * 1000;
    this.expiresAt = now + this.lifetime;
    this.#become('heard');
    this.set.heard.push(this.inSet);
  }

  /**
   * Shortens its lifetime. Never extends it: a second goodbye does not postpone the removal (RFC 6762 sections 10.1 and
   * 10.2).
   */
  shorten(why: 'goodbye' | 'flushed' | 'denied' | 'link.lost', expiresAt: number): void {
    if (expiresAt < this.expiresAt && this.#become(why)) this.expiresAt = expiresAt;
  }

  /** Revokes a goodbye, because another host has the record, too. */
  restore(): void {
    if (!this.#become('held.elsewhere')) return;
    this.expiresAt = this.receivedAt + this.lifetime;
    this.set.heard.push(this.inSet);
  }

  /**
   * Doubts it: it is removed after `ms` unless it is heard again, and queried meanwhile. False if its end is certain
   * already.
   */
  doubt(now: number, ms: number): boolean {
    if (!this.isSound(now) || !this.#become('doubted')) return false;
    this.expiresAt = Math.min(this.expiresAt, now + ms);
    this.doubtedAt = now;
    return true;
  }

  /** It is no longer in the cache. */
  end(): void {
    this.life = 'removed';
    for (const repeat of this.repeats ?? []) repeat.forget();
  }

  /** Passes the refresh points that begin until `time`. */
  passPoints(time: number): void {
    while (this.nextPointAt <= time) this.#become('due');
  }

  /** When its next refresh point begins; Infinity when there is none ahead. */
  get nextPointAt(): number {
    const point = nextPoint(this.life);
    return point === undefined ? Infinity : this.receivedAt + this.lifetime * point;
  }

  /** False where the event makes no difference. */
  #become(event: LifeEvent): boolean {
    const next = lifeAfter(this.life, event);
    if (next !== undefined) this.life = next;
    return next !== undefined;
  }

  /** The question that it answers, in its owner's spelling. */
  get question(): Question {
    const { name, type } = this.record;
    return { name, type, class: this.record.class, unicastResponse: false };
  }

  isFresh(source: string, ttl: number, now: number): boolean {
    return (
      this.source.name === source &&
      this.record.ttl === ttl &&
      now - this.receivedAt < MULTICAST_GAP_MS &&
      this.isSound(now)
    );
  }

  /** Whether it has not expired and will not be removed before its TTL. */
  isSound(now: number): boolean {
    return isBelieved(this.life) && this.expiresAt > now;
  }
}

/** Whether two records of one identity also have the same spelling, TTL and cache-flush bit. */
function isSpeltAlike(a: ResourceRecord, b: ResourceRecord): boolean {
  if (a.ttl !== b.ttl || a.cacheFlush !== b.cacheFlush || a.name !== b.name) return false;
  if ('target' in a) return 'target' in b && a.target === b.target;
  return !('next' in a) || ('next' in b && a.next === b.next);
}

/** Whether a record set answers a question. */
function serves(question: TypeAndClass, set: TypeAndClass): boolean {
  return answers(question, set) || isAliasFor(question, set);
}

/** Type and class as one key; almost all records have class IN. */
export function typeKey(type: string, rrclass: number): string {
  return rrclass === CLASS_IN ? type : `${type} ${rrclass}`;
}

/**
 * Whether all hosts share records of a type: the pointers of DNS-SD (RFC 6763 section 4.1), not those of the reverse
 * mapping.
 *
 * @param key the folded name
 */
export function isShared(key: string, type: string): boolean {
  return type === 'PTR' && !key.endsWith('.arpa');
}
