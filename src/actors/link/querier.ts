/**
 * The querier of one link: a timer around `protocol/query-plan`. It is the one place from which queries leave, so that
 * questions and probes that are due together share packets (RFC 6762 sections 5.3 and 8.1).
 *
 * It is one actor for all questions of its link, because questions number in the thousands (four for each discovered
 * instance) and actors should not: docs/decisions/0003-one-querier-per-link.md.
 */
import { assertEvent, assign, enqueueActions, setup } from 'xstate';
import type { Clock } from '../../net/network.js';
import { QueryPlan } from '../../protocol/query/query-plan.js';
import { QuestionBudget } from '../../protocol/query/question-budget.js';
import { UnicastWindow } from '../../protocol/query/unicast-window.js';
import { firstPackets, type PackedQuery, packQuery } from '../../protocol/wire/pack-query.js';
import type { LinkCounters } from '../counters.js';
import type { MulticastInterfaceEvent, Port, QuerierEvent } from '../messages.js';

export interface Input {
  readonly clock: Clock;
  readonly random: () => number;
  readonly link: Port<MulticastInterfaceEvent>;
  /** Kept by the link: what was received pays for what is asked. */
  readonly counters: LinkCounters;
}

/** What was said about the link when it came up. */
type Up = Extract<QuerierEvent, { type: 'link.up' }>;

export interface Context {
  readonly clock: Clock;
  readonly counters: LinkCounters;
  readonly budget: QuestionBudget;
  readonly link: Port<MulticastInterfaceEvent>;
  readonly plan: QueryPlan;
  /** Questions that welcome a unicast response, for as long as one is believed. */
  readonly unicastWindow: UnicastWindow;
  /** Probes of this instant, waiting for each other (RFC 6762 section 8.1). */
  readonly probes: Extract<QuerierEvent, { type: 'probe.due' }>[];
  readonly up: Up | undefined;
  /** What it waits for. */
  readonly deadline: number | undefined;
}

export const querierMachine = setup({
  types: { context: {} as Context, events: {} as QuerierEvent, input: {} as Input },
  actions: {
    /** RFC 6762 section 5.4: the first questions after a link came up may ask for unicast responses. */
    startAnew: assign(({ context, event }) => {
      assertEvent(event, 'link.up');
      context.plan.reopen(context.clock.now(), { unicastResponse: !event.portShared });
      return { up: event };
    }),
    stop: assign(({ context }) => {
      context.probes.length = 0;
      return { up: undefined };
    }),
    open: ({ context, event }) => {
      assertEvent(event, 'question.opened');
      const now = context.clock.now();
      for (const [i, question] of event.questions.entries()) {
        context.plan.open(question, now, { unicastResponse: false, source: event.sources?.[i] });
      }
      for (const question of event.answered) context.plan.answered(question, now);
    },
    close: ({ context, event }) => {
      assertEvent(event, 'question.closed');
      for (const question of event.questions) context.plan.close(question);
    },
    noteAnswered: ({ context, event }) => {
      assertEvent(event, 'question.answered');
      const now = context.clock.now();
      for (const question of event.questions) context.plan.answered(question, now);
    },
    noteFound: ({ context, event }) => {
      assertEvent(event, 'question.found');
      context.plan.found(event.questions, context.clock.now());
    },
    noteMentioned: ({ context, event }) => {
      assertEvent(event, 'question.mentioned');
      context.plan.mentioned(event.questions, context.clock.now());
    },
    noteUnanswered: ({ context, event }) => {
      assertEvent(event, 'question.unanswered');
      context.plan.unanswered(event.questions, context.clock.now());
    },
    noteDuplicated: ({ context, event }) => {
      assertEvent(event, 'question.duplicated');
      context.plan.duplicated(event.questions, context.clock.now());
    },
    refresh: ({ context, event }) => {
      assertEvent(event, 'refresh.due');
      context.plan.refresh(event.questions, context.clock.now());
    },
    collectProbe: ({ context, event }) => {
      assertEvent(event, 'probe.due');
      context.probes.push(event);
    },
    judgeUnicast: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'unicast.heard');
      if (!context.unicastWindow.accepts(event.records, context.clock.now())) return;
      enqueue.sendTo(context.link, { type: 'unicast.accepted', records: event.records, source: event.source });
    }),
    sendProbes: enqueueActions(({ context, enqueue }) => {
      const up = upOf(context);
      // A set may have been withdrawn while its probe was waiting.
      const probes = context.probes.splice(0).filter(({ announcer }) => announcer.getSnapshot().status === 'active');
      const authorities = probes.flatMap((probe) => probe.authorities);
      const questions = probes
        .flatMap((probe) => probe.questions)
        .map((question) => ({ ...question, unicastResponse: !up.portShared }));
      context.unicastWindow.asked(questions, context.clock.now());
      for (const { packets } of packQuery({ questions, authorities, maxBytes: up.maxBytes })) {
        for (const bytes of packets) enqueue.sendTo(up.socket, { type: 'datagram.send', bytes, to: 'group' });
      }
      for (const { announcer } of probes) enqueue.sendTo(announcer, { type: 'probe.sent' });
    }),
    noteDeadline: assign({ deadline: ({ context }) => nextDeadline(context) }),
    /** What is known is asked of the record-cache first: it goes along with the questions (RFC 6762 section 7.1). */
    gatherKnownAnswers: enqueueActions(({ context, enqueue }) => {
      const { plan, budget, counters } = context;
      const now = context.clock.now();
      budget.received(counters.receivedBytes, now);
      const questions = plan.due(now, (share) => budget.room(share, now));
      counters.heldBack = plan.deferred;
      if (questions.length > 0) enqueue.sendTo(upOf(context).cache, { type: 'answers.wanted', questions });
    }),
    ask: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'answers.known');
      const { socket, maxBytes } = upOf(context);
      for (const bytes of packetsWithin(context, event, maxBytes)) {
        enqueue.sendTo(socket, { type: 'datagram.send', bytes, to: 'group' });
      }
    }),
  },
  guards: {
    somethingIsAhead: ({ context }) => nextDeadline(context) !== undefined,
    nothingIsAhead: ({ context }) => nextDeadline(context) === undefined,
    deadlineMoved: ({ context }) => nextDeadline(context) !== context.deadline,
  },
  delays: { untilDeadline: ({ context }) => Math.max(0, (context.deadline ?? 0) - context.clock.now()) },
}).createMachine({
  id: 'querier',
  context: ({ input }) => ({
    clock: input.clock,
    link: input.link,
    counters: input.counters,
    budget: new QuestionBudget(),
    plan: new QueryPlan({ random: input.random }),
    unicastWindow: new UnicastWindow(),
    probes: [],
    up: undefined,
    deadline: undefined,
  }),
  initial: 'down',
  on: { 'link.up': { actions: 'startAnew', target: '.up' } },
  states: {
    /** Questions are kept, nothing is sent. */
    down: {
      on: {
        'question.opened': { actions: 'open' },
        'question.closed': { actions: 'close' },
        'question.answered': { actions: 'noteAnswered' },
        'question.found': { actions: 'noteFound' },
        'question.mentioned': { actions: 'noteMentioned' },
        'question.unanswered': { actions: 'noteUnanswered' },
      },
    },
    up: {
      initial: 'idle',
      on: {
        'link.down': { actions: 'stop', target: 'down' },
        'question.opened': { actions: 'open' },
        'question.closed': { actions: 'close' },
        'question.answered': { actions: 'noteAnswered' },
        'question.found': { actions: 'noteFound' },
        'question.mentioned': { actions: 'noteMentioned' },
        'question.unanswered': { actions: 'noteUnanswered' },
        'question.duplicated': { actions: 'noteDuplicated' },
        'refresh.due': { actions: 'refresh' },
        'probe.due': { actions: 'collectProbe' },
        'unicast.heard': { actions: 'judgeUnicast' },
        'answers.known': { actions: 'ask' },
      },
      states: {
        /** No question is open that will be asked again. */
        idle: { always: { guard: 'somethingIsAhead', target: 'waiting' } },
        /** The timer is set anew only when the deadline moves, as few events make it. */
        waiting: {
          entry: 'noteDeadline',
          always: [
            { guard: 'nothingIsAhead', target: 'idle' },
            { guard: 'deadlineMoved', target: 'waiting', reenter: true },
          ],
          after: { untilDeadline: { actions: ['sendProbes', 'gatherKnownAnswers'], target: 'waiting', reenter: true } },
        },
      },
    },
  },
});

/** The link: what sends is in the state `up` alone. */
function upOf({ up }: Context): Up {
  return up as Up;
}

/**
 * The packets of a query for which the budget has room. What does not leave stays due; of known answers only so many
 * are listed as there is room for.
 */
function packetsWithin(
  context: Context,
  { questions, answers: knownAnswers }: Extract<QuerierEvent, { type: 'answers.known' }>,
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

/** The packets for which there is room; none if that is not so for the first one, with the questions. */
function affordable({ plan, budget }: Context, query: PackedQuery, now: number): readonly Uint8Array[] {
  const [best] = query.questions;
  const [first, ...rest] = query.packets;
  if (!budget.spend([first], query.hasKnownAnswers ? 'known' : plan.shareOf(best), now)) return [];
  const full = rest.findIndex((packet) => !budget.spend([packet], 'known', now));
  return full < 0 ? query.packets : firstPackets(query.packets, full + 1);
}

function nextDeadline(context: Context): number | undefined {
  return context.probes.length > 0 ? Number.NEGATIVE_INFINITY : context.plan.nextDeadline();
}
