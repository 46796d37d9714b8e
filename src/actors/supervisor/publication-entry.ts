/** The state of one publication: its present data, the wishes of its user, and whether each link has announced it. */
import { ConflictLog } from '../../protocol/claim/probe.js';
import { LOCAL_DOMAIN, type RecordTtls } from '../../protocol/dns-sd/service.js';
import { type Name, nameKey } from '../../protocol/name.js';
import { moved } from '../../protocol/unicast/translate.js';
import type {
  AliasRequest,
  ConflictPolicy,
  PublicationRequest,
  ServiceRequest,
  SupervisorCommand,
  SupervisorEmitted,
} from '../commands.js';
import type { RegistryReport } from '../domain/registration-events.js';
import type { LinkId, MulticastInterfaceReport } from '../messages.js';
import {
  type AliasPublication,
  claimedName,
  type HostPublication,
  labelOf,
  type Publication,
  type ServicePublication,
  shownHost,
} from '../publication.js';
import type { PlaceReport } from './place.js';

/** The events that change publications. */
export type BookEvent =
  | Extract<SupervisorCommand, { type: `publication.${string}` | 'mdns.close' }>
  | Extract<MulticastInterfaceReport, { type: `publication.${string}` }>
  | Pick<Extract<PlaceReport, { type: 'link.opened' }>, 'type' | 'link' | 'interface'>
  | Extract<PlaceReport, { type: 'place.changed' | 'link.closed' }>
  | RegistryReport
  | RegistryOpened;

/** A domain beyond the link can be published in. */
export interface RegistryOpened {
  readonly type: 'registry.opened';
  readonly domain: LinkId;
}

/** A link, or a domain beyond the links, which stands where a link does. */
export interface KnownLink {
  readonly interface: string;
  /** `local` for a link. */
  readonly domain: string;
  /** It is up or about to be. */
  counts: boolean;
}

export interface BookOptions {
  readonly hostname: Name;
  readonly ttls: RecordTtls;
  /** true: publish the host from the start; false: only for a service; undefined: for anything on this host. */
  readonly announceHost: boolean | undefined;
}

export interface PublicationEntry {
  publication: Publication;
  policy: ConflictPolicy;
  readonly interfaces: ReadonlySet<string> | undefined;
  /** Keys of the domains in which it is published: those of a host are those of its services. */
  readonly domains: Set<string>;
  /** Whether a user asked for it. A host name may also be published because a service needs it. */
  asked: boolean;
  /** Whether the present data has been announced on each link. */
  readonly links: Map<LinkId, 'pending' | 'probed' | 'announced' | 'refused'>;
  readonly conflicts: ConflictLog;
  /** How long to wait before the name that a user chooses after a conflict is probed for (RFC 6762 section 8.1). */
  holdOffMs: number;
  /** The id of the host that a service or an alias points to, if it is one of ours. */
  readonly hostId: string | undefined;
  /** The id of the service that this host belongs to alone: both get a new name when one of them is lost. */
  readonly ownerId: string | undefined;
  /** How many services and aliases point to this host. */
  services: number;
  announced: boolean;
  /** Whether its names are ours on every link that counts. */
  probed: boolean;
  /** Announcements of earlier revisions do not count. */
  due: number;
  /** It has changed since it was announced, and not every link has announced the change yet. */
  updating: boolean;
  /** Another host has its name, and no new name has been chosen yet. */
  isLost: boolean;
  withdrawing: boolean;
  /** Whether a long search for a free name has been reported to the user. */
  searchReported: boolean;
}

/** The host of a request: a name with the addresses of this machine, or with other addresses. */
export function hostOf(
  id: string,
  request: Partial<Pick<ServiceRequest, 'addresses' | 'addressFilter' | 'unprobed' | 'ownHost'>>,
  host: Name,
  ttls: RecordTtls,
): HostPublication {
  const { addresses, addressFilter, unprobed, ownHost } = request;
  const given = { ...(addresses && { addresses }), ...(addressFilter && { addressFilter }) };
  const manner = { ...(unprobed && { unprobed }), ...(ownHost === 'bracketed' && { bracketed: true }) };
  return { kind: 'host', id, host, ttls, ...given, ...manner };
}

/** The service of a request, which points to the given host. */
export function serviceOf(id: string, request: ServiceRequest, host: Name): ServicePublication {
  const { kind, instance, typeName, port, priority, weight, txt, subtypes, extra, ttls, unprobed } = request;
  const given = { kind, id, instance, typeName, port, priority, weight, host, txt, subtypes, extra, ttls };
  return unprobed ? { ...given, unprobed } : given;
}

/** The alias of a request, which leads to the given host. */
export function aliasTo(id: string, { kind, alias, ttls }: AliasRequest, host: Name): AliasPublication {
  return { kind, id, alias, host, ttls };
}

/**
 * Whether it is about this host, under any name. Given addresses are those of another machine, and a host that is not
 * claimed is another program's.
 */
export function isOnThisHost(request: PublicationRequest): boolean {
  if (request.kind === 'alias') return false;
  return !request.addresses && !(request.kind === 'service' && request.claimHost === false);
}

/** What a publication belongs to. */
interface Ties {
  readonly hostId?: string | undefined;
  readonly ownerId?: string | undefined;
  /** Default: `local`. */
  readonly domains?: readonly Name[] | undefined;
}

export function newEntry(
  publication: Publication,
  { onConflict, interfaces }: Pick<PublicationRequest, 'interfaces' | 'onConflict'>,
  asked: boolean,
  { hostId, ownerId, domains = [LOCAL_DOMAIN] }: Ties = {},
): PublicationEntry {
  return {
    publication,
    policy: onConflict,
    interfaces: interfaces && new Set(interfaces),
    domains: new Set(domains.map(nameKey)),
    asked,
    links: new Map(),
    conflicts: new ConflictLog(),
    holdOffMs: 0,
    hostId,
    ownerId,
    services: 0,
    announced: false,
    probed: false,
    due: 0,
    updating: false,
    isLost: false,
    withdrawing: false,
    searchReported: false,
  };
}

/** A host name that is published because a service needs it. */
export function hostEntry(
  publication: HostPublication,
  interfaces: readonly string[] | undefined,
  ownerId?: string,
): PublicationEntry {
  return newEntry(publication, { interfaces, onConflict: 'rename' }, false, { ownerId, domains: [] });
}

/** The host as users see it: on the link, or in the first domain of what is published in domains alone. */
export function hostWhereAnnounced({ publication, domains }: PublicationEntry): Name {
  const [first = LOCAL_DOMAIN] = domains;
  return moved(shownHost(publication), LOCAL_DOMAIN, domains.has(LOCAL_DOMAIN) ? LOCAL_DOMAIN : first);
}

/** Whether it is to be published on a link, or in a domain. */
export function isFor({ interfaces, domains }: PublicationEntry, link: KnownLink): boolean {
  if (!domains.has(link.domain)) return false;
  return link.domain !== LOCAL_DOMAIN || interfaces === undefined || interfaces.has(link.interface);
}

/** Whether it claims a name. */
export function claims(publication: Publication, name: Name): boolean {
  return nameKey(claimedName(publication)) === nameKey(name);
}

/** Replaces the data and increments its revision. */
export function revise(entry: PublicationEntry, changed: Publication): Publication {
  entry.publication = { ...changed, revision: (entry.publication.revision ?? 0) + 1 };
  return entry.publication;
}

/** From now on, only announcements of the present revision count. */
export function startCounting(entry: PublicationEntry): void {
  entry.due = entry.publication.revision ?? 0;
  for (const link of entry.links.keys()) entry.links.set(link, 'pending');
}

/** It has to claim a name, and nothing under that name has been announced. */
export function startAnew(entry: PublicationEntry): void {
  entry.announced = false;
  entry.probed = false;
  entry.updating = false;
  entry.isLost = false;
  startCounting(entry);
}

/** Whether it, or a change of it, is still to be announced. */
export function isWaiting({ announced, updating, withdrawing }: PublicationEntry): boolean {
  return (!announced || updating) && !withdrawing;
}

/** It is announced with its present data, so no search for a name goes on. */
export function settle(entry: PublicationEntry): void {
  if (!entry.announced) {
    entry.conflicts.succeeded();
    entry.searchReported = false;
  }
  entry.announced = true;
  entry.probed = true;
  entry.updating = false;
}

/** Whether every link that counts has announced it, and there is at least one. A domain that refuses does not count. */
export function isTold({ links }: PublicationEntry, counts: (link: LinkId) => boolean): boolean {
  const states = [...links].filter(([link, state]) => counts(link) && state !== 'refused').map(([, state]) => state);
  return states.length > 0 && states.every((state) => state === 'announced');
}

/** The names are ours on a link. @returns whether they are now ours on every link that counts */
export function noteProbed(
  entry: PublicationEntry,
  link: LinkId,
  revision: number,
  counts: (link: LinkId) => boolean,
): boolean {
  const { links, probed, due } = entry;
  if (probed || revision < due || links.get(link) !== 'pending') return false;
  links.set(link, 'probed');
  entry.probed = [...links].every(([each, state]) => state !== 'pending' || !counts(each));
  return entry.probed;
}

/** Reports once that the search for a free name takes more than a minute. The search goes on (RFC 6762 section 9). */
export function searchReport(entry: PublicationEntry, now: number): SupervisorEmitted | undefined {
  if (entry.searchReported || !entry.conflicts.isOverdue(now)) return undefined;
  entry.searchReported = true;
  const { id } = entry.publication;
  const name = labelOf(entry.publication);
  const found = `Every name that was tried for a minute is in use, most recently "${name}".`;
  const message = `${found} Look for a host that answers for every name.`;
  return { type: 'log', level: 'error', message, details: { id, name } };
}
