/**
 * Who fills how much of the cache: records and bytes, in all, by source and by kind; and who has to make room.
 *
 * A source has at most its share, and makes room for more itself. When the cache is full, the source that fills most of it
 * makes room for those that fill less than half as much, so that no crowd of them can push out what a quiet one said, and they
 * soon stop taking from each other. What nobody wants goes before what somebody does. Each decision takes O(log n) steps.
 */
import { DeadlineHeap } from '../deadline-heap.js';
import type { CachedName, Entry } from './entry.js';
import { KINDS, type RecordKind } from './footprint.js';
import type { CacheLimits } from './limits.js';
import { type Rank, Source } from './source.js';
import type { CacheBytes, SourceSummary } from './types.js';

/** Sources and records of each that are looked at when a name is full. */
const LOOKED_AT = 8;
/** So many sources are told in a summary. */
const LARGEST = 5;

/** Who makes room: an entry; `newcomer` when there is no room for it; undefined when nobody has to. */
export type Victim = Entry | 'newcomer' | undefined;

export class Shares {
  readonly #limits: CacheLimits;
  readonly #sources = new Map<string, Source<Entry>>();
  /** The sources, those with the most bytes of a rank first. */
  readonly #idle = new DeadlineHeap<Rank<Entry>>();
  readonly #wanted = new DeadlineHeap<Rank<Entry>>();
  readonly #byKind = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<RecordKind, number>;
  #size = 0;
  #idleSize = 0;
  #idleBytes = 0;
  #bytes = 0;
  /** Records that went since there were too many bytes, and not too many records. */
  #evictions = 0;
  /** What sets and names take besides. */
  #indexBytes = 0;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  get count(): number {
    return this.#sources.size;
  }

  /** Everything that the cache keeps. */
  get bytes(): number {
    return this.#bytes + this.#indexBytes;
  }

  /** Whether there is room for what nobody wants. */
  get hasIdleRoom(): boolean {
    const { idle, idleBytes, bytes, records } = this.#limits;
    if (this.#idleSize >= idle || this.#idleBytes >= idleBytes) return false;
    return idle === Number.POSITIVE_INFINITY || (this.bytes < bytes && this.#size < records);
  }

  index(bytes: number): void {
    this.#indexBytes += bytes;
  }

  open(name: string): Source<Entry> {
    let source = this.#sources.get(name);
    if (source === undefined) {
      source = new Source<Entry>(name);
      this.#sources.set(name, source);
    }
    return source;
  }

  /** An entry was heard, or has become wanted or idle. */
  enter(entry: Entry): void {
    if (entry.place.queue === undefined) this.#count(entry, 1);
    else if (!entry.isWanted) this.#countIdle(entry, -1);
    entry.isWanted = entry.set.wanted;
    if (!entry.isWanted) this.#countIdle(entry, 1);
    entry.source.enter(entry.place, entry.isWanted);
    this.#rank(entry.source);
  }

  leave(entry: Entry): void {
    if (entry.place.queue === undefined) return;
    this.#count(entry, -1);
    if (!entry.isWanted) this.#countIdle(entry, -1);
    const { source } = entry;
    source.leave(entry.place);
    this.#rank(source);
    if (source.size === 0) this.#sources.delete(source.name);
  }

  /** Who has to go so that a record of `bytes` can be taken from a source. */
  victim(name: string, bytes: number, forWanted: boolean, now: number): Victim {
    const { perSource, perSourceBytes, records, bytes: most } = this.#limits;
    if (bytes > perSourceBytes) return 'newcomer';
    const source = this.#sources.get(name);
    const size = source?.size ?? 0;
    const hasShare = size < perSource && (source?.bytes ?? 0) + bytes <= perSourceBytes;
    if (hasShare && this.#size < records && this.bytes + bytes <= most) return undefined;
    const victim = hasShare ? this.#crowd(source, bytes, forWanted) : undefined;
    const gone = victim ?? source?.takeTurn(forWanted, now);
    if (gone !== undefined && size < perSource && this.#size < records) this.#evictions += 1;
    return gone ?? 'newcomer';
  }

  /** The cache is full: whose record goes for one of a source that fills less. */
  #crowd(source: Source<Entry> | undefined, bytes: number, forWanted: boolean): Entry | undefined {
    // What nobody wants goes before anything that somebody does, whoever said it.
    if (forWanted && this.#idle.first !== undefined) return this.#idle.first.queue.oldest;
    const largest = forWanted ? this.#wanted.first : this.#idle.first;
    const own = source === undefined ? 0 : (forWanted ? source.wanted : source.idle).bytes;
    if (largest === undefined || largest.source === source) return undefined;
    return own === 0 || largest.bytes > 2 * own + bytes ? largest.queue.oldest : undefined;
  }

  /** Whether a source has turnover left for a replacement. One of which there is nothing yet has. */
  mayReplace(name: string, now: number): boolean {
    return this.#sources.get(name)?.spendTurn(now) ?? true;
  }

  /**
   * A name is full: whose record there goes for one of a source that fills less than half as much. The oldest of the name would
   * be the wrong one: hosts that were there before a crowd came have said little, and wait long to say it again.
   *
   * @param oldest the one that would go if all sources were the same
   */
  replaces(name: string, oldest: Entry | undefined, now: number): Victim {
    const source = this.#sources.get(name);
    if (oldest === undefined) return 'newcomer';
    const entry = this.#largestAt(oldest.set.name, oldest.isWanted);
    if (entry !== undefined && entry.source !== source && entry.source.bytes > 2 * (source?.bytes ?? 0)) return entry;
    if (!source?.spendTurn(now)) return 'newcomer';
    const own = (oldest.isWanted ? source.wanted : source.idle).queue;
    return own.oldestThat(({ set }) => set.name === oldest.set.name, LOOKED_AT) ?? 'newcomer';
  }

  /** An entry at a name, of one of the sources that fill most. */
  #largestAt(name: CachedName, isWanted: boolean): Entry | undefined {
    const ranks = (isWanted ? this.#wanted : this.#idle).firsts(LOOKED_AT);
    for (const { queue } of ranks.toSorted((a, b) => b.bytes - a.bytes)) {
      const entry = queue.oldestThat(({ set }) => set.name === name, LOOKED_AT);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  /** Whether nothing new is taken from a source for now. */
  rests(name: string, now: number): boolean {
    const source = this.#sources.get(name);
    return source !== undefined && source.restsUntil > now;
  }

  summary(): CacheBytes {
    const ranks = [...this.#idle.firsts(4 * LARGEST), ...this.#wanted.firsts(4 * LARGEST)];
    const largest = [...new Set(ranks.map(({ source }) => source))].sort((a, b) => b.bytes - a.bytes).slice(0, LARGEST);
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
    this.#byKind[entry.kind] += sign * entry.bytes;
  }

  #countIdle(entry: Entry, sign: 1 | -1): void {
    this.#idleSize += sign;
    this.#idleBytes += sign * entry.bytes;
  }

  #rank({ idle, wanted }: Source<Entry>): void {
    this.#idle.set(idle, idle.bytes > 0 ? -idle.bytes : Number.POSITIVE_INFINITY);
    this.#wanted.set(wanted, wanted.bytes > 0 ? -wanted.bytes : Number.POSITIVE_INFINITY);
  }
}
