/** The context of a multicast interface, and functions that read it. See `multicast-interface.ts`. */
import type { ActorRefFrom } from 'xstate';
import type { Family } from '../../ip/family.js';
import { sourceAddress } from '../../net/addresses.js';
import type { LinkFault, LinkOptions, Network, NetworkInterface } from '../../net/network.js';
import { Repeats } from '../../protocol/cache/repeats.js';
import {
  IPV4_UDP_HEADER_BYTES,
  IPV6_UDP_HEADER_BYTES,
  MAX_PACKET_BYTES,
  PROBE_MAX_INITIAL_DELAY_MS,
} from '../../protocol/constants.js';
import { Sources } from '../../protocol/intake/sources.js';
import { Relevance } from '../../protocol/query/relevance.js';
import type { RecordSet } from '../../protocol/record-set.js';
import { RepeatedQueries } from '../../protocol/respond/repeated-queries.js';
import type { AddressFilter, NamedFilters } from '../address-filter.js';
import { type LinkCounters, newCounters } from '../counters.js';
import { HostNames } from '../host-names.js';
import type { LinkId, LinkReport, MulticastInterfaceReport, Port } from '../messages.js';
import { type Publication, recordSetOf } from '../publication.js';
import type { announcerMachine } from './announcer.js';
import type { AnnouncerGroup } from './announcer-group.js';
import type { Intake } from './intake.js';
import type { OwnRecords } from './own-records.js';
import type { PacketTap } from './packet-tap.js';
import type { querierLogic } from './querier.js';
import type { recordCacheMachine } from './record-cache.js';
import type { responderLogic } from './responder.js';
import type { SentPackets } from './sent-packets.js';
import { SetIndex } from './set-index.js';
import type { socketLogic } from './socket.js';

export interface MulticastInterfaceInput {
  readonly id: LinkId;
  readonly interface: NetworkInterface;
  readonly family: Family;
  readonly group: string;
  readonly port: number;
  /** The families whose addresses are published. */
  readonly families: ReadonlySet<Family>;
  readonly addressFilter: AddressFilter | undefined;
  readonly namedFilters: NamedFilters;
  readonly network: Network;
  readonly sent: SentPackets;
  readonly intake: Intake;
  readonly tap: PacketTap;
  readonly own: OwnRecords;
  /** How often each record set is announced: 2 to 8 (RFC 6762 section 8.3). */
  readonly announcements: number;
  readonly reannounceMs: number | undefined;
  readonly maxCacheRecords: number;
  readonly maxCacheBytes?: number | undefined;
  /** The parent of the link, which gets its state. */
  readonly place: Port<LinkReport>;
  /** Gets all other reports. */
  readonly supervisor: Port<MulticastInterfaceReport>;
}

export interface LinkContext {
  readonly input: MulticastInterfaceInput;
  readonly interface: NetworkInterface;
  readonly cache: ActorRefFrom<typeof recordCacheMachine>;
  readonly querier: ActorRefFrom<typeof querierLogic>;
  readonly responder: ActorRefFrom<typeof responderLogic>;
  readonly socket: ActorRefFrom<typeof socketLogic> | undefined;
  /** Ids of the sockets that are closing. */
  readonly freeing: Set<string>;
  /** The interface as it was when a socket was last opened on it. */
  readonly openedFor: NetworkInterface;
  /** Milliseconds on the clock. */
  readonly openedAt: number;
  /** Another responder on this machine uses the port as well. */
  readonly portShared: boolean;
  /** Another responder maps our addresses to another name. */
  readonly reverseContested: boolean;
  readonly publications: Map<string, Publication>;
  /** The revision of each publication that has been reported as announced since the link came up. */
  readonly announced: Map<string, number>;
  readonly announcers: Map<string, ActorRefFrom<typeof announcerMachine>>;
  /** The group that each announcer is in. */
  readonly groups: Map<string, AnnouncerGroup>;
  readonly groupsSpawned: number;
  readonly sets: SetIndex;
  readonly hosts: HostNames;
  /** The names for which datagrams are decoded. */
  readonly relevance: Relevance;
  readonly repeats: Repeats;
  readonly queries: RepeatedQueries;
  /** Publications without an announcer so far. */
  readonly toIntroduce: Set<string>;
  /** When sets that start together send their first probe; undefined while the link is down. */
  readonly probeAt: number | undefined;
  /** How often the socket failed since the link was last up. */
  readonly attempts: number;
  readonly fault: LinkFault | undefined;
  /** The fault occurred while sending, so that an opened socket does not mean that it is over. */
  readonly failedToSend: boolean;
  readonly counters: LinkCounters;
  /** How much each source sends. */
  readonly sources: Sources;
}

/** The context except for the children. */
export function newLinkData(
  input: MulticastInterfaceInput,
): Omit<LinkContext, 'cache' | 'querier' | 'responder' | 'socket'> {
  const relevance = new Relevance();
  const repeats = new Repeats();
  const queries = new RepeatedQueries();
  return {
    input,
    interface: input.interface,
    freeing: new Set(),
    openedFor: input.interface,
    openedAt: Number.NEGATIVE_INFINITY,
    portShared: false,
    reverseContested: false,
    publications: new Map(),
    announced: new Map(),
    announcers: new Map(),
    groups: new Map(),
    groupsSpawned: 0,
    sets: new SetIndex(relevance, repeats, queries),
    hosts: new HostNames(),
    relevance,
    repeats,
    queries,
    toIntroduce: new Set(),
    probeAt: undefined,
    attempts: 0,
    fault: undefined,
    failedToSend: false,
    counters: newCounters(),
    sources: new Sources(),
  };
}

export function linkOptions({ input, interface: on }: LinkContext): LinkOptions {
  return { interface: on, family: input.family, group: input.group, port: input.port };
}

/** The largest message that fits a packet of the link (RFC 6762 section 17). */
export function maxMessageBytes({ input, interface: on }: LinkContext): number {
  const headers = input.family === 'ipv4' ? IPV4_UDP_HEADER_BYTES : IPV6_UDP_HEADER_BYTES;
  return Math.min(on.mtu, MAX_PACKET_BYTES) - headers;
}

/**
 * The records of a publication on this link. Another responder on this machine would map the same addresses to its
 * name.
 */
export function recordSetHere(context: LinkContext, publication: Publication): RecordSet {
  return recordSetOf(publication, {
    interface: context.interface,
    reverse: !context.portShared && !context.reverseContested && !context.interface.loopback,
    families: context.input.families,
    addressFilter: context.input.addressFilter,
    namedFilters: context.input.namedFilters,
  });
}

/** Whether the host name that a publication refers to is ours on this link. */
export function hostIsHeld({ hosts }: LinkContext, publication: Publication): boolean {
  return publication.kind === 'host' || hosts.isReady(publication.host);
}

/** A time for a first probe, shared by all sets that ask for one before it has passed (RFC 6762 section 8.1). */
export function nextProbeTime(context: LinkContext): number {
  const { clock } = context.input.network;
  const now = clock.now();
  if (context.probeAt !== undefined && context.probeAt > now) return context.probeAt;
  return now + context.input.network.random() * PROBE_MAX_INITIAL_DELAY_MS;
}

/** Whether the link's socket can be kept for the interface in its present state. */
export function socketServes({ input, openedFor }: LinkContext, now: NetworkInterface): boolean {
  return openedFor.index === now.index && addressesOf(openedFor, input.family) === addressesOf(now, input.family);
}

/** Whether the interface still has the address that the socket sends from. If not, it may be on another network. */
export function socketSends({ input, openedFor }: LinkContext, now: NetworkInterface): boolean {
  const source = sourceAddress(openedFor, input.family)?.address;
  return openedFor.index === now.index && now.addresses.some(({ address }) => address === source);
}

function addressesOf(on: NetworkInterface, family: Family): string {
  const own = on.addresses.filter((address) => address.family === family);
  return own.map(({ address, prefixLength }) => `${address}/${prefixLength}`).join();
}
