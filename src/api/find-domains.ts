import { parseName } from '../protocol/name.js';
import { readObject } from '../protocol/shape/object-reader.js';
import type { FoundDomain } from '../protocol/view/domains-view.js';
import type { DomainsOptions } from './domain-options.js';
import { domainsShape } from './domain-shapes.js';
import type { WatchOpener } from './open-watch.js';

/** See `Mdns.domains`. */
export async function findDomains(watches: WatchOpener, given: DomainsOptions): Promise<readonly FoundDomain[]> {
  const options = readObject(domainsShape, given);
  const domain = options.domain === undefined ? undefined : parseName(options.domain);
  let found: readonly FoundDomain[] = [];
  await watches.once({ kind: 'domains', domain }, options, 'No domain was found', ({ domains }) => {
    found = domains;
  });
  return found;
}
