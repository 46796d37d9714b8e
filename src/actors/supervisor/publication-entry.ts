/**
 * What the publication book knows of one publication: what it is now, what its user wants, and how far each link is with it.
 */
import { ConflictLog } from '../../protocol/claim/probe.js';
import type { RecordTtls } from '../../protocol/dns-sd/service.js';
import { type Name, nameKey } from '../../protocol/name.js';
import type { ConflictPolicy, PublicationRequest, ServiceRequest, SupervisorEmitted } from '../commands.js';
import type { LinkId } from '../messages.js';
import {
  claimedName,
  type HostPublication,
  labelOf,
  type Publication,
  type ServicePublication,
} from '../publication.js';

export interface BookOptions {
  readonly hostname: Name;
  readonly ttls: RecordTtls;
  /** true: publish the host from the start. false: only for a service. undefined: for anything that is of this host. */
  readonly announceHost: boolean | undefined;
}

export interface PublicationEntry {
  publication: Publication;
  policy: ConflictPolicy;
  readonly interfaces: ReadonlySet<string> | undefined;
  /** Host names that services need are published without anybody having asked. */
  asked: boolean;
  /** Whether what it is now has been announced there. */
  readonly links: Map<LinkId, 'pending' | 'announced'>;
  readonly conflicts: ConflictLog;
  /** How long the name that a user chooses after a conflict has to wait (RFC 6762 section 8.1). */
  holdOffMs: number;
  /** The host entry that a service points to. */
  readonly hostId: string | undefined;
  /** How many services point to this host. */
  services: number;
  announced: boolean;
  /** The first revision of which an announcement counts. */
  due: number;
  /** It has changed since it was announced, which not every link has told yet. */
  updating: boolean;
  /** Another host holds its name, and no other has been chosen yet. */
  isLost: boolean;
  withdrawing: boolean;
  /** The user was told that the search for a free name takes long. */
  searchReported: boolean;
}

/** What a user asks of a host: a name with the addresses of this machine, or with others. */
export function hostOf(
  id: string,
  request: Partial<Pick<PublicationRequest, 'addresses' | 'addressFilter'>>,
  host: Name,
  ttls: RecordTtls,
): HostPublication {
  const { addresses, addressFilter } = request;
  return { kind: 'host', id, host, ttls, ...(addresses && { addresses }), ...(addressFilter && { addressFilter }) };
}

/** What a user asks of a service; it leads to the host. */
export function serviceOf(id: string, request: ServiceRequest, { host }: Publication): ServicePublication {
  const { kind, instance, typeName, port, priority, weight, txt, subtypes, extra, ttls } = request;
  return { kind, id, instance, typeName, port, priority, weight, host, txt, subtypes, extra, ttls };
}

export function newEntry(
  publication: Publication,
  { onConflict, interfaces }: Pick<PublicationRequest, 'interfaces' | 'onConflict'>,
  asked: boolean,
  hostId: string | undefined,
): PublicationEntry {
  return {
    publication,
    policy: onConflict,
    interfaces: interfaces && new Set(interfaces),
    asked,
    links: new Map(),
    conflicts: new ConflictLog(),
    holdOffMs: 0,
    hostId,
    services: 0,
    announced: false,
    due: 0,
    updating: false,
    isLost: false,
    withdrawing: false,
    searchReported: false,
  };
}

/** Whether it is to be published on an interface. */
export function isFor(entry: PublicationEntry, interfaceName: string): boolean {
  return entry.interfaces === undefined || entry.interfaces.has(interfaceName);
}

/** Whether it claims a name. */
export function claims(publication: Publication, name: Name): boolean {
  return nameKey(claimedName(publication)) === nameKey(name);
}

/** Another version of it. */
export function revise(entry: PublicationEntry, changed: Publication): Publication {
  entry.publication = { ...changed, revision: (entry.publication.revision ?? 0) + 1 };
  return entry.publication;
}

/** What is announced of it from now on counts, and nothing that was announced before. */
export function startCounting(entry: PublicationEntry): void {
  entry.due = entry.publication.revision ?? 0;
  for (const link of entry.links.keys()) entry.links.set(link, 'pending');
}

/** It has a name to claim: nothing has been announced of it. */
export function startAnew(entry: PublicationEntry): void {
  entry.announced = false;
  entry.updating = false;
  entry.isLost = false;
  startCounting(entry);
}

/** Whether users wait for links to announce it, or its change. */
export function isWaiting({ announced, updating, withdrawing }: PublicationEntry): boolean {
  return (!announced || updating) && !withdrawing;
}

/** It is announced as it is now: no search for a name goes on. */
export function settle(entry: PublicationEntry): void {
  if (!entry.announced) {
    entry.conflicts.succeeded();
    entry.searchReported = false;
  }
  entry.announced = true;
  entry.updating = false;
}

/** Whether every link that counts has announced it; there has to be one. */
export function isTold({ links }: PublicationEntry, counts: (link: LinkId) => boolean): boolean {
  const states = [...links].filter(([link]) => counts(link)).map(([, state]) => state);
  return states.length > 0 && !states.includes('pending');
}

/** A search for a free name that takes more than a minute is reported, once; it goes on (RFC 6762 section 9). */
export function searchReport(entry: PublicationEntry, now: number): SupervisorEmitted | undefined {
  if (entry.searchReported || !entry.conflicts.isOverdue(now)) return undefined;
  entry.searchReported = true;
  const { id } = entry.publication;
  const name = labelOf(entry.publication);
  const found = `For a minute every name that was tried has been taken, now "${name}".`;
  const message = `${found} Look for a host that answers for all of them.`;
  return { type: 'log', level: 'error', message, details: { id, name } };
}
