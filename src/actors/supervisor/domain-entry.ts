/** A domain beyond the link as the supervisor sees it, and which watchers ask there. */

import type { LinkFault } from '../../net/network.js';
import type { CachedRecord } from '../../protocol/cache/types.js';
import { CLASS_IN } from '../../protocol/constants.js';
import { LOCAL_DOMAIN } from '../../protocol/dns-sd/service.js';
import { isWithin, type Name, nameKey } from '../../protocol/name.js';
import type { LinkInfo } from '../../protocol/view/view.js';
import type { DomainMetrics, DomainState, DomainStatus, DomainsMetrics, Status, WatchRequest } from '../commands.js';
import type { DomainContext } from '../domain/context.js';
import type { DomainCommand } from '../domain-messages.js';
import type { LinkId, Port } from '../messages.js';
import type { DomainChoice } from './input.js';
import type { Refusals } from './refusals.js';

/** The domain of names that the servers of the system know. */
export const ROOT: LinkId = '.';

export interface DomainEntry extends DomainChoice {
  /** Undefined until its code is loaded, and while it is replaced after it broke. */
  ref: Port<DomainCommand> | undefined;
  state: DomainState;
  fault: LinkFault | undefined;
}

/** Where a watcher asks: on the links, in some domains, or both. */
export interface Whereabouts {
  readonly links: boolean;
  readonly domains: readonly LinkId[];
}

export function newDomain(choice: DomainChoice): DomainEntry {
  return { ...choice, ref: undefined, state: 'finding', fault: undefined };
}

/** The domain as watchers see it: a link without addresses of its own. */
export function domainInfo({ name }: Pick<DomainEntry, 'name'>): LinkInfo {
  const id = nameKey(name);
  return { id, interface: name, domain: name, family: 'ipv4', scopeId: name, subnets: [] };
}

/** Where a request is asked: the domain of the name that it asks for decides. */
export function whereaboutsOf(request: WatchRequest, domains: ReadonlyMap<LinkId, DomainEntry>): Whereabouts {
  if (request.kind === 'domains') return { links: false, domains: (request.lists ?? []).map(({ link }) => link) };
  const known = [...domains.keys()].filter((id) => id !== ROOT);
  if ('everywhere' in request && request.everywhere) return { links: true, domains: known };
  const inside = known.filter((id) => isWithin(nameOf(request), id));
  const closest = inside.sort((a, b) => b.length - a.length).slice(0, 1);
  return { links: closest.length === 0, domains: closest };
}

/** The name that is asked for; undefined for a request that is asked everywhere, or of domains alone. */
export function nameAsked(request: WatchRequest): Name | undefined {
  if (request.kind === 'domains' || ('everywhere' in request && request.everywhere)) return undefined;
  return nameOf(request);
}

function nameOf(request: Exclude<WatchRequest, { kind: 'domains' }>): Name {
  if ('typeName' in request) return request.typeName;
  if ('domain' in request) return request.domain;
  return 'host' in request ? request.host : request.name;
}

/** Which lists of domains are read: those of one domain, or of all that are known here (RFC 6763 section 11). */
export function domainLists(
  domain: Name | undefined,
  domains: ReadonlyMap<LinkId, DomainEntry>,
  recommended: readonly Name[],
): readonly { readonly link: LinkId; readonly domain: Name }[] {
  const known = [...domains.values()].filter(({ name }) => name !== ROOT).map(({ name }) => name);
  const asked = domain === undefined ? [...known, ...recommended] : [domain];
  const each = new Map(asked.map((name) => [nameKey(name), name]));
  return [...each]
    .filter(([key]) => !isWithin(key, LOCAL_DOMAIN))
    .map(([key, name]) => {
      return { link: domains.has(key) ? key : ROOT, domain: name };
    });
}

function domainStatus(entry: DomainEntry, refused: DomainStatus['refused']): DomainStatus {
  const { name: domain, state, fault } = entry;
  return { domain, state, reason: reasonOf(entry), fault, refused };
}

/** Why a domain is not up. */
export function reasonOf(entry: DomainEntry | undefined): string | undefined {
  if (entry?.fault) return entry.fault.message;
  if (entry?.state !== 'finding') return undefined;
  const whose = entry.name === ROOT ? 'The DNS server of the system' : `${entry.name}: its DNS server`;
  return `${whose} has not answered yet. If it stays so, check its address and port.`;
}

/** The status of links with that of domains: one that works makes a process without multicast useful. */
export function withDomains(status: Status, entries: ReadonlyMap<LinkId, DomainEntry>, refusals: Refusals): Status {
  const beyond = [...entries].filter(([id]) => id !== ROOT);
  const domains = beyond.map(([id, entry]) => domainStatus(entry, refusals.of(id)));
  const failing = domains.find(({ state }) => state === 'retrying' || state === 'refused');
  const works = domains.some(({ state }) => state === 'up');
  if (status.state === 'down' && works) return { ...status, state: 'degraded', domains };
  if (status.state === 'up' && failing) return { ...status, state: 'degraded', reason: failing.reason, domains };
  const [refused] = domains.flatMap((domain) => domain.refused);
  if (status.state === 'up' && refused) return { ...status, state: 'degraded', reason: refused.reason, domains };
  return { ...status, domains };
}

/** A copy of the counters of each domain that runs. */
export function domainMetricsOf(domains: ReadonlyMap<LinkId, DomainEntry>): DomainsMetrics {
  return Object.fromEntries(
    [...domains.values()].flatMap((entry): [Name, DomainMetrics][] => {
      const metrics = domainMetrics(entry);
      return metrics ? [[entry.name, metrics]] : [];
    }),
  );
}

/** Undefined for a domain that does not run. */
export function domainMetrics(entry: DomainEntry): DomainMetrics | undefined {
  const context = contextOf(entry);
  if (!context) return undefined;
  const { client, plan } = context;
  const { questions, records, bytes } = plan;
  return { ...client.counters, ...plan.counters, questions, records, bytes };
}

/** What the domains know of a name. */
export function knownInDomains(domains: ReadonlyMap<LinkId, DomainEntry>, name: Name, now: number): CachedRecord[] {
  return [...domains.values()].flatMap((entry) => {
    const plan = contextOf(entry)?.plan;
    if (!plan) return [];
    return (['SRV', 'TXT'] as const).flatMap((type) => plan.lookup({ name, type, class: CLASS_IN }, now));
  });
}

/** A port shows no context: only the supervisor, which has spawned the actor, knows what it is. */
function contextOf({ ref }: DomainEntry): DomainContext | undefined {
  return ref && (ref.getSnapshot() as unknown as { readonly context: DomainContext }).context;
}
