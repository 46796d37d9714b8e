/** What the supervisor knows, and how it lets go of links and watchers. See `supervisor.ts`. */
import type { Family, Network, NetworkInterface } from '../net/network.js';
import type { RecordTtls } from '../protocol/dns-sd/service.js';
import type { Name } from '../protocol/name.js';
import type { QuestionKey } from '../protocol/record.js';
import type { LinkQuestion } from '../protocol/view/view.js';
import type { AddressFilter } from './address-filter.js';
import type { SupervisorCommand } from './boundary.js';
import { type InterfaceChoice, reasonAgainst } from './interface-choice.js';
import { type LinkEntry, linkId } from './link-table.js';
import type {
  LinkId,
  MulticastInterfaceCommand,
  MulticastInterfaceReport,
  Port,
  ScannerReport,
  WatcherEvent,
  WatcherId,
  WatcherReport,
} from './messages.js';
import { OwnRecords } from './own-records.js';
import { PublicationBook } from './publication-book.js';
import type { IdsInUse } from './refusal.js';
import { SentPackets } from './sent-packets.js';

export interface SupervisorInput {
  readonly network: Network;
  readonly hostname: Name;
  /** Group and port of each IP family; undefined where it is off. */
  readonly groups: Readonly<Partial<Record<Family, { readonly group: string; readonly port: number }>>>;
  readonly interfaces: InterfaceChoice;
  readonly ttls: RecordTtls;
  /** Which of this machine's addresses may be published; undefined for all. */
  readonly addressFilter: AddressFilter | undefined;
  /** Whether to publish the host from the start; undefined: as soon as anything of it is published. */
  readonly announceHost: boolean | undefined;
  /** 2 to 8. */
  readonly announcements: number;
  readonly reannounceMs: number | undefined;
  readonly scanIntervalMs: number;
  readonly maxCacheRecords: number;
  readonly maxCacheBytes?: number | undefined;
}

/** A child reached its final state. */
export type ChildDone = {
  readonly type: `xstate.done.actor.${string}`;
  readonly output: unknown;
  readonly actorId: string;
};
/** A child threw. */
export type ChildError = {
  readonly type: `xstate.error.actor.${string}`;
  readonly error: unknown;
  readonly actorId: string;
};

export type SupervisorEvent =
  | SupervisorCommand
  | ScannerReport
  | MulticastInterfaceReport
  | WatcherReport
  | ChildDone
  | ChildError
  | { readonly type: 'link.open'; readonly interface: NetworkInterface; readonly family: Family }
  | { readonly type: 'link.restart'; readonly link: LinkId }
  | { readonly type: 'scanner.restart' }
  | { readonly type: 'system.broke'; readonly error: unknown };

interface WatcherEntry {
  readonly port: Port<WatcherEvent>;
  readonly interfaces: readonly string[] | undefined;
  /** The log says once for each watcher that it sees more service types than it has places for. */
  leavesOut: boolean;
}

export interface SupervisorContext {
  readonly input: SupervisorInput;
  readonly families: ReadonlySet<Family>;
  readonly book: PublicationBook;
  readonly own: OwnRecords;
  readonly sent: SentPackets;
  readonly interfaces: Map<string, NetworkInterface>;
  readonly links: Map<LinkId, LinkEntry>;
  readonly watchers: Map<WatcherId, WatcherEntry>;
  /** Times that each child broke. */
  readonly breakdowns: Map<string, number>;
  readonly scanned: boolean;
  /** Interfaces have come, changed or gone since the last scan was over: users do not know yet. */
  readonly statusIsOutdated: boolean;
}

export function newSupervisorContext(input: SupervisorInput): SupervisorContext {
  return {
    input,
    families: new Set((['ipv4', 'ipv6'] as const).filter((family) => input.groups[family] !== undefined)),
    book: new PublicationBook(input),
    own: new OwnRecords(),
    sent: new SentPackets(),
    interfaces: new Map(),
    links: new Map(),
    watchers: new Map(),
    breakdowns: new Map(),
    scanned: false,
    statusIsOutdated: true,
  };
}

/** The interface and family on which this link should run; undefined when there is none, or it is not to be used. */
export function placeOf(
  { interfaces, families, input }: SupervisorContext,
  link: LinkId,
): { readonly interface: NetworkInterface; readonly family: Family } | undefined {
  for (const on of interfaces.values()) {
    for (const family of families) {
      if (linkId(on, family) !== link) continue;
      return reasonAgainst(input.interfaces, on, family) === undefined ? { interface: on, family } : undefined;
    }
  }
  return undefined;
}

/** The id of the actor. */
export function watcherId(id: WatcherId): string {
  return `watcher/${id}`;
}

/** Whether a watcher asks on an interface. */
export function isWanted(interfaces: readonly string[] | undefined, on: NetworkInterface): boolean {
  return interfaces === undefined || interfaces.includes(on.name) || interfaces.includes(on.zone);
}

export function idsInUse({ book, watchers }: SupervisorContext): IdsInUse {
  return { publications: book, watchers };
}

interface Enqueue {
  sendTo(port: Port<WatcherEvent>, event: WatcherEvent): void;
  sendTo(port: Port<MulticastInterfaceCommand>, event: MulticastInterfaceCommand): void;
  stopChild(id: string): void;
}

export function dropLink(context: SupervisorContext, id: LinkId, enqueue: Enqueue): void {
  context.links.delete(id);
  context.book.linkClosed(id);
  for (const { port } of context.watchers.values()) enqueue.sendTo(port, { type: 'link.closed', link: id });
  enqueue.stopChild(id);
}

export function dropWatcher(context: SupervisorContext, id: WatcherId, enqueue: Enqueue): void {
  context.watchers.delete(id);
  for (const { ref } of context.links.values()) enqueue.sendTo(ref, { type: 'watcher.gone', watcher: id });
}

export function byLink(questions: readonly LinkQuestion[]): Map<LinkId, QuestionKey[]> {
  const found = new Map<LinkId, QuestionKey[]>();
  for (const { link, question } of questions) {
    const list = found.get(link);
    if (list) list.push(question);
    else found.set(link, [question]);
  }
  return found;
}
