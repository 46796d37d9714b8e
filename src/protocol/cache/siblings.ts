/** Which record to evict when a name has too many records of one type. */
import type { CachedSet, Entry } from './entry.js';
import type { Source } from './source.js';

interface Share {
  count: number;
  oldest: Entry;
}

/**
 * A record that will be removed within a second; otherwise, of the source with the most records in the set, the one
 * heard longest ago. So a source that sends more and more evicts its own records.
 */
export function superfluousSibling(set: CachedSet): Entry | undefined {
  const shares = new Map<Source<Entry>, Share>();
  for (const entry of set.values()) {
    if (set.isEnding(entry)) return entry;
    const share = shares.get(entry.source);
    if (share === undefined) shares.set(entry.source, { count: 1, oldest: entry });
    else {
      share.count += 1;
      if (entry.receivedAt < share.oldest.receivedAt) share.oldest = entry;
    }
  }
  let most: Share | undefined;
  for (const share of shares.values()) if (most === undefined || isMore(share, most)) most = share;
  return most?.oldest;
}

function isMore(a: Readonly<Share>, b: Readonly<Share>): boolean {
  return a.count > b.count || (a.count === b.count && a.oldest.receivedAt < b.oldest.receivedAt);
}
