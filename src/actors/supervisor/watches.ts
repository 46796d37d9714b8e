/**
 * How the supervisor manages watchers: it reports links to them, and passes their questions to the links. The second
 * part of the machine in `supervisor.ts`.
 */

import { emit, enqueueActions } from 'xstate';
import type { NetworkInterface } from '../../net/network.js';
import { MAX_BROWSED_TYPES } from '../../protocol/view/browsed-types.js';
import type { AskedQuestion, LinkInfo, LinkQuestion } from '../../protocol/view/view.js';
import type { SupervisorEmitted, WatchOptions } from '../commands.js';
import type { DomainCommand } from '../domain-messages.js';
import type { Send } from '../hot-path.js';
import { missingInterfaces } from '../interface-choice.js';
import type {
  EventOf,
  LinkId,
  Port,
  Watch,
  WatcherEnded,
  WatcherEvent,
  WatcherGroupEvent,
  WatcherId,
} from '../messages.js';
import { emitEach, type Letter, letter, type PortLetter, sendEach } from '../send-each.js';
import { viewOf } from '../watcher/view-of-request.js';
import {
  type ChildError,
  currentStatus,
  domainOf,
  groupActor,
  groupOf,
  isWanted,
  log,
  type SupervisorContext,
  type SupervisorEvent,
} from './context.js';
import { domainInfo, reasonOf, type Whereabouts, whereaboutsOf } from './domain-entry.js';
import { withLists } from './domains.js';
import { registriesSetup } from './registries.js';
import { linkInfo } from './status.js';

type Of<T extends SupervisorEvent['type']> = Extract<SupervisorEvent, { type: T }>;

export const watchesSetup = registriesSetup.extend({
  actions: {
    startWatcher: enqueueActions(({ context, enqueue, self }, event: Of<'watch.open'>) => {
      const group = context.groups.withRoom;
      const id = groupActor(group);
      if (!context.groups.has(group)) enqueue.spawnChild('watcherGroup', { id, input: { supervisor: self } });
      enqueue.sendTo(id, watcherStart(context, event));
    }),
    noteWatcher: ({ context }, event: Of<'watch.open'>) => noteWatcher(context, event),
    /* Reports about links, to the watchers that ask on them. */
    tellOfLink: sendEach(({ context }, { interface: on, family }: Of<'link.opened'>) => {
      return toWatchers(context, askersOn(context, on), { type: 'link.opened', link: linkInfo(on, family) });
    }),
    tellOfLinkChange: sendEach(({ context }, { link: id, interface: on }: Of<'link.changed'>) => {
      const link = context.links.get(id);
      if (!link) return [];
      return toWatchers(context, askersOn(context, on), { type: 'link.changed', link: linkInfo(on, link.family) });
    }),
    tellOfDomain: sendEach(({ context }, { domain }: Of<'domain.opened'>) => {
      const entry = context.domains.get(domain);
      const askers = [...context.watchers].flatMap(([id, { where }]) => (where.domains.includes(domain) ? id : []));
      return entry ? toWatchers(context, askers, { type: 'link.opened', link: domainInfo(entry) }) : [];
    }),
    tellOfDomainEnd: sendEach(({ context }, error: ChildError<`domain.${string}`>) => {
      return toWatchers(context, context.watchers.keys(), { type: 'link.closed', link: domainOf(error) });
    }),
    tellOfLinkEnd: sendEach(({ context }, { link }: { readonly link: LinkId }) => {
      return context.links.has(link) ? toWatchers(context, context.watchers.keys(), { type: 'link.closed', link }) : [];
    }),
    passQuestions: sendEach(({ context }, asked: Of<'watcher.asked'>) => questionLetters(context, asked)),
    passSightings: emit((_, event: Of<'watcher.saw'>) => sighting(event)),
    noteLeftOut: emitEach(({ context }, leftOut: Of<'watcher.leftOut'>) => noteLeftOut(context, leftOut)),
    closeWatcher: sendEach(({ context }, { id }: { readonly id: WatcherId }) => {
      return toWatchers(context, [id], { type: 'watcher.stop' });
    }),
    refreshWatcher: sendEach(({ context }, { id }: Of<'watch.refresh'>) => {
      return toWatchers(context, [id], { type: 'watcher.refresh' });
    }),
    closeWatchers: sendEach(({ context }) => toWatchers(context, context.watchers.keys(), { type: 'watcher.stop' })),
    reportWatchEnd: emit(({ context }, ended: WatcherEnded) => watchEnd(context, ended)),
    reportWatchFailure: emit((_, { watcher: id }: { readonly watcher: WatcherId }) => {
      return { type: 'watch.ended', id, reason: 'failed' };
    }),
    forgetWatcher: enqueueActions(({ context, enqueue }, { watcher }: { readonly watcher: WatcherId }) => {
      const entry = context.watchers.get(watcher);
      if (!entry) return;
      context.watchers.delete(watcher);
      for (const ref of askedRefs(context)) enqueue.sendTo(ref, { type: 'watcher.gone', watcher });
      if (context.groups.leave(entry.group)) enqueue.stopChild(groupActor(entry.group));
    }),
    /** A group itself threw, and its watchers have stopped with it. */
    failGroup: enqueueActions(({ context, enqueue }, error: ChildError<`watchers.${string}`>) => {
      const group = groupOf(error);
      for (const [id, watcher] of context.watchers) {
        if (watcher.group !== group) continue;
        enqueue.emit({ type: 'watch.ended', id, reason: 'failed' });
        context.watchers.delete(id);
        for (const ref of askedRefs(context)) enqueue.sendTo(ref, { type: 'watcher.gone', watcher: id });
      }
      context.groups.delete(group);
      enqueue.stopChild(groupActor(group));
    }),
    /** While everything closes, links need no report that a watcher has ended, and watchers none about links. */
    forgetWatchers: ({ context }) => context.watchers.clear(),
  },
  guards: {
    isWatched: ({ context }, { id }: { readonly id: WatcherId }) => context.watchers.has(id),
  },
});

/**
 * What a group needs to start the watcher.
 *
 * @param made its view, if there is one already
 */
export function watcherStart(
  context: SupervisorContext,
  { id, request: asked, options }: Of<'watch.open'>,
  made?: Watch['view'],
): EventOf<WatcherGroupEvent, 'watcher.start'> {
  const request = withLists(context, asked);
  const where = whereaboutsOf(request, context.domains);
  const { once, timeoutMs } = options;
  const { clock } = context.input.network;
  const watch = { id, kind: request.kind, view: made ?? viewOf(request, once), clock, once, timeoutMs };
  return { type: 'watcher.start', watch, links: [...linksOf(context, where, options), ...domainsOf(context, where)] };
}

/** The watcher is one of the newest group. */
export function noteWatcher(context: SupervisorContext, event: Of<'watch.open'>): void {
  const { interfaces } = event.options;
  const where = whereaboutsOf(withLists(context, event.request), context.domains);
  const group = context.groups.withRoom;
  context.groups.join(group);
  const usable =
    where.domains.some((domain) => context.domains.get(domain)?.state === 'up') ||
    (where.links && isUpOn(context, interfaces));
  context.watchers.set(event.id, { group, interfaces, where, leavesOut: false, usable });
}

/** The watchers that ask on an interface. */
function askersOn({ watchers }: SupervisorContext, on: NetworkInterface): WatcherId[] {
  return [...watchers].flatMap(([id, wish]) => (wish.where.links && isWanted(wish, on) ? id : []));
}

/** Whether a link is up among those on which a watcher asks. */
function isUpOn({ places, interfaces }: SupervisorContext, wanted: WatchOptions['interfaces']): boolean {
  for (const { status } of places.values()) {
    const on = status?.state === 'up' ? interfaces.get(status.interface) : undefined;
    if (on && isWanted({ interfaces: wanted }, on)) return true;
  }
  return false;
}

function linksOf({ links }: SupervisorContext, { links: isAsked }: Whereabouts, options: WatchOptions): LinkInfo[] {
  if (!isAsked) return [];
  const asked = [...links.values()].filter(({ interface: on }) => isWanted(options, on));
  return asked.map(({ interface: on, family }) => linkInfo(on, family));
}

function domainsOf({ domains }: SupervisorContext, { domains: asked }: Whereabouts): LinkInfo[] {
  return [...domains].flatMap(([id, entry]) => (entry.ref && asked.includes(id) ? domainInfo(entry) : []));
}

/** A watcher's questions, for the links that they are about. */
function questionLetters(
  context: SupervisorContext,
  { watcher, port, once, open, close, again = [] }: Of<'watcher.asked'>,
): readonly PortLetter[] {
  const letters: PortLetter[] = [];
  if (!context.watchers.has(watcher)) return letters;
  for (const { ref, questions } of byLink(context, close)) {
    letters.push(letter(ref, { type: 'questions.closed', watcher, questions }));
  }
  for (const { ref, questions } of byLink(context, open)) {
    letters.push(letter(ref, { type: 'questions.opened', watcher, port, once, questions }));
  }
  for (const { ref, questions } of byLink(context, again)) {
    letters.push(letter(ref, { type: 'questions.repeated', questions }));
  }
  return letters;
}

/** The same in a hot path. */
export function passQuestions(context: SupervisorContext, asked: Of<'watcher.asked'>, send: Send): void {
  for (const { to, event } of questionLetters(context, asked)) send(to, event);
}

/** What a watcher saw, for the client. */
export function sighting({ watcher: id, sightings }: Of<'watcher.saw'>): SupervisorEmitted {
  return { type: 'watch.saw', id, ...sightings };
}

/** All links and domains that run. */
export function askedRefs({ links, domains }: SupervisorContext): readonly AskedRef[] {
  const running = [...domains.values()].flatMap(({ ref }) => ref ?? []);
  return [...[...links.values()].map(({ ref }) => ref as AskedRef), ...running];
}

type AskedRef = Port<DomainCommand>;

function toWatchers({ watchers }: SupervisorContext, to: Iterable<WatcherId>, event: WatcherEvent): Letter[] {
  return [...to].flatMap((watcher) => {
    const group = watchers.get(watcher)?.group;
    return group === undefined ? [] : { to: groupActor(group), event: { type: 'watcher.tell', watcher, event } };
  });
}

/** The questions grouped by link; those for links that have ended are left out. */
function byLink({ links, domains }: SupervisorContext, questions: readonly LinkQuestion[]): Iterable<Asked> {
  if (questions.length === 0) return [];
  const found = new Map<LinkId, Asked>();
  for (const { link: id, question } of questions) {
    const ref = (links.get(id)?.ref as AskedRef | undefined) ?? domains.get(id)?.ref;
    if (!ref) continue;
    const asked = found.get(id);
    if (asked) asked.questions.push(question);
    else found.set(id, { ref, questions: [question] });
  }
  return found.values();
}

interface Asked {
  readonly ref: AskedRef;
  readonly questions: AskedQuestion[];
}

/** How a watch ended. A timeout without any network is reported as such, and not as an empty result. */
export function watchEnd(
  context: SupervisorContext,
  { watcher: id, reason }: WatcherEnded,
): Extract<SupervisorEmitted, { type: 'watch.ended' }> {
  const watcher = context.watchers.get(id);
  if (reason !== 'timeout' || !watcher || watcher.usable) return { type: 'watch.ended', id, reason };
  const { links, domains } = watcher.where;
  const missing = missingInterfaces(watcher.interfaces, context.interfaces.values());
  const ofDomain = domains.map((domain) => reasonOf(context.domains.get(domain))).find((each) => each !== undefined);
  const message = links ? (missing ?? currentStatus(context).reason ?? ofDomain) : ofDomain;
  return { type: 'watch.ended', id, reason: 'no-network', ...(message !== undefined && { message }) };
}

/** Counts the types that were left out. @returns a line for the log, the first time for each watcher */
function noteLeftOut(
  { links, watchers }: SupervisorContext,
  { watcher: id, links: at }: Of<'watcher.leftOut'>,
): SupervisorEmitted[] {
  for (const each of at) {
    const link = links.get(each);
    if (link) link.typesLeftOut += 1;
  }
  const watcher = watchers.get(id);
  if (!watcher || watcher.leavesOut) return [];
  watcher.leavesOut = true;
  const message = `More than ${MAX_BROWSED_TYPES} service types are listed: those without instances are browsed in turn.`;
  return [log('warn', message, { id, links: [...new Set(at)] })];
}
