/** The counters of a cache that has not heard anything so far. */
import type { CacheCounters } from './types.js';

export function newCacheCounters(): CacheCounters {
  return {
    added: 0,
    renewed: 0,
    refused: 0,
    noType: 0,
    crowded: 0,
    goodbye: 0,
    expired: 0,
    flushed: 0,
    reconfirmed: 0,
    unobserved: 0,
    evicted: 0,
    'link-lost': 0,
  };
}
