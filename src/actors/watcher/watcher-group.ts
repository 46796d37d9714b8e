/**
 * Some of the supervisor's watchers. XState copies the list of an actor's children whenever one is spawned or stopped:
 * with thousands of watchers as children of one actor, each would take as long as a copy of all.
 */
import { enqueueActions, sendTo, setup, stopChild } from 'xstate';
import { BOUNDED } from '../deadline.js';
import { withHotPath } from '../hot-path.js';
import type {
  EventOf,
  Port,
  WatcherEnded,
  WatcherGroupEvent,
  WatcherGroupReport,
  WatcherId,
  WatcherReport,
} from '../messages.js';
import { withEvent } from '../with-event.js';
import { watcherLogic } from './watcher.js';

export interface Input {
  readonly supervisor: Port<WatcherGroupReport | WatcherReport>;
}

type WatcherDone = {
  readonly type: `xstate.done.actor.watcher.${string}`;
  readonly output: WatcherEnded;
  readonly actorId: string;
};
type WatcherError = {
  readonly type: `xstate.error.actor.watcher.${string}`;
  readonly error: unknown;
  readonly actorId: string;
};
type On<T extends WatcherGroupEvent['type']> = EventOf<WatcherGroupEvent, T>;

export const watcherGroupMachine = setup({
  types: { context: {} as Input, events: {} as WatcherGroupEvent | WatcherDone | WatcherError, input: {} as Input },
  actors: { watcher: watcherLogic },
  actions: {
    start: enqueueActions(({ context, enqueue }, { watch, links }: On<'watcher.start'>) => {
      const id = watcherActor(watch.id);
      enqueue.spawnChild('watcher', { id, input: { ...watch, supervisor: context.supervisor } });
      for (const link of links) enqueue.sendTo(id, { type: 'link.opened', link });
    }),
    /** It may have ended, which the supervisor does not know yet. */
    pass: enqueueActions(({ enqueue, self }, { watcher, event }: On<'watcher.tell'>) => {
      const id = watcherActor(watcher);
      if (id in self.getSnapshot().children) enqueue.sendTo(id, event);
    }),
    reportEnd: sendTo(
      ({ context }) => context.supervisor,
      (_, { output }: WatcherDone) => ({ type: 'watcher.ended', ...output }) as const,
    ),
    reportBroken: sendTo(
      ({ context }) => context.supervisor,
      (_, { actorId, error }: WatcherError) => {
        return { type: 'watcher.broke', watcher: actorId.slice(watcherActor('').length), actorId, error } as const;
      },
    ),
    stop: stopChild((_, { actorId }: WatcherDone | WatcherError) => actorId),
  },
}).createMachine({
  id: 'watcher-group',
  options: BOUNDED,
  context: ({ input }) => input,
  on: {
    'watcher.start': { actions: withEvent('start') },
    'watcher.tell': { actions: withEvent('pass') },
    'xstate.done.actor.watcher.*': { actions: [withEvent('stop'), withEvent('reportEnd')] },
    'xstate.error.actor.watcher.*': { actions: [withEvent('stop'), withEvent('reportBroken')] },
  },
});

/** A letter to one watcher, such as to stop, leaves the group as it is. */
export const watcherGroupLogic = withHotPath(watcherGroupMachine, ({ children }, event, send) => {
  if (event.type !== 'watcher.tell') return event;
  const watcher = children[watcherActor(event.watcher)];
  if (watcher !== undefined) send(watcher, event.event);
  return undefined;
});

function watcherActor(id: WatcherId): string {
  return `watcher.${id}`;
}
