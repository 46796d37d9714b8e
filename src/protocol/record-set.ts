import type { Name } from './name.js';
import type { ResourceRecord } from './record.js';

/**
 * The records of one publication on one link: a host with its addresses, or a service with its PTR, SRV and TXT
 * records. It is probed, announced, updated and withdrawn as a whole.
 */
export interface RecordSet {
  readonly id: string;
  /** The version of the publication from which it was made; reports about the set contain it. Default: 0. */
  readonly revision?: number;
  /** The names to claim by probing (RFC 6762 section 8.1); empty if there are none. */
  readonly claims: readonly Name[];
  /** Whether they are claimed without probing, and still defended. Default: false. */
  readonly unprobed?: boolean;
  /**
   * All records, with their full TTLs. Those with the cache-flush bit are unique: at a claimed name they are withheld
   * until probing has succeeded; elsewhere (reverse mapping) they are known to be unique. The others are shared.
   */
  readonly records: readonly ResourceRecord[];
}
