/** What the supervisor knows, and how it lets go of links and watchers. See `supervisor.ts`. */
import type { Family } from '../../ip/family.js';
import type { NetworkInterface } from '../../net/network.js';
import type { QuestionKey } from '../../protocol/record.js';
import { MAX_BROWSED_TYPES } from '../../protocol/view/browsed-types.js';
import type { LinkQuestion } from '../../protocol/view/view.js';
import type { LogLevel, Status, SupervisorCommand, SupervisorEmitted } from '../commands.js';
import { isNamedBy, missingInterfaces, reasonAgainst } from '../interface-choice.js';
import { Intake } from '../link/intake.js';
import { OwnRecords } from '../link/own-records.js';
import { SentPackets } from '../link/sent-packets.js';
import type {
  LinkId,
  MulticastInterfaceCommand,
  MulticastInterfaceReport,
  Port,
  ScannerReport,
  WatcherEvent,
  WatcherId,
  WatcherReport,
} from '../messages.js';
import type { SupervisorInput } from './input.js';
import { KeepAlive } from './keep-alive.js';
import { PublicationBook } from './publications.js';
import type { IdsInUse } from './refusal.js';
import { type LinkEntry, linkId, statusOf } from './status.js';

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
  /** Whether a link has been up on which it asks. */
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
    alive: new KeepAlive(input.network, input.keepAlive),
    intake: new Intake(input.network.clock),
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
  return interfaces === undefined || interfaces.some((name) => isNamedBy(name, on));
}

/** Hands what happened to a publication to the book. */
export function noteInBook({ book, alive, input }: SupervisorContext, event: SupervisorEvent): void {
  switch (event.type) {
    case 'publication.publish':
      book.publish(event.id, event.request);
      alive.began(event.id);
      break;
    case 'publication.update':
      book.update(event.id, event.changes);
      break;
    case 'publication.rename':
      book.rename(event.id, event.label);
      break;
    case 'publication.withdraw':
      book.withdraw(event.id);
      break;
    case 'publication.announced':
      book.announced(event.link, event.id, event.revision);
      break;
    case 'publication.lost':
      book.lost(event.link, event.id, event.name, input.network.clock.now());
      break;
    case 'publication.gone':
      book.gone(event.link, event.id);
      break;
  }
}

type NamesInterfaces = Extract<SupervisorEvent, { type: 'publication.publish' | 'watch.open' | 'interfaces.scanned' }>;

/** Which of the interfaces that an event names are not there, as far as that is known. */
export function missingNow(
  { scanned, interfaces, input }: SupervisorContext,
  event: NamesInterfaces,
): string | undefined {
  if (!scanned) return undefined;
  switch (event.type) {
    case 'publication.publish':
      return missingInterfaces(event.request.interfaces, interfaces.values(), (name, on) => name === on.name);
    case 'watch.open':
      return missingInterfaces(event.options.interfaces, interfaces.values());
    case 'interfaces.scanned':
      return missingInterfaces(input.interfaces, interfaces.values());
  }
}

/** The watches that ask on an interface whose link is up. */
export function noteUsable({ watchers }: SupervisorContext, on: NetworkInterface): void {
  for (const watcher of watchers.values()) if (isWanted(watcher.interfaces, on)) watcher.usable = true;
}

/** How a watch ended: one that ran out of time without any network was not answered by an empty one. */
export function watchEnd(
  context: SupervisorContext,
  event: WatcherEnded,
): Extract<SupervisorEmitted, { type: 'watch.ended' }> {
  const { watcher: id, reason } = event;
  const watcher = context.watchers.get(id);
  if (reason !== 'timeout' || !watcher || watcher.usable) return { type: 'watch.ended', id, reason };
  const message = missingInterfaces(watcher.interfaces, context.interfaces.values()) ?? currentStatus(context).reason;
  return { type: 'watch.ended', id, reason: 'no-network', ...(message !== undefined && { message }) };
}

/** Counts the types that were left out. @returns what the log says the first time that a watcher does so */
export function noteLeftOut({ links, watchers }: SupervisorContext, event: LeftOut): string | undefined {
  for (const id of event.links) {
    const link = links.get(id);
    if (link) link.typesLeftOut += 1;
  }
  const watcher = watchers.get(event.watcher);
  if (!watcher || watcher.leavesOut) return undefined;
  watcher.leavesOut = true;
  return `More than ${MAX_BROWSED_TYPES} service types are listed: those without instances take turns.`;
}

type LeftOut = Extract<WatcherReport, { type: 'watcher.leftOut' }>;
type WatcherEnded = Extract<WatcherReport, { type: 'watcher.ended' }>;

export function currentStatus({ interfaces, links, families, input, scanned }: SupervisorContext): Status {
  return statusOf(interfaces.values(), links, families, input.interfaces, scanned);
}

export function idsInUse({ book, watchers }: SupervisorContext): IdsInUse {
  return { publications: book, watchers };
}

export function log(level: LogLevel, message: string, details: object): SupervisorEmitted {
  return { type: 'log', level, message, details };
}

export const FIRST_RESTART_MS = 1_000;
const MAX_RESTART_MS = 60_000;

/** How long to wait before a child that broke is replaced: longer each time. */
export function restartDelay({ breakdowns }: SupervisorContext, child: string): number {
  const times = (breakdowns.get(child) ?? 0) + 1;
  breakdowns.set(child, times);
  return Math.min(MAX_RESTART_MS, FIRST_RESTART_MS * 2 ** (times - 1));
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

export function throttledWarning(event: SupervisorEvent): SupervisorEmitted {
  const { link, source } = event as Extract<SupervisorEvent, { type: 'link.throttled' }>;
  const message = `${link}: more comes in than can be dealt with, much of it from ${source}; what is too much is dropped.`;
  return log('warn', message, { link, source });
}
