/**
 * The registrar of one record set in one zone: claims its name, adopts what a crash of ours left behind, keeps the zone
 * as wanted, and removes it (RFC 2136). As with an announcer, every event only changes what is wanted, or whether. A
 * request that is under way is waited for, because a second one could overtake it.
 */
import { assign, sendTo, setup } from 'xstate';
import type { ResourceRecord } from '../../protocol/record.js';
import type { RecordSet } from '../../protocol/record-set.js';
import {
  adopt,
  claim,
  claimKey,
  holdsStill,
  identityTypes,
  isLeftBehind,
  renew,
  tidy,
  withdraw,
} from '../../protocol/unicast/registration.js';
import { renewalMs, retryMs } from '../../protocol/unicast/renewal.js';
import type { Update } from '../../protocol/unicast/update.js';
import { BOUNDED } from '../deadline.js';
import type { EventOf, Port } from '../messages.js';
import { withEvent } from '../with-event.js';
import type { Desk, RegistrarEvent } from './registration-events.js';

export interface RegistrarInput {
  readonly set: RecordSet;
  /** Whether the host name that the set refers to is ours in this zone; true for a set that refers to none. */
  readonly hostIsHeld: boolean;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly desk: Desk;
}

export interface Context extends Omit<RegistrarInput, 'set'> {
  /** The records that the zone is to have. */
  readonly wanted: RecordSet;
  /** The records that the zone has; undefined while the name is not ours. */
  readonly told: RecordSet | undefined;
  /** The records of the request under way. */
  readonly asked: RecordSet;
  /** The records of requests without a reply, the latest first: the zone may have them. */
  readonly suspected: readonly RecordSet[];
  /** What the zone was found to have at the claimed name. */
  readonly found: readonly ResourceRecord[];
  /** What was ours in this run under the present name: another process may have adopted it, and then keeps it. */
  readonly hadBefore: RecordSet | undefined;
  readonly leaving: boolean;
  readonly leaseSeconds: number | undefined;
  /** Requests in a row that failed. */
  readonly failures: number;
  readonly pauseMs: number;
}

type On<T extends RegistrarEvent['type']> = EventOf<RegistrarEvent, T>;

/** Of the latest: earlier ones have been replaced, if the server heard of them at all. */
const MAX_SUSPECTED = 16;
/** A process that ends does not wait for long. */
const MAX_WITHDRAWALS = 3;

const desk = ({ context }: { readonly context: Context }) => context.desk;

/** A request about the records that are asked for. */
function wantedUpdate(asked: RecordSet, registrar: Port<RegistrarEvent>, update: Update) {
  return { type: 'update.wanted', registrar, name: asked.claims[0] ?? '.', update } as const;
}

/** What is not wanted is removed, if it is or may be there. */
const unwanted = [
  { guard: 'isToBeRemoved', target: '#registrar.withdrawing' },
  { guard: 'isLeaving', target: '#registrar.withdrawn' },
] as const;

export const registrarMachine = setup({
  types: { context: {} as Context, events: {} as RegistrarEvent, input: {} as RegistrarInput },
  actions: {
    want: assign((_, { set: wanted, hostIsHeld }: On<'set.changed'>) => ({ wanted, hostIsHeld })),
    takeName: assign((_, { set: wanted, hostIsHeld, pauseMs }: On<'name.assigned'>) => {
      return { wanted, hostIsHeld, pauseMs };
    }),
    takeHost: assign((_, { isHeld: hostIsHeld }: { readonly isHeld: boolean }) => ({ hostIsHeld })),
    leave: assign({ leaving: true }),
    askForWanted: assign({ asked: ({ context }) => context.wanted }),
    askToRemove: assign({ asked: ({ context }) => inZone(context) ?? context.wanted, failures: 0 }),
    sendClaim: sendTo(desk, ({ context: { asked }, self }) => wantedUpdate(asked, self, claim(asked))),
    sendAdoption: sendTo(desk, ({ context: { asked, found }, self }) => wantedUpdate(asked, self, adopt(asked, found))),
    sendRenewal: sendTo(desk, ({ context: { asked, told }, self }) =>
      wantedUpdate(asked, self, renew(told ?? asked, asked)),
    ),
    sendWithdrawal: sendTo(desk, ({ context: { asked }, self }) => wantedUpdate(asked, self, withdraw(asked))),
    sendTidying: sendTo(desk, ({ context: { asked }, self }) => wantedUpdate(asked, self, tidy(asked))),
    sendReading: sendTo(desk, ({ context: { asked }, self }) => ({
      type: 'read.wanted',
      registrar: self,
      name: asked.claims[0] ?? '.',
      types: identityTypes(asked),
    })),
    noteDone: assign(({ context: { asked } }, { leaseSeconds }: On<'update.done'>) => {
      return { told: asked, hadBefore: asked, suspected: [], failures: 0, leaseSeconds };
    }),
    /** A set without a name is in the zone without having been sent. */
    noteNothing: assign(({ context: { wanted } }) => ({ told: wanted, leaseSeconds: undefined })),
    noteFound: assign((_, { records: found }: On<'name.read'>) => ({ found })),
    noteRefusal: assign(({ context }, { refusal: { code }, unsent }: On<'request.refused'>) => {
      const { failures, asked, suspected, random } = context;
      const pauseMs = retryMs(code, failures, random());
      const isOpen = code === 'unanswered' && !unsent && !suspected.includes(asked);
      return {
        failures: failures + 1,
        pauseMs,
        suspected: isOpen ? [asked, ...suspected].slice(0, MAX_SUSPECTED) : suspected,
      };
    }),
    /** Nothing has the name, although a claim was denied a moment ago. */
    countDenial: assign(({ context: { failures, random } }) => {
      return { failures: failures + 1, pauseMs: retryMs('SERVFAIL', failures, random()) };
    }),
    forgetTold: assign({ told: undefined }),
    /** The zone does not have what was to be removed. */
    forgetAsked: assign(({ context: { asked, told, suspected } }) => ({
      told: told === asked ? undefined : told,
      suspected: suspected.filter((set) => set !== asked),
    })),
    forgetName: assign({ told: undefined, suspected: [], hadBefore: undefined, failures: 0 }),
    reportRegistered: sendTo(desk, ({ context: { told, wanted } }) => {
      return { type: 'set.registered', id: wanted.id, revision: told?.revision ?? 0 };
    }),
    reportReleased: sendTo(desk, ({ context }) => ({ type: 'name.released', id: context.wanted.id })),
    reportLost: sendTo(desk, ({ context }) => ({ type: 'name.lost', id: context.wanted.id })),
    reportRefused: sendTo(desk, ({ context }, { refusal }: On<'request.refused'>) => {
      return { type: 'set.refused', id: context.wanted.id, refusal } as const;
    }),
  },
  guards: {
    isLeaving: ({ context }) => context.leaving,
    /** The zone has, or may have, records of ours under a name that is not wanted. */
    isToBeRemoved: ({ context }) => {
      const there = inZone(context);
      return there !== undefined && (context.leaving || claimKey(there) !== claimKey(context.wanted));
    },
    hasNoName: ({ context }) => context.hostIsHeld && claimKey(context.wanted) === '',
    hasGotNoName: ({ context: { told, wanted } }) => {
      return told !== wanted && told !== undefined && claimKey(told) === '' && claimKey(wanted) === '';
    },
    hasGotAName: ({ context: { told, wanted } }) => {
      return told !== undefined && claimKey(told) === '' && claimKey(wanted) !== '';
    },
    hostIsHeld: ({ context }) => context.hostIsHeld,
    isOwed: ({ context }) => context.told !== context.wanted && context.hostIsHeld,
    isOutdated: ({ context: { asked, wanted, leaving } }) => leaving || claimKey(asked) !== claimKey(wanted),
    isOurs: ({ context: { asked, hadBefore, suspected } }, { records }: On<'name.read'>) => {
      if (!hadBefore) return isLeftBehind(asked, records);
      return [hadBefore, ...suspected].some((set) => holdsStill(set, records));
    },
    isFreeAfterAll: ({ context }, { records }: On<'name.read'>) => records.length === 0 && context.failures === 0,
    isListed: ({ context }) => tidy(context.asked).updates.length > 0,
    triedEnough: ({ context }) => context.leaving && context.failures >= MAX_WITHDRAWALS,
  },
  delays: {
    pause: ({ context }) => context.pauseMs,
    renewal: ({ context: { leaseSeconds, random } }) => renewalMs(leaseSeconds, random()),
  },
}).createMachine({
  id: 'registrar',
  options: BOUNDED,
  context: ({ input: { set: wanted, ...input } }) => ({
    ...input,
    wanted,
    asked: wanted,
    told: undefined,
    suspected: [],
    found: [],
    hadBefore: undefined,
    leaving: false,
    leaseSeconds: undefined,
    failures: 0,
    pauseMs: 0,
  }),
  initial: 'waiting',
  on: {
    'set.changed': { actions: withEvent('want') },
    'name.assigned': { actions: withEvent('takeName') },
    'host.held': { actions: { type: 'takeHost', params: { isHeld: true } } },
    'host.lost': { actions: { type: 'takeHost', params: { isHeld: false } } },
    'set.withdraw': { actions: 'leave' },
    'request.refused': { actions: [withEvent('noteRefusal'), withEvent('reportRefused')], target: '.waiting.paused' },
  },
  states: {
    /** For the host that the set refers to, or for the time to try again. */
    waiting: {
      initial: 'ready',
      states: {
        ready: {
          always: [
            ...unwanted,
            { guard: 'hasNoName', actions: ['noteNothing', 'reportRegistered'], target: '#registrar.held' },
            { guard: 'hostIsHeld', target: '#registrar.claiming' },
          ],
        },
        paused: { always: unwanted, after: { pause: 'ready' } },
      },
    },
    /** Puts the records into the zone if nothing has their name. */
    claiming: {
      entry: ['askForWanted', 'sendClaim'],
      on: {
        'update.done': { actions: [withEvent('noteDone'), 'reportRegistered'], target: 'held' },
        'update.denied': [{ guard: 'isOutdated', target: 'waiting' }, { target: 'adopting' }],
      },
    },
    /** The name is in use: by an earlier run of ours, which cannot use it any more, or by another host. */
    adopting: {
      initial: 'reading',
      states: {
        reading: {
          entry: ['askForWanted', 'sendReading'],
          on: {
            'name.read': [
              { guard: 'isOutdated', target: '#registrar.waiting' },
              { guard: withEvent('isOurs'), actions: withEvent('noteFound'), target: 'replacing' },
              { guard: withEvent('isFreeAfterAll'), actions: 'countDenial', target: '#registrar.waiting.paused' },
              { target: '#registrar.lost' },
            ],
          },
        },
        /** Provided that the name has what was read. */
        replacing: {
          entry: ['askForWanted', 'sendAdoption'],
          on: {
            'update.done': { actions: [withEvent('noteDone'), 'reportRegistered'], target: '#registrar.held' },
            'update.denied': [{ guard: 'isOutdated', target: '#registrar.waiting' }, { target: 'reading' }],
          },
        },
      },
    },
    /** The name is ours, and the zone has what was wanted last. */
    held: {
      initial: 'resting',
      states: {
        resting: {
          always: [
            ...unwanted,
            { guard: 'hasGotNoName', actions: ['noteNothing', 'reportRegistered'] },
            { guard: 'hasGotAName', actions: ['reportReleased', 'forgetTold'], target: '#registrar.waiting' },
            { guard: 'isOwed', target: '#registrar.renewing' },
          ],
          after: { renewal: '#registrar.renewing' },
        },
        paused: { always: unwanted, after: { pause: '#registrar.renewing' } },
      },
    },
    /** Changes the records to the wanted ones, and says that they are still wanted. */
    renewing: {
      entry: ['askForWanted', 'sendRenewal'],
      on: {
        'update.done': { actions: [withEvent('noteDone'), 'reportRegistered'], target: 'held' },
        'update.denied': [
          { guard: 'isOutdated', actions: ['reportReleased', 'forgetTold'], target: 'waiting' },
          { actions: ['reportReleased', 'forgetTold'], target: 'adopting' },
        ],
        'request.refused': {
          actions: [withEvent('noteRefusal'), withEvent('reportRefused')],
          target: 'held.paused',
        },
      },
    },
    /** Another host has the name: wait for the supervisor to assign a new one. */
    lost: {
      entry: ['reportLost', 'forgetName'],
      always: unwanted,
      on: { 'name.assigned': { actions: withEvent('takeName'), target: 'waiting.paused' } },
    },
    /** Removes the records, and their type from the list of types with the last of its instances. */
    withdrawing: {
      initial: 'removing',
      entry: ['reportReleased', 'askToRemove'],
      states: {
        removing: {
          entry: 'sendWithdrawal',
          on: {
            'update.done': [{ guard: 'isListed', target: 'tidying' }, { target: 'removed' }],
            'update.denied': { actions: 'forgetAsked', target: 'denied' },
            'request.refused': { actions: [withEvent('noteRefusal'), withEvent('reportRefused')], target: 'paused' },
          },
        },
        /** The zone has something else: perhaps what another request without a reply has put there. */
        denied: {
          always: [{ guard: 'isToBeRemoved', target: '#registrar.withdrawing' }, { target: 'removed' }],
        },
        paused: { always: { guard: 'triedEnough', target: 'removed' }, after: { pause: 'removing' } },
        tidying: {
          entry: 'sendTidying',
          on: { 'update.done': 'removed', 'update.denied': 'removed', 'request.refused': 'removed' },
        },
        removed: { entry: 'forgetName', always: '#registrar.waiting' },
      },
    },
    withdrawn: { type: 'final' },
  },
  output: ({ context }) => ({ id: context.wanted.id }),
});

/** What the zone has, or may have, of ours. */
function inZone({ told, suspected }: Context): RecordSet | undefined {
  return [...suspected, told].find((set) => set && claimKey(set) !== '');
}
