/**
 * One interface and IP family, with its socket, record-cache, querier, responder and an announcer for each publication.
 * Nothing that is heard on one link is known on another (RFC 6762 section 14).
 */
import { assertEvent, assign, enqueueActions } from 'xstate';
import { Sources } from '../../protocol/intake/sources.js';
import { Relevance } from '../../protocol/query/relevance.js';
import type { LinkState } from '../commands.js';
import { newCounters } from '../counters.js';
import { BOUNDED } from '../deadline.js';
import { type LinkContext, linkOptions, maxMessageBytes, nextProbeTime, socketSends, socketServes } from './context.js';
import { HostNames } from './host-names.js';
import { letGoOfDatagram } from './let-go.js';
import { publishingSetup } from './publishing.js';
import { type HearingPlace, hearDatagram, hearRecords } from './receive.js';
import { SetIndex } from './set-index.js';

/** How long what a lost link told us is kept, in case the cable is soon back: our choice (RFC 6762 section 10.3). */
const ABSENCE_GRACE_MS = 5_000;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;
/** An interface that changes may change again in a moment: it is opened anew once, with what it is then. */
const SETTLING_MS = 1_000;
/** What could not be sent has so long to be sent now, before the link is said to be up again: probes or questions are due. */
const TRIAL_MS = 500;
/** Goodbyes have this long to leave. */
const CLOSING_LIMIT_MS = 500;

export const multicastInterfaceMachine = publishingSetup
  .extend({
    actions: {
      report: enqueueActions(({ context, enqueue }, { state }: { state: LinkState }) => {
        const { fault, input } = context;
        enqueue.sendTo(input.place, { type: 'link.reported', link: input.id, state, fault });
      }),
      openSocket: assign(({ context, spawn }) => {
        const { counters, relevance, sources } = context;
        const { network, sent, intake } = context.input;
        const id = `socket-${++counters.opened}`;
        const input = { id, network, options: linkOptions(context), sent, intake, sources, relevance, counters };
        const openedFor = context.interface;
        return { socket: spawn('socket', { id, input }), openedFor, openedAt: network.clock.now() };
      }),
      closeSocket: enqueueActions(({ context, enqueue }) => {
        if (!context.socket) return;
        enqueue.sendTo(context.socket, { type: 'socket.close' });
        context.freeing.add(context.socket.id);
        enqueue.assign({ socket: undefined });
      }),
      forgetSocket: enqueueActions(({ context, event, enqueue }) => {
        assertEvent(event, 'socket.closed');
        context.freeing.delete(event.socket);
        enqueue.stopChild(event.socket);
      }),
      takeInterface: assign(({ event }) => {
        assertEvent(event, 'interface.changed');
        return { interface: event.interface };
      }),
      takeFault: assign(({ context, event }) => {
        assertEvent(event, ['socket.failed', 'datagram.unsent']);
        return {
          fault: event.fault,
          failedToSend: event.type === 'datagram.unsent',
          attempts: context.attempts + 1,
        };
      }),
      forgetAttempts: assign({ attempts: 0 }),
      forgetFault: assign({ fault: undefined }),
      takeOpened: assign(({ context, event }) => {
        assertEvent(event, 'socket.opened');
        return { portShared: event.portShared, probeAt: nextProbeTime({ ...context, probeAt: undefined }) };
      }),
      goUp: enqueueActions(({ context, enqueue }) => {
        const { socket, cache, portShared } = context;
        if (!socket) return;
        const maxBytes = maxMessageBytes(context);
        enqueue.sendTo(context.querier, { type: 'link.up', socket, cache, portShared, maxBytes });
        enqueue.sendTo(context.responder, { type: 'link.up', socket, cache, maxBytes });
        enqueue.sendTo(cache, { type: 'link.up' });
      }),
      readyAnnouncers: enqueueActions(({ context, enqueue }) => {
        const startAt = context.probeAt;
        if (startAt === undefined) return;
        for (const announcer of context.announcers.values()) enqueue.sendTo(announcer, { type: 'link.ready', startAt });
      }),
      goDown: enqueueActions(({ context, enqueue }) => {
        enqueue.assign({ probeAt: undefined });
        context.announced.clear();
        for (const announcer of context.announcers.values()) enqueue.sendTo(announcer, { type: 'link.down' });
        enqueue.sendTo(context.querier, { type: 'link.down' });
        enqueue.sendTo(context.responder, { type: 'link.down' });
        enqueue.sendTo(context.cache, { type: 'link.lost', graceMs: ABSENCE_GRACE_MS });
      }),
      hear: enqueueActions(({ context, event, enqueue }) => {
        assertEvent(event, 'datagram.received');
        hearDatagram(placeOf(context), event.datagram, event.own, enqueue);
        letGoOfDatagram(event.datagram);
      }),
      hearAccepted: enqueueActions(({ context, event, enqueue }) => {
        assertEvent(event, 'unicast.accepted');
        hearRecords(placeOf(context), event.records, event.source, 'unicast', enqueue);
      }),
      reportThrottled: enqueueActions(({ context, event, enqueue }) => {
        assertEvent(event, 'datagrams.throttled');
        const { supervisor, id } = context.input;
        enqueue.sendTo(supervisor, { type: 'link.throttled', link: id, source: event.source });
      }),
      passToCache: enqueueActions(({ context, event, enqueue }) => {
        assertEvent(event, ['questions.opened', 'questions.closed', 'watcher.gone', 'records.doubted']);
        enqueue.sendTo(context.cache, event);
      }),
      /** Watchers may have ended by now. */
      /** Nothing more is asked; a probe that waits would be that of an announcer that is about to be stopped. */
      quietenQuerier: enqueueActions(({ context, enqueue }) => {
        enqueue.sendTo(context.querier, { type: 'link.down' });
      }),
      quietenCache: enqueueActions(({ context, enqueue }) => {
        enqueue.sendTo(context.cache, { type: 'link.closing' });
      }),
      leave: enqueueActions(({ context, enqueue }) => {
        enqueue.sendTo(context.responder, { type: 'responder.leave' });
      }),
    },
    guards: {
      isResized: ({ context, event }) => {
        assertEvent(event, 'interface.changed');
        const { interface: now } = event;
        return (
          socketServes(context, now) && maxMessageBytes({ ...context, interface: now }) !== maxMessageBytes(context)
        );
      },
      socketServes: ({ context, event }) => {
        assertEvent(event, 'interface.changed');
        return socketServes(context, event.interface);
      },
      socketStillServes: ({ context }) => socketServes(context, context.interface),
      socketStillSends: ({ context, event }) => {
        assertEvent(event, 'interface.changed');
        return socketSends(context, event.interface);
      },
      wasOpenedLately: ({ context }) => context.input.network.clock.now() - context.openedAt < SETTLING_MS,
      isTrusted: ({ context }) => context.fault === undefined || !context.failedToSend,
      isCurrentSocket: ({ context, event }) => {
        assertEvent(event, 'socket.failed');
        return context.socket?.id === event.socket;
      },
      isFreeing: ({ context }) => context.freeing.size > 0,
      isLastSocket: ({ context, event }) => {
        assertEvent(event, 'socket.closed');
        return [...context.freeing].every((id) => id === event.socket);
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
      const counters = newCounters();
      const querier = spawn('querier', { id: 'querier', input: { clock, random, link: self, counters } });
      const relevance = new Relevance();
      const { maxCacheRecords: maxRecords, maxCacheBytes: maxBytes } = input;
      const cacheInput = { link: input.id, clock, random, querier, relevance, maxRecords, maxBytes };
      return {
        input,
        interface: input.interface,
        querier,
        cache: spawn('recordCache', { id: 'record-cache', input: cacheInput }),
        responder: spawn('responder', { id: 'responder', input: { clock, random, link: self } }),
        socket: undefined,
        freeing: new Set(),
        openedFor: input.interface,
        openedAt: Number.NEGATIVE_INFINITY,
        portShared: false,
        reverseContested: false,
        publications: new Map(),
        announced: new Map(),
        announcers: new Map(),
        sets: new SetIndex(relevance),
        hosts: new HostNames(),
        relevance,
        toIntroduce: new Set(),
        probeAt: undefined,
        attempts: 0,
        fault: undefined,
        failedToSend: false,
        counters,
        sources: new Sources(),
      };
    },
    initial: 'opening',
    on: {
      'publication.added': { actions: 'addPublication' },
      'publication.changed': { actions: 'changePublication' },
      'publication.renamed': { actions: 'changePublication' },
      'publication.removed': { actions: 'removePublication' },
      'announcers.introduce': { actions: ['introduceSome', 'introduceMore'] },
      'questions.opened': { actions: 'passToCache' },
      'questions.closed': { actions: 'passToCache' },
      'watcher.gone': { actions: 'passToCache' },
      'records.doubted': { actions: 'passToCache' },
      'name.claimed': { actions: 'passHost' },
      'name.released': { actions: 'passHost' },
      'name.lost': { actions: 'reportLost' },
      'set.announced': { actions: 'reportAnnounced' },
      'set.withdrawn': { actions: 'forgetAnnouncer' },
      'receipt.returned': { actions: 'takeReceipt' },
      'reverse.contested': { actions: 'giveUpReverse' },
      'socket.closed': { actions: 'forgetSocket' },
      'datagrams.throttled': { actions: 'reportThrottled' },
    },
    states: {
      opening: {
        entry: [{ type: 'report', params: { state: 'opening' } }, 'openSocket'],
        on: {
          'socket.opened': { actions: 'takeOpened', target: 'up' },
          'socket.failed': { guard: 'isCurrentSocket', actions: 'takeFault', target: 'retrying' },
          'interface.changed': [
            { guard: 'socketServes', actions: 'takeInterface' },
            { actions: 'takeInterface', target: 'settling' },
          ],
          'interface.vanished': { target: 'absent' },
          'link.close': { actions: 'closeSocket', target: 'closing.freeing' },
        },
      },
      up: {
        entry: ['goUp', 'changeHosts', 'readyAnnouncers'],
        after: { provenTime: { actions: 'forgetAttempts' } },
        on: {
          'datagram.received': { actions: 'hear' },
          'datagram.unsent': { actions: ['takeFault', 'goDown'], target: 'retrying' },
          'unicast.accepted': { actions: 'hearAccepted' },
          // A second socket, for another address of the same interface.
          'socket.opened': { actions: ['takeOpened', 'goUp', 'changeHosts'] },
          'socket.failed': { guard: 'isCurrentSocket', actions: ['takeFault', 'goDown'], target: 'retrying' },
          'interface.changed': [
            { guard: 'isResized', actions: ['takeInterface', 'goUp', 'changeHosts'] },
            { guard: 'socketServes', actions: ['takeInterface', 'changeHosts'] },
            { guard: 'socketStillSends', actions: 'takeInterface', target: '.changing' },
            // Another interface under the same name, or another address: perhaps another network (RFC 6762 section 8).
            { actions: ['goDown', 'takeInterface'], target: 'settling' },
          ],
          'interface.vanished': { actions: 'goDown', target: 'absent' },
          'link.close': { target: 'closing' },
        },
        initial: 'trial',
        states: {
          /** The socket opens, but did not send the last time. */
          trial: {
            always: { guard: 'isTrusted', target: 'steady' },
            after: { trialTime: 'steady' },
          },
          steady: { entry: ['forgetFault', { type: 'report', params: { state: 'up' } }] },
          /** The interface got or lost an address, and may do so again: the socket serves until then. */
          changing: {
            on: { 'interface.changed': { guard: 'socketStillSends', actions: 'takeInterface' } },
            after: {
              settlingTime: [
                { guard: 'socketStillServes', actions: 'changeHosts', target: 'steady' },
                { actions: ['closeSocket', 'openSocket'], target: 'steady' },
              ],
            },
          },
        },
      },
      /** The interface is another one now, and may change again. */
      settling: {
        entry: ['closeSocket', { type: 'report', params: { state: 'opening' } }],
        after: { settlingTime: 'opening' },
        on: {
          'interface.changed': { actions: 'takeInterface' },
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
            { guard: 'socketServes', actions: 'takeInterface' },
            { actions: 'takeInterface', target: 'settling' },
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
            { guard: 'wasOpenedLately', actions: 'takeInterface', target: 'settling' },
            { actions: 'takeInterface', target: 'opening' },
          ],
          'link.close': [{ guard: 'isFreeing', target: 'closing.freeing' }, { target: 'dispersing' }],
        },
      },
      /** Goodbyes leave (RFC 6762 section 10.1), then the socket is freed. */
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
                { guard: 'isLastSocket', actions: 'forgetSocket', target: '#multicast-interface.dispersing' },
                { actions: 'forgetSocket' },
              ],
            },
          },
        },
      },
      /** Nothing is open any more; the announcers are stopped, a few at a time. */
      dispersing: {
        entry: ['quietenCache', 'stopSome'],
        always: { guard: 'nobodyAnnounces', target: 'closed' },
        after: { nextTurn: { target: 'dispersing', reenter: true } },
      },
      closed: { type: 'final' },
    },
  });

function placeOf(context: LinkContext): HearingPlace {
  const { port, own, network } = context.input;
  return { ...context, port, own, clock: network.clock };
}
