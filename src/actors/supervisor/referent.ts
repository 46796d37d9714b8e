/** What a service or an alias points to: the name of a host or an alias, which may be one of ours. */
import { MAX_ALIASES } from '../../protocol/aliases.js';
import { type Name, nameKey } from '../../protocol/name.js';
import { claimedName, OWN_HOST } from '../publication.js';
import type { PublicationEntry } from './publication-entry.js';

export interface Referent {
  readonly host: Name;
  /** Its publication, if it is one of ours. */
  readonly entry: PublicationEntry | undefined;
}

export function referentOf(entry: PublicationEntry): Referent {
  return { host: claimedName(entry.publication), entry };
}

/** The host to which aliases of ours lead: the target of an SRV record must not be an alias (RFC 2782). */
export function hostBehind(referent: Referent, entries: ReadonlyMap<string, PublicationEntry>): Referent {
  let behind = referent;
  for (let steps = 0; steps < MAX_ALIASES && behind.entry?.publication.kind === 'alias'; steps++) {
    const { publication, hostId = '' } = behind.entry;
    behind = { host: publication.host, entry: entries.get(hostId) };
  }
  return behind;
}

/** An id for a host that is published because a service needs it. */
export function freeHostId(host: Name, taken: { has(id: string): boolean }): string {
  let id = `${OWN_HOST}:${nameKey(host)}`;
  for (let n = 2; taken.has(id); n++) id = `${OWN_HOST}:${nameKey(host)}#${n}`;
  return id;
}
