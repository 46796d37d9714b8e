/**
 * The querier of one link: a timer around `protocol/query/query-plan`. All queries are sent from here, so that
 * questions and probes that are due together share packets (RFC 6762 sections 5.3 and 8.1).
 *
 * It is one actor for all questions of its link, because there are thousands of questions (four for each discovered
 * instance), and an actor for each would be too many: docs/decisions/0003-one-querier-per-link.md.
 */
import { assign, setup } from 'xstate';
import type { Clock } from '../../net/network.js';
import { isConclusive } from '../../protocol/cache/answers.js';
import { plainQuestion } from '../../protocol/cache/wants.js';
import { QueryPlan } from '../../protocol/query/query-plan.js';
import { QuestionBudget } from '../../protocol/query/question-budget.js';
import { UnicastWindow } from '../../protocol/query/unicast-window.js';
import { firstPackets, type PackedQuery, packQuery } from '../../protocol/wire/pack-query.js';
import type { LinkCounters } from '../counters.js';
import { Alarm, BOUNDED, type DeadlineReached, type Timed, timed, wakesAt } from '../deadline.js';
import { withHotPath } from '../hot-path.js';
import type { EventOf, MulticastInterfaceEvent, Port, QuerierEvent } from '../messages.js';
import { delivers, Outbox } from '../outbox.js';
import { withEvent } from '../with-event.js';
import { ProbeRounds } from './probe-rounds.js';

export interface Input {
  readonly clock: Clock;
  readonly random: () => number;
  readonly link: Port<MulticastInterfaceEvent>;
  /** Owned by the link: the bytes received determine the budget for queries. */
  readonly counters: LinkCounters;
}

export interface Context extends Timed {
  readonly counters: LinkCounters;
  readonly budget: QuestionBudget;
  readonly link: Port<MulticastInterfaceEvent>;
  readonly plan: QueryPlan;
  /** The questions that asked for unicast responses recently enough for one to be accepted. */
  readonly unicastWindow: UnicastWindow;
  /** Announcers that wait until they may probe, or probe and have heard no objection (RFC 6762 section 8.1). */
  readonly rounds: ProbeRounds;
  readonly up: On<'link.up'> | undefined;
  readonly outbox: Outbox;
}

type On<T extends QuerierEvent['type']> = EventOf<QuerierEvent, T>;

const { setTimer, setTimerNow, clearTimer, deadlineMoved } = wakesAt<Context>(nextDeadline);

export const querierMachine = setup({
  types: { context: {} as Context, events: {} as QuerierEvent | DeadlineReached, input: {} as Input },
  actions: {
    setTimer,
    clearTimer,
    deliver: delivers<Context>(),
    takeLink: assign((_, up: On<'link.up'>) => ({ up })),
    /** RFC 6762 section 5.4: the first questions after a link came up may ask for unicast responses. */
    reopen: ({ context }, { portShared }: On<'link.up'>) =>
      context.plan.reopen(context.clock.now(), { unicastResponse: !portShared }),
    forgetLink: assign({ up: undefined }),
    dropProbes: ({ context }) => context.rounds.clear(),
    planWake: ({ context }, { announcer, at }: On<'wake.planned'>) => context.rounds.wake(announcer, at),
    open: ({ context }, event: On<'question.opened'>) => open(context, event),
    close: ({ context }, { questions }: On<'question.closed'>) => {
      for (const question of questions) context.plan.close(question);
    },
    noteAnswered: ({ context }, { questions }: On<'question.answered'>) => {
      const now = context.clock.now();
      for (const question of questions) context.plan.answered(question, now);
    },
    noteFound: ({ context }, event: On<'question.found'>) => noteFound(context, event),
    noteMentioned: ({ context }, { questions }: On<'question.mentioned'>) =>
      context.plan.mentioned(questions, context.clock.now()),
    noteUnanswered: ({ context }, { questions, sources }: On<'question.unanswered'>) =>
      context.plan.unanswered(questions, context.clock.now(), sources),
    noteDuplicated: ({ context }, { questions }: On<'question.duplicated'>) =>
      context.plan.duplicated(questions, context.clock.now()),
    refresh: ({ context }, { questions }: On<'refresh.due'>) => context.plan.refresh(questions, context.clock.now()),
    beginProbing: ({ context }, probe: On<'probe.due'>) => context.rounds.begin(probe),
    changeProbe: ({ context }, probe: On<'probe.changed'>) => context.rounds.change(probe),
    takeBackProbe: ({ context }, { announcer }: On<'probe.cancelled'>) => context.rounds.delete(announcer),
    judgeUnicast: ({ context }, { records, source }: On<'unicast.heard'>) => {
      if (!context.unicastWindow.accepts(records, context.clock.now())) return;
      context.outbox.sendTo(context.link, { type: 'unicast.accepted', records, source });
    },
    sendProbes: ({ context }) => sendProbes(context),
    /** Asks the record-cache for the known answers, which are sent with the questions (RFC 6762 section 7.1). */
    gatherKnownAnswers: ({ context }) => {
      const { plan, budget, counters, outbox } = context;
      const now = context.clock.now();
      budget.received(counters.receivedBytes, now);
      const due = plan.due(now, (share) => budget.room(share, now));
      const questions = upOf(context).portShared ? due.map(plainQuestion) : due;
      counters.heldBack = plan.deferred;
      if (questions.length > 0) outbox.sendTo(upOf(context).cache, { type: 'answers.wanted', questions });
    },
    ask: ({ context }, event: On<'answers.known'>) => {
      const { socket, maxBytes } = upOf(context);
      for (const bytes of packetsWithin(context, event, maxBytes)) {
        context.outbox.sendTo(socket, { type: 'datagram.send', bytes, to: 'group' });
      }
    },
  },
  guards: { deadlineMoved },
}).createMachine({
  id: 'querier',
  options: BOUNDED,
  context: ({ input }) => ({
    clock: input.clock,
    link: input.link,
    counters: input.counters,
    budget: new QuestionBudget(),
    plan: new QueryPlan({ random: input.random }),
    unicastWindow: new UnicastWindow(),
    rounds: new ProbeRounds(),
    up: undefined,
    outbox: new Outbox(),
    alarm: new Alarm(),
  }),
  initial: 'down',
  on: {
    'link.up': {
      actions: [withEvent('takeLink'), withEvent('reopen')],
      target: '.up',
    },
    'question.opened': { actions: withEvent('open') },
    'question.closed': { actions: withEvent('close') },
    'question.answered': { actions: withEvent('noteAnswered') },
    'question.found': { actions: withEvent('noteFound') },
    'question.mentioned': { actions: withEvent('noteMentioned') },
    'question.unanswered': { actions: withEvent('noteUnanswered') },
    'wake.planned': { actions: withEvent('planWake') },
    'probe.cancelled': { actions: withEvent('takeBackProbe') },
  },
  states: {
    /** Keeps questions, sends nothing. */
    down: {},
    /** Sends the questions that are due. */
    up: {
      ...timed,
      on: {
        'link.down': { actions: ['dropProbes', 'forgetLink'], target: 'down' },
        'question.duplicated': { actions: withEvent('noteDuplicated') },
        'refresh.due': { actions: withEvent('refresh') },
        'probe.due': { actions: withEvent('beginProbing') },
        'probe.changed': { actions: withEvent('changeProbe') },
        'unicast.heard': { actions: [withEvent('judgeUnicast'), 'deliver'] },
        'answers.known': { actions: [withEvent('ask'), 'deliver'] },
        'deadline.reached': { actions: ['sendProbes', 'gatherKnownAnswers', 'deliver', 'setTimer'] },
      },
    },
  },
});

/** Probes, which may come in thousands and leave together; and what each packet with instances causes. */
export const querierLogic = withHotPath(querierMachine, ({ value, context }, event, _send, scope) => {
  if (value !== 'up') return event;
  if (event.type === 'probe.due') context.rounds.begin(event);
  else if (event.type === 'wake.planned') context.rounds.wake(event.announcer, event.at);
  else if (event.type === 'question.opened') open(context, event);
  else if (event.type === 'question.found') noteFound(context, event);
  else return event;
  if (deadlineMoved({ context })) setTimerNow(context, scope);
  return undefined;
});

function open(context: Context, event: On<'question.opened'>): void {
  const { questions, sources, once = false, again = false, answeredBy } = event;
  const now = context.clock.now();
  const unicastResponse = again && context.up?.portShared === false;
  for (const [i, question] of questions.entries()) {
    const source = sources?.[i];
    context.plan.open(question, now, { unicastResponse, source, insistent: once && isConclusive(question) });
  }
  for (const source of answeredBy ?? []) context.plan.answeredBy(source);
}

function noteFound({ plan, clock }: Context, { questions, announced }: On<'question.found'>): void {
  plan.found(questions, clock.now(), announced);
}

function nextDeadline({ rounds, plan }: Context): number {
  return Math.min(rounds.next, plan.nextDeadline());
}

function sendProbes(context: Context): void {
  const { outbox, clock, rounds, unicastWindow } = context;
  const up = upOf(context);
  const now = clock.now();
  const { probes, woken } = rounds.take(now);
  for (const announcer of woken) outbox.sendTo(announcer, { type: 'woken' });
  if (probes.length === 0) return;
  const authorities = probes.flatMap(({ probe }) => probe.authorities);
  const questions = probes
    .flatMap(({ probe }) => probe.questions)
    .map((question) => ({ ...question, unicastResponse: !up.portShared }));
  unicastWindow.asked(questions, now);
  const packets = packQuery({ questions, authorities, maxBytes: up.maxBytes }).flatMap((query) => query.packets);
  const sent = probes.map(({ probe, count }) => ({ id: probe.id, count }));
  for (const [i, bytes] of packets.entries()) {
    const report = i === packets.length - 1 ? { probes: sent } : undefined;
    outbox.sendTo(up.socket, { type: 'datagram.send', bytes, to: 'group', ...report });
  }
}

/** The link. Only the state `up` sends, so there is one. */
function upOf({ up }: Context): On<'link.up'> {
  return up as On<'link.up'>;
}

/**
 * The packets of a query that fit into the budget. Questions that do not fit stay due, and known answers that do not
 * fit are left out.
 */
function packetsWithin(
  context: Context,
  { questions, answers: knownAnswers }: On<'answers.known'>,
  linkBytes: number,
): Uint8Array[] {
  const { plan, budget, counters, unicastWindow } = context;
  const now = context.clock.now();
  const [best] = questions;
  if (best === undefined) return [];
  budget.received(counters.receivedBytes, now);
  const maxBytes = budget.packetBytes(plan.shareOf(best), linkBytes, now);
  const leaving: { readonly query: PackedQuery; readonly packets: readonly Uint8Array[] }[] = [];
  for (const query of packQuery({ questions, knownAnswers, maxBytes })) {
    const packets = affordable(context, query, now);
    if (packets.length === 0) break;
    leaving.push({ query, packets });
  }
  const asked = leaving.flatMap(({ query }) => query.questions);
  plan.asked(asked, now, asked.length < questions.length);
  unicastWindow.asked(asked, now);
  counters.heldBack = plan.deferred;
  return leaving.flatMap(({ packets }) => packets);
}

/** The packets that fit into the budget; none when the first one, with the questions, does not. */
function affordable({ plan, budget }: Context, query: PackedQuery, now: number): readonly Uint8Array[] {
  const [best] = query.questions;
  const [first, ...rest] = query.packets;
  if (!budget.spend([first], query.hasKnownAnswers ? 'known' : plan.shareOf(best), now)) return [];
  const full = rest.findIndex((packet) => !budget.spend([packet], 'known', now));
  return full < 0 ? query.packets : firstPackets(query.packets, full + 1);
}
