/**
 * The parts of the cache: names, the record sets at a name, the records of a set, and the questions open for a name.
 */
import { CLASS_ANY, MULTICAST_GAP_MS } from '../constants.js';
import { Scheduled } from '../deadline-heap.js';
import { recordHash } from '../query/name-hash.js';
import type { KnownRecord } from '../query/record-choice.js';
import type { Question, ResourceRecord, TypeAndClass } from '../record.js';
import { entryBytes } from './footprint.js';
import { HeardSet } from './heard-set.js';
import type { Linked, Place, Queue } from './lru.js';
import type { Observation } from './observation.js';
import { type Life, type LifeEvent, type LifeState, lifeOf, type RemovalReason } from './record-life.js';
import { Roster } from './roster.js';
import { serves } from './set-kind.js';
import { SetsOfName } from './sets-of-name.js';
import type { Source } from './source.js';

/** Records of a name from which on they have a roster: nearly all names have few, and never too many. */
const MANY = 16;

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
  readonly sets = new SetsOfName<CachedSet>();
  /**
   * Replaced instead of extended: mostly it has one element or none, and V8 reserves room for 17 in a growing array.
   */
  wants: readonly Want[] = [];
  /**
   * Maintained by the store: whether records at this name are relevant even while unasked records are not accepted;
   * undefined until it is weighed.
   */
  isRelevant: boolean | undefined = undefined;
  /** The number of its records. */
  size = 0;
  #roster: Roster<Entry> | undefined = undefined;

  constructor(readonly key: string) {}

  /** Notes that one of its records was heard again. */
  enterAgain(entry: Entry): void {
    this.#roster?.enter(entry);
  }

  /** Notes that one of its records is new, or has become wanted or idle. */
  enter(entry: Entry, isNew: boolean, limit: number): void {
    if (isNew) this.size += 1;
    if (this.#roster !== undefined) this.#roster.enter(entry);
    else if (this.size >= Math.min(limit, MANY)) this.#roster = new Roster([...entriesAt(this)]);
  }

  leave(entry: Entry): void {
    this.size -= 1;
    this.#roster?.leave(entry);
  }

  /** The record to evict for another one at this name; there is none while it has few. */
  victim(forWanted: boolean): Entry | undefined {
    return this.#roster?.victim(forWanted);
  }

  set(type: string, rrclass: number): CachedSet | undefined {
    return this.sets.get(type, rrclass);
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
    if (question.type !== 'A' && question.type !== 'AAAA') return undefined;
    return this.set('CNAME', question.class);
  }

  want(question: TypeAndClass): Want | undefined {
    const { wants } = this;
    for (let i = 0; i < wants.length; i++) {
      const want = wants[i] as Want;
      if (want.question.type === question.type && want.question.class === question.class) return want;
    }
    return undefined;
  }

  /** Whether records of a set are kept in preference to others: they answer an open question, or may deny one. */
  wantsSet(set: TypeAndClass): boolean {
    // No iterator for one or two questions: until V8 has compiled it, each step of one makes an object.
    const { wants } = this;
    for (let i = 0; i < wants.length; i++) {
      const { question } = wants[i] as Want;
      if (serves(question, set) || (set.type === 'NSEC' && set.class === question.class)) return true;
    }
    return false;
  }

  /** The number of sets that are not shared: with one, at least one record at the name belongs to a single host. */
  ownedSets = 0;

  get isIdle(): boolean {
    return this.sets.size === 0 && this.wants.length === 0;
  }
}

/** A function, as a private method would take a field in each object. */
function* entriesAt({ sets }: CachedName): Generator<Entry> {
  for (const set of sets.values()) yield* set.values();
}

/** The records of one name, type and class. */
export class CachedSet extends HeardSet<Entry> {
  readonly class: number;
  wanted = false;
  /** The position of the next query within the random variation of a refresh point, in parts of `POSITIONS`. */
  position: number;
  /** Of other hosts' questions for it; undefined unless there were any. */
  observation: Observation<CachedSet> | undefined = undefined;
  /** The count of unread responses that were dropped, as of when it became idle: updates may be missed since then. */
  missed = 0;
  /** Another set of its name. */
  next: CachedSet | undefined = undefined;

  constructor(
    readonly name: CachedName,
    readonly type: string,
    rrclass: number,
    position: number,
  ) {
    super();
    this.class = rrclass;
    this.position = position;
  }

  /** Whether changes of its records are reported to a watcher. */
  get isReported(): boolean {
    if (!this.wanted) return false;
    const { wants } = this.name;
    for (let i = 0; i < wants.length; i++) if (serves((wants[i] as Want).question, this)) return true;
    return false;
  }

  /**
   * The open questions for which its records are refreshed. For NSEC those that it denies, but not type ANY, which is
   * not answered with NSEC (RFC 6762 section 6.1).
   */
  askedBy(): Question[] {
    return this.name.wants.filter((want) => this.#isAskedBy(want)).map(({ question }) => question);
  }

  /** Whether there is such a question. */
  get isAsked(): boolean {
    const { wants } = this.name;
    for (let i = 0; i < wants.length; i++) if (this.#isAskedBy(wants[i] as Want)) return true;
    return false;
  }

  #isAskedBy({ question, denied }: Want): boolean {
    if (this.type !== 'NSEC') return serves(question, this);
    return question.type === 'NSEC' || (denied && question.class === this.class);
  }
}

const [fresh, removed] = [lifeOf('fresh'), lifeOf('removed')];

/** A response that is recognised when it comes again. */
interface Remembered {
  forget(): void;
}

/** One cached record and its future. Its deadline is when to ask for it again, or when it expires if that is sooner. */
export class Entry extends Scheduled implements KnownRecord, Linked<Entry> {
  phase: Life = fresh;
  receivedAt = 0;
  /** Since when it has been cached without interruption. */
  firstHeardAt = 0;
  /** The lifetime in milliseconds: the TTL, up to our limit. */
  lifetime: number;
  /** When it ends, if that is sooner than its lifetime says. */
  endsAt: number | undefined = undefined;
  /** When a client doubted it, only while it is doubted; after a goodbye, when to ask whether another host has it. */
  turnedAt = 0;
  /** When another host last listed it as a known answer, which keeps its owner from answering with it. */
  excusedAt: number | undefined = undefined;
  /** Its position among the records of its source. */
  queue: Queue<Entry> | undefined = undefined;
  older: Entry | undefined = undefined;
  newer: Entry | undefined = undefined;
  /** Its positions among the records of its name, and of its set, if these have an order. */
  inName: Place<Entry> | undefined = undefined;
  inSet: Place<Entry> | undefined = undefined;
  /** The hash by which it is recognised before it is decoded. */
  readonly hash: number;
  /** Bytes that it keeps in memory; see `footprint.ts`. */
  readonly bytes: number;
  /** Whether it is counted as wanted. */
  isWanted = false;
  /** The remembered responses that contain it; they are forgotten when it is removed. */
  repeats: Remembered | Set<Remembered> | undefined = undefined;

  constructor(
    public record: ResourceRecord,
    /** The source that sent it first: the record counts towards that source's share as long as it is cached. */
    readonly source: Source<Entry>,
    readonly set: CachedSet,
    maxTtl: number,
  ) {
    super();
    this.lifetime = lifetimeOf(record, maxTtl);
    this.hash = recordHash(record);
    this.bytes = entryBytes(record, set.size > 0);
  }

  get life(): LifeState {
    return this.phase.state;
  }

  /** The reason for its removal if its time is over now. */
  get endsAs(): RemovalReason {
    return this.phase.endsAs;
  }

  get expiresAt(): number {
    return this.endsAt ?? this.receivedAt + this.lifetime;
  }

  /** When to ask for it again; Infinity for never. */
  get askAt(): number {
    return this.deadline < this.expiresAt ? this.deadline : Infinity;
  }

  /** Restarts its lifetime: it was heard again. */
  renew(record: ResourceRecord, now: number, maxTtl: number): void {
    // Keeps the old object if the new one is equal, since it is in memory already.
    if (this.record !== record && !isSpeltAlike(this.record, record)) {
      this.record = record;
      this.lifetime = lifetimeOf(record, maxTtl);
    }
    this.receivedAt = now;
    this.endsAt = undefined;
    if (this.phase !== fresh) become(this, 'heard');
    this.set.noteHeard(this);
  }

  /**
   * Shortens its lifetime. Never extends it: a second goodbye does not postpone the removal (RFC 6762 sections 10.1 and
   * 10.2).
   */
  shorten(why: 'goodbye' | 'flushed' | 'denied' | 'link.lost', expiresAt: number): void {
    if (expiresAt < this.expiresAt && become(this, why)) this.endsAt = expiresAt;
  }

  /** Revokes a goodbye, because another host has the record, too. */
  restore(): void {
    if (!become(this, 'held.elsewhere')) return;
    this.endsAt = undefined;
    this.set.noteHeard(this);
  }

  /**
   * Doubts it: it is removed after `ms` unless it is heard again, and queried meanwhile. False if its end is certain
   * already.
   */
  doubt(now: number, ms: number): boolean {
    if (!this.isSound(now) || !become(this, 'doubted')) return false;
    this.endsAt = Math.min(this.expiresAt, now + ms);
    this.turnedAt = now;
    return true;
  }

  /** It is no longer in the cache. */
  end(): void {
    this.phase = removed;
    if (this.repeats instanceof Set) for (const repeat of this.repeats) repeat.forget();
    else this.repeats?.forget();
  }

  /** Passes the refresh points that begin until `time`. */
  passPoints(time: number): void {
    while (this.nextPointAt <= time) become(this, 'due');
  }

  /** When its next refresh point begins; Infinity when there is none ahead. */
  get nextPointAt(): number {
    return this.receivedAt + this.lifetime * this.phase.nextPoint;
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
    return this.phase.isBelieved && this.expiresAt > now;
  }
}

/** In milliseconds. */
function lifetimeOf({ ttl }: ResourceRecord, maxTtl: number): number {
  return Math.min(ttl, maxTtl) * 1000;
}

/** False where the event makes no difference. A function, as a private method would take a field in each object. */
function become(entry: Entry, event: LifeEvent): boolean {
  const next = entry.phase.after[event];
  if (next !== undefined) entry.phase = next;
  return next !== undefined;
}

/** Whether two records of one identity also have the same spelling, TTL and cache-flush bit. */
function isSpeltAlike(a: ResourceRecord, b: ResourceRecord): boolean {
  if (a.ttl !== b.ttl || a.cacheFlush !== b.cacheFlush || a.name !== b.name) return false;
  if ('target' in a) return 'target' in b && a.target === b.target;
  return !('next' in a) || ('next' in b && a.next === b.next);
}
