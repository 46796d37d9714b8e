/**
 * The actor of one browse, resolve, lookup or query: asks the questions of its view on every link, passes the answers
 * to the view, and reports the resulting events.
 */
import { sendTo, setup } from 'xstate';
import { isConclusive } from '../../protocol/cache/answers.js';
import { setKey } from '../../protocol/record.js';
import type { LinkQuestion } from '../../protocol/view/view.js';
import { BOUNDED, type DeadlineReached, type Timed, timed, wakesAt } from '../deadline.js';
import type { EventOf, Port, Watch, WatcherEnded, WatcherEvent, WatcherReport } from '../messages.js';
import { sharedAction } from '../shared-action.js';
import { withEvent } from '../with-event.js';
import { sightingsOf } from './view-of-request.js';

export interface WatcherInput extends Watch {
  readonly supervisor: Port<WatcherReport>;
}

export interface Context extends WatcherInput, Timed {
  /** The open questions that many hosts may answer, by link and key: they can be asked again. */
  readonly repeatable: Map<string, LinkQuestion>;
  /** When to update the view again, on the clock; Infinity for never. */
  readonly lookAt: number;
  /** When the watcher ends, whatever was found; Infinity for never. */
  readonly endsAt: number;
  readonly complete: boolean;
}

type On<T extends WatcherEvent['type']> = EventOf<WatcherEvent, T>;

const { setTimer, clearTimer, deadlineMoved } = wakesAt<Context>(({ lookAt, endsAt }) => Math.min(lookAt, endsAt));

/** Updates the view, and passes on its questions and events. */
const settle = sharedAction<Context, WatcherEvent>(({ context, enqueue, self }) => {
  const { id: watcher, kind, supervisor, once } = context;
  const { events, open, close, deadline: lookAt, done, leftOut } = context.view.update(context.clock.now());
  enqueue.assign({ lookAt, complete: once && done });
  noteRepeatable(context, open, close);
  if (open.length > 0 || close.length > 0)
    enqueue.sendTo(supervisor, { type: 'watcher.asked', watcher, port: self, once, open, close });
  if (events.length > 0)
    enqueue.sendTo(supervisor, { type: 'watcher.saw', watcher, sightings: sightingsOf(kind, events) });
  if (leftOut) enqueue.sendTo(supervisor, { type: 'watcher.leftOut', watcher, links: leftOut });
});

/** A question that one host answers is asked again before its answer expires; others may have further answers. */
function noteRepeatable({ repeatable }: Context, open: readonly LinkQuestion[], close: readonly LinkQuestion[]): void {
  for (const { link, question } of close) repeatable.delete(`${link} ${setKey(question)}`);
  for (const { link, question } of open) {
    const { name, type, class: rrclass } = question;
    if (isConclusive(question)) continue;
    repeatable.set(`${link} ${setKey(question)}`, { link, question: { name, type, class: rrclass } });
  }
}

export const watcherMachine = setup({
  types: {
    context: {} as Context,
    events: {} as WatcherEvent | DeadlineReached,
    input: {} as WatcherInput,
    output: {} as WatcherEnded,
  },
  actions: {
    setTimer,
    clearTimer,
    openLink: ({ context }, { link }: On<'link.opened'>) => context.view.linkOpened(link, context.clock.now()),
    changeLink: ({ context }, { link }: On<'link.changed'>) => context.view.linkChanged(link, context.clock.now()),
    closeLink: ({ context }, { link }: On<'link.closed'>) => {
      for (const [key, question] of context.repeatable) if (question.link === link) context.repeatable.delete(key);
      context.view.linkClosed(link, context.clock.now());
    },
    repeat: sendTo(
      ({ context }) => context.supervisor,
      ({ context: { id: watcher, once, repeatable }, self: port }) => {
        return {
          type: 'watcher.asked',
          watcher,
          port,
          once,
          open: [],
          close: [],
          again: [...repeatable.values()],
        } as const;
      },
    ),
    apply: ({ context }, { link, changes }: On<'records.changed'>) =>
      context.view.apply(link, changes, context.clock.now()),
    settle,
  },
  guards: {
    deadlineMoved,
    isComplete: ({ context }) => context.complete,
    /** The next update of the view is already due. */
    isBehind: ({ context }) => context.lookAt <= context.clock.now(),
    isOver: ({ context }) => context.endsAt <= context.clock.now(),
  },
}).createMachine({
  id: 'watcher',
  options: BOUNDED,
  context: ({ input }) => ({
    ...input,
    repeatable: new Map(),
    lookAt: Infinity,
    endsAt: input.clock.now() + (input.timeoutMs ?? Infinity),
    complete: false,
    deadline: Infinity,
  }),
  initial: 'open',
  states: {
    open: {
      entry: ['settle', timed.entry],
      exit: timed.exit,
      always: [{ guard: 'isComplete', target: 'complete' }, timed.always],
      on: {
        'link.opened': { actions: [withEvent('openLink'), 'settle'] },
        'link.changed': { actions: [withEvent('changeLink'), 'settle'] },
        'link.closed': { actions: [withEvent('closeLink'), 'settle'] },
        'records.changed': [
          // Otherwise the answers to one update's questions would cause the next update, and so on, all in one turn.
          { guard: 'isBehind', actions: withEvent('apply') },
          { actions: [withEvent('apply'), 'settle'] },
        ],
        'deadline.reached': [{ guard: 'isOver', target: 'timedOut' }, { actions: ['settle', 'setTimer'] }],
        'watcher.refresh': { actions: 'repeat' },
        'watcher.stop': { target: 'stopped' },
      },
    },
    complete: { type: 'final', output: 'done' },
    timedOut: { type: 'final', output: 'timeout' },
    stopped: { type: 'final', output: 'stopped' },
  },
  output: ({ context, event }) => ({ watcher: context.id, reason: event.output as WatcherEnded['reason'] }),
});
