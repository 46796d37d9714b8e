/**
 * How much of the cache each source and kind fills, in records and bytes, and which entry has to make room.
 *
 * While there is room, any source may fill it. When the cache is full, the source that fills most of it makes room for
 * those that fill less than half as much, so that many sources together cannot evict the records of a quiet one, and
 * soon stop evicting each other's. What a source has beyond its share, half of the cache, is on loan: any source with
 * less than its share takes it back. A source with its share replaces its own records, and idle ones. Idle records go
 * before wanted ones, and of the wanted ones pointers that lead nowhere, the newest first, before the oldest: a host
 * that invents instances does not lose its real ones. Each decision takes O(log n) steps.
 */
import { DeadlineHeap } from '../deadline-heap.js';
import type { Name } from '../name.js';
import type { CachedName, Entry } from './entry.js';
import { KINDS, kindOf, type RecordKind } from './footprint.js';
import type { CacheLimits } from './limits.js';
import { MAX_LOOSE, type Rank, SOURCES_THAT_REPLACE, Source, Turnover } from './source.js';
import type { CacheBytes, SourceSummary } from './types.js';

/** Sources, and records of each, that are examined when a name or the cache is full. */
const LOOKED_AT = 8;
/** Sources that a summary lists. */
const LISTED = 5;
/** More bytes than a record can take, its set and its name: rdata of 64 KiB, twice where it is a key. */
const LARGEST = 2 ** 18;

/** What makes room: an entry; `newcomer` if there is no room for the new record; undefined if there is room already. */
export type Victim = Entry | 'newcomer' | undefined;

/** Whether an entry is a pointer to a name without records, which is not the name of a new record either. */
type LeadsNowhere = (entry: Entry, newcomer?: Name) => boolean;

/** A record that is to be added. */
export interface Arrival {
  readonly name: Name;
  readonly source: string;
  readonly bytes: number;
  readonly isWanted: boolean;
}

export class Shares {
  readonly #limits: CacheLimits;
  readonly #leadsNowhere: LeadsNowhere;
  readonly #sources = new Map<string, Source<Entry>>();
  readonly #turnover = new Turnover(SOURCES_THAT_REPLACE);
  /** The sources, those with the most bytes of a rank first. */
  readonly #idle = new DeadlineHeap<Rank<Entry>>();
  readonly #wanted = new DeadlineHeap<Rank<Entry>>();
  /** The source whose ranks may have changed since it was ranked. */
  #unranked: Source<Entry> | undefined = undefined;
  readonly #byKind = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<RecordKind, number>;
  #size = 0;
  #idleSize = 0;
  #idleBytes = 0;
  #bytes = 0;
  /** Records evicted because of their bytes, not of their number. */
  #evictions = 0;
  /** Bytes of sets and names. */
  #indexBytes = 0;

  constructor(limits: CacheLimits, leadsNowhere: LeadsNowhere) {
    this.#limits = limits;
    this.#leadsNowhere = leadsNowhere;
  }

  get size(): number {
    return this.#size;
  }

  get count(): number {
    return this.#sources.size;
  }

  /** All bytes that the cache keeps. */
  get bytes(): number {
    return this.#bytes + this.#indexBytes;
  }

  /** Whether there is room for idle records. */
  get hasIdleRoom(): boolean {
    const { idle, idleBytes, bytes, records } = this.#limits;
    if (this.#idleSize >= idle || this.#idleBytes >= idleBytes) return false;
    return idle === Number.POSITIVE_INFINITY || (this.bytes < bytes && this.#size < records);
  }

  /** Whether there is room for whatever comes, so that it need not be weighed before. */
  get hasAmpleRoom(): boolean {
    const { records, bytes, perSourceBytes } = this.#limits;
    return this.#size < records && this.bytes + LARGEST <= bytes && LARGEST <= perSourceBytes;
  }

  index(bytes: number): void {
    this.#indexBytes += bytes;
  }

  open(name: string): Source<Entry> {
    let source = this.#sources.get(name);
    if (source === undefined) {
      source = new Source<Entry>(name, this.#turnover);
      this.#sources.set(name, source);
    }
    return source;
  }

  /** Notes that an entry was heard, or has become wanted or idle. */
  enter(entry: Entry): void {
    if (entry.queue === undefined) this.#count(entry, 1);
    else if (!entry.isWanted) this.#countIdle(entry, -1);
    entry.isWanted = entry.set.wanted;
    if (!entry.isWanted) this.#countIdle(entry, 1);
    entry.source.enter(entry, entry.isWanted, entry.isWanted && this.#leadsNowhere(entry));
    this.#rank(entry.source);
  }

  /** Notes that the name to which a pointer leads has its first record, or has lost its last. */
  turn(pointer: Entry): void {
    if (pointer.queue === undefined || !pointer.isWanted) return;
    pointer.source.enter(pointer, true, this.#leadsNowhere(pointer));
  }

  leave(entry: Entry): void {
    if (entry.queue === undefined) return;
    this.#count(entry, -1);
    if (!entry.isWanted) this.#countIdle(entry, -1);
    const { source } = entry;
    source.leave(entry);
    this.#rank(source);
    if (source.size > 0) return;
    this.#settleRanks();
    this.#sources.delete(source.name);
  }

  /** What to evict so that a record can be added. */
  victim(arrival: Arrival, now: number): Victim {
    const { bytes } = arrival;
    const { perSource, perSourceBytes, records, bytes: most } = this.#limits;
    if (bytes > perSourceBytes) return 'newcomer';
    if (this.#size < records && this.bytes + bytes <= most) return undefined;
    this.#settleRanks();
    const source = this.#sources.get(arrival.source);
    const hasShare = (source?.size ?? 0) < perSource && (source?.bytes ?? 0) + bytes <= perSourceBytes;
    // Idle records go before wanted ones, whatever their source.
    const idle = arrival.isWanted ? this.#idle.first?.queue.oldest : undefined;
    const victim = idle ?? (hasShare ? this.#crowd(source, arrival) : undefined);
    const gone = victim ?? (source?.spendTurn(now) ? this.#ownOf(source, arrival) : undefined);
    if (gone !== undefined && this.#size < records) this.#evictions += 1;
    return gone ?? 'newcomer';
  }

  /**
   * What to evict so that a wanted pointer that leads nowhere can be added, apart from that.
   *
   * @param isAsked whether there are questions about where a pointer leads: a list of names alone has all of them
   */
  looseVictim({ source: name, name: newcomer }: Arrival, isAsked: (pointer: Entry) => boolean, now: number): Victim {
    const source = this.#sources.get(name);
    const oldest = source !== undefined && source.loose.size >= MAX_LOOSE ? source.loose.oldest : undefined;
    if (source === undefined || oldest === undefined || !isAsked(oldest)) return undefined;
    return (source.spendLooseTurn(now) ? this.#looseOf(source.wanted, newcomer) : undefined) ?? 'newcomer';
  }

  /** What to evict from a full cache for a record of a source that has less than its share. */
  #crowd(source: Source<Entry> | undefined, { bytes, isWanted, name }: Arrival): Entry | undefined {
    const largest = isWanted ? this.#wanted.first : this.#idle.first;
    const own = source === undefined ? 0 : (isWanted ? source.wanted : source.idle).bytes;
    if (largest === undefined || largest.source === source) return undefined;
    if (own > 0 && !this.#exceedsShare(largest.source) && largest.bytes <= 2 * own + bytes) return undefined;
    return (isWanted ? this.#looseOfLargest(name) : undefined) ?? largest.queue.oldest;
  }

  /** A pointer that leads nowhere, of one of the sources that fill most, even if others need to give way less. */
  #looseOfLargest(newcomer: Name, at?: CachedName): Entry | undefined {
    for (const rank of this.#largest(this.#wanted)) {
      const loose = this.#looseOf(rank, newcomer, at);
      if (loose !== undefined) return loose;
    }
    return undefined;
  }

  /** Some of those that fill most, the largest first. */
  #largest(ranks: DeadlineHeap<Rank<Entry>>): Rank<Entry>[] {
    return ranks.firsts(LOOKED_AT).toSorted((a, b) => b.bytes - a.bytes);
  }

  #exceedsShare({ size, bytes }: Source<Entry>): boolean {
    return size > this.#limits.perSource || bytes > this.#limits.perSourceBytes;
  }

  /** What a source that has its share replaces of its own. */
  #ownOf({ idle, wanted }: Source<Entry>, { isWanted, name }: Arrival): Entry | undefined {
    if (!isWanted || idle.queue.oldest !== undefined) return idle.queue.oldest;
    return this.#looseOf(wanted, name) ?? wanted.queue.oldest;
  }

  /**
   * The newest pointer of a source that leads nowhere. The pointers of subtypes are only seen here to lead somewhere by
   * now; each is seen once.
   *
   * @param at where it has to be; by default anywhere
   */
  #looseOf({ source, queue }: Rank<Entry>, newcomer: Name, at?: CachedName): Entry | undefined {
    let left = LOOKED_AT;
    let pointer = source.loose.newest(at);
    while (pointer !== undefined && left > 0) {
      if (this.#leadsNowhere(pointer, newcomer)) return pointer;
      const { older } = pointer;
      if (this.#leadsNowhere(pointer)) left -= 1;
      else queue.push(pointer);
      pointer = older;
    }
    return undefined;
  }

  /** Whether a source has turnover left for a replacement. A source without records has. */
  mayReplace(name: string, now: number): boolean {
    return this.#sources.get(name)?.spendTurn(now) ?? true;
  }

  /**
   * What to evict at a full name for a record of a source that fills less than half as much. Not simply the oldest of
   * the name: hosts that were there before a crowd came have sent little, and do not repeat it soon. Of the wanted ones
   * a pointer that leads nowhere, if there is one.
   *
   * @param oldest the entry to evict if all sources fill the same
   */
  replaces({ source: name, name: newcomer }: Arrival, oldest: Entry | undefined, now: number): Victim {
    const source = this.#sources.get(name);
    if (oldest === undefined) return 'newcomer';
    this.#settleRanks();
    const { isWanted, set } = oldest;
    const largest = this.#largestAt(set.name, isWanted, newcomer);
    if (largest !== undefined && largest.source !== source && largest.source.bytes > 2 * (source?.bytes ?? 0)) {
      const loose = isWanted ? this.#looseOfLargest(newcomer, set.name) : undefined;
      return loose ?? largest;
    }
    if (!source?.spendTurn(now)) return 'newcomer';
    return this.#ofSourceAt(isWanted ? source.wanted : source.idle, isWanted, newcomer, set.name) ?? 'newcomer';
  }

  /** An entry at a name from one of the sources that fill most. */
  #largestAt(name: CachedName, isWanted: boolean, newcomer: Name): Entry | undefined {
    for (const rank of this.#largest(isWanted ? this.#wanted : this.#idle)) {
      const entry = this.#ofSourceAt(rank, isWanted, newcomer, name);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  /** What one source has at a name and needs least, as far as one sees. */
  #ofSourceAt(rank: Rank<Entry>, isWanted: boolean, newcomer: Name, name: CachedName): Entry | undefined {
    const loose = isWanted ? this.#looseOf(rank, newcomer, name) : undefined;
    return loose ?? rank.queue.oldestThat(({ set }) => set.name === name, LOOKED_AT);
  }

  /** Whether no new records of a source are accepted for now. */
  rests(name: string, now: number): boolean {
    const source = this.#sources.get(name);
    return source !== undefined && source.restsUntil > now;
  }

  /** Whether no new pointers of a source that lead nowhere are accepted for now. */
  restsLoose(name: string, now: number): boolean {
    const source = this.#sources.get(name);
    return source !== undefined && source.looseRestsUntil > now && source.loose.size >= MAX_LOOSE;
  }

  summary(): CacheBytes {
    this.#settleRanks();
    const ranks = [...this.#idle.firsts(4 * LISTED), ...this.#wanted.firsts(4 * LISTED)];
    const largest = [...new Set(ranks.map(({ source }) => source))].sort((a, b) => b.bytes - a.bytes).slice(0, LISTED);
    return {
      total: this.bytes,
      idle: this.#idleBytes,
      index: this.#indexBytes,
      evictions: this.#evictions,
      ...this.#byKind,
      largestSources: largest.map(({ name, size, bytes }): SourceSummary => ({ source: name, records: size, bytes })),
    };
  }

  #count(entry: Entry, sign: 1 | -1): void {
    this.#size += sign;
    this.#bytes += sign * entry.bytes;
    this.#byKind[kindOf(entry.record)] += sign * entry.bytes;
  }

  #countIdle(entry: Entry, sign: 1 | -1): void {
    this.#idleSize += sign;
    this.#idleBytes += sign * entry.bytes;
  }

  /** Each record of a packet moves the rank of one source: that is settled once, when the ranks are looked at. */
  #rank(source: Source<Entry>): void {
    if (this.#unranked === source) return;
    this.#settleRanks();
    this.#unranked = source;
  }

  #settleRanks(): void {
    if (this.#unranked === undefined) return;
    const { idle, wanted } = this.#unranked;
    this.#unranked = undefined;
    this.#idle.set(idle, idle.bytes > 0 ? -idle.bytes : Number.POSITIVE_INFINITY);
    this.#wanted.set(wanted, wanted.bytes > 0 ? -wanted.bytes : Number.POSITIVE_INFINITY);
  }
}
