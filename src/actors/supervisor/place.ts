/**
 * One interface and IP family: whether it is used, and the life of its link. A link that breaks is replaced, after a
 * longer pause each time; one that ends while its interface exists is replaced at once.
 */
import { type ActorRefFrom, assign, sendTo, setup, stopChild } from 'xstate';
import type { Family } from '../../ip/family.js';
import type { LinkFault, NetworkInterface } from '../../net/network.js';
import type { LinkState, LinkStatus } from '../commands.js';
import { BOUNDED } from '../deadline.js';
import type { MulticastInterfaceInput } from '../link/context.js';
import { multicastInterfaceLogic } from '../link/multicast-interface.js';
import type { LinkId, LinkReport, MulticastInterfaceReport, Port } from '../messages.js';
import { withEvent } from '../with-event.js';
import { restartPause } from './restart-pause.js';
import { placeStatus } from './status.js';
import { stopsItsChildren } from './stops-its-children.js';

/** The part of a link's input that does not depend on its interface. */
export type LinkSettings = Omit<MulticastInterfaceInput, 'id' | 'interface' | 'family' | 'place' | 'supervisor'>;

export interface PlaceInput {
  readonly id: LinkId;
  readonly interface: NetworkInterface;
  readonly family: Family;
  readonly settings: LinkSettings;
  readonly supervisor: Port<PlaceReport | MulticastInterfaceReport>;
}

export type LinkRef = ActorRefFrom<typeof multicastInterfaceLogic>;

/** What a place reports to the supervisor. */
export type PlaceReport =
  | { readonly type: 'place.changed'; readonly place: LinkId; readonly status: LinkStatus }
  /** The interface and the link are gone. */
  | { readonly type: 'place.vacated'; readonly place: LinkId; readonly sightings: number }
  | {
      readonly type: 'link.opened';
      readonly link: LinkId;
      readonly ref: LinkRef;
      readonly interface: NetworkInterface;
      readonly family: Family;
    }
  /** The addresses of a link's interface have changed. */
  | { readonly type: 'link.changed'; readonly link: LinkId; readonly interface: NetworkInterface }
  /** The link threw; `link.closed` follows. */
  | { readonly type: 'link.broke'; readonly link: LinkId; readonly error: unknown }
  | { readonly type: 'link.closed'; readonly link: LinkId };

/** An interface as the system lists it. `against`: why it is not used; undefined when it is used. */
export interface Seen {
  readonly interface: NetworkInterface;
  readonly against: string | undefined;
}

export type PlaceEvent =
  | ({ readonly type: 'interface.changed' } & Seen)
  | { readonly type: 'interface.vanished' }
  | { readonly type: 'place.close' }
  | LinkReport
  /** From the place to itself: the link has started without throwing. */
  | { readonly type: 'link.started' }
  | { readonly type: `xstate.done.actor.link.${string}` }
  | { readonly type: `xstate.error.actor.link.${string}`; readonly error: unknown };

export interface PlaceContext extends PlaceInput {
  /** Whether the system lists the interface. */
  readonly isThere: boolean;
  readonly against: string | undefined;
  /**
   * How often the interface was reported. The supervisor compares this with its own count, to ignore outdated reports.
   */
  readonly sightings: number;
  readonly link:
    | { readonly ref: LinkRef; readonly state: LinkState; readonly fault: LinkFault | undefined }
    | undefined;
  /** How often the link broke since it was last up. */
  readonly breakdowns: number;
}

type Args = { readonly context: PlaceContext };

const supervisorOf = ({ context }: Args) => context.supervisor;
/** The link's id among the actors. */
const linkOf = ({ context }: Args) => `link.${context.id}`;

export const placeMachine = setup({
  types: { context: {} as PlaceContext, events: {} as PlaceEvent, input: {} as PlaceInput },
  actors: { link: stopsItsChildren(multicastInterfaceLogic) },
  actions: {
    takeInterface: assign(({ context: { sightings } }, { interface: on, against }: Seen) => {
      return { interface: on, against, isThere: true, sightings: sightings + 1 };
    }),
    missInterface: assign({ isThere: false }),
    report: sendTo(supervisorOf, ({ context }) => {
      return { type: 'place.changed', place: context.id, status: placeStatus(context) } satisfies PlaceReport;
    }),
    reportVacant: sendTo(supervisorOf, ({ context }) => {
      return { type: 'place.vacated', place: context.id, sightings: context.sightings } satisfies PlaceReport;
    }),
    openLink: assign({
      link: ({ context, spawn, self }) => {
        const { id, interface: on, family, settings, supervisor } = context;
        const input = { ...settings, id, interface: on, family, place: self, supervisor };
        return { ref: spawn('link', { id: linkOf({ context }), input }), state: 'opening' as const, fault: undefined };
      },
    }),
    /** The error of a link that breaks while it starts arrives before this. */
    awaitStart: sendTo(({ self }) => self, { type: 'link.started' }),
    reportOpened: sendTo(supervisorOf, ({ context: { id, link, interface: on, family } }) => {
      return { type: 'link.opened', link: id, ref: link?.ref as LinkRef, interface: on, family } satisfies PlaceReport;
    }),
    passInterface: sendTo(linkOf, ({ context }) => ({ type: 'interface.changed', interface: context.interface })),
    reportMoved: sendTo(supervisorOf, ({ context }) => {
      return { type: 'link.changed', link: context.id, interface: context.interface } satisfies PlaceReport;
    }),
    abandonLink: sendTo(linkOf, { type: 'interface.vanished' }),
    closeLink: sendTo(linkOf, { type: 'link.close' }),
    noteLink: assign(({ context }, { state, fault }: LinkReport) => ({
      link: context.link && { ...context.link, state, fault },
      breakdowns: state === 'up' ? 0 : context.breakdowns,
    })),
    countBreakdown: assign({ breakdowns: ({ context }) => context.breakdowns + 1 }),
    reportBroken: sendTo(supervisorOf, ({ context }, { error }: { readonly error: unknown }) => {
      return { type: 'link.broke', link: context.id, error } satisfies PlaceReport;
    }),
    reportClosed: sendTo(supervisorOf, ({ context }) => {
      return { type: 'link.closed', link: context.id } satisfies PlaceReport;
    }),
    stopLink: stopChild(linkOf),
    forgetLink: assign({ link: undefined }),
  },
  guards: {
    isUsed: (_, { against }: Seen) => against === undefined,
    isThere: ({ context }) => context.isThere,
    hasLink: ({ context }) => context.link !== undefined,
  },
  delays: { pause: ({ context }) => restartPause(context.breakdowns) },
}).createMachine({
  id: 'place',
  options: BOUNDED,
  context: ({ input }) => {
    return { ...input, isThere: false, against: undefined, sightings: 0, link: undefined, breakdowns: 0 };
  },
  initial: 'vacant',
  on: { 'link.started': { guard: 'hasLink', actions: 'reportOpened' } },
  states: {
    /** The system does not list the interface, and there is no link: the supervisor removes the place. */
    vacant: {
      on: {
        'interface.changed': [
          {
            guard: withEvent('isUsed'),
            actions: [withEvent('takeInterface'), 'openLink', 'awaitStart'],
            target: 'running',
          },
          { actions: withEvent('takeInterface'), target: 'unused' },
        ],
        'place.close': 'closed',
      },
    },
    /** The interface is not used; the status says why. */
    unused: {
      entry: 'report',
      on: {
        'interface.changed': [
          {
            guard: withEvent('isUsed'),
            actions: [withEvent('takeInterface'), 'openLink', 'awaitStart'],
            target: 'running',
          },
          { actions: withEvent('takeInterface'), target: 'unused', reenter: true },
        ],
        'interface.vanished': { actions: ['missInterface', 'reportVacant'], target: 'vacant' },
        'place.close': 'closed',
      },
    },
    /** There is a link, which reports its state. */
    running: {
      on: {
        'link.reported': { actions: [withEvent('noteLink'), 'report'] },
        'interface.changed': [
          {
            guard: withEvent('isUsed'),
            actions: [withEvent('takeInterface'), 'passInterface', 'reportMoved', 'report'],
          },
          { actions: [withEvent('takeInterface'), 'abandonLink'], target: 'leaving' },
        ],
        'interface.vanished': { actions: ['missInterface', 'abandonLink'], target: 'leaving' },
        // The link was already ending when its interface came back.
        'xstate.done.actor.link.*': { actions: ['stopLink', 'reportClosed', 'openLink', 'awaitStart'] },
        'xstate.error.actor.link.*': {
          actions: [withEvent('reportBroken'), 'countBreakdown', 'stopLink', 'forgetLink', 'reportClosed'],
          target: 'broken',
        },
        'place.close': { actions: 'closeLink', target: 'closing' },
      },
    },
    /** The link threw; it is replaced after a pause. */
    broken: {
      entry: 'report',
      after: { pause: { actions: ['openLink', 'awaitStart'], target: 'running' } },
      on: {
        'interface.changed': [
          { guard: withEvent('isUsed'), actions: [withEvent('takeInterface'), 'report'] },
          { actions: withEvent('takeInterface'), target: 'unused' },
        ],
        'interface.vanished': { actions: ['missInterface', 'reportVacant'], target: 'vacant' },
        'place.close': 'closed',
      },
    },
    /** The interface is gone or no longer used: the link waits a while for it, then ends. */
    leaving: {
      entry: 'report',
      on: {
        'link.reported': { actions: withEvent('noteLink') },
        'interface.changed': [
          {
            guard: withEvent('isUsed'),
            actions: [withEvent('takeInterface'), 'passInterface', 'reportMoved', 'report'],
            target: 'running',
          },
          { actions: withEvent('takeInterface'), target: 'leaving', reenter: true },
        ],
        'interface.vanished': { actions: 'missInterface', target: 'leaving', reenter: true },
        'xstate.done.actor.link.*': [
          { guard: 'isThere', actions: ['stopLink', 'forgetLink', 'reportClosed'], target: 'unused' },
          { actions: ['stopLink', 'forgetLink', 'reportClosed', 'reportVacant'], target: 'vacant' },
        ],
        'xstate.error.actor.link.*': [
          {
            guard: 'isThere',
            actions: [withEvent('reportBroken'), 'stopLink', 'forgetLink', 'reportClosed'],
            target: 'unused',
          },
          {
            actions: [withEvent('reportBroken'), 'stopLink', 'forgetLink', 'reportClosed', 'reportVacant'],
            target: 'vacant',
          },
        ],
        'place.close': { actions: 'closeLink', target: 'closing' },
      },
    },
    /** The link sends goodbyes and closes its socket. */
    closing: {
      on: {
        'xstate.done.actor.link.*': { actions: 'reportClosed', target: 'closed' },
        'xstate.error.actor.link.*': { actions: [withEvent('reportBroken'), 'reportClosed'], target: 'closed' },
      },
    },
    closed: { type: 'final' },
  },
  output: ({ context }) => ({ place: context.id }),
});
