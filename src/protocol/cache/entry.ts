/** What the cache is made of: names, the record sets at a name, the records of a set, and what is wanted of a name. */
import { CLASS_ANY, CLASS_IN, MULTICAST_GAP_MS } from '../constants.js';
import { Scheduled } from '../deadline-heap.js';
import { recordHash } from '../query/name-hash.js';
import type { KnownRecord } from '../query/record-choice.js';
import type { Question, ResourceRecord } from '../record.js';
import { SmallMap } from '../small-map.js';
import { entryBytes, kindOf, type RecordKind } from './footprint.js';
import { Link, Queue } from './lru.js';
import { Place, type Roster } from './roster.js';
import type { Source } from './source.js';

/** Why a record is no longer in the cache. */
export type RemovalReason =
  /** Its owner said so (RFC 6762 section 10.1). */
  | 'goodbye'
  /** Its TTL ran out. */
  | 'expired'
  /** Its owner replaced it (RFC 6762 section 10.2). */
  | 'flushed'
  /** A client doubted it and nobody confirmed it (RFC 6762 section 10.4). */
  | 'reconfirmed'
  /** Others asked for it and nobody answered (RFC 6762 section 10.5). */
  | 'unobserved'
  /** The cache was full. */
  | 'evicted'
  /** The link went away (RFC 6762 section 10.3). */
  | 'link-lost';

/** A question that somebody on this host has open. */
export interface Want {
  readonly question: Question;
  /** An NSEC record says that there is no answer. */
  denied: boolean;
  /** There is a unique answer or a denial: no need to ask (RFC 6762 section 5.2). */
  settled: boolean;
}

export class CachedName {
  readonly sets = new SmallMap<string, CachedSet>();
  /** Mostly one or none: a list that grows by itself would take room for 17. */
  wants: readonly Want[] = [];
  /** Kept by the store: whether what is said of it matters even when there is no room for what nobody asked for. */
  matters = false;

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
      return [...this.sets.values()].filter((set) => answers(question, set));
    }
    const set = this.set(question.type, question.class);
    return set === undefined ? [] : [set];
  }

  want(question: TypeAndClass): Want | undefined {
    return this.wants.find((want) => want.question.type === question.type && want.question.class === question.class);
  }

  /** Whether records of a set are kept rather than others: they answer a wanted question, or may deny one. */
  wantsSet(set: TypeAndClass): boolean {
    return this.wants.some(
      ({ question }) => answers(question, set) || (set.type === 'NSEC' && set.class === question.class),
    );
  }

  /** Sets that are not shared: what is said about such a name is about somebody. */
  ownedSets = 0;

  get isIdle(): boolean {
    return this.sets.size === 0 && this.wants.length === 0;
  }
}

/** The records of one name, type and class. Its deadline is the verdict on the silence of their owners (`silence.ts`). */
export class CachedSet extends Scheduled {
  readonly entries = new SmallMap<string, Entry>();
  /** In the order in which they were last heard, without those that are gone within a second anyhow. */
  readonly heard = new Queue<Entry>();
  readonly class: number;
  wanted = false;
  /** In [0, 1): where in the variation of a refresh point the next query falls. */
  variation: number;
  /** Questions of other hosts since `askedFrom` that count (RFC 6762 section 10.5). */
  askedCount: 0 | 1 | 2 = 0;
  askedFrom = -Infinity;
  /** The spell of the store's curiosity since which everything that was said about it was heard. */
  spell = 0;

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

  /** Whether somebody wants to be told of its records. */
  get isReported(): boolean {
    return this.wanted && this.name.wants.some(({ question }) => answers(question, this));
  }

  /**
   * The open questions for whose sake its records are asked for again. For NSEC those that it denies, but not type ANY:
   * nobody answers that with an NSEC (RFC 6762 section 6.1).
   */
  askedBy(): Question[] {
    const questions: Question[] = [];
    for (const { question, denied } of this.name.wants) {
      const asked =
        this.type === 'NSEC'
          ? question.type === 'NSEC' || (denied && question.class === this.class)
          : answers(question, this);
      if (asked) questions.push(question);
    }
    return questions;
  }
}

/** One record: what was heard, and what is going to become of it. Its deadline is the earlier of `expiresAt` and `askAt`. */
export class Entry extends Scheduled implements KnownRecord {
  receivedAt = 0;
  /** Since when it has been there without a break. */
  firstHeardAt = 0;
  /** Milliseconds: the TTL as far as we believe it. */
  lifetime = 0;
  expiresAt = 0;
  /** Why it goes when `expiresAt` comes. */
  fate: RemovalReason = 'expired';
  /** When to ask for it again; Infinity for never. */
  askAt = Infinity;
  /** When a client doubted it; only while `fate` is 'reconfirmed'. */
  doubtedAt = 0;
  /** When to ask whether it has another owner than the one who said goodbye; only while `fate` is 'goodbye'. */
  goodbyeQuestionAt = 0;
  /** When another host last asked in a way that forbids the owner to answer with this record. */
  excusedAt = -Infinity;
  /** Among the records of its source, and among those of its name. */
  readonly place: Link<Entry> = new Link<Entry>(this);
  readonly namePlace: Place<Entry>;
  readonly inSet: Link<Entry> = new Link<Entry>(this);
  /** By which it is recognised before it is decoded. */
  readonly hash: number;
  readonly kind: RecordKind;
  /** What it keeps in memory; see `footprint.ts`. */
  readonly bytes: number;
  /** Whether its places say that somebody wants it. */
  isWanted = false;

  constructor(
    public record: ResourceRecord,
    readonly dataKey: string,
    /** Who said it first: the record counts towards that source's bound for as long as it stays. */
    readonly source: Source<Entry>,
    readonly set: CachedSet,
  ) {
    super();
    this.namePlace = new Place<Entry>(this, set.name.roster);
    this.hash = recordHash(record);
    this.kind = kindOf(record);
    this.bytes = entryBytes(record, dataKey);
  }

  /** It was heard: its life begins anew, whatever was to become of it. */
  renew(record: ResourceRecord, now: number, maxTtl: number): void {
    // The same again is not kept twice: what is old has its place in memory already.
    if (!isSpeltAlike(this.record, record)) this.record = record;
    this.receivedAt = now;
    this.lifetime = Math.min(record.ttl, maxTtl) * 1000;
    this.expiresAt = now + this.lifetime;
    this.fate = 'expired';
    this.set.heard.push(this.inSet);
  }

  /** Cuts its life short. Never lengthens it: a second goodbye does not win time (RFC 6762 sections 10.1 and 10.2). */
  doom(expiresAt: number, fate: RemovalReason): void {
    if (expiresAt >= this.expiresAt) return;
    this.expiresAt = expiresAt;
    this.fate = fate;
  }

  /** One of its holders gave it up, and another one is there: what was to become of it before holds. */
  restore(): void {
    this.expiresAt = this.receivedAt + this.lifetime;
    this.fate = 'expired';
    this.set.heard.push(this.inSet);
  }

  /** A client doubts it: it goes within `ms` unless it is heard again, and is asked for meanwhile. */
  doubt(now: number, ms: number): void {
    this.expiresAt = Math.min(this.expiresAt, now + ms);
    this.fate = 'reconfirmed';
    this.doubtedAt = now;
  }

  /** The question to which it is an answer, in its owner's spelling. */
  get question(): Question {
    const { name, type } = this.record;
    return { name, type, class: this.record.class, unicastResponse: false };
  }

  isFresh(source: string, ttl: number, now: number): boolean {
    return (
      this.source.name === source &&
      this.record.ttl === ttl &&
      this.fate === 'expired' &&
      now - this.receivedAt < MULTICAST_GAP_MS &&
      this.expiresAt > now
    );
  }

  /** Neither past its end nor known to end before its TTL. */
  isSound(now: number): boolean {
    return this.fate === 'expired' && this.expiresAt > now;
  }
}

/** Whether two records of one identity are the same in every letter, and in TTL and cache-flush bit. */
function isSpeltAlike(a: ResourceRecord, b: ResourceRecord): boolean {
  if (a.ttl !== b.ttl || a.cacheFlush !== b.cacheFlush || a.name !== b.name) return false;
  if ('target' in a) return 'target' in b && a.target === b.target;
  return !('next' in a) || ('next' in b && a.next === b.next);
}

/** Type and class as one key; almost all records are of class IN. */
export function typeKey(type: string, rrclass: number): string {
  return rrclass === CLASS_IN ? type : `${type} ${rrclass}`;
}

/**
 * Whether records of a type are shared by all hosts: the pointers of DNS-SD (RFC 6763 section 4.1), not those of reverse
 * mapping.
 *
 * @param key the folded name
 */
export function isShared(key: string, type: string): boolean {
  return type === 'PTR' && !key.endsWith('.arpa');
}

interface TypeAndClass {
  readonly type: string;
  readonly class: number;
}

/** Whether records of a type and class answer a question for their name (RFC 6762 section 6). */
export function answers(question: TypeAndClass, set: TypeAndClass): boolean {
  return (
    (question.type === 'ANY' || question.type === set.type) &&
    (question.class === CLASS_ANY || question.class === set.class)
  );
}
