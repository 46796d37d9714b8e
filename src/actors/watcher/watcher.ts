/**
 * The actor of one browse, resolve, lookup or query: asks the questions of its view on every link, passes the answers
 * to the view, and reports the resulting events.
 */
import { sendTo, setup } from 'xstate';
import { isConclusive } from '../../protocol/cache/answers.js';
import { setKey } from '../../protocol/record.js';
import type { LinkQuestion } from '../../protocol/view/view.js';
import { Alarm, BOUNDED, type DeadlineReached, type Timed, timed, wakesAt } from '../deadline.js';
import { withHotPath } from '../hot-path.js';
import type { EventOf, Port, Watch, WatcherEnded, WatcherEvent, WatcherReport } from '../messages.js';
import { Outbox } from '../outbox.js';
import { sharedAction } from '../shared-action.js';
import { withEvent } from '../with-event.js';
import { sightingsOf } from './view-of-request.js';

export interface WatcherInput extends Watch {
  readonly supervisor: Port<WatcherReport>;
}

/** What the last update of the view has said. */
interface Outlook {
  /** When to update the view again, on the clock; Infinity for never. */
  lookAt: number;
  complete: boolean;
}

export interface Context extends WatcherInput, Timed {
  /** The open questions that many hosts may answer, by link and key: they can be asked again. */
  readonly repeatable: Map<string, LinkQuestion>;
  readonly outlook: Outlook;
  readonly outbox: Outbox;
  /** When the watcher ends, whatever was found; Infinity for never. */
  readonly endsAt: number;
}

type On<T extends WatcherEvent['type']> = EventOf<WatcherEvent, T>;

const { setTimer, setTimerNow, clearTimer, deadlineMoved } = wakesAt<Context>(({ outlook, endsAt }) =>
  Math.min(outlook.lookAt, endsAt),
);

/** Updates the view, and passes on its questions and events. */
function settle(context: Context, port: Port<WatcherEvent>): void {
  const { id: watcher, kind, supervisor, once, outlook, outbox } = context;
  const { events, open, close, deadline: lookAt, done, leftOut } = context.view.update(context.clock.now());
  outlook.lookAt = lookAt;
  outlook.complete = once && done;
  noteRepeatable(context, open, close);
  if (open.length > 0 || close.length > 0)
    outbox.sendTo(supervisor, { type: 'watcher.asked', watcher, port, once, open, close });
  if (events.length > 0)
    outbox.sendTo(supervisor, { type: 'watcher.saw', watcher, sightings: sightingsOf(kind, events) });
  if (leftOut) outbox.sendTo(supervisor, { type: 'watcher.leftOut', watcher, links: leftOut });
}

/** The same as an action. It collects actions because those do their work at once, also when the machine starts. */
const settles = sharedAction<Context, WatcherEvent>(({ context, enqueue, self }) => {
  settle(context, self);
  for (const { to, event } of context.outbox.take()) enqueue.sendTo(to, event);
});

/** Otherwise the answers to one update's questions would cause the next update, and so on, all in one turn. */
function isBehind({ outlook, clock }: Context): boolean {
  return outlook.lookAt <= clock.now();
}

function apply({ view, clock }: Context, { link, changes }: On<'records.changed'>): void {
  view.apply(link, changes, clock.now());
}

function openLink({ view, clock }: Context, { link }: On<'link.opened'>): void {
  view.linkOpened(link, clock.now());
}

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
    openLink: ({ context }, event: On<'link.opened'>) => openLink(context, event),
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
    apply: ({ context }, event: On<'records.changed'>) => apply(context, event),
    settle: settles,
  },
  guards: {
    deadlineMoved,
    isComplete: ({ context }) => context.outlook.complete,
    /** The next update of the view is already due. */
    isBehind: ({ context }) => isBehind(context),
    isOver: ({ context }) => context.endsAt <= context.clock.now(),
  },
}).createMachine({
  id: 'watcher',
  options: BOUNDED,
  context: ({ input }) => ({
    ...input,
    repeatable: new Map(),
    outlook: { lookAt: Infinity, complete: false },
    outbox: new Outbox(),
    endsAt: input.clock.now() + (input.timeoutMs ?? Infinity),
    alarm: new Alarm(),
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

/**
 * What records are new or gone, which link it may ask, and what the view waits for: the view decides, and the watcher
 * stays as it is, unless it may end.
 */
export const watcherLogic = withHotPath(watcherMachine, ({ value, context }, event, send, scope) => {
  const mayEnd = context.once || context.endsAt < Infinity;
  if (value !== 'open' || mayEnd) return event;
  if (event.type === 'records.changed') {
    const wasBehind = isBehind(context);
    apply(context, event);
    if (!wasBehind) settle(context, scope.self);
  } else if (event.type === 'link.opened') {
    openLink(context, event);
    settle(context, scope.self);
  } else if (event.type === 'deadline.reached') settle(context, scope.self);
  else return event;
  for (const { to, event: letter } of context.outbox.take()) send(to, letter);
  if (event.type === 'deadline.reached' || deadlineMoved({ context })) setTimerNow(context, scope);
  return undefined;
});
