/** The context of the supervisor, its events, and the functions that read them. See `supervisor.ts`. */

import type { Family } from '../../ip/family.js';
import type { NetworkInterface } from '../../net/network.js';
import { nameKey } from '../../protocol/name.js';
import type { LinkStatus, LogDetails, LogLevel, Status, SupervisorCommand, SupervisorEmitted } from '../commands.js';
import type { RegistryCommand, RegistryReport } from '../domain/registration-events.js';
import type { DomainReport } from '../domain-messages.js';
import { type InterfaceChoice, isNamedBy, missingInterfaces } from '../interface-choice.js';
import { Intake } from '../link/intake.js';
import { OwnRecords } from '../link/own-records.js';
import { PacketTap } from '../link/packet-tap.js';
import { SentPackets } from '../link/sent-packets.js';
import type {
  LinkId,
  MulticastInterfaceReport,
  Port,
  ScannerReport,
  WatcherGroupReport,
  WatcherId,
  WatcherReport,
} from '../messages.js';
import { type DomainEntry, newDomain, type Whereabouts, withDomains } from './domain-entry.js';
import type { SupervisorInput } from './input.js';
import { KeepAlive } from './keep-alive.js';
import type { PlaceReport } from './place.js';
import type { RegistryOpened } from './publication-entry.js';
import { PublicationBook } from './publications.js';
import type { IdsInUse } from './refusal.js';
import { Refusals } from './refusals.js';
import { restartPause } from './restart-pause.js';
import { type LinkEntry, linkId, statusOf, switchedOff } from './status.js';
import { WatcherGroups } from './watcher-groups.js';

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/** A child threw. */
export type ChildError<Name extends string> = {
  readonly type: `xstate.error.actor.${Name}`;
  readonly error: unknown;
  readonly actorId: string;
};
/** A child reached its final state. */
export type ChildDone<Name extends string, Output> = {
  readonly type: `xstate.done.actor.${Name}`;
  readonly output: Output;
  readonly actorId: string;
};

export type SupervisorEvent =
  | SupervisorCommand
  | ScannerReport
  | MulticastInterfaceReport
  | WatcherReport
  | WatcherGroupReport
  | PlaceReport
  | ChildDone<`place.${string}`, { readonly place: LinkId }>
  | ChildError<`place.${string}`>
  | ChildError<`watchers.${string}`>
  | ChildError<'interface-scanner'>
  /** All reports of the places about the last scan have been processed. */
  | { readonly type: 'places.settled' }
  /** The pause after a place broke is over: the interface gets a new one. */
  | { readonly type: 'place.replace'; readonly interface: string }
  | DomainReport
  | ChildError<`domain.${string}`>
  | RegistryReport
  | RegistryOpened
  | ChildDone<`registry.${string}`, { readonly domain: LinkId }>
  | ChildError<`registry.${string}`>
  /** The code of domains is loaded, or could not be. */
  | { readonly type: 'domains.loaded'; readonly error: unknown }
  /** A domain has started without throwing. */
  | { readonly type: 'domain.opened'; readonly domain: LinkId }
  | { readonly type: 'system.broke'; readonly error: unknown };

/** One interface and family. */
interface PlaceEntry {
  readonly interface: string;
  /** How often the interface was reported to the place. */
  sightings: number;
  /** As last reported. */
  status: LinkStatus | undefined;
}

export interface WatcherEntry {
  /** The group that has it as a child. */
  readonly group: number;
  /** The interfaces on which it asks; undefined for all. */
  readonly interfaces: readonly string[] | undefined;
  readonly where: Whereabouts;
  /**
   * Whether the warning about more service types than the watcher can browse has been logged: once for each watcher.
   */
  leavesOut: boolean;
  /** Whether any link on which it asks has been up. */
  usable: boolean;
}

export interface SupervisorContext {
  readonly input: SupervisorInput;
  readonly families: ReadonlySet<Family>;
  readonly book: PublicationBook;
  readonly own: OwnRecords;
  readonly sent: SentPackets;
  readonly alive: KeepAlive;
  readonly intake: Intake;
  readonly tap: PacketTap;
  /** As the system lists them. */
  readonly interfaces: Map<string, NetworkInterface>;
  readonly places: Map<LinkId, PlaceEntry>;
  /** The links that the places run. */
  readonly links: Map<LinkId, LinkEntry>;
  /** The domains beyond the link. */
  readonly domains: Map<LinkId, DomainEntry>;
  /** Where publications in these domains go; undefined while that starts. */
  readonly registries: Map<LinkId, Port<RegistryCommand> | undefined>;
  readonly refusals: Refusals;
  readonly watchers: Map<WatcherId, WatcherEntry>;
  readonly groups: WatcherGroups;
  /** How often the scanner or a place broke since it last worked, by the id of the actor. */
  readonly breakdowns: Map<string, number>;
  readonly scanned: boolean;
  /** Interfaces have appeared, changed or vanished since the status was last reported. */
  readonly statusIsOutdated: boolean;
}

export function newSupervisorContext(input: SupervisorInput): SupervisorContext {
  return {
    input,
    families: new Set(FAMILIES.filter((family) => input.groups[family] !== undefined)),
    book: new PublicationBook(input),
    own: new OwnRecords(),
    sent: new SentPackets(),
    alive: new KeepAlive(input.network, input.keepAlive),
    intake: new Intake(input.network.clock),
    tap: new PacketTap(),
    interfaces: new Map(),
    places: new Map(),
    links: new Map(),
    domains: new Map((input.domains ?? []).map((choice) => [nameKey(choice.name), newDomain(choice)])),
    registries: new Map(),
    refusals: new Refusals(),
    watchers: new Map(),
    groups: new WatcherGroups(),
    breakdowns: new Map(),
    scanned: false,
    statusIsOutdated: true,
  };
}

export const SCANNER = 'interface-scanner';

/* The ids of the other children. */

export function placeActor(id: LinkId): string {
  return `place.${id}`;
}

export function groupActor(number: number): string {
  return `watchers.${number}`;
}

export function domainActor(id: LinkId): string {
  return `domain.${id}`;
}

export function registryActor(id: LinkId): string {
  return `registry.${id}`;
}

export function linkActor(id: LinkId): string {
  return `link.${id}`;
}

/** The group that broke. */
export function groupOf({ actorId }: ChildError<`watchers.${string}`>): number {
  return Number(actorId.slice('watchers.'.length));
}

/** The place that broke. */
export function placeOf({ actorId }: ChildError<`place.${string}`>): LinkId {
  return actorId.slice(placeActor('').length);
}

/** The domain that broke. */
export function domainOf({ actorId }: ChildError<`domain.${string}`>): LinkId {
  return actorId.slice(domainActor('').length);
}

/** The registry that broke. */
export function registryOf({ actorId }: ChildError<`registry.${string}`>): LinkId {
  return actorId.slice(registryActor('').length);
}

/** Whether a watcher asks on an interface. */
export function isWanted({ interfaces }: Pick<WatcherEntry, 'interfaces'>, on: NetworkInterface): boolean {
  return interfaces === undefined || interfaces.some((name) => isNamedBy(name, on));
}

/** A sentence that names the missing interfaces; undefined when none is missing, and before the first scan. */
export function missingNow(
  { scanned, interfaces }: SupervisorContext,
  { names, isMeant }: NamedInterfaces,
): string | undefined {
  return scanned ? missingInterfaces(names, interfaces.values(), isMeant) : undefined;
}

export interface NamedInterfaces {
  readonly names: InterfaceChoice;
  readonly isMeant?: (name: string, on: NetworkInterface) => boolean;
}

/** Marks the watchers that ask on this interface, whose link is up. */
export function noteUsable({ watchers }: SupervisorContext, on: NetworkInterface): void {
  for (const watcher of watchers.values()) if (watcher.where.links && isWanted(watcher, on)) watcher.usable = true;
}

/** In the order in which the system lists the interfaces. */
export function currentStatus(context: SupervisorContext): Status {
  const { interfaces, places, families, input, scanned, domains, refusals } = context;
  const there = [...interfaces.values()];
  const links = there.flatMap((on) =>
    FAMILIES.flatMap((family) => {
      if (!families.has(family)) return switchedOff(on, family);
      return places.get(linkId(on, family))?.status ?? [];
    }),
  );
  const status = statusOf(links, missingInterfaces(input.interfaces, there), scanned);
  return input.domains?.length ? withDomains(status, domains, refusals) : status;
}

export function idsInUse({ book, watchers, domains }: SupervisorContext): IdsInUse {
  return { publications: book, watchers, domains };
}

export function log(level: LogLevel, message: string, details: LogDetails): SupervisorEmitted {
  return { type: 'log', level, message, details };
}

export function countBreakdown({ breakdowns }: SupervisorContext, actorId: string): void {
  breakdowns.set(actorId, (breakdowns.get(actorId) ?? 0) + 1);
}

/** Milliseconds until an actor that broke is replaced. */
export function pauseOf({ breakdowns }: SupervisorContext, actorId: string): number {
  return restartPause(breakdowns.get(actorId) ?? 1);
}

export function throttledWarning({ link, source }: Throttled): SupervisorEmitted {
  const message = `${link}: more datagrams arrive than can be processed, many of them from ${source}; the excess is dropped.`;
  return log('warn', message, { link, source });
}

type Throttled = Extract<MulticastInterfaceReport, { type: 'link.throttled' }>;
