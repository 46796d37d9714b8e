/** The types of the cache's input and output. */

import type { Name } from '../name.js';
import type { Relevance } from '../query/relevance.js';
import type { Question, RecordData, ResourceRecord } from '../record.js';
import type { QuestionType } from '../types.js';
import type { RecordKind } from './footprint.js';
import type { RemovalReason } from './record-life.js';

export interface RecordCacheOptions {
  /** Random numbers, uniform in [0, 1). */
  readonly random: () => number;
  /**
   * The maximum number of records. Default: 10,000. When the cache is full, idle records are evicted first, starting
   * with the one heard longest ago.
   */
  readonly maxRecords?: number;
  /**
   * The maximum bytes in memory, by an estimate (see `footprint.ts`). Default: 839 for each of `maxRecords`, at least
   * 8 MiB. Idle records may fill half of it, and so may one source when others need the rest.
   */
  readonly maxBytes?: number;
  /** Records of one name. Default: a third of `maxRecords`. */
  readonly maxPerName?: number;
  /**
   * Records from one source when the cache is full: what it has beyond that makes room for other sources. Default: half
   * of `maxRecords`.
   */
  readonly maxPerSource?: number;
  /**
   * Records of one name and type, unless all hosts share them. Default: 64, more than the useful addresses of any host.
   */
  readonly maxSiblings?: number;
  /** The maximum TTL in seconds; larger TTLs are reduced to it. Default: 4500. */
  readonly maxTtlSeconds?: number;
  /**
   * Gets the names that are cached or wanted, and whether unasked records are accepted: not if half of the cache is
   * idle. Datagrams that are not relevant to it may then be skipped, but all relevant ones must be passed to the cache.
   */
  readonly relevance?: Relevance;
}

export interface CachedRecord {
  /** The record as last heard, with its TTL of that time. */
  readonly record: ResourceRecord;
  /** When it was heard last. */
  readonly receivedAt: number;
  /** The source that sent it first. */
  readonly source: string;
  /** Since when it has been cached. */
  readonly firstHeardAt: number;
  readonly expiresAt: number;
}

export interface RemovedRecord {
  readonly record: ResourceRecord;
  readonly reason: RemovalReason;
}

/** What has changed for open questions; changes of idle records are not reported. */
export interface CacheChanges {
  /** New answers. A renewed TTL, or a record that is repeated within a second after its goodbye, is not a change. */
  readonly added: readonly ResourceRecord[];
  readonly removed: readonly RemovedRecord[];
  /** Open questions that have been denied (RFC 6762 section 6.1). */
  readonly denied: readonly Question[];
  /**
   * Open questions for which a unique answer or a denial was just heard: no need to repeat them (RFC 6762 section 5.2).
   * Each is reported once, and again after it was refreshed, has lost its answer, or `asksAnew`.
   */
  readonly answered: readonly Question[];
  /** Open questions whose last unique answer or denial is gone: they have to be asked again. */
  readonly unanswered: readonly Question[];
  /** Open questions without an answer about names that a record just heard refers to: their owner is present. */
  readonly mentioned: readonly Question[];
}

/** A record that may be wrong, or all records of a name and type. Default class: IN. */
export type Doubted = { readonly name: Name; readonly class?: number } & ({ readonly type: QuestionType } | RecordData);

/**
 * How often records were added, renewed, refused for lack of room, and removed for each reason; `noType`: list entries
 * that are not service types, and are omitted; `crowded`: records of a name and type with too many (64) of them, so
 * that the one heard longest ago was evicted, or the new one refused if all were just heard.
 */
export type CacheCounters = Record<RemovalReason | 'added' | 'renewed' | 'refused' | 'noType' | 'crowded', number>;

/** A source of records, and how much of the cache it fills. */
export interface SourceSummary {
  /** The source's address. */
  readonly source: string;
  readonly records: number;
  readonly bytes: number;
}

/** Bytes in memory, by an estimate that is right within a factor of two. */
export interface CacheBytes extends Readonly<Record<RecordKind, number>> {
  readonly total: number;
  /** Bytes of idle records. */
  readonly idle: number;
  /** Bytes of names and record sets, without their records. */
  readonly index: number;
  /** Records evicted because of their bytes, while the number of records was within its limit. */
  readonly evictions: number;
  /** The few sources that fill most. */
  readonly largestSources: readonly SourceSummary[];
}

export interface CacheSummary {
  readonly records: number;
  readonly bytes: CacheBytes;
  /** The number of names with records or open questions. */
  readonly names: number;
  readonly sources: number;
  readonly nextDeadline: number;
  readonly counters: Readonly<CacheCounters>;
}
