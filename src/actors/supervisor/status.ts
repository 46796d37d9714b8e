/** The status and metrics of interfaces and links, as users see them. */
import type { ActorRefFrom } from 'xstate';
import type { Family } from '../../ip/family.js';
import type { LinkFault, NetworkInterface } from '../../net/network.js';
import type { CachedRecord } from '../../protocol/cache/types.js';
import { CLASS_IN } from '../../protocol/constants.js';
import { type Name, parentOf } from '../../protocol/name.js';
import type { LinkInfo } from '../../protocol/view/view.js';
import type { InstanceFacts, LinkMetrics, LinkState, LinkStatus, Metrics, Status } from '../commands.js';
import type { multicastInterfaceMachine } from '../link/multicast-interface.js';
import type { LinkId } from '../messages.js';

export interface LinkEntry {
  readonly ref: ActorRefFrom<typeof multicastInterfaceMachine>;
  readonly family: Family;
  interface: NetworkInterface;
  /** How often a service type on this link was left out of a browse for all types, which was full. */
  typesLeftOut: number;
}

export function linkId(on: NetworkInterface, family: Family): LinkId {
  return `${on.name}/${family}`;
}

/** A link as watchers see it. */
export function linkInfo(on: NetworkInterface, family: Family): LinkInfo {
  return { id: linkId(on, family), interface: on.name, family, scopeId: on.zone, subnets: on.addresses };
}

/** A copy of each link's counters. */
export function metricsOf(links: ReadonlyMap<LinkId, LinkEntry>): Metrics {
  return Object.fromEntries([...links].map(([id, link]) => [id, linkMetrics(link)]));
}

export function linkMetrics({ ref, typesLeftOut }: LinkEntry): LinkMetrics {
  const { counters, cache } = ref.getSnapshot().context;
  return { ...counters, typesLeftOut, cache: cache.getSnapshot().context.cache.toJSON() };
}

/** What the caches of all links have about an instance, and `elsewhere`; undefined if that is nothing. */
export function factsOf(
  links: ReadonlyMap<LinkId, LinkEntry>,
  name: Name,
  now: number,
  elsewhere: readonly CachedRecord[] = [],
): InstanceFacts | undefined {
  const caches = [...links.values()].map(({ ref }) => ref.getSnapshot().context.cache.getSnapshot().context.cache);
  const heard = caches.flatMap((cache) => cache.lookup({ name, type: 'ANY', class: CLASS_IN }, now));
  const known = [...heard, ...elsewhere];
  if (known.length === 0) return undefined;
  const ends = known.filter(({ record }) => record.type === 'SRV').map(({ expiresAt }) => expiresAt);
  const subtypes = caches.flatMap((cache) => cache.subtypesOf(name, parentOf(name), now));
  return {
    // Caches count whole milliseconds.
    silenceMs: Math.floor(now - Math.max(...known.map(({ receivedAt }) => receivedAt))),
    ttlSeconds: Math.round((Math.max(now, ...ends) - now) / 1000),
    subtypes: [...new Set(subtypes)],
  };
}

/** `links`: each interface and family, used or not; `missing`: a sentence about chosen interfaces that do not exist. */
export function statusOf(links: readonly LinkStatus[], missing: string | undefined, scanned: boolean): Status {
  const wanted = links.filter((link) => link.state !== 'unused');
  if (!scanned) return { state: 'starting', reason: undefined, links };
  if (wanted.length === 0) {
    const reason =
      missing ??
      'No interface can be used for multicast; "links" says why for each. Choose one with the interfaces option.';
    return { state: 'down', reason, links };
  }
  const known = wanted.filter((link) => !isAboutToOpen(link));
  const failing = known.filter((link) => link.state !== 'up');
  if (known.length === 0) return { state: 'starting', reason: undefined, links };
  if (failing.length === 0) return { state: missing ? 'degraded' : 'up', reason: missing, links };
  const state = failing.length === known.length ? 'down' : 'degraded';
  return { state, reason: failing[0]?.reason, links };
}

/** There is no fault so far; the link is up, or has a fault, within a second or two. */
function isAboutToOpen({ state, fault }: LinkStatus): boolean {
  return fault === undefined && (state === 'opening' || state === 'absent');
}

/** The part of a place's context that its status shows. */
export interface PlaceKnowledge {
  readonly id: LinkId;
  readonly interface: NetworkInterface;
  readonly family: Family;
  /** Whether the system lists the interface. */
  readonly isThere: boolean;
  /** Why the interface is not used; undefined when it is used. */
  readonly against: string | undefined;
  readonly link: { readonly state: LinkState; readonly fault: LinkFault | undefined } | undefined;
}

/** The status of one interface and family. A link outlives its interface, or the choice of it, by some seconds. */
export function placeStatus({ id, interface: on, family, isThere, against, link }: PlaceKnowledge): LinkStatus {
  const about = aboutOf(on, family);
  if (!isThere)
    return { ...about, state: 'absent', reason: 'the system does not list the interface', fault: undefined };
  if (against !== undefined) return { ...about, state: 'unused', reason: against, fault: undefined };
  if (!link) {
    const mistake = `${id} broke because of an internal error and is opened again soon; the log has the details.`;
    return { ...about, state: 'retrying', reason: mistake, fault: undefined };
  }
  const { state, fault } = link;
  const reason = state === 'up' ? undefined : (fault?.message ?? `${id} is being opened; this takes a second or two.`);
  return { ...about, state, reason, fault };
}

/** The status of a family that has no place. */
export function switchedOff(on: NetworkInterface, family: Family): LinkStatus {
  return { ...aboutOf(on, family), state: 'unused', reason: 'this IP family is switched off', fault: undefined };
}

function aboutOf(on: NetworkInterface, family: Family): Pick<LinkStatus, 'interface' | 'family' | 'addresses'> {
  const addresses = on.addresses.filter((address) => address.family === family).map(({ address }) => address);
  return { interface: on.name, family, addresses };
}
