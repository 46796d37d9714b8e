/**
 * How the supervisor manages watchers: it reports links to them, and passes their questions to the links. The second
 * part of the machine in `supervisor.ts`.
 */
import { emit, enqueueActions, sendTo, stopChild } from 'xstate';
import type { NetworkInterface } from '../../net/network.js';
import { MAX_BROWSED_TYPES } from '../../protocol/view/browsed-types.js';
import type { AskedQuestion, LinkQuestion } from '../../protocol/view/view.js';
import type { SupervisorEmitted } from '../commands.js';
import { missingInterfaces } from '../interface-choice.js';
import type { LinkId, WatcherEnded, WatcherEvent, WatcherId } from '../messages.js';
import { emitEach, type Letter, letter, sendEach } from '../send-each.js';
import { viewOf } from '../watcher/view-of-request.js';
import {
  currentStatus,
  isWanted,
  log,
  noteUsable,
  type SupervisorContext,
  type SupervisorEvent,
  watcherActor,
} from './context.js';
import { placesSetup } from './places.js';
import { type LinkEntry, linkInfo } from './status.js';

type Of<T extends SupervisorEvent['type']> = Extract<SupervisorEvent, { type: T }>;

export const watchesSetup = placesSetup.extend({
  actions: {
    startWatcher: enqueueActions(({ context, enqueue, self }, { id, request, options }: Of<'watch.open'>) => {
      const { once, timeoutMs } = options;
      const { clock } = context.input.network;
      const input = { id, kind: request.kind, view: viewOf(request, once), clock, once, timeoutMs, supervisor: self };
      enqueue.spawnChild('watcher', { id: watcherActor(id), input });
      for (const { interface: on, family } of context.links.values()) {
        if (!isWanted(options, on)) continue;
        enqueue.sendTo(watcherActor(id), { type: 'link.opened', link: linkInfo(on, family) });
      }
    }),
    noteWatcher: ({ context }, { id, options: { interfaces } }: Of<'watch.open'>) => {
      context.watchers.set(id, { interfaces, leavesOut: false, usable: false });
      for (const { status } of context.places.values()) {
        const on = status?.state === 'up' ? context.interfaces.get(status.interface) : undefined;
        if (on) noteUsable(context, on);
      }
    },
    /* Reports about links, to the watchers that ask on them. */
    tellOfLink: sendEach(({ context }, { interface: on, family }: Of<'link.opened'>) => {
      return toWatchers(askersOn(context, on), { type: 'link.opened', link: linkInfo(on, family) });
    }),
    tellOfLinkChange: sendEach(({ context }, { link: id, interface: on }: Of<'link.changed'>) => {
      const link = context.links.get(id);
      return link ? toWatchers(askersOn(context, on), { type: 'link.changed', link: linkInfo(on, link.family) }) : [];
    }),
    tellOfLinkEnd: sendEach(({ context: { links, watchers } }, { link }: { readonly link: LinkId }) => {
      return links.has(link) ? toWatchers(watchers.keys(), { type: 'link.closed', link }) : [];
    }),
    passQuestions: sendEach(({ context }, { watcher, port, open, close }: Of<'watcher.asked'>) => {
      if (!context.watchers.has(watcher)) return [];
      const closed = byLink(context, close).map(({ ref, questions }) => {
        return letter(ref, { type: 'questions.closed', watcher, questions });
      });
      const opened = byLink(context, open).map(({ ref, questions }) => {
        return letter(ref, { type: 'questions.opened', watcher, port, questions });
      });
      return [...closed, ...opened];
    }),
    passSightings: emit((_, { watcher: id, sightings }: Of<'watcher.saw'>) => {
      return { type: 'watch.saw', id, ...sightings };
    }),
    noteLeftOut: emitEach(({ context }, leftOut: Of<'watcher.leftOut'>) => noteLeftOut(context, leftOut)),
    closeWatcher: sendTo((_, { id }: { readonly id: WatcherId }) => watcherActor(id), { type: 'watcher.stop' }),
    closeWatchers: sendEach(({ context }) => toWatchers(context.watchers.keys(), { type: 'watcher.stop' })),
    reportWatchEnd: emit(({ context }, ended: WatcherEnded) => watchEnd(context, ended)),
    reportWatchFailure: emit((_, { watcher: id }: { readonly watcher: WatcherId }) => {
      return { type: 'watch.ended', id, reason: 'failed' };
    }),
    stopWatcher: stopChild((_, { watcher }: { readonly watcher: WatcherId }) => watcherActor(watcher)),
    forgetWatcher: sendEach(({ context }, { watcher }: { readonly watcher: WatcherId }) => {
      if (!context.watchers.delete(watcher)) return [];
      return [...context.links.values()].map(({ ref }) => letter(ref, { type: 'watcher.gone', watcher }));
    }),
    /** While everything closes, links need no report that a watcher has ended, and watchers none about links. */
    forgetWatchers: ({ context }) => context.watchers.clear(),
  },
  guards: {
    isWatched: ({ context }, { id }: { readonly id: WatcherId }) => context.watchers.has(id),
  },
});

/** The watchers that ask on an interface. */
function askersOn({ watchers }: SupervisorContext, on: NetworkInterface): WatcherId[] {
  return [...watchers].flatMap(([id, wish]) => (isWanted(wish, on) ? id : []));
}

function toWatchers(watchers: Iterable<WatcherId>, event: WatcherEvent): Letter[] {
  return [...watchers].map((id) => ({ to: watcherActor(id), event }));
}

/** The questions grouped by link; those for links that have ended are left out. */
function byLink({ links }: SupervisorContext, questions: readonly LinkQuestion[]): Asked[] {
  const found = new Map<LinkId, Asked>();
  for (const { link: id, question } of questions) {
    const ref = links.get(id)?.ref;
    if (!ref) continue;
    const asked = found.get(id);
    if (asked) asked.questions.push(question);
    else found.set(id, { ref, questions: [question] });
  }
  return [...found.values()];
}

interface Asked {
  readonly ref: LinkEntry['ref'];
  readonly questions: AskedQuestion[];
}

/** How a watch ended. A timeout without any network is reported as such, and not as an empty result. */
function watchEnd(
  context: SupervisorContext,
  { watcher: id, reason }: WatcherEnded,
): Extract<SupervisorEmitted, { type: 'watch.ended' }> {
  const watcher = context.watchers.get(id);
  if (reason !== 'timeout' || !watcher || watcher.usable) return { type: 'watch.ended', id, reason };
  const message = missingInterfaces(watcher.interfaces, context.interfaces.values()) ?? currentStatus(context).reason;
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
