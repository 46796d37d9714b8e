/**
 * The record-cache of one link: a timer around `protocol/cache`. It tells each watcher what changed of what that watcher
 * asked about, and the querier which questions are open, answered, superfluous or due for a refresh.
 */
import { assertEvent, assign, enqueueActions, setup } from 'xstate';
import type { Clock } from '../../net/network.js';
import { type CacheChanges, RecordCache, type RemovedRecord } from '../../protocol/cache/cache.js';
import { isShared } from '../../protocol/cache/entry.js';
import { nameKey } from '../../protocol/name.js';
import { Mentions } from '../../protocol/query/mentions.js';
import type { Relevance } from '../../protocol/query/relevance.js';
import { type Question, type QuestionKey, type ResourceRecord, setKey } from '../../protocol/record.js';
import type { LinkId, Port, QuerierEvent, RecordCacheEvent, WatcherEvent, WatcherId } from '../messages.js';
import { AskerIndex } from './asker-index.js';
import { letGoOfMessage, letGoOfRecords } from './let-go.js';

/** Who browsed has asked four questions for each instance: so many are closed at a time, then others have their turn. */
const CLOSED_AT_ONCE = 4_000;

export interface Input {
  readonly link: LinkId;
  readonly clock: Clock;
  readonly random: () => number;
  readonly maxRecords: number;
  readonly maxBytes?: number | undefined;
  /** Is told the names that are cached or asked about. */
  readonly relevance?: Relevance;
  readonly querier: Port<QuerierEvent>;
}

export interface Context {
  readonly link: LinkId;
  readonly clock: Clock;
  readonly cache: RecordCache;
  readonly askers: AskerIndex;
  /** Who has told us lately of names at which there may be more to ask. */
  readonly mentions: Mentions;
  readonly querier: Port<QuerierEvent>;
  /** What it waits for. */
  readonly deadline: number | undefined;
}

/** What `enqueue.sendTo` looks like to the helpers below. */
interface Outbox {
  sendTo(port: Port<QuerierEvent>, event: QuerierEvent): void;
  sendTo(port: Port<WatcherEvent>, event: WatcherEvent): void;
}

export const recordCacheMachine = setup({
  types: { context: {} as Context, events: {} as RecordCacheEvent, input: {} as Input },
  actions: {
    put: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'records.heard');
      const changes = context.cache.put(event.records, event.source, context.clock.now());
      letGoOfRecords(event.records);
      for (const record of changes.added) context.mentions.note(record, event.source);
      tell(context, changes, enqueue);
    }),
    noticeQuestion: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'question.heard');
      const { questions, answers } = event.message;
      const duplicated = context.cache.questionHeard(questions, answers, context.clock.now());
      letGoOfMessage(event.message);
      if (duplicated.length > 0)
        enqueue.sendTo(context.querier, { type: 'question.duplicated', questions: duplicated });
    }),
    open: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'questions.opened');
      open(context, event, enqueue);
    }),
    close: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'questions.closed');
      close(context, event.watcher, event.questions, enqueue);
    }),
    forgetWatcher: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'watcher.gone');
      const questions = context.askers.dismiss(event.watcher, CLOSED_AT_ONCE);
      close(context, event.watcher, questions, enqueue);
      if (questions.length === CLOSED_AT_ONCE) enqueue.raise(event, { delay: 0 });
    }),
    tellKnownAnswers: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'answers.wanted');
      const answers = context.cache.knownAnswers(event.questions, context.clock.now());
      enqueue.sendTo(context.querier, { type: 'answers.known', questions: event.questions, answers });
    }),
    tellHolders: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'holders.wanted');
      const { records, responder } = event;
      const now = context.clock.now();
      const unheld = records.filter((record) => !context.cache.isHeldElsewhere(record, records, now));
      enqueue.sendTo(responder, { type: 'holders.known', unheld });
    }),
    doubt: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'records.doubted');
      const questions = context.cache.reconfirm(event.records, context.clock.now());
      if (questions.length > 0) enqueue.sendTo(context.querier, { type: 'refresh.due', questions });
    }),
    shorten: ({ context, event }) => {
      assertEvent(event, 'link.lost');
      context.cache.shorten(event.graceMs, context.clock.now());
    },
    dismissAskers: ({ context }) => context.askers.dismissAll(),
    noteDeadline: assign({ deadline: ({ context }) => context.cache.nextDeadline() }),
    fallDue: enqueueActions(({ context, enqueue }) => {
      const { changes, refresh } = context.cache.due(context.clock.now());
      tell(context, changes, enqueue);
      if (refresh.length > 0) enqueue.sendTo(context.querier, { type: 'refresh.due', questions: refresh });
    }),
  },
  guards: {
    somethingIsAhead: ({ context }) => context.cache.nextDeadline() !== undefined,
    nothingIsAhead: ({ context }) => context.cache.nextDeadline() === undefined,
    deadlineMoved: ({ context }) => context.cache.nextDeadline() !== context.deadline,
  },
  delays: { untilDeadline: ({ context }) => Math.max(0, (context.deadline ?? 0) - context.clock.now()) },
}).createMachine({
  id: 'record-cache',
  context: ({ input }) => ({
    link: input.link,
    clock: input.clock,
    cache: new RecordCache({
      random: input.random,
      maxRecords: input.maxRecords,
      ...(input.maxBytes !== undefined && { maxBytes: input.maxBytes }),
      ...(input.relevance && { relevance: input.relevance }),
    }),
    askers: new AskerIndex(),
    mentions: new Mentions(),
    querier: input.querier,
    deadline: undefined,
  }),
  initial: 'idle',
  on: {
    'records.heard': { actions: 'put' },
    'question.heard': { actions: 'noticeQuestion' },
    'questions.opened': { actions: 'open' },
    'questions.closed': { actions: 'close' },
    'watcher.gone': { actions: 'forgetWatcher' },
    'answers.wanted': { actions: 'tellKnownAnswers' },
    'holders.wanted': { actions: 'tellHolders' },
    'records.doubted': { actions: 'doubt' },
    // Waits anew: if it was sleep that took the link, the timer stood still.
    'link.lost': { actions: 'shorten', target: '.idle' },
    'link.closing': { actions: 'dismissAskers' },
  },
  states: {
    /** Nothing cached ages and nothing is asked. */
    idle: { always: { guard: 'somethingIsAhead', target: 'waiting' } },
    /** The next record falls due for a refresh, for expiry or for removal. The timer is set anew only when that moves. */
    waiting: {
      entry: 'noteDeadline',
      always: [
        { guard: 'nothingIsAhead', target: 'idle' },
        { guard: 'deadlineMoved', target: 'waiting', reenter: true },
      ],
      after: { untilDeadline: { actions: 'fallDue', target: 'waiting', reenter: true } },
    },
  },
});

function open(context: Context, event: Extract<RecordCacheEvent, { type: 'questions.opened' }>, outbox: Outbox): void {
  const { cache, askers, querier, link } = context;
  const now = context.clock.now();
  const fresh: Question[] = [];
  const answered: QuestionKey[] = [];
  const added: ResourceRecord[] = [];
  const heardAt: number[] = [];
  const denied: QuestionKey[] = [];
  for (const asked of event.questions) {
    // Not a copy with one property more: to the engine each such copy would be a class of its own.
    const { name, type, class: rrclass } = asked;
    const question: Question = { name, type, class: rrclass, unicastResponse: false };
    const first = askers.open(event.watcher, event.port, question);
    if (first === undefined) continue;
    const known = first
      ? cache.want(question, now)
      : { records: cache.lookup(question, now), denied: cache.denied(question, now), answered: false };
    if (first) fresh.push(question);
    if (known.answered) answered.push(question);
    if (known.denied) denied.push(question);
    for (const { record, source, firstHeardAt } of known.records) {
      context.mentions.note(record, source);
      added.push(record);
      heardAt.push(firstHeardAt);
    }
  }
  if (fresh.length > 0) {
    const sources = fresh.map(({ name }) => context.mentions.sourceOf(name));
    outbox.sendTo(querier, { type: 'question.opened', questions: fresh, sources, answered });
  }
  if (added.length > 0 || denied.length > 0) {
    outbox.sendTo(event.port, { type: 'records.changed', link, changes: { added, heardAt, removed: [], denied } });
  }
}

function close(context: Context, watcher: WatcherId, questions: readonly QuestionKey[], outbox: Outbox): void {
  const unasked = questions.filter((question) => context.askers.close(watcher, question));
  for (const question of unasked) context.cache.unwant(question);
  if (context.askers.isEmpty) context.mentions.clear();
  if (unasked.length > 0) outbox.sendTo(context.querier, { type: 'question.closed', questions: unasked });
}

/** Tells each watcher its own share of the changes, and the querier which questions need no further asking. */
function tell(context: Context, changes: CacheChanges, outbox: Outbox): void {
  if (changes.answered.length > 0) {
    outbox.sendTo(context.querier, { type: 'question.answered', questions: changes.answered });
  }
  const found = changes.added.filter(({ name, type }) => isShared(nameKey(name), type));
  if (found.length > 0) {
    const questions = [...new Map(found.map((record) => [setKey(record), record])).values()];
    outbox.sendTo(context.querier, { type: 'question.found', questions });
  }
  if (changes.mentioned.length > 0) {
    outbox.sendTo(context.querier, { type: 'question.mentioned', questions: changes.mentioned });
  }
  if (changes.unanswered.length > 0) {
    outbox.sendTo(context.querier, { type: 'question.unanswered', questions: changes.unanswered });
  }
  const shares = new Map<WatcherId, { added: ResourceRecord[]; removed: RemovedRecord[]; denied: QuestionKey[] }>();
  const shareOf = (watcher: WatcherId) => {
    let share = shares.get(watcher);
    if (share === undefined) {
      share = { added: [], removed: [], denied: [] };
      shares.set(watcher, share);
    }
    return share;
  };
  for (const record of changes.added) for (const id of context.askers.askersOf(record)) shareOf(id).added.push(record);
  for (const gone of changes.removed) {
    for (const id of context.askers.askersOf(gone.record)) shareOf(id).removed.push(gone);
  }
  for (const question of changes.denied) {
    for (const id of context.askers.askersOf(question)) shareOf(id).denied.push(question);
  }
  for (const [watcher, share] of shares) {
    const port = context.askers.port(watcher);
    if (port) outbox.sendTo(port, { type: 'records.changed', link: context.link, changes: share });
  }
}
