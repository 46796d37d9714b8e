import { OTHER_TTL_SECONDS } from '../constants.js';
import { MdnsError } from '../errors.js';
import type { ResourceRecord } from '../record.js';
import type { RecordCacheOptions } from './types.js';

/** The default maximum number of cached records. */
export const DEFAULT_MAX_RECORDS = 10_000;
/**
 * The default maximum bytes for each record of the maximum: about the size of the records of services that each have a
 * host of their own. So only larger records meet the bound on bytes, and a link has 8 MiB with the default number of
 * records: little for a host process, and more than 500 TXT records of the largest size.
 */
const DEFAULT_BYTES_PER_RECORD = 839;
const LEAST_DEFAULT_BYTES = DEFAULT_MAX_RECORDS * DEFAULT_BYTES_PER_RECORD;

/**
 * Records of one name and type, unless all hosts share them: no client could use a host with more addresses of a
 * family, or a service on more hosts. It bounds the work for a name.
 */
export const MAX_SIBLINGS = 64;

export interface CacheLimits {
  readonly records: number;
  readonly perName: number;
  /** What one source may keep when others need room. While there is room it may have more. */
  readonly perSource: number;
  /** Records of one name and type, unless shared. */
  readonly siblings: number;
  /** With this many idle records, unasked ones are not accepted; no bound without `relevance`. */
  readonly idle: number;
  /**
   * Bytes in memory by the count of `footprint.ts`: all records, one source (as `perSource`), idle records.
   */
  readonly bytes: number;
  readonly perSourceBytes: number;
  readonly idleBytes: number;
  /** Seconds. TTLs above the RFC's recommendation are reduced, so that a peer's mistake does not stay for days. */
  readonly ttl: number;
}

/** The limits for the options. Throws `invalid-option` if one is not a whole number above 0. */
export function cacheLimits(options: RecordCacheOptions): CacheLimits {
  const records = limit('maxRecords', options.maxRecords ?? DEFAULT_MAX_RECORDS);
  const half = Math.ceil(records / 2);
  const defaultBytes = Math.max(LEAST_DEFAULT_BYTES, records * DEFAULT_BYTES_PER_RECORD);
  const bytes = limit('maxBytes', options.maxBytes ?? defaultBytes);
  const halfBytes = Math.ceil(bytes / 2);
  // An instance has at least three records: with more pointers there would be no room for what they point to.
  const third = Math.ceil(records / 3);
  return {
    records,
    perName: limit('maxPerName', options.maxPerName ?? third),
    perSource: limit('maxPerSource', options.maxPerSource ?? half),
    siblings: limit('maxSiblings', options.maxSiblings ?? MAX_SIBLINGS),
    idle: options.relevance === undefined ? Number.POSITIVE_INFINITY : half,
    bytes,
    perSourceBytes: halfBytes,
    idleBytes: options.relevance === undefined ? Number.POSITIVE_INFINITY : halfBytes,
    ttl: limit('maxTtlSeconds', options.maxTtlSeconds ?? OTHER_TTL_SECONDS),
  };
}

function limit(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new MdnsError('invalid-option', `${name} is ${value}: give a whole number above 0`);
}

/** Whether a record is data, and not metadata of its message (RFC 6762 section 10.2, RFC 6891, RFC 8945, RFC 2931). */
export function isCacheable(record: ResourceRecord): boolean {
  switch (record.type) {
    case 'OPT':
    case 'TSIG':
    case 'TKEY':
    case 'IXFR':
    case 'AXFR':
      return false;
    case 'SIG':
      // SIG(0) covers no type: it signs the message.
      return record.rdata.length >= 2 && (record.rdata[0] !== 0 || record.rdata[1] !== 0);
    default:
      return true;
  }
}
