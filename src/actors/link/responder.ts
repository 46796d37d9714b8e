/**
 * The responder of one link: a timer around `protocol/respond/response-queue`. All responses are sent from here, so
 * that answers and announcements that are due together share packets (RFC 6762 section 6.4). It answers only for record
 * sets that announcers have reported as held.
 */
import { assign, setup } from 'xstate';
import type { Clock } from '../../net/network.js';
import type { ResourceRecord } from '../../protocol/record.js';
import { packed, packedReply } from '../../protocol/respond/outgoing.js';
import { ResponseQueue } from '../../protocol/respond/response-queue.js';
import { type Place, START } from '../../protocol/respond/to-tell.js';
import { Withheld } from '../../protocol/respond/withheld.js';
import { Zone } from '../../protocol/respond/zone.js';
import { Alarm, BOUNDED, type DeadlineReached, type Timed, timed, wakesAt } from '../deadline.js';
import { type Send, withHotPath } from '../hot-path.js';
import type { EventOf, MulticastInterfaceEvent, Port, Receipt, ResponderEvent, SocketCommand } from '../messages.js';
import { delivers, Outbox } from '../outbox.js';
import { withEvent } from '../with-event.js';
import { letGoOfMessage, letGoOfRecords } from './let-go.js';

export interface Input {
  readonly clock: Clock;
  readonly random: () => number;
  readonly link: Port<MulticastInterfaceEvent>;
}

type Awaited<T> = T & { readonly place: Place };

export interface Context extends Timed {
  readonly random: () => number;
  readonly link: Port<MulticastInterfaceEvent>;
  readonly zone: Zone;
  readonly withheld: Withheld;
  readonly queue: ResponseQueue;
  /** The contents of the next receipts, each with the place of its last record among what waits to be sent. */
  readonly awaited: {
    announced: Awaited<Receipt['announced'][number]>[];
    forgotten: Awaited<{ readonly id: string }>[];
  };
  readonly up: On<'link.up'> | undefined;
  readonly outbox: Outbox;
}

type On<T extends ResponderEvent['type']> = EventOf<ResponderEvent, T>;

const { setTimer, setTimerNow, clearTimer, deadlineMoved } = wakesAt<Context>(({ queue }) => queue.nextDeadline());

export const responderMachine = setup({
  types: { context: {} as Context, events: {} as ResponderEvent | DeadlineReached, input: {} as Input },
  actions: {
    setTimer,
    clearTimer,
    deliver: delivers<Context>(),
    takeLink: assign((_, up: On<'link.up'>) => ({ up })),
    /** The link is down: the held sets have to be probed for again (RFC 6762 section 8). */
    startOver: assign(({ context }) => ({ ...emptyZone(context.random), up: undefined })),
    awaitNothing: ({ context: { awaited } }) => {
      awaited.announced = [];
      awaited.forgotten = awaited.forgotten.map(({ id }) => ({ id, place: START }));
    },
    consider: ({ context }, event: On<'query.heard'>) => consider(context, event, context.clock.now()),
    considerAgain: ({ context }, event: On<'query.repeated'>) => considerAgain(context, event, context.clock.now()),
    compare: ({ context }, event: On<'records.heard'>) => compare(context, event),
    hold: ({ context }, event: On<'set.held'>) => hold(context, event),
    withhold: ({ context }, { set }: On<'set.withheld'>) => {
      context.zone.remove(set.id);
      context.withheld.add(set);
    },
    release: ({ context, self }, { id, goodbye }: On<'set.released'>) => {
      const records = removed(context, id);
      const cache = context.up?.cache;
      if (!goodbye || records.length === 0 || !cache) return;
      context.outbox.sendTo(cache, { type: 'holders.wanted', records, responder: self });
    },
    sayGoodbye: ({ context }, { unheld }: On<'holders.known'>) => context.queue.goodbye(unheld, context.clock.now()),
    forget: ({ context }, { id }: On<'set.forget'>) => {
      context.awaited.forgotten.push({ id, place: context.queue.toTell.last });
    },
    returnReceipt: ({ context }) => returnReceipt(context),
    announce: ({ context }, event: On<'announcement.due'>) => announce(context, event),
    withdrawAll: ({ context, self }) => {
      const { zone, withheld, queue, up, outbox } = context;
      const records = [...zone.ids, ...withheld.ids].flatMap((id) => removed(context, id));
      queue.drain();
      if (up) outbox.sendTo(up.cache, { type: 'holders.wanted', records, responder: self });
    },
    send: ({ context }) => send(context, context.clock.now()),
    reportLeft: ({ context }) => context.outbox.sendTo(context.link, { type: 'responder.left' }),
  },
  guards: { deadlineMoved },
}).createMachine({
  id: 'responder',
  options: BOUNDED,
  context: ({ input }) => ({
    clock: input.clock,
    random: input.random,
    link: input.link,
    ...emptyZone(input.random),
    awaited: { announced: [], forgotten: [] },
    up: undefined,
    outbox: new Outbox(),
    alarm: new Alarm(),
  }),
  initial: 'down',
  states: {
    down: {
      on: {
        'link.up': { actions: withEvent('takeLink'), target: 'up' },
        'set.forget': { actions: [withEvent('forget'), 'returnReceipt', 'deliver'] },
        'responder.leave': { actions: ['reportLeft', 'deliver'] },
      },
    },
    /** Sends answers, announcements and goodbyes when they are due. */
    up: {
      ...timed,
      on: {
        'link.down': { actions: ['awaitNothing', 'startOver', 'returnReceipt', 'deliver'], target: 'down' },
        'link.up': { actions: withEvent('takeLink') },
        // What is to be answered without a delay leaves at once: a timer would be one event more (RFC 6762 section 6).
        'query.heard': { actions: [withEvent('consider'), 'send', 'returnReceipt', 'deliver'] },
        'query.repeated': { actions: [withEvent('considerAgain'), 'send', 'returnReceipt', 'deliver'] },
        'records.heard': { actions: withEvent('compare') },
        'set.held': { actions: withEvent('hold') },
        'set.withheld': { actions: withEvent('withhold') },
        'set.released': { actions: [withEvent('release'), 'deliver'] },
        'set.forget': { actions: [withEvent('forget'), 'returnReceipt', 'deliver'] },
        'announcement.due': { actions: [withEvent('announce'), 'returnReceipt', 'deliver'] },
        'holders.known': { actions: withEvent('sayGoodbye') },
        'responder.leave': { actions: ['withdrawAll', 'deliver'], target: 'leaving' },
        'deadline.reached': { actions: ['send', 'returnReceipt', 'deliver', 'setTimer'] },
      },
    },
    /** Asks the cache which records other hosts hold as well, then sends goodbyes for the rest. */
    leaving: {
      on: {
        'holders.known': {
          actions: [withEvent('sayGoodbye'), 'send', 'reportLeft', 'deliver'],
          target: 'down',
        },
      },
    },
  },
});

/**
 * What comes often and leaves the state as it is: questions, of which some are answered at once, the answers of others,
 * and what announcers hold and announce.
 */
export const responderLogic = withHotPath(responderMachine, ({ value, context }, event, sendTo, scope) => {
  if (value !== 'up') return event;
  if (event.type === 'query.repeated') {
    if (replyAtOnce(context, event, sendTo)) return undefined;
    const now = context.clock.now();
    considerAgain(context, event, now);
    send(context, now);
    returnReceipt(context);
  } else if (event.type === 'records.heard') compare(context, event);
  else if (event.type === 'set.held') hold(context, event);
  else if (event.type === 'announcement.due') {
    announce(context, event);
    returnReceipt(context);
  } else if (event.type === 'query.heard') {
    const now = context.clock.now();
    consider(context, event, now);
    send(context, now);
    returnReceipt(context);
  } else return event;
  for (const { to, event: letter } of context.outbox.take()) sendTo(to, letter);
  if (context.queue.nextDeadline() < context.alarm.at) setTimerNow(context, scope);
  return undefined;
});

function consider({ queue }: Context, { message, from }: On<'query.heard'>, now: number): void {
  queue.ask(message, from, now);
  letGoOfMessage(message);
}

function considerAgain({ queue }: Context, { query }: On<'query.repeated'>, now: number): void {
  queue.ask(query.message, query.from, now);
  queue.prompt.prepare(query);
}

/**
 * Replies to a repeated query. The timer is never set to later than the next deadline: before that nothing else is due,
 * and the reply changes no deadline.
 *
 * @returns false if the queue has to do it
 */
function replyAtOnce({ up, alarm, queue }: Context, { query, now }: On<'query.repeated'>, sendTo: Send): boolean {
  if (!up || alarm.at <= now) return false;
  const records = queue.prompt.replyTo(query, now);
  if (!records || !query.reply) return false;
  const { to } = query.reply;
  for (const bytes of packedReply(records, up.maxBytes).packets) {
    const command: SocketCommand = { type: 'datagram.send', bytes, to };
    sendTo(up.socket, command);
  }
  return true;
}

function compare({ queue, clock }: Context, { records }: On<'records.heard'>): void {
  queue.heard(records, clock.now());
  letGoOfRecords(records);
}

function hold({ zone, withheld }: Context, { set }: On<'set.held'>): void {
  withheld.take(set.id);
  zone.add(set);
}

function announce({ queue, clock, awaited }: Context, event: On<'announcement.due'>): void {
  const { id, revision, records, goodbyes, isRepeat } = event;
  const now = clock.now();
  if (goodbyes.length > 0) queue.goodbye(goodbyes, now);
  queue.announce(records, now, isRepeat);
  awaited.announced.push({ id, revision, place: queue.toTell.last });
}

function send(context: Context, now: number): void {
  const { up, outbox, queue } = context;
  const due = queue.due(now);
  if (!up) return;
  for (const outgoing of due) {
    const { to } = outgoing;
    const { packets, leftOut } = packed(outgoing, up.maxBytes);
    if (to === 'group') queue.leftOut(leftOut);
    for (const [i, bytes] of packets.entries()) {
      // Packets are sent in this order: when the last one has been sent, all have.
      const receipt = to === 'group' && i === packets.length - 1 ? takeReceipt(context) : undefined;
      outbox.sendTo(up.socket, { type: 'datagram.send', bytes, to, ...(receipt && { receipt }) });
    }
  }
}

/** For what no packet was needed: sets may have no records, and announcements may be empty. */
function returnReceipt(context: Context): void {
  const receipt = takeReceipt(context);
  if (receipt) context.outbox.sendTo(context.link, { type: 'receipt.returned', receipt, sent: true });
}

/** The receipt for all that has left. What leaves in a later turn has a receipt of its own. */
function takeReceipt({ awaited, queue }: Context): Receipt | undefined {
  const announced = takeLeft(awaited.announced, queue);
  const forgotten = takeLeft(awaited.forgotten, queue);
  if (announced.length === 0 && forgotten.length === 0) return undefined;
  return {
    announced: announced.map(({ id, revision }) => ({ id, revision })),
    forgotten: forgotten.map(({ id }) => id),
  };
}

/** Takes the first of them, those whose records have left. */
function takeLeft<T extends { readonly place: Place }>(awaited: T[], queue: ResponseQueue): T[] {
  const next = awaited.findIndex(({ place }) => !queue.toTell.hasLeft(place));
  return awaited.splice(0, next < 0 ? awaited.length : next);
}

/** The records removed with a set, held or withheld. Records that other sets still hold get no goodbye. */
function removed({ zone, withheld }: Context, id: string): readonly ResourceRecord[] {
  return withheld.without([...zone.remove(id), ...withheld.take(id)]);
}

function emptyZone(random: () => number): Pick<Context, 'zone' | 'withheld' | 'queue'> {
  const zone = new Zone();
  return { zone, withheld: new Withheld(), queue: new ResponseQueue({ zone, random }) };
}
