/**
 * The root actor: finds the interfaces, runs a place (and in it a link) for each interface and IP family, passes
 * publications and questions to the links, and emits the results. A child that breaks is reported and replaced, while
 * the others go on.
 */
import { assign, emit, enqueueActions, raise, sendTo } from 'xstate';
import type { SupervisorCommand } from '../commands.js';
import { BOUNDED } from '../deadline.js';
import { withHotPath } from '../hot-path.js';
import { emitEach, letter, sendEach } from '../send-each.js';
import { messageOf, thrownData } from '../thrown.js';
import { withEvent } from '../with-event.js';
import {
  type ChildError,
  countBreakdown,
  currentStatus,
  idsInUse,
  linkActor,
  log,
  type NamedInterfaces,
  newSupervisorContext,
  pauseOf,
  placeOf,
  registryOf,
  SCANNER,
  type SupervisorEvent,
  throttledWarning,
} from './context.js';
import { guardCommands } from './guard-commands.js';
import { handledAtOnce, missingLog, publishedOn, tellBook } from './hot-events.js';
import type { BookEvent } from './publication-entry.js';
import { breakdownEvents, refusalEvents, refusalOf } from './refusal.js';
import { askedRefs, watchesSetup } from './watches.js';
import { watchedAtOnce } from './watches-at-once.js';

/** The time for all links to send their goodbyes and close. */
const CLOSING_LIMIT_MS = 1_500;
/** The same where servers have to remove what was published: the first repetition of a lost datagram included. */
const REGISTRY_CLOSING_LIMIT_MS = 5_000;
/** How long a requested scan waits while the broken scanner is being replaced. */
const SCAN_RETRY_MS = 1_000;

type Of<T extends SupervisorEvent['type']> = Extract<SupervisorEvent, { type: T }>;

/* Parameters of actions that are not simply the event. */

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

function domainOfRegistry({ event }: { readonly event: ChildError<`registry.${string}`> }) {
  return { domain: registryOf(event) };
}

/** For the publications a domain ends as a link does. */
function linkOfRegistry({ event }: { readonly event: ChildError<`registry.${string}`> }) {
  return { type: 'link.closed' as const, link: registryOf(event) };
}

/** When a place breaks, its link ends too. */
function linkOfPlace({ event }: { readonly event: ChildError<`place.${string}`> }) {
  return { type: 'link.closed' as const, link: placeOf(event) };
}

export const supervisorMachine = watchesSetup
  .extend({
    actions: {
      noteScan: assign(({ context }) => {
        context.breakdowns.delete(SCANNER);
        return { scanned: true };
      }),
      countScannerBreakdown: ({ context }) => countBreakdown(context, SCANNER),
      reportScan: emitEach((_, { request }: { readonly request?: string }) => {
        return request === undefined ? [] : [{ type: 'interfaces.scanned', request }];
      }),
      passToScanner: sendTo(SCANNER, (_, command: Of<'interfaces.scan'>) => command),
      postpone: raise(({ event }) => event, { delay: SCAN_RETRY_MS }),
      outdateStatus: assign({ statusIsOutdated: true }),
      /** Arrives after the reports that the places are about to send. */
      awaitPlaces: sendTo(({ self }) => self, { type: 'places.settled' }),
      updateStatus: assign({ statusIsOutdated: false }),
      reportStatus: emit(({ context }) => ({ type: 'status.changed', status: currentStatus(context) })),
      nameMissing: emitEach(({ context }, named: NamedInterfaces) => missingLog(context, named)),
      logThrottled: emit((_, throttled: Of<'link.throttled'>) => throttledWarning(throttled)),
      logRefused: emit((_, { link, id, refusal: { code, reason } }: Of<'publication.refused'>) => {
        return log('warn', `${link}: ${reason}`, { id, domain: link, code });
      }),
      /** An internal error ends one actor. */
      logBroken: emit((_, { actorId, error }: { readonly actorId: string; readonly error: unknown }) => {
        const details = { actorId, error: thrownData(error) };
        return log('error', `actor ${actorId} broke and will be replaced: ${messageOf(error)}`, details);
      }),
      /** Passes the event to the publications, and the results to links and users. */
      tellBook: enqueueActions(({ context, enqueue }, event: BookEvent) => {
        tellBook(context, event, (to, letter) => enqueue.sendTo(to, letter), enqueue.emit);
      }),
      /** Reports a caller's mistake to the caller; the command has no effect. */
      refuse: emitEach(({ context, event }) => {
        const command = event as SupervisorCommand;
        return refusalEvents(command, refusalOf(command, idsInUse(context)));
      }),
      doubt: sendEach(({ context }, { records }: Of<'records.doubt'>) => {
        return askedRefs(context).map((ref) => letter(ref, { type: 'records.doubted', records }));
      }),
      keepAliveNoMore: ({ context }) => context.alive.release(),
      reportClosed: emit({ type: 'status.changed', status: { state: 'closed', reason: undefined, links: [] } }),
      reportBreakdown: emitEach(({ event }) => breakdownEvents((event as Of<'system.broke'>).error)),
    },
    guards: {
      isRefused: ({ context, event }) => refusalOf(event as SupervisorCommand, idsInUse(context)) !== undefined,
      statusIsOutdated: ({ context }) => context.statusIsOutdated,
      everythingIsClosed: ({ context }) => context.places.size === 0 && context.registries.size === 0,
    },
    delays: {
      scannerPause: ({ context }) => pauseOf(context, SCANNER),
      closingLimit: ({ context }) => (context.registries.size > 0 ? REGISTRY_CLOSING_LIMIT_MS : CLOSING_LIMIT_MS),
    },
  })
  .createMachine({
    id: 'supervisor',
    options: BOUNDED,
    context: ({ input }) => newSupervisorContext(input),
    initial: 'running',
    on: {
      'place.changed': [
        // The status is reported at the end of the scan.
        { guard: 'statusIsOutdated', actions: [withEvent('notePlace'), withEvent('tellBook')] },
        { actions: [withEvent('notePlace'), withEvent('tellBook'), 'reportStatus'] },
      ],
      'place.vacated': { guard: withEvent('isVacant'), actions: [withEvent('stopPlace'), withEvent('forgetPlace')] },
      'link.opened': { actions: [withEvent('noteLink'), withEvent('tellBook'), withEvent('tellOfLink')] },
      'link.changed': { actions: [withEvent('noteLinkChange'), withEvent('tellOfLinkChange')] },
      'link.throttled': { actions: withEvent('logThrottled') },
      'link.broke': { actions: { type: 'logBroken', params: brokenLink } },
      'link.closed': { actions: [withEvent('tellOfLinkEnd'), withEvent('forgetLink'), withEvent('tellBook')] },
      'publication.probed': { actions: withEvent('tellBook') },
      'publication.announced': { actions: withEvent('tellBook') },
      'publication.lost': { actions: withEvent('tellBook') },
      'publication.gone': { actions: withEvent('tellBook') },
      'watcher.asked': { actions: withEvent('passQuestions') },
      'watcher.saw': { actions: withEvent('passSightings') },
      'watcher.leftOut': { actions: withEvent('noteLeftOut') },
      'watcher.ended': { actions: [withEvent('reportWatchEnd'), withEvent('forgetWatcher')] },
      'watcher.broke': {
        actions: [withEvent('logBroken'), withEvent('reportWatchFailure'), withEvent('forgetWatcher')],
      },
      'xstate.error.actor.watchers.*': { actions: [withEvent('logBroken'), withEvent('failGroup')] },
      'domains.loaded': [
        { guard: withEvent('isLoaded'), actions: ['openDomains', 'openRegistries'] },
        { actions: withEvent('logDomainsNotLoaded') },
      ],
      'domain.opened': { actions: [withEvent('noteDomainOpened'), withEvent('tellOfDomain')] },
      'domain.reported': { actions: [withEvent('noteDomain'), 'reportStatus'] },
      'xstate.error.actor.domain.*': {
        actions: [
          withEvent('logBroken'),
          withEvent('tellOfDomainEnd'),
          withEvent('forgetDomain'),
          withEvent('replaceDomain'),
          'reportStatus',
        ],
      },
      'registry.opened': { actions: [withEvent('noteRegistry'), withEvent('tellBook')] },
      'publication.refused': { actions: [withEvent('logRefused'), withEvent('tellBook')] },
      'system.broke': '.broken',
    },
    states: {
      running: {
        initial: 'scanning',
        entry: 'loadDomains',
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
                'tellRegistries',
                'awaitPlaces',
              ],
            },
            { actions: ['noteScan', withEvent('reportScan')] },
          ],
          'places.settled': { actions: ['updateStatus', 'reportStatus'] },
          'xstate.error.actor.registry.*': {
            actions: [
              withEvent('logBroken'),
              { type: 'tellBook', params: linkOfRegistry },
              withEvent('replaceRegistry'),
              { type: 'forgetRegistry', params: domainOfRegistry },
            ],
          },
          'place.replace': { actions: { type: 'tellPlaces', params: ({ event }) => ({ name: event.interface }) } },
          'xstate.error.actor.place.*': {
            actions: [
              withEvent('logBroken'),
              { type: 'tellOfLinkEnd', params: linkOfPlace },
              { type: 'forgetLink', params: linkOfPlace },
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
                withEvent('noteRoot'),
                withEvent('startWatcher'),
                withEvent('noteWatcher'),
              ],
            },
          ],
          'watch.close': { guard: withEvent('isWatched'), actions: withEvent('closeWatcher') },
          'watch.refresh': { guard: withEvent('isWatched'), actions: withEvent('refreshWatcher') },
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
          /** The scanner is replaced after a pause. */
          scannerBroken: {
            after: { scannerPause: 'scanning' },
            on: { 'interfaces.scan': [{ guard: 'isRefused', actions: 'refuse' }, { actions: 'postpone' }] },
          },
        },
      },
      /** Links send goodbyes and close their sockets. */
      closing: {
        entry: [
          'keepAliveNoMore',
          'closeWatchers',
          'forgetWatchers',
          'closePlaces',
          'closeDomains',
          'closeRegistries',
          { type: 'tellBook', params: { type: 'mdns.close' } },
        ],
        always: { guard: 'everythingIsClosed', target: 'closed' },
        after: { closingLimit: 'closed' },
        on: {
          'xstate.done.actor.place.*': { actions: [outputTo('stopPlace'), outputTo('forgetPlace')] },
          'xstate.done.actor.registry.*': { actions: [withEvent('stopRegistry'), outputTo('forgetRegistry')] },
          'xstate.error.actor.registry.*': {
            actions: [withEvent('logBroken'), { type: 'forgetRegistry', params: domainOfRegistry }],
          },
          'xstate.error.actor.place.*': {
            actions: [
              withEvent('logBroken'),
              { type: 'tellOfLinkEnd', params: linkOfPlace },
              { type: 'forgetLink', params: linkOfPlace },
              { type: 'tellBook', params: linkOfPlace },
              { type: 'stopPlace', params: ({ event }) => ({ place: placeOf(event) }) },
              { type: 'forgetPlace', params: ({ event }) => ({ place: placeOf(event) }) },
            ],
          },
        },
      },
      closed: { type: 'final', entry: 'reportClosed' },
      /** An internal event made this machine throw. */
      broken: { type: 'final', entry: ['keepAliveNoMore', 'reportBreakdown'] },
    },
  });

/** What comes with each of a thousand publications, and with each watch: the state stays as it is. */
const supervisorLogic = withHotPath(supervisorMachine, (snapshot, event, send, { emit }) => {
  const { value, context } = snapshot;
  const isRunning = typeof value === 'object' && 'running' in value;
  if (handledAtOnce(context, isRunning, event, send, emit)) return undefined;
  return watchedAtOnce(snapshot, event, send, emit) ? undefined : event;
});

export const guardedSupervisor = guardCommands(supervisorLogic);
