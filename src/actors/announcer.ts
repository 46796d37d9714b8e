/**
 * The announcer of one record set on one link: claims its names by probing, announces its records, defends the names,
 * announces changes, and says goodbye (RFC 6762 sections 8, 9 and 10.1).
 */
import { assertEvent, assign, enqueueActions, setup } from 'xstate';
import type { Clock } from '../net/network.js';
import { announcementGap, changedRecords, UpdateBudget } from '../protocol/claim/announce.js';
import {
  conflictOnceHeld,
  conflictWhileProbing,
  contestedNames,
  probeAuthorities,
  probeQuestions,
} from '../protocol/claim/probe.js';
import { PROBE_COUNT, PROBE_GAP_MS, TIE_BREAK_DEFERRAL_MS } from '../protocol/constants.js';
import { type Name, nameKey } from '../protocol/name.js';
import type { ResourceRecord } from '../protocol/record.js';
import type { RecordSet } from '../protocol/record-set.js';
import type { AnnouncerEvent, AnnouncerReport, Port, QuerierEvent, ResponderEvent } from './messages.js';

export interface AnnouncerInput {
  readonly set: RecordSet;
  readonly clock: Clock;
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

export interface Context extends AnnouncerInput {
  readonly probesSent: number;
  readonly announced: number;
  /** What the next announcement holds: all records at first, then those that changed. */
  readonly toAnnounce: readonly ResourceRecord[];
  /** What an update found in the middle of its announcements: it joins those of the update, from the second on. */
  readonly owed: readonly ResourceRecord[];
  readonly budget: UpdateBudget;
  /** A change that has to wait (RFC 6762 section 8.4). */
  readonly postponed: RecordSet | undefined;
}

export const announcerMachine = setup({
  types: { context: {} as Context, events: {} as AnnouncerEvent, input: {} as AnnouncerInput },
  actions: {
    takeSet: assign(({ event }) => {
      assertEvent(event, ['set.changed', 'name.assigned']);
      return { set: event.set };
    }),
    takeName: assign(({ event }) => {
      assertEvent(event, 'name.assigned');
      return { set: event.set, startAt: event.startAt, postponed: undefined };
    }),
    takeStart: assign(({ event }) => {
      assertEvent(event, 'link.ready');
      return { startAt: event.startAt };
    }),
    forgetStart: assign({ startAt: undefined }),
    startProbing: assign({ probesSent: 0 }),
    sendProbe: enqueueActions(({ context, enqueue, self }) => {
      const { set, probesSent } = context;
      enqueue.assign({ probesSent: probesSent + 1 });
      enqueue.sendTo(context.querier, {
        type: 'probe.due',
        announcer: self,
        questions: probeQuestions(set),
        authorities: probeAuthorities(set),
      });
    }),
    hold: enqueueActions(({ context, enqueue }) => {
      enqueue.sendTo(context.responder, { type: 'set.held', set: context.set, goodbye: true });
      enqueue.sendTo(context.link, { type: 'name.claimed', id: context.set.id });
      enqueue.assign({ announced: 0, toAnnounce: context.set.records, owed: [] });
    }),
    announce: enqueueActions(({ context, enqueue }) => {
      const { announced, toAnnounce, owed } = context;
      enqueue.sendTo(context.responder, { type: 'announcement.due', records: toAnnounce });
      enqueue.assign({ announced: announced + 1, toAnnounce: [...toAnnounce, ...owed], owed: [] });
    }),
    announceAll: assign(({ context }) => ({ toAnnounce: context.set.records })),
    postpone: assign(({ event }) => {
      assertEvent(event, 'set.changed');
      return { postponed: event.set };
    }),
    update: enqueueActions(({ context, event, enqueue }) => {
      const set = event.type === 'set.changed' ? event.set : context.postponed;
      if (!set) return;
      context.budget.spend(context.clock.now());
      enqueue.sendTo(context.responder, { type: 'set.held', set, goodbye: true });
      const { announce } = changedRecords(context.set, set);
      const owed = context.announced < context.announcements ? [...context.toAnnounce, ...context.owed] : [];
      enqueue.assign({ set, toAnnounce: announce, owed, announced: 0, postponed: undefined });
    }),
    /** Another responder maps one of our addresses too, perhaps one of this machine: leave that to it, without a word. */
    giveUpReverse: enqueueActions(({ context, event, enqueue }) => {
      const shared = new Set(contestedReverse(context, event).map(nameKey));
      const records = context.set.records.filter((record) => !shared.has(nameKey(record.name)));
      const set = { ...context.set, records };
      enqueue.assign({ set, toAnnounce: records });
      enqueue.sendTo(context.responder, { type: 'set.held', set, goodbye: false });
      enqueue.sendTo(context.link, { type: 'reverse.contested' });
    }),
    release: enqueueActions(({ context, enqueue }) => {
      enqueue.sendTo(context.responder, { type: 'set.released', id: context.set.id, goodbye: false });
    }),
    sayGoodbye: enqueueActions(({ context, enqueue }) => {
      enqueue.sendTo(context.responder, { type: 'set.released', id: context.set.id, goodbye: true });
    }),
    reportLost: enqueueActions(({ context, enqueue }) => {
      const [name = ''] = context.set.claims;
      enqueue.sendTo(context.link, { type: 'name.lost', id: context.set.id, name });
    }),
    reportWithdrawn: enqueueActions(({ context, enqueue }) => {
      enqueue.sendTo(context.link, { type: 'set.withdrawn', id: context.set.id });
    }),
  },
  guards: {
    linkIsReady: ({ context }) => context.startAt !== undefined,
    nothingToClaim: ({ context }) => context.set.claims.length === 0,
    probedEnough: ({ context }) => context.probesSent >= PROBE_COUNT,
    announcedEnough: ({ context }) => context.announced >= context.announcements,
    nameIsTaken: ({ context, event }) => {
      assertEvent(event, 'records.heard');
      return conflictWhileProbing(context.set, event.records, context.isOwn) !== undefined;
    },
    nameIsDisputed: ({ context, event }) => {
      assertEvent(event, 'records.heard');
      return conflictOnceHeld(context.set, event.records, context.isOwn)?.name !== undefined;
    },
    reverseIsContested: ({ context, event }) => contestedReverse(context, event).length > 0,
    losesTieBreak: ({ context, event }) => {
      assertEvent(event, 'probe.heard');
      return contestedNames(context.set, event.message).some(({ outcome }) => outcome === 'lose');
    },
    mayUpdate: ({ context }) => context.budget.waitMs(context.clock.now()) === 0,
    reannounces: ({ context }) => context.reannounceMs !== undefined,
  },
  delays: {
    untilStart: ({ context }) => Math.max(0, (context.startAt ?? 0) - context.clock.now()),
    probeGap: PROBE_GAP_MS,
    deferral: TIE_BREAK_DEFERRAL_MS,
    announcementGap: ({ context }) => announcementGap(context.announced),
    untilUpdate: ({ context }) => context.budget.waitMs(context.clock.now()),
    reannouncement: ({ context }) => context.reannounceMs ?? 0,
  },
}).createMachine({
  id: 'announcer',
  context: ({ input }) => ({
    ...input,
    probesSent: 0,
    announced: 0,
    toAnnounce: [],
    owed: [],
    budget: new UpdateBudget(),
    postponed: undefined,
  }),
  initial: 'suspended',
  on: {
    'set.withdraw': { target: '.withdrawn' },
    'link.down': { actions: 'forgetStart', target: '.suspended' },
  },
  states: {
    /** The link is down; when it is back, everything has to be probed for anew (RFC 6762 section 8). */
    suspended: {
      always: { guard: 'linkIsReady', target: 'waiting' },
      on: {
        'link.ready': { actions: 'takeStart' },
        'set.changed': { actions: 'takeSet' },
        'name.assigned': { actions: 'takeSet' },
      },
    },
    /** Before the first probe: whatever is heard is of the past (RFC 6762 section 8.1). */
    waiting: {
      after: { untilStart: [{ guard: 'nothingToClaim', target: 'held' }, { target: 'probing' }] },
      on: {
        'set.changed': { actions: 'takeSet' },
        'name.assigned': { actions: 'takeName', target: 'waiting', reenter: true },
      },
    },
    probing: {
      initial: 'sending',
      entry: 'startProbing',
      on: {
        'records.heard': { guard: 'nameIsTaken', target: 'lost' },
        'probe.heard': { guard: 'losesTieBreak', target: 'deferring' },
        'set.changed': { actions: 'takeSet' },
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
            probeGap: [{ guard: 'probedEnough', target: '#announcer.held' }, { target: 'sending' }],
          },
        },
      },
    },
    /** A tie-break was lost, perhaps to a stale packet: try the same name once more (RFC 6762 section 8.2). */
    deferring: {
      after: { deferral: 'probing' },
      on: {
        'set.changed': { actions: 'takeSet' },
        'name.assigned': { actions: 'takeName', target: 'waiting' },
      },
    },
    /** Another host holds the name: waiting to be given another one. */
    lost: {
      entry: 'reportLost',
      on: {
        'set.changed': { actions: 'takeSet' },
        'name.assigned': { actions: 'takeName', target: 'waiting' },
      },
    },
    held: {
      entry: 'hold',
      initial: 'announcing',
      on: {
        'records.heard': [
          { guard: 'nameIsDisputed', actions: 'release', target: 'probing' },
          { guard: 'reverseIsContested', actions: 'giveUpReverse' },
        ],
        'probe.heard': { guard: 'reverseIsContested', actions: 'giveUpReverse' },
        'set.changed': [
          { guard: 'mayUpdate', actions: 'update', target: '.announcing' },
          { actions: 'postpone', target: '.updating' },
        ],
        'name.assigned': { actions: ['sayGoodbye', 'takeName'], target: 'waiting' },
        'set.withdraw': { actions: 'sayGoodbye', target: 'withdrawn' },
      },
      states: {
        announcing: {
          entry: 'announce',
          always: { guard: 'announcedEnough', target: 'established' },
          after: { announcementGap: { target: 'announcing', reenter: true } },
        },
        /** Silent but for answers (RFC 6762 section 8.3). */
        established: {
          always: { guard: 'reannounces', target: 'reannouncing' },
        },
        reannouncing: {
          entry: 'announceAll',
          after: { reannouncement: { actions: 'announce', target: 'reannouncing', reenter: true } },
        },
        /** Changed too often (RFC 6762 section 8.4): the latest data leaves when it may. */
        updating: {
          after: { untilUpdate: { actions: 'update', target: 'announcing' } },
        },
      },
    },
    withdrawn: { type: 'final', entry: 'reportWithdrawn' },
  },
});

/** The reverse-mapping names of the set for which the event has a record of another host. */
function contestedReverse({ set, isOwn }: Context, event: AnnouncerEvent): readonly Name[] {
  if (event.type !== 'records.heard' && event.type !== 'probe.heard') return [];
  const records = event.type === 'records.heard' ? event.records : event.message.authorities;
  return conflictOnceHeld(set, records, isOwn)?.reverse ?? [];
}
