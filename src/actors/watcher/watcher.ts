/**
 * One browse, resolve, lookup or query: asks its questions on every link, and tells what its view makes of the answers.
 */
import { assertEvent, assign, enqueueActions, setup } from 'xstate';
import type { Clock } from '../../net/network.js';
import type { View } from '../../protocol/view/view.js';
import type { WatchEvents, WatchKind } from '../commands.js';
import type { Port, WatcherEnded, WatcherEvent, WatcherId, WatcherReport } from '../messages.js';
import { sightingsOf } from './view-of-request.js';

export interface WatcherInput {
  readonly id: WatcherId;
  readonly kind: WatchKind;
  readonly view: View<WatchEvents[WatchKind]>;
  readonly clock: Clock;
  /** Ends with the first complete answer. */
  readonly once: boolean;
  /** Ends after so many milliseconds, whatever was found. */
  readonly timeoutMs: number | undefined;
  readonly supervisor: Port<WatcherReport>;
}

export interface Context extends WatcherInput {
  /** When the view wants to be looked at again. */
  readonly deadline: number | undefined;
  /** The deadline that is waited for. */
  readonly waitsUntil: number | undefined;
  readonly complete: boolean;
}

export const watcherMachine = setup({
  types: {
    context: {} as Context,
    events: {} as WatcherEvent,
    input: {} as WatcherInput,
    output: {} as WatcherEnded,
  },
  actions: {
    openLink: ({ context, event }) => {
      assertEvent(event, 'link.opened');
      context.view.linkOpened(event.link, context.clock.now());
    },
    changeLink: ({ context, event }) => {
      assertEvent(event, 'link.changed');
      context.view.linkChanged(event.link, context.clock.now());
    },
    closeLink: ({ context, event }) => {
      assertEvent(event, 'link.closed');
      context.view.linkClosed(event.link, context.clock.now());
    },
    apply: ({ context, event }) => {
      assertEvent(event, 'records.changed');
      context.view.apply(event.link, event.changes, context.clock.now());
    },
    settle: enqueueActions(({ context, enqueue, self }) => {
      const { id: watcher, kind, supervisor, once } = context;
      const { events, open, close, deadline, done, leftOut } = context.view.update(context.clock.now());
      enqueue.assign({ deadline, complete: once && done });
      if (events.length > 0)
        enqueue.sendTo(supervisor, { type: 'watcher.saw', watcher, sightings: sightingsOf(kind, events) });
      if (leftOut) enqueue.sendTo(supervisor, { type: 'watcher.leftOut', watcher, links: leftOut });
      if (open.length > 0 || close.length > 0)
        enqueue.sendTo(supervisor, { type: 'watcher.asked', watcher, port: self, open, close });
    }),
    noteDeadline: assign({ waitsUntil: ({ context }) => context.deadline }),
  },
  guards: {
    isComplete: ({ context }) => context.complete,
    /** The view has more to do, and is about to be looked at. */
    isBehind: ({ context }) => context.deadline !== undefined && context.deadline <= context.clock.now(),
    looksAgain: ({ context }) => context.deadline !== undefined,
    looksNoMore: ({ context }) => context.deadline === undefined,
    deadlineMoved: ({ context }) => context.deadline !== context.waitsUntil,
    isTimed: ({ context }) => context.timeoutMs !== undefined,
  },
  delays: {
    untilDeadline: ({ context }) => Math.max(0, (context.deadline ?? 0) - context.clock.now()),
    timeout: ({ context }) => context.timeoutMs ?? 0,
  },
}).createMachine({
  id: 'watcher',
  context: ({ input }) => ({ ...input, deadline: undefined, waitsUntil: undefined, complete: false }),
  initial: 'open',
  states: {
    open: {
      type: 'parallel',
      on: { 'watcher.stop': 'stopped' },
      states: {
        view: {
          entry: 'settle',
          initial: 'watching',
          on: {
            'link.opened': { actions: ['openLink', 'settle'] },
            'link.changed': { actions: ['changeLink', 'settle'] },
            'link.closed': { actions: ['closeLink', 'settle'] },
            'records.changed': [
              // Else the answers to what one look has asked would lead to the next look, and so on, all in one turn.
              { guard: 'isBehind', actions: 'apply' },
              { actions: ['apply', 'settle'] },
            ],
          },
          always: { guard: 'isComplete', target: '#watcher.complete' },
          states: {
            /** Until something is heard. */
            watching: { always: { guard: 'looksAgain', target: 'waiting' } },
            /** The view has something to tell or to ask later on. The timer is set anew only when that moves. */
            waiting: {
              entry: 'noteDeadline',
              always: [
                { guard: 'looksNoMore', target: 'watching' },
                { guard: 'deadlineMoved', target: 'waiting', reenter: true },
              ],
              after: { untilDeadline: { actions: 'settle', target: 'waiting', reenter: true } },
            },
          },
        },
        limit: {
          initial: 'checking',
          states: {
            checking: { always: [{ guard: 'isTimed', target: 'limited' }, { target: 'unlimited' }] },
            unlimited: {},
            limited: { after: { timeout: '#watcher.timedOut' } },
          },
        },
      },
    },
    complete: { type: 'final', output: 'done' },
    timedOut: { type: 'final', output: 'timeout' },
    stopped: { type: 'final', output: 'stopped' },
  },
  output: ({ context, event }) => ({ watcher: context.id, reason: event.output as WatcherEnded['reason'] }),
});
