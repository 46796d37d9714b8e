/** What a service or an alias points to: the name of a host or an alias, which may be one of ours. */
import { MAX_ALIASES } from '../../protocol/aliases.js';
import type { RecordTtls } from '../../protocol/dns-sd/service.js';
import { type Name, nameKey } from '../../protocol/name.js';
import type { AliasRequest, ServiceRequest } from '../commands.js';
import { claimedName, OWN_HOST, sharesHost } from '../publication.js';
import type { NameTable } from './name-table.js';
import { type PublicationEntry as Entry, hostEntry, hostOf } from './publication-entry.js';

export interface Referent {
  readonly host: Name;
  /** Its publication, if it is one of ours. */
  readonly entry: Entry | undefined;
}

/** What finds the hosts of services, and publishes those that are needed. */
export class Referents {
  /** The name of this host. */
  hostname: Name;
  readonly #ttls: RecordTtls;
  readonly #names: NameTable;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #add: (entry: Entry) => Entry;

  /** @param add publishes a new entry */
  constructor(
    { hostname, ttls }: { readonly hostname: Name; readonly ttls: RecordTtls },
    book: {
      readonly names: NameTable;
      readonly entries: ReadonlyMap<string, Entry>;
      readonly add: (entry: Entry) => Entry;
    },
  ) {
    this.hostname = hostname;
    this.#ttls = ttls;
    this.#names = book.names;
    this.#entries = book.entries;
    this.#add = book.add;
  }

  /** What a service or an alias with this id points to. Only an alias points to an alias (RFC 2782). */
  of(id: string, request: ServiceRequest | AliasRequest): Referent {
    if (request.kind === 'alias') return this.#named(request.host);
    const { host, addresses, addressFilter, claimHost = true, ownHost } = request;
    if (host === undefined) return referentOf(this.ownHost());
    if (ownHost) return referentOf(this.#newHost(host, request, id));
    if (addresses || addressFilter) return referentOf(this.#hostFor(host, request));
    const referent = hostBehind(this.#named(host), this.#entries);
    if (referent.entry || !claimHost) return referent;
    return referentOf(this.#hostFor(referent.host, request));
  }

  /** The host under its own name, published once it is needed. */
  ownHost(): Entry {
    const known = this.#entries.get(OWN_HOST);
    if (known) return known;
    return this.#add(hostEntry(hostOf(OWN_HOST, {}, this.hostname, this.#ttls), undefined));
  }

  #named(host: Name): Referent {
    const isOwn = nameKey(host) === nameKey(this.hostname);
    const entry = isOwn ? this.ownHost() : this.#entries.get(this.#names.holderOf(host) ?? '');
    return entry ? referentOf(entry) : { host, entry };
  }

  /** The host of another name, or of other addresses, that a service needs. */
  #hostFor(host: Name, request: ServiceRequest): Entry {
    const holder = this.#entries.get(this.#names.holderOf(host) ?? '');
    const isShared = holder && holder.ownerId === undefined && sharesHost(holder.publication, request.addressFilter);
    return isShared ? holder : this.#newHost(host, request, undefined);
  }

  /** @param ownerId the service that alone points to it, and is renamed with it */
  #newHost(host: Name, request: ServiceRequest, ownerId: string | undefined): Entry {
    const id = freeHostId(host, this.#entries);
    return this.#add(hostEntry(hostOf(id, request, host, this.#ttls), request.interfaces, ownerId));
  }
}

function referentOf(entry: Entry): Referent {
  return { host: claimedName(entry.publication), entry };
}

/** The host to which aliases of ours lead: the target of an SRV record must not be an alias (RFC 2782). */
function hostBehind(referent: Referent, entries: ReadonlyMap<string, Entry>): Referent {
  let behind = referent;
  for (let steps = 0; steps < MAX_ALIASES && behind.entry?.publication.kind === 'alias'; steps++) {
    const { publication, hostId = '' } = behind.entry;
    behind = { host: publication.host, entry: entries.get(hostId) };
  }
  return behind;
}

/** An id for a host that is published because a service needs it. */
function freeHostId(host: Name, taken: { has(id: string): boolean }): string {
  let id = `${OWN_HOST}:${nameKey(host)}`;
  for (let n = 2; taken.has(id); n++) id = `${OWN_HOST}:${nameKey(host)}#${n}`;
  return id;
}
