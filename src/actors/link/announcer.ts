/**
 * The announcer of one record set on one link: claims its names by probing, announces its records, defends the names,
 * announces changes, and says goodbye (RFC 6762 sections 8, 9 and 10.1).
 */
import { assertEvent, assign, enqueueActions, setup } from 'xstate';
import type { Clock } from '../../net/network.js';
import { Announcements, updateWaitMs } from '../../protocol/claim/announce.js';
import {
  conflictOnceHeld,
  conflictWhileProbing,
  contestedNames,
  probeAuthorities,
  probeQuestions,
} from '../../protocol/claim/probe.js';
import { PROBE_COUNT, PROBE_GAP_MS, TIE_BREAK_DEFERRAL_MS } from '../../protocol/constants.js';
import { type Name, nameKey } from '../../protocol/name.js';
import type { ResourceRecord } from '../../protocol/record.js';
import type { RecordSet } from '../../protocol/record-set.js';
import type { AnnouncerEvent, AnnouncerReport, Port, QuerierEvent, ResponderEvent } from '../messages.js';

export interface AnnouncerInput {
  readonly set: RecordSet;
  readonly clock: Clock;
  /** Whether the host name to which the set leads is ours on this link; true for a set that leads to none. */
  readonly hostIsHeld: boolean;
  /** When to probe first, on the clock; undefined while the link is down. */
  readonly startAt: number | undefined;
  /** How often to announce: 2 to 8 (RFC 6762 section 8.3). */
  readonly announcements: number;
  /** Announce again after so many milliseconds, for listeners that never ask; RFC 6762 section 8.3 forbids it by default. */
  readonly reannounceMs: number | undefined;
  /** Whether a record is one that this machine publishes itself on some interface: no conflict, wherever it is heard. */
  readonly isOwn: (record: ResourceRecord) => boolean;
  readonly querier: Port<QuerierEvent>;
  readonly responder: Port<ResponderEvent>;
  readonly link: Port<AnnouncerReport>;
}

export interface Context extends Omit<AnnouncerInput, 'set'> {
  /** The records as they are to be known: the responder answers with them as soon as the names are ours. */
  readonly wanted: RecordSet;
  /** The records as they were last announced; undefined before that. An update is owed while these are not the wanted ones. */
  readonly told: RecordSet | undefined;
  readonly queue: Announcements;
  /** When an update was last announced for the first time, on the clock. */
  readonly updatedAt: number;
  readonly probesSent: number;
}

/** The records that changed may be announced now. */
type UpdateDue = { readonly type: 'update.due' };

export const announcerMachine = setup({
  types: { context: {} as Context, events: {} as AnnouncerEvent | UpdateDue, input: {} as AnnouncerInput },
  actions: {
    want: assign(({ event }) => {
      assertEvent(event, 'set.changed');
      return { wanted: event.set, hostIsHeld: event.hostIsHeld };
    }),
    takeName: assign(({ event }) => {
      assertEvent(event, 'name.assigned');
      const { set: wanted, hostIsHeld, startAt } = event;
      return { wanted, hostIsHeld, startAt, told: undefined };
    }),
    takeStart: assign(({ event }) => {
      assertEvent(event, 'link.ready');
      return { startAt: event.startAt };
    }),
    forgetStart: assign({ startAt: undefined }),
    startProbing: assign({ probesSent: 0 }),
    sendProbe: enqueueActions(({ context, enqueue, self }) => {
      const { wanted, probesSent } = context;
      enqueue.assign({ probesSent: probesSent + 1 });
      enqueue.sendTo(context.querier, {
        type: 'probe.due',
        announcer: self,
        questions: probeQuestions(wanted),
        authorities: probeAuthorities(wanted),
      });
    }),
    takeHost: assign(({ event }) => ({ hostIsHeld: event.type === 'host.held' })),
    /** Whatever was announced before, the names are claimed anew, and all that stands at them is announced. */
    claim: assign(({ context }) => ({ queue: Announcements.begin(context.announcements) })),
    hold: enqueueActions(({ context, enqueue }) => {
      const { id, revision = 0 } = context.wanted;
      enqueue.sendTo(context.responder, { type: 'set.held', set: context.wanted });
      enqueue.sendTo(context.link, { type: 'name.claimed', id, revision });
    }),
    letGo: enqueueActions(({ context, enqueue }) => {
      enqueue.sendTo(context.link, { type: 'name.released', id: context.wanted.id });
    }),
    withhold: enqueueActions(({ context, enqueue }) => {
      // As it was answered for until now: the wanted set may lead to the next name already.
      enqueue.sendTo(context.responder, { type: 'set.withheld', set: context.told ?? context.wanted });
    }),
    announce: enqueueActions(({ context, enqueue }) => {
      const { wanted, queue, told } = context;
      if (queue.isOver) return;
      const { records, goodbyes, isRepeat, rest } = queue.next(wanted, told);
      const nowTold = queue.isNew ? wanted : (told ?? wanted);
      enqueue.assign({ queue: rest, told: nowTold });
      const { id, revision = 0 } = nowTold;
      enqueue.sendTo(context.responder, { type: 'announcement.due', id, revision, records, goodbyes, isRepeat });
    }),
    announceAll: enqueueActions(({ context, enqueue }) => {
      const { id, revision = 0, records } = context.wanted;
      enqueue.sendTo(context.responder, {
        type: 'announcement.due',
        id,
        revision,
        records,
        goodbyes: [],
        isRepeat: true,
      });
    }),
    /** What is different is owed. */
    change: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'set.changed');
      const queue = context.queue.update(context.wanted, event.set);
      const told = queue.owes ? context.told : event.set;
      enqueue.assign({ wanted: event.set, hostIsHeld: event.hostIsHeld, told, queue });
    }),
    /** Questions are answered with the new records at once; only the announcement may have to wait. */
    answerWithChange: enqueueActions(({ context, enqueue }) => {
      if (context.hostIsHeld) enqueue.sendTo(context.responder, { type: 'set.held', set: context.wanted });
    }),
    reportAnnounced: enqueueActions(({ context, enqueue }) => {
      if (context.told !== context.wanted) return;
      const { id, revision = 0 } = context.wanted;
      enqueue.sendTo(context.link, { type: 'set.announced', id, revision });
    }),
    /** Once more than a new set: who misses the last state of an update has nothing to ask for (RFC 6762 section 8.3). */
    beginUpdate: enqueueActions(({ context, enqueue }) => {
      const { queue, announcements, wanted: told, clock } = context;
      enqueue.assign({ queue: queue.beginUpdate(announcements + 1), told, updatedAt: clock.now() });
      enqueue.raise({ type: 'update.due' });
    }),
    /** Another responder maps one of our addresses too, perhaps one of this machine: leave that to it, without a word. */
    giveUpReverse: enqueueActions(({ context, event, enqueue }) => {
      const shared = new Set(contestedReverse(context, event).map(nameKey));
      const records = context.wanted.records.filter((record) => !shared.has(nameKey(record.name)));
      const wanted = { ...context.wanted, records };
      enqueue.assign({ wanted, told: context.told === context.wanted ? wanted : context.told });
      enqueue.sendTo(context.responder, { type: 'set.held', set: wanted });
      enqueue.sendTo(context.link, { type: 'reverse.contested' });
    }),
    release: enqueueActions(({ context, enqueue }) => {
      enqueue.sendTo(context.responder, { type: 'set.released', id: context.wanted.id, goodbye: false });
    }),
    sayGoodbye: enqueueActions(({ context, enqueue }) => {
      enqueue.sendTo(context.responder, { type: 'set.released', id: context.wanted.id, goodbye: true });
    }),
    reportLost: enqueueActions(({ context, enqueue }) => {
      const [name = ''] = context.wanted.claims;
      enqueue.sendTo(context.link, { type: 'name.lost', id: context.wanted.id, name });
    }),
    reportWithdrawn: enqueueActions(({ context, enqueue }) => {
      enqueue.sendTo(context.link, { type: 'set.withdrawn', id: context.wanted.id });
    }),
  },
  guards: {
    hostIsHeld: ({ context }) => context.hostIsHeld,
    hostIsMissing: ({ context }) => !context.hostIsHeld,
    linkIsReady: ({ context }) => context.startAt !== undefined,
    nothingToClaim: ({ context }) => context.wanted.claims.length === 0,
    probedEnough: ({ context }) => context.probesSent >= PROBE_COUNT,
    announcedEnough: ({ context }) => context.queue.isOver,
    nameIsTaken: ({ context, event }) => {
      assertEvent(event, 'records.heard');
      return conflictWhileProbing(context.wanted, event.records, context.isOwn) !== undefined;
    },
    nameIsDisputed: ({ context, event }) => {
      assertEvent(event, 'records.heard');
      return conflictOnceHeld(context.wanted, event.records, context.isOwn)?.name !== undefined;
    },
    reverseIsContested: ({ context, event }) => contestedReverse(context, event).length > 0,
    losesTieBreak: ({ context, event }) => {
      assertEvent(event, 'probe.heard');
      return contestedNames(context.wanted, event.message).some(({ outcome }) => outcome === 'lose');
    },
    updateIsOwed: ({ context }) => context.told !== context.wanted,
    reannounces: ({ context }) => context.reannounceMs !== undefined,
  },
  delays: {
    untilStart: ({ context }) => Math.max(0, (context.startAt ?? 0) - context.clock.now()),
    probeGap: PROBE_GAP_MS,
    deferral: TIE_BREAK_DEFERRAL_MS,
    announcementGap: ({ context }) => context.queue.gapMs,
    untilUpdate: ({ context }) => updateWaitMs(context.updatedAt, context.clock.now()),
    reannouncement: ({ context }) => context.reannounceMs ?? 0,
  },
}).createMachine({
  id: 'announcer',
  context: ({ input: { set: wanted, ...input } }) => ({
    ...input,
    wanted,
    told: undefined,
    queue: Announcements.none,
    updatedAt: Number.NEGATIVE_INFINITY,
    probesSent: 0,
  }),
  initial: 'suspended',
  on: {
    'set.withdraw': { target: '.withdrawn' },
    'set.changed': { actions: 'want' },
    'host.held': { actions: 'takeHost' },
    'host.lost': { actions: 'takeHost' },
    'link.down': { actions: 'forgetStart', target: '.suspended' },
  },
  states: {
    /** The link is down; when it is back, everything has to be probed for anew (RFC 6762 section 8). */
    suspended: {
      always: { guard: 'linkIsReady', target: 'waiting' },
      on: {
        'link.ready': { actions: 'takeStart' },
        'name.assigned': { actions: 'takeName' },
      },
    },
    /** Before the first probe: whatever is heard is of the past (RFC 6762 section 8.1). */
    waiting: {
      after: {
        untilStart: [{ guard: 'nothingToClaim', actions: 'claim', target: 'awaitingHost' }, { target: 'probing' }],
      },
      on: {
        'name.assigned': { actions: 'takeName', target: 'waiting', reenter: true },
      },
    },
    probing: {
      initial: 'sending',
      entry: 'startProbing',
      on: {
        'records.heard': { guard: 'nameIsTaken', target: 'lost' },
        'probe.heard': { guard: 'losesTieBreak', target: 'deferring' },
        'name.assigned': { actions: 'takeName', target: 'waiting' },
      },
      states: {
        /** The probe leaves in a moment, together with those of other sets. */
        sending: {
          entry: 'sendProbe',
          on: { 'probe.sent': 'listening' },
        },
        /** The gap counts from when the probe left: what answers it needs the time. */
        listening: {
          after: {
            probeGap: [
              { guard: 'probedEnough', actions: 'claim', target: '#announcer.awaitingHost' },
              { target: 'sending' },
            ],
          },
        },
      },
    },
    /** A tie-break was lost, perhaps to a stale packet: try the same name once more (RFC 6762 section 8.2). */
    deferring: {
      after: { deferral: 'probing' },
      on: {
        'name.assigned': { actions: 'takeName', target: 'waiting' },
      },
    },
    /** Another host holds the name: waiting to be given another one. */
    lost: {
      entry: 'reportLost',
      on: {
        'name.assigned': { actions: 'takeName', target: 'waiting' },
      },
    },
    /** The names are ours, and nothing is said of them while the host name to which they lead is not (RFC 6762 section 8). */
    awaitingHost: {
      always: { guard: 'hostIsHeld', target: 'held' },
      on: {
        'records.heard': { guard: 'nameIsDisputed', actions: 'release', target: 'probing' },
        'set.changed': { actions: 'change' },
        'name.assigned': { actions: ['sayGoodbye', 'takeName'], target: 'waiting' },
        'set.withdraw': { actions: 'sayGoodbye', target: 'withdrawn' },
      },
    },
    /** The names are ours. What is announced and when is one thing, whether an update is owed another. */
    held: {
      type: 'parallel',
      entry: 'hold',
      exit: 'letGo',
      always: { guard: 'hostIsMissing', actions: 'withhold', target: 'awaitingHost' },
      on: {
        'records.heard': [
          { guard: 'nameIsDisputed', actions: 'release', target: 'probing' },
          { guard: 'reverseIsContested', actions: 'giveUpReverse' },
        ],
        'probe.heard': { guard: 'reverseIsContested', actions: 'giveUpReverse' },
        'set.changed': { actions: ['change', 'answerWithChange', 'reportAnnounced'] },
        'name.assigned': { actions: ['sayGoodbye', 'takeName'], target: 'waiting' },
        'set.withdraw': { actions: 'sayGoodbye', target: 'withdrawn' },
      },
      states: {
        series: {
          initial: 'announcing',
          on: { 'update.due': { target: '.announcing' } },
          states: {
            announcing: {
              entry: 'announce',
              always: { guard: 'announcedEnough', target: 'established' },
              after: { announcementGap: { target: 'announcing', reenter: true } },
            },
            /** Silent but for answers (RFC 6762 section 8.3). */
            established: {
              entry: 'reportAnnounced',
              always: { guard: 'reannounces', target: 'reannouncing' },
            },
            reannouncing: {
              after: { reannouncement: { actions: 'announceAll', target: 'reannouncing', reenter: true } },
            },
          },
        },
        news: {
          initial: 'told',
          states: {
            told: { always: { guard: 'updateIsOwed', target: 'owed' } },
            /** The wanted records are not the told ones: they leave as soon as they may (RFC 6762 section 8.4). */
            owed: { after: { untilUpdate: { actions: 'beginUpdate', target: 'told' } } },
          },
        },
      },
    },
    withdrawn: { type: 'final', entry: 'reportWithdrawn' },
  },
});

/** The reverse-mapping names of the set for which the event has a record of another host. */
function contestedReverse({ wanted, isOwn }: Context, event: AnnouncerEvent | UpdateDue): readonly Name[] {
  assertEvent(event, ['records.heard', 'probe.heard']);
  const records = event.type === 'records.heard' ? event.records : event.message.authorities;
  return conflictOnceHeld(wanted, records, isOwn)?.reverse ?? [];
}
