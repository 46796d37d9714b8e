/**
 * The record-cache of one link: a timer around `protocol/cache`. It reports to each watcher the changes that concern
 * its questions, and to the querier which questions are open, answered, duplicated or due for a refresh.
 */
import { setup } from 'xstate';
import type { Clock } from '../../net/network.js';
import { type CacheChanges, type CachedRecord, RecordCache, type RemovedRecord } from '../../protocol/cache/cache.js';
import { isShared } from '../../protocol/cache/set-kind.js';
import { nameKey } from '../../protocol/name.js';
import { Mentions } from '../../protocol/query/mentions.js';
import type { Relevance } from '../../protocol/query/relevance.js';
import { keptQuestion, type Question, type QuestionKey, type ResourceRecord, setKey } from '../../protocol/record.js';
import { AskerIndex } from '../asker-index.js';
import { Alarm, BOUNDED, type DeadlineReached, type Timed, timed, wakesAt } from '../deadline.js';
import { withHotPath } from '../hot-path.js';
import type { EventOf, LinkId, Port, QuerierEvent, RecordCacheEvent, WatcherId } from '../messages.js';
import { delivers, Outbox } from '../outbox.js';
import { withEvent } from '../with-event.js';
import { letGoOfMessage, letGoOfRecords } from './let-go.js';
import { alongWith, type Teller, tellWatchers } from './tell-watchers.js';

/** A browse asks four questions for each instance: the number of questions closed per turn of the event loop. */
const CLOSED_AT_ONCE = 4_000;

export interface Input {
  readonly link: LinkId;
  readonly clock: Clock;
  readonly random: () => number;
  readonly maxRecords: number;
  readonly maxBytes?: number | undefined;
  /** Gets the names that are cached or asked about. */
  readonly relevance?: Relevance;
  readonly querier: Port<QuerierEvent>;
}

export interface Context extends Timed, Teller {
  /** The sources that have recently mentioned names which may be asked about next. */
  readonly mentions: Mentions;
  readonly querier: Port<QuerierEvent>;
}

type On<T extends RecordCacheEvent['type']> = EventOf<RecordCacheEvent, T>;

const { setTimer, setTimerNow, clearTimer, deadlineMoved } = wakesAt<Context>(({ cache }) => cache.nextDeadline());

export const recordCacheMachine = setup({
  types: {
    context: {} as Context,
    events: {} as RecordCacheEvent | DeadlineReached,
    input: {} as Input,
  },
  actions: {
    setTimer,
    clearTimer,
    deliver: delivers<Context>(),
    put: ({ context }, event: On<'records.heard'>) => put(context, event),
    putAgain: ({ context }, event: On<'response.repeated'>) => putAgain(context, event),
    noticeQuestion: ({ context }, event: On<'question.heard'>) => noticeQuestion(context, event),
    open: ({ context }, event: On<'questions.opened'>) => open(context, event),
    close: ({ context }, { watcher, questions }: On<'questions.closed'>) => close(context, watcher, questions),
    dismiss: ({ context, self }, event: On<'watcher.gone'>) => {
      const questions = dismiss(context, event.watcher);
      if (questions.length === CLOSED_AT_ONCE) context.outbox.sendTo(self, event, 0);
    },
    tellKnownAnswers: ({ context }, { questions }: On<'answers.wanted'>) => {
      const answers = context.cache.knownAnswers(questions, nowOf(context));
      context.outbox.sendTo(context.querier, { type: 'answers.known', questions, answers });
    },
    tellHolders: ({ context }, { records, responder }: On<'holders.wanted'>) => {
      const now = nowOf(context);
      const unheld = records.filter((record) => !context.cache.isHeldElsewhere(record, records, now));
      context.outbox.sendTo(responder, { type: 'holders.known', unheld });
    },
    doubt: ({ context }, { records }: On<'records.doubted'>) => {
      const questions = context.cache.reconfirm(records, nowOf(context));
      if (questions.length > 0) context.outbox.sendTo(context.querier, { type: 'refresh.due', questions });
    },
    repeat: ({ context }, { questions }: On<'questions.repeated'>) =>
      context.outbox.sendTo(context.querier, { type: 'refresh.due', questions: questions.map(asQuestion) }),
    /** The link is up again: all questions are asked again (RFC 6762 section 5.4). */
    askAnew: ({ context }) => {
      const questions = context.cache.asksAnew();
      if (questions.length === 0) return;
      const sources = sourcesOf(context, questions);
      context.outbox.sendTo(context.querier, { type: 'question.opened', questions, sources, again: true });
    },
    shorten: ({ context }, { graceMs }: On<'link.lost'>) => context.cache.shorten(graceMs, nowOf(context)),
    dismissAll: ({ context }) => context.askers.dismissAll(),
    fallDue: ({ context }) => fallDue(context),
    /** Sends no refresh queries: while the link is lost, no peer can answer. */
    expire: ({ context }) => tell(context, context.cache.due(nowOf(context)).changes),
  },
  guards: { deadlineMoved },
}).createMachine({
  id: 'record-cache',
  options: BOUNDED,
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
    outbox: new Outbox(),
    alarm: new Alarm(),
  }),
  initial: 'open',
  on: {
    'holders.wanted': { actions: [withEvent('tellHolders'), 'deliver'] },
  },
  states: {
    open: {
      initial: 'following',
      on: {
        'records.heard': { actions: [withEvent('put'), 'deliver'] },
        'response.repeated': { actions: [withEvent('putAgain'), 'deliver'] },
        'questions.opened': { actions: [withEvent('open'), 'deliver'] },
        'questions.closed': { actions: [withEvent('close'), 'deliver'] },
        'watcher.gone': { actions: [withEvent('dismiss'), 'deliver'] },
        'answers.wanted': { actions: [withEvent('tellKnownAnswers'), 'deliver'] },
        'link.closing': { target: 'closing' },
      },
      states: {
        /** Records are refreshed, or removed when they expire. */
        following: {
          ...timed,
          on: {
            'question.heard': { actions: [withEvent('noticeQuestion'), 'deliver'] },
            'records.doubted': { actions: [withEvent('doubt'), 'deliver'] },
            'questions.repeated': { actions: [withEvent('repeat'), 'deliver'] },
            'deadline.reached': { actions: ['fallDue', 'deliver', 'setTimer'] },
            'link.lost': { actions: withEvent('shorten'), target: 'linkLost' },
            'link.up': { actions: ['askAnew', 'deliver'] },
          },
        },
        /** Records are kept for the grace period, in case the link is soon back (RFC 6762 section 10.3). */
        linkLost: {
          ...timed,
          on: {
            'deadline.reached': { actions: ['expire', 'deliver', 'setTimer'] },
            'link.up': { actions: ['askAnew', 'deliver'], target: 'following' },
          },
        },
      },
    },
    /** Watchers may have ended already; only the responder, which sends goodbyes, still asks. */
    closing: { entry: 'dismissAll' },
  },
});

/**
 * What others ask, what responses contain, which mostly renews records, what is asked about each instance that is
 * found, what is asked no more, and what falls due: each record that a new one replaces does, a second later.
 */
export const recordCacheLogic = withHotPath(recordCacheMachine, ({ value, context }, event, send, scope) => {
  if (value === 'closing') return event;
  const isFollowing = value.open === 'following';
  if (event.type === 'question.heard' && isFollowing) noticeQuestion(context, event);
  else if (event.type === 'deadline.reached' && isFollowing) fallDue(context);
  else if (event.type === 'records.heard') put(context, event);
  else if (event.type === 'response.repeated') putAgain(context, event);
  else if (event.type === 'questions.opened') open(context, event);
  else if (event.type === 'questions.closed') close(context, event.watcher, event.questions);
  // More of them are closed by the machine, a part in each turn.
  else if (event.type === 'watcher.gone' && context.askers.questionsOf(event.watcher) < CLOSED_AT_ONCE)
    dismiss(context, event.watcher);
  else return event;
  for (const { to, event: letter } of context.outbox.take()) send(to, letter);
  // Records that are heard again move the deadline later: the timer stays as it is.
  if (event.type === 'deadline.reached' || context.cache.nextDeadline() < context.alarm.at) setTimerNow(context, scope);
  return undefined;
});

/**
 * The cache gets whole milliseconds, so that its times are integers: V8 keeps an integer in the object that has it, and
 * a fraction in one more of 16 bytes, of which a service had eight.
 */
function nowOf({ clock }: Context): number {
  return Math.floor(clock.now());
}

function put(context: Context, { records, source, repeat, announced, heardAt }: On<'records.heard'>): void {
  const now = nowOf(context);
  const changes = context.cache.put(records, source, now, repeat, heardAt === undefined ? now : Math.floor(heardAt));
  letGoOfRecords(records);
  for (const record of changes.added) context.mentions.note(record, source);
  tell(context, changes, source, announced);
}

function putAgain(context: Context, { repeat }: On<'response.repeated'>): void {
  const changes = context.cache.putAgain(repeat, nowOf(context));
  if (changes !== undefined) tell(context, changes);
}

function fallDue(context: Context): void {
  const { changes, refresh: questions } = context.cache.due(nowOf(context));
  tell(context, changes);
  if (questions.length > 0) context.outbox.sendTo(context.querier, { type: 'refresh.due', questions });
}

function noticeQuestion(context: Context, { message }: On<'question.heard'>): void {
  const { cache, querier, outbox } = context;
  const questions = cache.questionHeard(message.questions, message.answers, nowOf(context));
  letGoOfMessage(message);
  if (questions.length > 0) outbox.sendTo(querier, { type: 'question.duplicated', questions });
}

function open(context: Context, event: On<'questions.opened'>): void {
  const { cache, askers, querier, link, outbox } = context;
  const now = nowOf(context);
  /** Those to ask, and who has answered the others: these are asked when their answers are old. */
  const fresh: Question[] = [];
  const answeredBy = new Set<string | undefined>();
  const added: ResourceRecord[] = [];
  const heardAt: number[] = [];
  const sources: string[] = [];
  const leftMs: number[] = [];
  const removed: RemovedRecord[] = [];
  const denied: QuestionKey[] = [];
  for (const asked of event.questions) {
    const { name, follow, told } = asked;
    const question = asked.kept ?? keptQuestion(asked);
    const first = askers.open(event.watcher, event.port, question, follow);
    if (first === undefined) continue;
    const known = first
      ? cache.want(question, now)
      : { records: cache.lookup(question, now), denied: cache.denied(question, now), answered: false };
    if (known.answered) answeredBy.add(context.mentions.sourceOf(name));
    else if (first) fresh.push(question);
    if (known.denied) denied.push(question);
    for (const { record, source } of known.records) context.mentions.note(record, source);
    if (told && isAsTold(told, known.records)) continue;
    for (const record of told ?? []) removed.push({ record, reason: 'expired' });
    for (const { record, firstHeardAt, source, expiresAt } of known.records) {
      added.push(record);
      leftMs.push(expiresAt - now);
      heardAt.push(firstHeardAt);
      sources.push(source);
    }
  }
  if (fresh.length > 0 || answeredBy.size > 0) {
    const sources = sourcesOf(context, fresh);
    const once = event.once === true;
    outbox.sendTo(querier, { type: 'question.opened', questions: fresh, sources, once, answeredBy });
  }
  if (added.length > 0 || removed.length > 0 || denied.length > 0) {
    const along = alongWith(context, event.watcher, added, now);
    outbox.sendTo(event.port, {
      type: 'records.changed',
      link,
      changes: { added, heardAt, sources, leftMs, removed, denied, ...along },
    });
  }
}

/** For each question, the source that mentioned its name, if known. */
function sourcesOf({ mentions }: Context, questions: readonly Question[]): (string | undefined)[] {
  return questions.map(({ name }) => mentions.sourceOf(name));
}

function asQuestion({ name, type, class: rrclass }: QuestionKey): Question {
  return { name, type, class: rrclass, unicastResponse: false };
}

/** Whether the records that a watcher knows are exactly the cached ones. */
function isAsTold(told: readonly ResourceRecord[], known: readonly CachedRecord[]): boolean {
  return told.length === known.length && told.every((record, i) => record === known[i]?.record);
}

/** Stops reports to the watcher. @returns its questions that are closed */
function dismiss(context: Context, watcher: WatcherId): readonly QuestionKey[] {
  const questions = context.askers.dismiss(watcher, CLOSED_AT_ONCE);
  close(context, watcher, questions);
  return questions;
}

function close(context: Context, watcher: WatcherId, questions: readonly QuestionKey[]): void {
  const unasked = questions.filter((question) => context.askers.close(watcher, question));
  for (const question of unasked) context.cache.unwant(question);
  if (context.askers.isEmpty) context.mentions.clear();
  if (unasked.length > 0) context.outbox.sendTo(context.querier, { type: 'question.closed', questions: unasked });
}

/**
 * Reports to each watcher the changes that concern it, and to the querier which questions need not be asked again.
 *
 * @param source who has sent what is added
 * @param announced whether that was an announcement, not an answer
 */
function tell(context: Context, changes: CacheChanges, source?: string, announced = false): void {
  tellQuerier(context, changes, announced);
  tellWatchers(context, changes, nowOf(context), source);
}

function tellQuerier(context: Context, changes: CacheChanges, announced: boolean): void {
  const { answered, added, mentioned, unanswered } = changes;
  const { outbox, querier } = context;
  if (answered.length > 0) outbox.sendTo(querier, { type: 'question.answered', questions: answered });
  const found = added.length === 0 ? added : added.filter(({ name, type }) => isShared(nameKey(name), type));
  if (found.length > 0) {
    const questions = [...new Map(found.map((record) => [setKey(record), record])).values()];
    outbox.sendTo(querier, { type: 'question.found', questions, announced });
  }
  if (mentioned.length > 0) outbox.sendTo(querier, { type: 'question.mentioned', questions: mentioned });
  if (unanswered.length > 0) {
    const sources = sourcesOf(context, unanswered);
    outbox.sendTo(querier, { type: 'question.unanswered', questions: unanswered, sources });
  }
}
