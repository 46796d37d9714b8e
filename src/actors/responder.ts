/**
 * The responder of one link: a timer around `protocol/response-queue`. It is the one place from which responses leave, so
 * that answers and announcements that are due together share packets (RFC 6762 section 6.4). It answers for the record sets
 * that announcers have told it to be held, and for nothing else.
 */
import { assertEvent, assign, enqueueActions, setup } from 'xstate';
import type { Clock } from '../net/network.js';
import { ResponseQueue } from '../protocol/respond/response-queue.js';
import { Zone } from '../protocol/respond/zone.js';
import { packResponse } from '../protocol/wire/pack.js';
import type { MulticastInterfaceEvent, Port, ResponderEvent } from './messages.js';

export interface Input {
  readonly clock: Clock;
  readonly random: () => number;
  readonly link: Port<MulticastInterfaceEvent>;
}

export interface Context {
  readonly clock: Clock;
  readonly random: () => number;
  readonly link: Port<MulticastInterfaceEvent>;
  readonly zone: Zone;
  readonly queue: ResponseQueue;
  /** Released sets whose goodbyes are about to leave. */
  readonly leaving: string[];
  readonly up: Extract<ResponderEvent, { type: 'link.up' }> | undefined;
  /** What it waits for. */
  readonly deadline: number | undefined;
}

export const responderMachine = setup({
  types: { context: {} as Context, events: {} as ResponderEvent, input: {} as Input },
  actions: {
    remember: assign(({ event }) => {
      assertEvent(event, 'link.up');
      return { up: event };
    }),
    /** The link went: what was held has to be probed for again (RFC 6762 section 8). */
    startOver: assign(({ context }) => ({ ...emptyZone(context.random), up: undefined })),
    consider: ({ context, event }) => {
      assertEvent(event, 'query.heard');
      context.queue.ask(event.message, event.from, context.clock.now());
    },
    compare: ({ context, event }) => {
      assertEvent(event, 'records.heard');
      context.queue.heard(event.records, context.clock.now());
    },
    hold: ({ context, event }) => {
      assertEvent(event, 'set.held');
      context.zone.add(event.set);
    },
    release: ({ context, event }) => {
      assertEvent(event, 'set.released');
      const gone = context.zone.remove(event.id);
      if (event.goodbye && gone.length > 0) context.queue.goodbye(gone, context.clock.now());
    },
    forget: ({ context, event }) => {
      assertEvent(event, 'set.forget');
      context.leaving.push(event.id);
    },
    reportForgotten: enqueueActions(({ context, enqueue }) => {
      for (const id of context.leaving.splice(0)) enqueue.sendTo(context.link, { type: 'set.forgotten', id });
    }),
    announce: ({ context, event }) => {
      assertEvent(event, 'announcement.due');
      const now = context.clock.now();
      if (event.goodbyes.length > 0) context.queue.goodbye(event.goodbyes, now);
      context.queue.announce(event.records, now);
    },
    withdrawAll: ({ context }) => {
      const { zone, queue } = context;
      queue.goodbye(
        zone.ids.flatMap((id) => zone.remove(id)),
        context.clock.now(),
      );
      queue.drain();
    },
    send: enqueueActions(({ context, enqueue }) => {
      const { up } = context;
      const due = context.queue.due(context.clock.now());
      if (!up) return;
      for (const outgoing of due) {
        const { packets, leftOut } = packResponse({ ...outgoing, maxBytes: up.maxBytes });
        if (outgoing.to === 'group') context.queue.leftOut(leftOut);
        for (const bytes of packets) enqueue.sendTo(up.socket, { type: 'datagram.send', bytes, to: outgoing.to });
      }
    }),
    noteDeadline: assign({ deadline: ({ context }) => context.queue.nextDeadline() }),
    reportLeft: enqueueActions(({ context, enqueue }) => {
      enqueue.sendTo(context.link, { type: 'responder.left' });
    }),
  },
  guards: {
    somethingIsAhead: ({ context }) => context.queue.nextDeadline() !== undefined,
    nothingIsAhead: ({ context }) => context.queue.nextDeadline() === undefined,
    deadlineMoved: ({ context }) => context.queue.nextDeadline() !== context.deadline,
    somethingIsDue: ({ context }) => (context.queue.nextDeadline() ?? Infinity) <= context.clock.now(),
  },
  delays: { untilDeadline: ({ context }) => Math.max(0, (context.deadline ?? 0) - context.clock.now()) },
}).createMachine({
  id: 'responder',
  context: ({ input }) => ({
    clock: input.clock,
    random: input.random,
    link: input.link,
    ...emptyZone(input.random),
    leaving: [],
    up: undefined,
    deadline: undefined,
  }),
  initial: 'down',
  states: {
    down: {
      on: {
        'link.up': { actions: 'remember', target: 'up' },
        'set.forget': { actions: ['forget', 'reportForgotten'] },
        'responder.leave': { actions: 'reportLeft' },
      },
    },
    up: {
      initial: 'idle',
      on: {
        'link.down': { actions: ['startOver', 'reportForgotten'], target: 'down' },
        'link.up': { actions: 'remember' },
        'query.heard': { actions: 'consider' },
        'records.heard': { actions: 'compare' },
        'set.held': { actions: 'hold' },
        'set.released': { actions: 'release' },
        'set.forget': [{ guard: 'somethingIsDue', actions: 'forget' }, { actions: ['forget', 'reportForgotten'] }],
        'announcement.due': { actions: 'announce' },
        'responder.leave': { actions: ['withdrawAll', 'send', 'reportLeft'] },
      },
      states: {
        /** Nothing is to be said. */
        idle: { always: { guard: 'somethingIsAhead', target: 'waiting' } },
        /** The timer is set anew only when the deadline moves. */
        waiting: {
          entry: 'noteDeadline',
          always: [
            { guard: 'nothingIsAhead', target: 'idle' },
            { guard: 'deadlineMoved', target: 'waiting', reenter: true },
          ],
          after: { untilDeadline: { actions: ['send', 'reportForgotten'], target: 'waiting', reenter: true } },
        },
      },
    },
  },
});

function emptyZone(random: () => number): { zone: Zone; queue: ResponseQueue } {
  const zone = new Zone();
  return { zone, queue: new ResponseQueue({ zone, random }) };
}
