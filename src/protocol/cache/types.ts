/** What goes into the cache and comes out of it. */

import type { Name } from '../name.js';
import type { Relevance } from '../query/relevance.js';
import type { Question, RecordData, ResourceRecord } from '../record.js';
import type { QuestionType } from '../types.js';
import type { RemovalReason } from './entry.js';
import type { RecordKind } from './footprint.js';

export interface RecordCacheOptions {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Records in all, default 10,000. When it is full, records that nobody wants go first, from the one heard longest ago. */
  readonly maxRecords?: number;
  /**
   * Bytes in memory, by an estimate (see `footprint.ts`), default 1,048 for each of `maxRecords`, and 10 MiB at least. One
   * source may fill half of it, and so may what nobody wants.
   */
  readonly maxBytes?: number;
  /** Records of one name, default a third of `maxRecords`. */
  readonly maxPerName?: number;
  /** Records from one source, default half of `maxRecords`, so that nobody can push out what all others say. */
  readonly maxPerSource?: number;
  /** Records of one name and type, unless all hosts share these, default 64: no host has more addresses that are of use. */
  readonly maxSiblings?: number;
  /** Seconds, default 4500: TTLs above it are not believed. */
  readonly maxTtlSeconds?: number;
  /**
   * Is told the names that are cached or wanted, and whether there is room for more than these: when half of the cache is what
   * nobody wants, there is not. What does not concern it then need not be heard, but all must be that does.
   */
  readonly relevance?: Relevance;
}

export interface CachedRecord {
  /** As it was heard last, with the TTL that it had then. */
  readonly record: ResourceRecord;
  /** When it was heard last. */
  readonly receivedAt: number;
  /** Who said it first. */
  readonly source: string;
  /** Since when it has been there. */
  readonly firstHeardAt: number;
  readonly expiresAt: number;
}

export interface RemovedRecord {
  readonly record: ResourceRecord;
  readonly reason: RemovalReason;
}

/** What has changed for those who want something; what nobody wants comes and goes unreported. */
export interface CacheChanges {
  /** Answers that were not there before. A renewed TTL, or a rescue within the goodbye second, is no change. */
  readonly added: readonly ResourceRecord[];
  readonly removed: readonly RemovedRecord[];
  /** Wanted questions of which it became known that they have no answer (RFC 6762 section 6.1). */
  readonly denied: readonly Question[];
  /** Wanted questions for which a unique answer or a denial was just heard: no need to repeat them (RFC 6762 section 5.2). */
  readonly answered: readonly Question[];
  /** Wanted questions whose last unique answer or denial is gone: they have to be asked anew. */
  readonly unanswered: readonly Question[];
  /** Wanted questions without an answer, about names to which a record leads that was just heard: their owner is there. */
  readonly mentioned: readonly Question[];
}

/** A record that may be wrong, or all records of a name and type. Class IN unless it says otherwise. */
export type Doubted = { readonly name: Name; readonly class?: number } & ({ readonly type: QuestionType } | RecordData);

/**
 * How often records were added, renewed, refused for want of room, and removed for which reason; `noType`: those that list as
 * a service type what is not one, and are left out of every list; `crowded`: those of which there were too many (64) of
 * one name and type, so that the one heard longest ago went, or where all were just heard, the newcomer was left out.
 */
export type CacheCounters = Record<RemovalReason | 'added' | 'renewed' | 'refused' | 'noType' | 'crowded', number>;

/** A source of records, and what it fills of the cache. */
export interface SourceSummary {
  /** Its address. */
  readonly source: string;
  readonly records: number;
  readonly bytes: number;
}

/** Bytes that are kept in memory, by an estimate that is right within a factor of two. */
export interface CacheBytes extends Readonly<Record<RecordKind, number>> {
  readonly total: number;
  /** Of records that nobody wants. */
  readonly idle: number;
  /** Of names and record sets, besides their records. */
  readonly index: number;
  /** Records that made room for others since there were too many bytes, while there were not too many records. */
  readonly evictions: number;
  /** The few sources that fill most. */
  readonly largestSources: readonly SourceSummary[];
}

export interface CacheSummary {
  readonly records: number;
  readonly bytes: CacheBytes;
  /** Names of which there are records, or of which something is wanted. */
  readonly names: number;
  readonly sources: number;
  readonly nextDeadline: number | undefined;
  readonly counters: Readonly<CacheCounters>;
}
