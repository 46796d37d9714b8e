/**
 * The announcer of one record set on one link: claims its names by probing, announces its records, defends the names,
 * announces changes, and says goodbye (RFC 6762 sections 8, 9 and 10.1).
 */
import { assign, enqueueActions, raise, sendTo, setup } from 'xstate';
import type { Clock } from '../../net/network.js';
import { Announcements, updateWaitMs } from '../../protocol/claim/announce.js';
import {
  conflictOnceHeld,
  conflictWhileProbing,
  contestedNames,
  probeAuthorities,
  probeQuestions,
} from '../../protocol/claim/probe.js';
import { TIE_BREAK_DEFERRAL_MS } from '../../protocol/constants.js';
import { type Name, nameKey } from '../../protocol/name.js';
import type { ResourceRecord } from '../../protocol/record.js';
import type { RecordSet } from '../../protocol/record-set.js';
import { BOUNDED } from '../deadline.js';
import type { AnnouncerEvent, AnnouncerReport, EventOf, Port, QuerierEvent, ResponderEvent } from '../messages.js';
import { withEvent } from '../with-event.js';

export interface AnnouncerInput {
  readonly set: RecordSet;
  readonly clock: Clock;
  /** Whether the host name that the set refers to is ours on this link; true for a set that refers to none. */
  readonly hostIsHeld: boolean;
  /** When to send the first probe, on the clock; undefined while the link is down. */
  readonly startAt: number | undefined;
  /** How often to announce: 2 to 8 (RFC 6762 section 8.3). */
  readonly announcements: number;
  /**
   * Repeats announcements at this interval, ms, for listeners that never query. RFC 6762 section 8.3 forbids it by
   * default.
   */
  readonly reannounceMs: number | undefined;
  /** Whether this machine publishes the record on any of its interfaces: then it is not a conflict, on any link. */
  readonly isOwn: (record: ResourceRecord) => boolean;
  readonly querier: Port<QuerierEvent>;
  readonly responder: Port<ResponderEvent>;
  readonly link: Port<AnnouncerReport>;
}

export interface Context extends Omit<AnnouncerInput, 'set'> {
  /** The records to publish: the responder answers with them as soon as the names are ours. */
  readonly wanted: RecordSet;
  /** The records last announced; undefined before that. An update is owed while they differ from the wanted records. */
  readonly told: RecordSet | undefined;
  readonly queue: Announcements;
  /** When the first announcement of the latest update was sent, on the clock. */
  readonly updatedAt: number;
}

/** The changed records may be announced now. */
type UpdateDue = { readonly type: 'update.due' };

type On<T extends AnnouncerEvent['type']> = EventOf<AnnouncerEvent, T>;

const link = ({ context }: { readonly context: Context }) => context.link;
const querier = ({ context }: { readonly context: Context }) => context.querier;
const responder = ({ context }: { readonly context: Context }) => context.responder;

export const announcerMachine = setup({
  types: { context: {} as Context, events: {} as AnnouncerEvent | UpdateDue, input: {} as AnnouncerInput },
  actions: {
    want: assign((_, { set: wanted, hostIsHeld }: On<'set.changed'>) => ({ wanted, hostIsHeld })),
    takeName: assign((_, { set: wanted, hostIsHeld, startAt }: On<'name.assigned'>) => ({
      wanted,
      hostIsHeld,
      startAt,
      told: undefined,
    })),
    takeStart: assign((_, { startAt }: On<'link.ready'>) => ({ startAt })),
    forgetStart: assign({ startAt: undefined }),
    /** The querier sends the probes, and wakes us a gap after the last. */
    startProbing: sendTo(querier, ({ context: { wanted }, self }) => ({
      type: 'probe.due',
      id: wanted.id,
      announcer: self,
      ...probeOf(wanted),
    })),
    changeProbe: sendTo(querier, ({ context: { wanted }, self }) => ({
      type: 'probe.changed',
      announcer: self,
      ...probeOf(wanted),
    })),
    /** The querier wakes all sets that start together in one turn, so that their probes share a packet. */
    planStart: sendTo(querier, ({ context: { startAt: at = 0 }, self }) => ({
      type: 'wake.planned',
      announcer: self,
      at,
    })),
    cancelProbe: sendTo(querier, ({ self }) => ({ type: 'probe.cancelled', announcer: self })),
    takeHost: assign((_, { isHeld: hostIsHeld }: { readonly isHeld: boolean }) => ({ hostIsHeld })),
    /** The names have been claimed: all records are announced, whatever was announced before. */
    claim: assign(({ context }) => ({ queue: Announcements.begin(context.announcements) })),
    answerForSet: sendTo(responder, ({ context }) => ({ type: 'set.held', set: context.wanted })),
    reportClaimed: sendTo(link, ({ context: { wanted } }) => ({ type: 'name.claimed', ...revisionOf(wanted) })),
    letGo: sendTo(link, ({ context }) => ({ type: 'name.released', id: context.wanted.id })),
    /** The set that was answered with until now: the wanted set may refer to the new host name already. */
    withhold: sendTo(responder, ({ context }) => ({ type: 'set.withheld', set: context.told ?? context.wanted })),
    announce: enqueueActions(({ context, enqueue }) => {
      const { wanted, queue, told } = context;
      if (queue.isOver) return;
      const { records, goodbyes, isRepeat, rest } = queue.next(wanted, told);
      const nowTold = queue.isNew ? wanted : (told ?? wanted);
      enqueue.assign({ queue: rest, told: nowTold });
      const due = { type: 'announcement.due', ...revisionOf(nowTold), records, goodbyes, isRepeat } as const;
      enqueue.sendTo(context.responder, due);
    }),
    announceAll: sendTo(responder, ({ context: { wanted } }) => {
      return { type: 'announcement.due', ...revisionOf(wanted), records: wanted.records, goodbyes: [], isRepeat: true };
    }),
    /** The differences are owed, unless the change is silent. */
    change: assign(({ context }, { set, hostIsHeld, silent }: On<'set.changed'>) => {
      const queue = silent ? context.queue : context.queue.update(context.wanted, set);
      const told = queue.owes ? context.told : set;
      return { wanted: set, hostIsHeld, told, queue };
    }),
    /** Answers contain the new records at once; only the announcement may have to wait (RFC 6762 section 8.4). */
    answerWithChange: enqueueActions(({ context, enqueue }) => {
      if (context.hostIsHeld) enqueue.sendTo(context.responder, { type: 'set.held', set: context.wanted });
    }),
    reportAnnounced: enqueueActions(({ context, enqueue }) => {
      if (context.told !== context.wanted) return;
      enqueue.sendTo(context.link, { type: 'set.announced', ...revisionOf(context.wanted) });
    }),
    /**
     * One announcement more than for a new set: a peer that misses an update keeps the old records, and has no reason
     * to query (RFC 6762 section 8.3).
     */
    beginUpdate: assign(({ context: { queue, announcements, wanted, clock } }) => ({
      queue: queue.beginUpdate(announcements + 1),
      told: wanted,
      updatedAt: clock.now(),
    })),
    announceUpdate: raise({ type: 'update.due' }),
    /**
     * Another responder, perhaps on this machine, publishes the same reverse mapping: stop publishing ours, silently.
     */
    giveUpReverse: assign(({ context }, event: On<'records.heard' | 'probe.heard'>) => {
      const shared = new Set(contestedReverse(context, event).map(nameKey));
      const records = context.wanted.records.filter((record) => !shared.has(nameKey(record.name)));
      const wanted = { ...context.wanted, records };
      return { wanted, told: context.told === context.wanted ? wanted : context.told };
    }),
    reportContested: sendTo(link, { type: 'reverse.contested' }),
    release: sendTo(responder, ({ context }, { goodbye }: { readonly goodbye: boolean }) => {
      return { type: 'set.released', id: context.wanted.id, goodbye };
    }),
    reportLost: sendTo(link, ({ context: { wanted } }) => {
      return { type: 'name.lost', id: wanted.id, name: wanted.claims[0] ?? '' };
    }),
    reportWithdrawn: sendTo(link, ({ context }) => ({ type: 'set.withdrawn', id: context.wanted.id })),
  },
  guards: {
    hostIsHeld: ({ context }) => context.hostIsHeld,
    hostIsMissing: ({ context }) => !context.hostIsHeld,
    linkIsReady: ({ context }) => context.startAt !== undefined,
    nothingToProbe: ({ context: { wanted } }) => wanted.claims.length === 0 || wanted.unprobed === true,
    announcedEnough: ({ context }) => context.queue.isOver,
    nameIsTaken: ({ context }, { records }: On<'records.heard'>) =>
      conflictWhileProbing(context.wanted, records, context.isOwn) !== undefined,
    nameIsDisputed: ({ context }, { records }: On<'records.heard'>) =>
      conflictOnceHeld(context.wanted, records, context.isOwn)?.name !== undefined,
    reverseIsContested: ({ context }, event: On<'records.heard' | 'probe.heard'>) =>
      contestedReverse(context, event).length > 0,
    losesTieBreak: ({ context }, { message }: On<'probe.heard'>) =>
      contestedNames(context.wanted, message).some(({ outcome }) => outcome === 'lose'),
    updateIsOwed: ({ context }) => context.told !== context.wanted,
    reannounces: ({ context }) => context.reannounceMs !== undefined,
  },
  delays: {
    deferral: TIE_BREAK_DEFERRAL_MS,
    announcementGap: ({ context }) => context.queue.gapMs,
    untilUpdate: ({ context }) => updateWaitMs(context.updatedAt, context.clock.now()),
    reannouncement: ({ context }) => context.reannounceMs ?? 0,
  },
}).createMachine({
  id: 'announcer',
  options: BOUNDED,
  context: ({ input: { set: wanted, ...input } }) => ({
    ...input,
    wanted,
    told: undefined,
    queue: Announcements.none,
    updatedAt: Number.NEGATIVE_INFINITY,
  }),
  initial: 'suspended',
  on: {
    'set.withdraw': { target: '.withdrawn' },
    'set.changed': { actions: withEvent('want') },
    'host.held': { actions: { type: 'takeHost', params: { isHeld: true } } },
    'host.lost': { actions: { type: 'takeHost', params: { isHeld: false } } },
    'link.down': { actions: 'forgetStart', target: '.suspended' },
  },
  states: {
    /** The link is down; when it is up again, all names have to be probed for again (RFC 6762 section 8). */
    suspended: {
      always: { guard: 'linkIsReady', target: 'waiting' },
      on: {
        'link.ready': { actions: withEvent('takeStart') },
        'name.assigned': { actions: withEvent('takeName') },
      },
    },
    /** Before the first probe: responses that arrive now do not answer it (RFC 6762 section 8.1). */
    waiting: {
      entry: 'planStart',
      on: {
        woken: [{ guard: 'nothingToProbe', actions: 'claim', target: 'awaitingHost' }, { target: 'probing' }],
        'name.assigned': { actions: withEvent('takeName'), target: 'waiting', reenter: true },
        'set.withdraw': { actions: 'cancelProbe', target: 'withdrawn' },
      },
    },
    /** The querier sends three probes (RFC 6762 section 8.1). */
    probing: {
      entry: 'startProbing',
      on: {
        woken: [
          { guard: 'hostIsHeld', actions: 'claim', target: 'held' },
          { actions: 'claim', target: 'awaitingHost' },
        ],
        'set.changed': { actions: [withEvent('want'), 'changeProbe'] },
        'records.heard': {
          guard: withEvent('nameIsTaken'),
          actions: 'cancelProbe',
          target: 'lost',
        },
        'probe.heard': {
          guard: withEvent('losesTieBreak'),
          actions: 'cancelProbe',
          target: 'deferring',
        },
        'name.assigned': { actions: ['cancelProbe', withEvent('takeName')], target: 'waiting' },
        'set.withdraw': { actions: 'cancelProbe', target: 'withdrawn' },
      },
    },
    /** A tie-break was lost, perhaps to a stale packet: probe for the same name again (RFC 6762 section 8.2). */
    deferring: {
      after: { deferral: 'probing' },
      on: {
        'name.assigned': { actions: withEvent('takeName'), target: 'waiting' },
      },
    },
    /** Another host has the name: wait for the supervisor to assign a new one. */
    lost: {
      entry: 'reportLost',
      on: {
        'name.assigned': { actions: withEvent('takeName'), target: 'waiting' },
      },
    },
    /** The names are ours, but the host name that they refer to is not: announce nothing yet (RFC 6762 section 8). */
    awaitingHost: {
      always: { guard: 'hostIsHeld', target: 'held' },
      on: {
        'records.heard': {
          guard: withEvent('nameIsDisputed'),
          actions: { type: 'release', params: { goodbye: false } },
          target: 'probing',
        },
        'set.changed': { actions: withEvent('change') },
        'name.assigned': {
          actions: [{ type: 'release', params: { goodbye: true } }, withEvent('takeName')],
          target: 'waiting',
        },
        'set.withdraw': { actions: { type: 'release', params: { goodbye: true } }, target: 'withdrawn' },
      },
    },
    /** The names are ours. One region schedules the announcements, the other keeps track of owed updates. */
    held: {
      type: 'parallel',
      entry: ['answerForSet', 'reportClaimed'],
      exit: 'letGo',
      always: { guard: 'hostIsMissing', actions: 'withhold', target: 'awaitingHost' },
      on: {
        'records.heard': [
          {
            guard: withEvent('nameIsDisputed'),
            actions: { type: 'release', params: { goodbye: false } },
            target: 'probing',
          },
          {
            guard: withEvent('reverseIsContested'),
            actions: [withEvent('giveUpReverse'), 'answerForSet', 'reportContested'],
          },
        ],
        'probe.heard': {
          guard: withEvent('reverseIsContested'),
          actions: [withEvent('giveUpReverse'), 'answerForSet', 'reportContested'],
        },
        'set.changed': { actions: [withEvent('change'), 'answerWithChange', 'reportAnnounced'] },
        'name.assigned': {
          actions: [{ type: 'release', params: { goodbye: true } }, withEvent('takeName')],
          target: 'waiting',
        },
        'set.withdraw': { actions: { type: 'release', params: { goodbye: true } }, target: 'withdrawn' },
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
            /** Only answers are sent now (RFC 6762 section 8.3). */
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
            /**
             * The wanted records differ from the told ones: announce them as soon as allowed (RFC 6762 section 8.4).
             */
            owed: { after: { untilUpdate: { actions: ['beginUpdate', 'announceUpdate'], target: 'told' } } },
          },
        },
      },
    },
    withdrawn: { type: 'final', entry: 'reportWithdrawn' },
  },
});

/** The reverse-mapping names of the set at which the event has a record of another host. */
function contestedReverse({ wanted, isOwn }: Context, event: On<'records.heard' | 'probe.heard'>): readonly Name[] {
  const records = event.type === 'records.heard' ? event.records : event.message.authorities;
  return conflictOnceHeld(wanted, records, isOwn)?.reverse ?? [];
}

/** What a probe for the names of a set has. */
function probeOf(set: RecordSet): Pick<EventOf<QuerierEvent, 'probe.due'>, 'questions' | 'authorities'> {
  return { questions: probeQuestions(set), authorities: probeAuthorities(set) };
}

function revisionOf({ id, revision = 0 }: RecordSet): { readonly id: string; readonly revision: number } {
  return { id, revision };
}
