/**
 * The machine of a client's connection to a system elsewhere: until it is ready, while it works, and, if the system is
 * in a worker of ours, the pause after which one that has ended is started again.
 */
import { assign, emit, setup } from 'xstate';
import { BOUNDED } from '../actors/deadline.js';
import { restartPause } from '../actors/supervisor/restart-pause.js';

/** A system that has run for so long was not the cause of the next end: the pauses begin anew. */
const STEADY_MS = 60_000;
/** The system closes within 1.5 s. */
const CLOSING_LIMIT_MS = 2_000;
/** It closes within 5 s if DNS servers have to remove what was published. */
const DOMAINS_CLOSING_LIMIT_MS = 5_500;

export type ConnectionEvent =
  | { readonly type: 'line.ready' }
  /** The system says that it has ended. */
  | { readonly type: 'line.ended' }
  /** The system has ended without a word. */
  | { readonly type: 'line.closed'; readonly reason: string }
  /**
   * `mayBePublished`: a system that is about to be ready may have published something, which takes a goodbye;
   * `inDomains`: also in zones of DNS servers.
   */
  | { readonly type: 'close.requested'; readonly mayBePublished: boolean; readonly inDomains: boolean };

/** What the machine orders its owner to do. */
export type ConnectionOrder =
  | { readonly type: 'open' }
  /** The system takes commands. */
  | { readonly type: 'resume'; readonly isAgain: boolean }
  | { readonly type: 'pause'; readonly reason: string; readonly ms: number }
  | { readonly type: 'requestClose' }
  /** Whatever is still there ends. */
  | { readonly type: 'hangUp' }
  | { readonly type: 'reportClosed' }
  /** It has ended and will not be started again. */
  | { readonly type: 'reportLost'; readonly reason: string };

export interface ConnectionInput {
  /** Whether a system that has ended is started again, once one was ready. */
  readonly reopens: boolean;
}

interface Context extends ConnectionInput {
  readonly wasReady: boolean;
  /** Ends in a row. */
  readonly times: number;
  readonly reason: string;
}

const ends = [
  { guard: 'isFinal', target: 'lost', actions: 'noteEnd' },
  { target: 'pausing', actions: 'noteEnd' },
] as const;

export const connectionMachine = setup({
  types: {
    context: {} as Context,
    events: {} as ConnectionEvent,
    emitted: {} as ConnectionOrder,
    input: {} as ConnectionInput,
  },
  actions: {
    open: emit({ type: 'open' }),
    resume: emit(({ context }) => ({ type: 'resume', isAgain: context.times > 0 })),
    noteReady: assign({ wasReady: true }),
    noteSteady: assign({ times: 0 }),
    noteEnd: assign(({ context, event }) => ({
      times: context.times + 1,
      reason: event.type === 'line.closed' ? event.reason : context.reason,
    })),
    pause: emit(({ context }) => ({ type: 'pause', reason: context.reason, ms: restartPause(context.times) })),
    requestClose: emit({ type: 'requestClose' }),
    hangUp: emit({ type: 'hangUp' }),
    reportClosed: emit({ type: 'reportClosed' }),
    reportLost: emit(({ context }) => ({ type: 'reportLost', reason: context.reason })),
  },
  guards: {
    mayBePublished: ({ event }) => event.type === 'close.requested' && event.mayBePublished,
    /** What could not start, such as a file that is missing, would not start the next time. */
    isFinal: ({ context }) => !context.reopens || !context.wasReady,
  },
  delays: {
    steady: STEADY_MS,
    closingLimit: ({ event }) =>
      event.type === 'close.requested' && event.inDomains ? DOMAINS_CLOSING_LIMIT_MS : CLOSING_LIMIT_MS,
    restartPause: ({ context }) => restartPause(context.times),
  },
}).createMachine({
  id: 'connection',
  options: BOUNDED,
  context: ({ input }) => ({ ...input, wasReady: false, times: 0, reason: '' }),
  initial: 'opening',
  states: {
    opening: {
      entry: 'open',
      on: {
        'line.ready': { target: 'working', actions: 'resume' },
        'line.ended': 'closed',
        'line.closed': ends,
        'close.requested': [{ guard: 'mayBePublished', target: 'closing' }, { target: 'closed' }],
      },
    },
    working: {
      entry: 'noteReady',
      after: { steady: { actions: 'noteSteady' } },
      on: { 'line.ended': 'closed', 'line.closed': ends, 'close.requested': 'closing' },
    },
    pausing: {
      entry: 'pause',
      after: { restartPause: 'opening' },
      on: { 'close.requested': 'closed' },
    },
    closing: {
      entry: 'requestClose',
      after: { closingLimit: 'closed' },
      on: { 'line.ended': 'closed', 'line.closed': 'closed' },
    },
    closed: { type: 'final', entry: ['hangUp', 'reportClosed'] },
    lost: { type: 'final', entry: ['hangUp', 'reportLost'] },
  },
});
