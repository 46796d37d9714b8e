/**
 * One interface and IP family, with its socket, record-cache, querier, responder and an announcer for each publication.
 * What one link receives stays on that link (RFC 6762 section 14).
 */
import { assign, enqueueActions, sendTo, stopChild } from 'xstate';
import type { LinkState } from '../commands.js';
import { BOUNDED } from '../deadline.js';
import { withHotPath } from '../hot-path.js';
import type { MulticastInterfaceEvent } from '../messages.js';
import { letter, sendEach } from '../send-each.js';
import { withEvent } from '../with-event.js';
import { linkOptions, maxMessageBytes, newLinkData, nextProbeTime, socketSends, socketServes } from './context.js';
import { letGoOfDatagram } from './let-go.js';
import { handledAtOnce, publishingSetup } from './publishing.js';
import { readAbout } from './read-unread.js';
import { hearDatagram, hearRecords, placeOf } from './receive.js';

/** How long the records of a lost link are kept, in case the cable is soon back: our choice (RFC 6762 section 10.3). */
const ABSENCE_GRACE_MS = 5_000;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;
/** An interface that changes often changes again soon after: wait for that, and open the socket again only once. */
const SETTLING_MS = 1_000;
/** After a failure to send, probes or questions must be sent for this long without a fault before the link is `up`. */
const TRIAL_MS = 500;
/** The time to send goodbyes and close the socket. */
const CLOSING_LIMIT_MS = 500;

type Of<T extends MulticastInterfaceEvent['type']> = Extract<MulticastInterfaceEvent, { type: T }>;

type ForTheCache = Of<
  'questions.opened' | 'questions.closed' | 'questions.repeated' | 'watcher.gone' | 'records.doubted'
>;

const socketIsFreed = [withEvent('noteFreed'), withEvent('stopSocket')] as const;

export const multicastInterfaceMachine = publishingSetup
  .extend({
    actions: {
      report: sendTo(
        ({ context }) => context.input.place,
        ({ context: { input, fault } }, { state }: { readonly state: LinkState }) => {
          return { type: 'link.reported', link: input.id, state, fault } as const;
        },
      ),
      openSocket: assign(({ context, spawn }) => {
        const { counters, relevance, repeats, queries, sources, cache, responder } = context;
        const { network, sent, intake, tap } = context.input;
        const id = `socket-${++counters.opened}`;
        const ofTheLink = { sources, relevance, repeats, queries, cache, responder, counters };
        const input = { id, network, options: linkOptions(context), sent, intake, tap, ...ofTheLink };
        const openedFor = context.interface;
        return { socket: spawn('socket', { id, input }), openedFor, openedAt: network.clock.now() };
      }),
      closeSocket: enqueueActions(({ context, enqueue }) => {
        if (!context.socket) return;
        enqueue.sendTo(context.socket, { type: 'socket.close' });
        context.freeing.add(context.socket.id);
        enqueue.assign({ socket: undefined });
      }),
      noteFreed: ({ context }, { socket }: Of<'socket.closed'>) => {
        context.freeing.delete(socket);
      },
      stopSocket: stopChild((_, { socket }: Of<'socket.closed'>) => socket),
      takeInterface: assign(({ context }, { interface: on }: Of<'interface.changed'>) => {
        context.queries.clear();
        return { interface: on };
      }),
      takeFault: assign(({ context }, { type, fault }: Of<'socket.failed' | 'datagram.unsent'>) => {
        return { fault, failedToSend: type === 'datagram.unsent', attempts: context.attempts + 1 };
      }),
      forgetAttempts: assign({ attempts: 0 }),
      forgetFault: assign({ fault: undefined }),
      takeOpened: assign(({ context }, { portShared }: Of<'socket.opened'>) => {
        return { portShared, probeAt: nextProbeTime({ ...context, probeAt: undefined }) };
      }),
      goUp: sendEach(({ context }) => {
        const { socket, cache, querier, responder, portShared } = context;
        if (!socket) return [];
        const maxBytes = maxMessageBytes(context);
        return [
          letter(querier, { type: 'link.up', socket, cache, portShared, maxBytes }),
          letter(responder, { type: 'link.up', socket, cache, maxBytes }),
          letter(cache, { type: 'link.up' }),
        ];
      }),
      readyAnnouncers: sendEach(({ context: { announcers, probeAt: startAt } }) => {
        if (startAt === undefined) return [];
        return [...announcers.values()].map((announcer) => letter(announcer, { type: 'link.ready', startAt }));
      }),
      goDown: enqueueActions(({ context, enqueue }) => {
        enqueue.assign({ probeAt: undefined });
        context.announced.clear();
        context.relevance.unread.clear();
        for (const announcer of context.announcers.values()) enqueue.sendTo(announcer, { type: 'link.down' });
        enqueue.sendTo(context.querier, { type: 'link.down' });
        enqueue.sendTo(context.responder, { type: 'link.down' });
        enqueue.sendTo(context.cache, { type: 'link.lost', graceMs: ABSENCE_GRACE_MS });
      }),
      hear: enqueueActions(({ context, enqueue }, { datagram, own, repeat }: Of<'datagram.received'>) => {
        hearDatagram(placeOf(context), datagram, own, enqueue, repeat);
        letGoOfDatagram(datagram);
      }),
      hearAccepted: enqueueActions(({ context, enqueue }, { records, source }: Of<'unicast.accepted'>) => {
        hearRecords(placeOf(context), records, source, 'unicast', enqueue);
      }),
      reportThrottled: sendTo(
        ({ context }) => context.input.supervisor,
        ({ context }, { source }: Of<'datagrams.throttled'>) => {
          return { type: 'link.throttled', link: context.input.id, source } as const;
        },
      ),
      noteQuestions: ({ context }) => {
        context.repeats.questions += 1;
      },
      /** First, so that the cache knows it. */
      readUnread: enqueueActions(({ context, enqueue }, event: Of<'questions.opened' | 'records.doubted'>) => {
        const about = event.type === 'questions.opened' ? event.questions : event.records;
        readAbout(context, about, context.input.network.clock.now(), enqueue);
      }),
      passToCache: sendTo(
        ({ context }) => context.cache,
        (_, event: ForTheCache) => event,
      ),
      /** Watchers may have ended already. */
      quietenCache: sendTo(({ context }) => context.cache, { type: 'link.closing' }),
      leave: sendTo(({ context }) => context.responder, { type: 'responder.leave' }),
      /** No more queries. A probe that is waiting belongs to an announcer that is about to be stopped. */
      quietenQuerier: sendTo(({ context }) => context.querier, { type: 'link.down' }),
    },
    guards: {
      isResized: ({ context }, { interface: now }: Of<'interface.changed'>) => {
        return (
          socketServes(context, now) && maxMessageBytes({ ...context, interface: now }) !== maxMessageBytes(context)
        );
      },
      socketServes: ({ context }, { interface: now }: Of<'interface.changed'>) => socketServes(context, now),
      socketStillServes: ({ context }) => socketServes(context, context.interface),
      socketStillSends: ({ context }, { interface: now }: Of<'interface.changed'>) => socketSends(context, now),
      wasOpenedLately: ({ context }) => context.input.network.clock.now() - context.openedAt < SETTLING_MS,
      isTrusted: ({ context }) => context.fault === undefined || !context.failedToSend,
      isCurrentSocket: ({ context }, { socket }: Of<'socket.failed'>) => context.socket?.id === socket,
      isFreeing: ({ context }) => context.freeing.size > 0,
      isLastSocket: ({ context }, { socket }: Of<'socket.closed'>) => {
        return [...context.freeing].every((id) => id === socket);
      },
      nobodyAnnounces: ({ context }) => context.announcers.size === 0,
    },
    delays: {
      retryDelay: ({ context }) => Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (context.attempts - 1)),
      provenTime: MAX_RETRY_MS,
      settlingTime: SETTLING_MS,
      trialTime: TRIAL_MS,
      absenceGrace: ABSENCE_GRACE_MS,
      closingLimit: CLOSING_LIMIT_MS,
      nextTurn: 0,
    },
  })
  .createMachine({
    id: 'multicast-interface',
    options: BOUNDED,
    context: ({ input, spawn, self }) => {
      const { clock } = input.network;
      const random = () => input.network.random();
      const data = newLinkData(input);
      const { maxCacheRecords: maxRecords, maxCacheBytes: maxBytes } = input;
      const { counters, relevance } = data;
      const querier = spawn('querier', { id: 'querier', input: { clock, random, link: self, counters } });
      const cacheInput = { link: input.id, clock, random, querier, relevance, maxRecords, maxBytes };
      const cache = spawn('recordCache', { id: 'record-cache', input: cacheInput });
      const responder = spawn('responder', { id: 'responder', input: { clock, random, link: self } });
      return { ...data, querier, cache, responder, socket: undefined };
    },
    initial: 'opening',
    on: {
      'publication.added': [
        { guard: 'isIntroducing', actions: [withEvent('notePublication'), withEvent('planIntroduction')] },
        { actions: [withEvent('notePublication'), withEvent('planIntroduction'), 'introduceSoon'] },
      ],
      'publication.changed': { actions: [withEvent('notePublication'), withEvent('passChange')] },
      'publication.renamed': { actions: [withEvent('notePublication'), withEvent('passName')] },
      'publication.removed': { actions: [withEvent('dropPublication'), withEvent('withdraw')] },
      'announcers.introduce': [
        { guard: 'isMoreThanATurn', actions: ['introduceSome', 'introduceSoon'] },
        { actions: 'introduceSome' },
      ],
      'questions.opened': { actions: ['noteQuestions', withEvent('readUnread'), withEvent('passToCache')] },
      'questions.closed': { actions: withEvent('passToCache') },
      'questions.repeated': { actions: withEvent('passToCache') },
      'watcher.gone': { actions: withEvent('passToCache') },
      'records.doubted': { actions: [withEvent('readUnread'), withEvent('passToCache')] },
      'name.claimed': { actions: withEvent('passClaimed') },
      'name.released': { actions: withEvent('passHostLost') },
      'name.lost': { actions: withEvent('reportLost') },
      'set.announced': { actions: withEvent('reportAnnounced') },
      'set.withdrawn': {
        actions: [withEvent('stopAnnouncer'), withEvent('awaitGoodbye')],
      },
      'receipt.returned': { actions: withEvent('passReceipt') },
      'reverse.contested': { actions: 'giveUpReverse' },
      'socket.closed': { actions: socketIsFreed },
      'datagrams.throttled': { actions: withEvent('reportThrottled') },
    },
    states: {
      opening: {
        entry: [{ type: 'report', params: { state: 'opening' } }, 'openSocket'],
        on: {
          'socket.opened': { actions: withEvent('takeOpened'), target: 'up' },
          'socket.failed': { guard: withEvent('isCurrentSocket'), actions: withEvent('takeFault'), target: 'retrying' },
          'interface.changed': [
            { guard: withEvent('socketServes'), actions: withEvent('takeInterface') },
            { actions: withEvent('takeInterface'), target: 'settling' },
          ],
          'interface.vanished': { target: 'absent' },
          'link.close': { actions: 'closeSocket', target: 'closing.freeing' },
        },
      },
      up: {
        entry: ['goUp', 'changeHosts', 'readyAnnouncers'],
        after: { provenTime: { actions: 'forgetAttempts' } },
        on: {
          'datagram.received': { actions: withEvent('hear') },
          'datagram.unsent': { actions: [withEvent('takeFault'), 'goDown'], target: 'retrying' },
          'unicast.accepted': { actions: withEvent('hearAccepted') },
          // A second socket, for another address of the same interface.
          'socket.opened': { actions: [withEvent('takeOpened'), 'goUp', 'changeHosts'] },
          'socket.failed': {
            guard: withEvent('isCurrentSocket'),
            actions: [withEvent('takeFault'), 'goDown'],
            target: 'retrying',
          },
          'interface.changed': [
            { guard: withEvent('isResized'), actions: [withEvent('takeInterface'), 'goUp', 'changeHosts'] },
            { guard: withEvent('socketServes'), actions: [withEvent('takeInterface'), 'changeHosts'] },
            { guard: withEvent('socketStillSends'), actions: withEvent('takeInterface'), target: '.changing' },
            // Another interface with the same name, or another address: perhaps another network (RFC 6762 section 8).
            { actions: ['goDown', withEvent('takeInterface')], target: 'settling' },
          ],
          'interface.vanished': { actions: 'goDown', target: 'absent' },
          'link.close': { target: 'closing' },
        },
        initial: 'trial',
        states: {
          /** The socket is open, but the previous one failed to send. */
          trial: {
            always: { guard: 'isTrusted', target: 'steady' },
            after: { trialTime: 'steady' },
          },
          steady: { entry: ['forgetFault', { type: 'report', params: { state: 'up' } }] },
          /** The addresses of the interface have changed, and may change again: keep the socket until then. */
          changing: {
            on: { 'interface.changed': { guard: withEvent('socketStillSends'), actions: withEvent('takeInterface') } },
            after: {
              settlingTime: [
                { guard: 'socketStillServes', actions: 'changeHosts', target: 'steady' },
                { actions: ['closeSocket', 'openSocket'], target: 'steady' },
              ],
            },
          },
        },
      },
      /** The interface is a different one now, and may change again. */
      settling: {
        entry: ['closeSocket', { type: 'report', params: { state: 'opening' } }],
        after: { settlingTime: 'opening' },
        on: {
          'interface.changed': { actions: withEvent('takeInterface') },
          'interface.vanished': { target: 'absent' },
          'link.close': [{ guard: 'isFreeing', target: 'closing.freeing' }, { target: 'dispersing' }],
        },
      },
      /** The socket failed; the report says why. */
      retrying: {
        entry: ['closeSocket', { type: 'report', params: { state: 'retrying' } }],
        after: { retryDelay: 'opening' },
        on: {
          'interface.changed': [
            { guard: withEvent('socketServes'), actions: withEvent('takeInterface') },
            { actions: withEvent('takeInterface'), target: 'settling' },
          ],
          'interface.vanished': { target: 'absent' },
          'link.close': [{ guard: 'isFreeing', target: 'closing.freeing' }, { target: 'dispersing' }],
        },
      },
      /** The system no longer lists the interface. */
      absent: {
        entry: ['closeSocket', { type: 'report', params: { state: 'absent' } }],
        after: { absenceGrace: 'dispersing' },
        on: {
          'interface.changed': [
            { guard: 'wasOpenedLately', actions: withEvent('takeInterface'), target: 'settling' },
            { actions: withEvent('takeInterface'), target: 'opening' },
          ],
          'link.close': [{ guard: 'isFreeing', target: 'closing.freeing' }, { target: 'dispersing' }],
        },
      },
      /** Goodbyes are sent (RFC 6762 section 10.1), then the socket is freed. */
      closing: {
        entry: ['quietenCache', 'quietenQuerier', { type: 'report', params: { state: 'closing' } }],
        initial: 'leaving',
        after: { closingLimit: 'dispersing' },
        on: {
          'set.withdrawn': {},
          'publication.added': {},
          'announcers.introduce': {},
        },
        states: {
          leaving: {
            entry: 'leave',
            on: { 'responder.left': { actions: 'closeSocket', target: 'freeing' } },
          },
          freeing: {
            on: {
              'socket.closed': [
                { guard: withEvent('isLastSocket'), actions: socketIsFreed, target: '#multicast-interface.dispersing' },
                { actions: socketIsFreed },
              ],
            },
          },
        },
      },
      /** All sockets are closed; the announcers are stopped, a few at a time. */
      dispersing: {
        entry: ['quietenCache', 'stopSome'],
        always: { guard: 'nobodyAnnounces', target: 'closed' },
        after: { nextTurn: { target: 'dispersing', reenter: true } },
      },
      closed: { type: 'final' },
    },
  });

/** What comes often while the link is up, and leaves the state as it is: datagrams, questions, publications, names. */
export const multicastInterfaceLogic = withHotPath(multicastInterfaceMachine, (snapshot, event, send) => {
  const { value } = snapshot;
  // Not by `matches`, which takes nine calls: of a process that is asked now and then each is cold.
  if (typeof value === 'string' || !('up' in value)) return event;
  if (event.type !== 'datagram.received') return handledAtOnce(snapshot.context, event, send) ? undefined : event;
  hearDatagram(placeOf(snapshot.context), event.datagram, event.own, { sendTo: send }, event.repeat);
  letGoOfDatagram(event.datagram);
  return undefined;
});
