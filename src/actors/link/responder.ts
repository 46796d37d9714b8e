/**
 * The responder of one link: a timer around `protocol/response-queue`. It is the one place from which responses leave, so
 * that answers and announcements that are due together share packets (RFC 6762 section 6.4). It answers for the record sets
 * that announcers have told it to be held, and for nothing else.
 */
import { assertEvent, assign, enqueueActions, setup } from 'xstate';
import type { Clock } from '../../net/network.js';
import type { ResourceRecord } from '../../protocol/record.js';
import { ResponseQueue } from '../../protocol/respond/response-queue.js';
import { Withheld } from '../../protocol/respond/withheld.js';
import { Zone } from '../../protocol/respond/zone.js';
import { packResponse } from '../../protocol/wire/pack-response.js';
import type { MulticastInterfaceEvent, Port, Receipt, ResponderEvent } from '../messages.js';
import { letGoOfMessage, letGoOfRecords } from './let-go.js';

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
  readonly withheld: Withheld;
  readonly queue: ResponseQueue;
  /** What the next datagram to the group is waited for. */
  readonly awaited: { readonly announced: Receipt['announced'][number][]; readonly forgotten: string[] };
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
    startOver: assign(({ context }) => {
      context.awaited.announced.length = 0;
      return { ...emptyZone(context.random), up: undefined };
    }),
    consider: ({ context, event }) => {
      assertEvent(event, 'query.heard');
      context.queue.ask(event.message, event.from, context.clock.now());
      letGoOfMessage(event.message);
    },
    compare: ({ context, event }) => {
      assertEvent(event, 'records.heard');
      context.queue.heard(event.records, context.clock.now());
      letGoOfRecords(event.records);
    },
    hold: ({ context, event }) => {
      assertEvent(event, 'set.held');
      context.withheld.take(event.set.id);
      context.zone.add(event.set);
    },
    withhold: ({ context, event }) => {
      assertEvent(event, 'set.withheld');
      context.zone.remove(event.set.id);
      context.withheld.add(event.set);
    },
    release: enqueueActions(({ context, event, enqueue, self }) => {
      assertEvent(event, 'set.released');
      const records = removed(context, event.id);
      const cache = context.up?.cache;
      if (!event.goodbye || records.length === 0 || !cache) return;
      enqueue.sendTo(cache, { type: 'holders.wanted', records, responder: self });
    }),
    sayGoodbye: ({ context, event }) => {
      assertEvent(event, 'holders.known');
      context.queue.goodbye(event.unheld, context.clock.now());
    },
    forget: ({ context, event }) => {
      assertEvent(event, 'set.forget');
      context.awaited.forgotten.push(event.id);
    },
    /** Unless something is about to leave. There are sets without records, and announcements of nothing. */
    returnReceipt: enqueueActions(({ context, enqueue }) => {
      const receipt = isSomethingDue(context) ? undefined : takeReceipt(context);
      if (receipt) enqueue.sendTo(context.link, { type: 'receipt.returned', receipt, sent: true });
    }),
    announce: ({ context, event }) => {
      assertEvent(event, 'announcement.due');
      const { id, revision, records, goodbyes, isRepeat } = event;
      const now = context.clock.now();
      if (goodbyes.length > 0) context.queue.goodbye(goodbyes, now);
      context.queue.announce(records, now, isRepeat);
      context.awaited.announced.push({ id, revision });
    },
    withdrawAll: enqueueActions(({ context, enqueue, self }) => {
      const { zone, withheld, queue, up } = context;
      const records = [...zone.ids, ...withheld.ids].flatMap((id) => removed(context, id));
      queue.drain();
      if (up) enqueue.sendTo(up.cache, { type: 'holders.wanted', records, responder: self });
    }),
    send: enqueueActions(({ context, enqueue }) => {
      const { up } = context;
      const due = context.queue.due(context.clock.now());
      if (!up) return;
      for (const outgoing of due) {
        const { to } = outgoing;
        const { packets, leftOut } = packResponse({ ...outgoing, maxBytes: up.maxBytes });
        if (to === 'group') context.queue.leftOut(leftOut);
        for (const [i, bytes] of packets.entries()) {
          // They leave in this order: what holds for the last holds for all.
          const receipt = to === 'group' && i === packets.length - 1 ? takeReceipt(context) : undefined;
          enqueue.sendTo(up.socket, { type: 'datagram.send', bytes, to, ...(receipt && { receipt }) });
        }
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
  },
  delays: { untilDeadline: ({ context }) => Math.max(0, (context.deadline ?? 0) - context.clock.now()) },
}).createMachine({
  id: 'responder',
  context: ({ input }) => ({
    clock: input.clock,
    random: input.random,
    link: input.link,
    ...emptyZone(input.random),
    awaited: { announced: [], forgotten: [] },
    up: undefined,
    deadline: undefined,
  }),
  initial: 'down',
  states: {
    down: {
      on: {
        'link.up': { actions: 'remember', target: 'up' },
        'set.forget': { actions: ['forget', 'returnReceipt'] },
        'responder.leave': { actions: 'reportLeft' },
      },
    },
    /** The cache is asked what others hold as well; then the goodbyes leave. */
    leaving: {
      on: { 'holders.known': { actions: ['sayGoodbye', 'send', 'reportLeft'], target: 'down' } },
    },
    up: {
      initial: 'idle',
      on: {
        'link.down': { actions: ['startOver', 'returnReceipt'], target: 'down' },
        'link.up': { actions: 'remember' },
        'query.heard': { actions: 'consider' },
        'records.heard': { actions: 'compare' },
        'set.held': { actions: 'hold' },
        'set.withheld': { actions: 'withhold' },
        'set.released': { actions: 'release' },
        'set.forget': { actions: ['forget', 'returnReceipt'] },
        'announcement.due': { actions: ['announce', 'returnReceipt'] },
        'holders.known': { actions: 'sayGoodbye' },
        'responder.leave': { actions: 'withdrawAll', target: 'leaving' },
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
          after: { untilDeadline: { actions: ['send', 'returnReceipt'], target: 'waiting', reenter: true } },
        },
      },
    },
  },
});

function isSomethingDue({ queue, clock }: Context): boolean {
  return (queue.nextDeadline() ?? Infinity) <= clock.now();
}

/** What is waited for, once. */
function takeReceipt({ awaited }: Context): Receipt | undefined {
  if (awaited.announced.length === 0 && awaited.forgotten.length === 0) return undefined;
  return { announced: awaited.announced.splice(0), forgotten: awaited.forgotten.splice(0) };
}

/** What is gone with a set, held or withheld. What the zone still has gets no goodbye. */
function removed({ zone, withheld }: Context, id: string): readonly ResourceRecord[] {
  return withheld.without([...zone.remove(id), ...withheld.take(id)]);
}

function emptyZone(random: () => number): Pick<Context, 'zone' | 'withheld' | 'queue'> {
  const zone = new Zone();
  return { zone, withheld: new Withheld(), queue: new ResponseQueue({ zone, random }) };
}
