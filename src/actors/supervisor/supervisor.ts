/**
 * The root: finds the interfaces, gives each of them and IP family a place where its link runs, hands publications and
 * questions to the links, and tells its users what came of it. A child that breaks is reported and replaced; the others
 * go on.
 */
import { assign, emit, enqueueActions, raise, sendTo } from 'xstate';
import type { SupervisorCommand } from '../commands.js';
import { BOUNDED } from '../deadline.js';
import type { WatcherEnded, WatcherId } from '../messages.js';
import { messageOf, thrownData } from '../thrown.js';
import { viewOf } from '../watcher/view-of-request.js';
import { withEvent } from '../with-event.js';
import {
  byLink,
  type ChildError,
  countBreakdown,
  currentStatus,
  idsInUse,
  isWanted,
  type LeftOut,
  linkActor,
  log,
  missingNow,
  type NamedInterfaces,
  newSupervisorContext,
  noteLeftOut,
  noteUsable,
  pauseOf,
  placeOf,
  SCANNER,
  type SupervisorEvent,
  throttledWarning,
  watchEnd,
  watcherActor,
  watcherOf,
} from './context.js';
import { guardCommands } from './guard-commands.js';
import { placesSetup } from './places.js';
import type { BookEvent } from './publications.js';
import { breakdownEvents, refusalEvents, refusalOf } from './refusal.js';
import { linkInfo } from './status.js';

/** All goodbyes have this long to leave. */
const CLOSING_LIMIT_MS = 1_500;
/** Until the scanner is back, if it has broken once. */
const SCAN_RETRY_MS = 1_000;

type Of<T extends SupervisorEvent['type']> = Extract<SupervisorEvent, { type: T }>;

/* What actions take of the events, where that is not the event as it is. */

function outputTo<const T extends string>(type: T) {
  return { type, params: <O>({ event }: { readonly event: { readonly output: O } }): O => event.output };
}

const interfaceIsThere = [
  'outdateStatus',
  withEvent('noteInterface'),
  {
    type: 'tellPlaces',
    params: ({ event }: { readonly event: Of<'interface.changed' | 'interface.appeared'> }) => ({
      name: event.interface.name,
    }),
  },
] as const;

function brokenLink({ event }: { readonly event: Of<'link.broke'> }) {
  return { actorId: linkActor(event.link), error: event.error };
}

/** The link of a place that broke ended with it. */
function linkOfPlace({ event }: { readonly event: ChildError<`place.${string}`> }) {
  return { type: 'link.closed' as const, link: placeOf(event) };
}

function brokenWatcher({ event }: { readonly event: ChildError<`watcher.${string}`> }) {
  return { watcher: watcherOf(event) };
}

function publishedOn({ event }: { readonly event: Of<'publication.publish'> }): NamedInterfaces {
  return { names: event.request.interfaces, isMeant: (name, on) => name === on.name };
}

export const supervisorMachine = placesSetup
  .extend({
    actions: {
      noteScan: assign(({ context }) => {
        context.breakdowns.delete(SCANNER);
        return { scanned: true };
      }),
      countScannerBreakdown: ({ context }) => countBreakdown(context, SCANNER),
      reportScan: enqueueActions(({ enqueue }, { request }: { readonly request?: string }) => {
        if (request !== undefined) enqueue.emit({ type: 'interfaces.scanned', request });
      }),
      passToScanner: sendTo(SCANNER, (_, command: Of<'interfaces.scan'>) => command),
      postpone: raise(({ event }) => event, { delay: SCAN_RETRY_MS }),
      outdateStatus: assign({ statusIsOutdated: true }),
      /** Comes back after all that the places report at the moment. */
      awaitPlaces: sendTo(({ self }) => self, { type: 'places.settled' }),
      updateStatus: assign({ statusIsOutdated: false }),
      reportStatus: emit(({ context }) => ({ type: 'status.changed', status: currentStatus(context) })),
      /** A name that no interface has is no mistake: it may come, and until then the log says so. */
      nameMissing: enqueueActions(({ context, enqueue }, named: NamedInterfaces) => {
        const missing = missingNow(context, named);
        if (missing !== undefined) enqueue.emit(log('warn', missing, { interfaces: [...context.interfaces.keys()] }));
      }),
      logThrottled: emit((_, throttled: Of<'link.throttled'>) => throttledWarning(throttled)),
      /** Our own mistake ends one actor. */
      logBroken: emit((_, { actorId, error }: { readonly actorId: string; readonly error: unknown }) => {
        const details = { actorId, error: thrownData(error) };
        return log('error', `actor ${actorId} broke and will be replaced: ${messageOf(error)}`, details);
      }),
      /** Links and users are told what follows for publications. */
      tellBook: enqueueActions(({ context, enqueue }, event: BookEvent) => {
        for (const effect of context.book.apply(event, context.input.network.clock.now())) {
          if ('emit' in effect) {
            context.alive.note(effect.emit);
            enqueue.emit(effect.emit);
            continue;
          }
          const link = context.links.get(effect.link);
          if (link) enqueue.sendTo(link.ref, effect.event);
        }
      }),
      /** A caller's mistake, reported to the caller; nothing has happened. */
      refuse: enqueueActions(({ context, event, enqueue }) => {
        const command = event as SupervisorCommand;
        for (const emitted of refusalEvents(command, refusalOf(command, idsInUse(context)))) enqueue.emit(emitted);
      }),
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
      closeWatcher: sendTo((_, { id }: { readonly id: WatcherId }) => watcherActor(id), { type: 'watcher.stop' }),
      passQuestions: enqueueActions(({ context, enqueue }, { watcher, port, open, close }: Of<'watcher.asked'>) => {
        if (!context.watchers.has(watcher)) return;
        for (const [id, questions] of byLink(close)) {
          const link = context.links.get(id);
          if (link) enqueue.sendTo(link.ref, { type: 'questions.closed', watcher, questions });
        }
        for (const [id, questions] of byLink(open)) {
          const link = context.links.get(id);
          if (link) enqueue.sendTo(link.ref, { type: 'questions.opened', watcher, port, questions });
        }
      }),
      passSightings: emit((_, { watcher: id, sightings }: Of<'watcher.saw'>) => ({
        type: 'watch.saw',
        id,
        ...sightings,
      })),
      noteLeftOut: enqueueActions(({ context, enqueue }, leftOut: LeftOut) => {
        const message = noteLeftOut(context, leftOut);
        const details = { id: leftOut.watcher, links: [...new Set(leftOut.links)] };
        if (message) enqueue.emit(log('warn', message, details));
      }),
      reportWatchEnd: emit(({ context }, ended: WatcherEnded) => watchEnd(context, ended)),
      reportWatchFailure: emit((_, { watcher: id }: { readonly watcher: WatcherId }) => {
        return { type: 'watch.ended', id, reason: 'failed' };
      }),
      forgetWatcher: enqueueActions(({ context, enqueue }, { watcher }: { readonly watcher: WatcherId }) => {
        enqueue.stopChild(watcherActor(watcher));
        if (!context.watchers.delete(watcher)) return;
        for (const { ref } of context.links.values()) enqueue.sendTo(ref, { type: 'watcher.gone', watcher });
      }),
      doubt: enqueueActions(({ context, enqueue }, { records }: Of<'records.doubt'>) => {
        for (const { ref } of context.links.values()) enqueue.sendTo(ref, { type: 'records.doubted', records });
      }),
      keepAliveNoMore: ({ context }) => context.alive.release(),
      closeWatchers: enqueueActions(({ context, enqueue }) => {
        for (const id of context.watchers.keys()) enqueue.sendTo(watcherActor(id), { type: 'watcher.stop' });
      }),
      /** Watchers and links need not hear of each other's end any more. */
      forgetWatchers: ({ context }) => context.watchers.clear(),
      reportClosed: emit({ type: 'status.changed', status: { state: 'closed', reason: undefined, links: [] } }),
      reportBreakdown: enqueueActions(({ event, enqueue }) => {
        for (const emitted of breakdownEvents((event as Of<'system.broke'>).error)) enqueue.emit(emitted);
      }),
    },
    guards: {
      isRefused: ({ context, event }) => refusalOf(event as SupervisorCommand, idsInUse(context)) !== undefined,
      isWatched: ({ context }, { id }: { readonly id: WatcherId }) => context.watchers.has(id),
      statusIsOutdated: ({ context }) => context.statusIsOutdated,
      everythingIsClosed: ({ context }) => context.places.size === 0,
    },
    delays: {
      scannerPause: ({ context }) => pauseOf(context, SCANNER),
      closingLimit: CLOSING_LIMIT_MS,
    },
  })
  .createMachine({
    id: 'supervisor',
    options: BOUNDED,
    context: ({ input }) => newSupervisorContext(input),
    initial: 'running',
    on: {
      'place.changed': [
        // The end of the scan reports the status.
        { guard: 'statusIsOutdated', actions: [withEvent('notePlace'), withEvent('tellBook')] },
        { actions: [withEvent('notePlace'), withEvent('tellBook'), 'reportStatus'] },
      ],
      'place.vacated': { guard: withEvent('isVacant'), actions: [withEvent('stopPlace'), withEvent('forgetPlace')] },
      'link.opened': { actions: [withEvent('noteLink'), withEvent('tellBook'), withEvent('tellWatchersOfLink')] },
      'link.changed': { actions: withEvent('changeLink') },
      'link.throttled': { actions: withEvent('logThrottled') },
      'link.broke': { actions: { type: 'logBroken', params: brokenLink } },
      'link.closed': { actions: [withEvent('dropLink'), withEvent('tellBook')] },
      'publication.announced': { actions: withEvent('tellBook') },
      'publication.lost': { actions: withEvent('tellBook') },
      'publication.gone': { actions: withEvent('tellBook') },
      'watcher.asked': { actions: withEvent('passQuestions') },
      'watcher.saw': { actions: withEvent('passSightings') },
      'watcher.leftOut': { actions: withEvent('noteLeftOut') },
      'xstate.done.actor.watcher.*': { actions: [outputTo('reportWatchEnd'), outputTo('forgetWatcher')] },
      'xstate.error.actor.watcher.*': {
        actions: [
          withEvent('logBroken'),
          { type: 'reportWatchFailure', params: brokenWatcher },
          { type: 'forgetWatcher', params: brokenWatcher },
        ],
      },
      'system.broke': '.broken',
    },
    states: {
      running: {
        initial: 'scanning',
        on: {
          'interface.appeared': { actions: interfaceIsThere },
          'interface.changed': { actions: interfaceIsThere },
          'interface.vanished': {
            actions: ['outdateStatus', withEvent('forgetInterface'), withEvent('tellPlacesOfLoss')],
          },
          'interfaces.scanned': [
            {
              guard: 'statusIsOutdated',
              actions: [
                'noteScan',
                withEvent('reportScan'),
                { type: 'nameMissing', params: ({ context }) => ({ names: context.input.interfaces }) },
                'awaitPlaces',
              ],
            },
            { actions: ['noteScan', withEvent('reportScan')] },
          ],
          'places.settled': { actions: ['updateStatus', 'reportStatus'] },
          'place.replace': { actions: { type: 'tellPlaces', params: ({ event }) => ({ name: event.interface }) } },
          'xstate.error.actor.place.*': {
            actions: [
              withEvent('logBroken'),
              { type: 'dropLink', params: linkOfPlace },
              { type: 'tellBook', params: linkOfPlace },
              { type: 'replacePlace', params: ({ event }) => ({ place: placeOf(event) }) },
              { type: 'stopPlace', params: ({ event }) => ({ place: placeOf(event) }) },
              { type: 'forgetPlace', params: ({ event }) => ({ place: placeOf(event) }) },
            ],
          },
          'publication.publish': [
            { guard: 'isRefused', actions: 'refuse' },
            { actions: [{ type: 'nameMissing', params: publishedOn }, withEvent('tellBook')] },
          ],
          'publication.update': [{ guard: 'isRefused', actions: 'refuse' }, { actions: withEvent('tellBook') }],
          'publication.rename': [{ guard: 'isRefused', actions: 'refuse' }, { actions: withEvent('tellBook') }],
          'publication.withdraw': { actions: withEvent('tellBook') },
          'watch.open': [
            { guard: 'isRefused', actions: 'refuse' },
            {
              actions: [
                { type: 'nameMissing', params: ({ event }) => ({ names: event.options.interfaces }) },
                withEvent('startWatcher'),
                withEvent('noteWatcher'),
              ],
            },
          ],
          'watch.close': { guard: withEvent('isWatched'), actions: withEvent('closeWatcher') },
          'records.doubt': [{ guard: 'isRefused', actions: 'refuse' }, { actions: withEvent('doubt') }],
          'mdns.close': 'closing',
        },
        states: {
          scanning: {
            invoke: {
              id: SCANNER,
              src: 'scanner',
              input: ({ context }) => ({
                network: context.input.network,
                intervalMs: context.input.scanIntervalMs,
                known: [...context.interfaces.values()],
              }),
              onError: { actions: [withEvent('logBroken'), 'countScannerBreakdown'], target: 'scannerBroken' },
            },
            on: {
              'interfaces.scan': [{ guard: 'isRefused', actions: 'refuse' }, { actions: withEvent('passToScanner') }],
            },
          },
          /** It is replaced after a pause. */
          scannerBroken: {
            after: { scannerPause: 'scanning' },
            on: { 'interfaces.scan': [{ guard: 'isRefused', actions: 'refuse' }, { actions: 'postpone' }] },
          },
        },
      },
      /** Goodbyes leave and sockets close. */
      closing: {
        entry: [
          'keepAliveNoMore',
          'closeWatchers',
          'forgetWatchers',
          'closePlaces',
          { type: 'tellBook', params: { type: 'mdns.close' } },
        ],
        always: { guard: 'everythingIsClosed', target: 'closed' },
        after: { closingLimit: 'closed' },
        on: {
          'xstate.done.actor.place.*': { actions: [outputTo('stopPlace'), outputTo('forgetPlace')] },
          'xstate.error.actor.place.*': {
            actions: [
              withEvent('logBroken'),
              { type: 'dropLink', params: linkOfPlace },
              { type: 'tellBook', params: linkOfPlace },
              { type: 'stopPlace', params: ({ event }) => ({ place: placeOf(event) }) },
              { type: 'forgetPlace', params: ({ event }) => ({ place: placeOf(event) }) },
            ],
          },
        },
      },
      closed: { type: 'final', entry: 'reportClosed' },
      /** An event of ours made this machine throw. */
      broken: { type: 'final', entry: ['keepAliveNoMore', 'reportBreakdown'] },
    },
  });

export const guardedSupervisor = guardCommands(supervisorMachine);
