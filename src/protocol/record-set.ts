import type { Name } from './name.js';
import type { ResourceRecord } from './record.js';

/**
 * What one registration puts on one link: a host with its addresses, or a service with its PTR, SRV and TXT records. It is
 * probed, announced, updated and withdrawn as a whole.
 */
export interface RecordSet {
  readonly id: string;
  /** Which version of what is published it is made of: reports about the set name it. 0 unless given. */
  readonly revision?: number;
  /** The names to claim by probing (RFC 6762 section 8.1). Empty when there is nothing to claim. */
  readonly claims: readonly Name[];
  /**
   * All records, with their full TTLs. Those with the cache-flush bit are unique: at a claimed name they are held back until
   * probing has succeeded; elsewhere (reverse mapping) they are known to be unique. The others are shared.
   */
  readonly records: readonly ResourceRecord[];
}
