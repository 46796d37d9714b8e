/**
 * A domain beyond the link: asks the DNS servers that know it, again and again, and reports to watchers what changes,
 * as a link does (RFC 6763 section 10).
 */

import { assign, sendTo, setup } from 'xstate';
import type { DomainState } from '../commands.js';
import { BOUNDED, type DeadlineReached, timed, wakesAt } from '../deadline.js';
import type { DomainCommand } from '../domain-messages.js';
import type { EventOf } from '../messages.js';
import { delivers } from '../outbox.js';
import { withEvent } from '../with-event.js';
import {
  ask,
  close,
  type DomainContext,
  type DomainInput,
  doubtedQuestions,
  dropExchanges,
  newDomainContext,
  open,
  type ProbeAnswered,
  probeOf,
  type ReplyArrived,
  takeHeard,
  tell,
} from './context.js';

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;
/** A server that refuses does so until its configuration is changed. */
const REFUSED_RETRY_MS = 30_000;
/** A browse asks three questions for each instance: the number of questions closed per turn of the event loop. */
const CLOSED_AT_ONCE = 4_000;

type On<T extends DomainCommand['type']> = EventOf<DomainCommand, T>;

const { setTimer, clearTimer, deadlineMoved } = wakesAt<DomainContext>(({ plan }) => plan.nextDeadline());

export const unicastDomainMachine = setup({
  types: {
    context: {} as DomainContext,
    events: {} as DomainCommand | ReplyArrived | ProbeAnswered | DeadlineReached,
    input: {} as DomainInput,
  },
  actions: {
    setTimer,
    clearTimer,
    deliver: delivers<DomainContext>(),
    report: sendTo(
      ({ context }) => context.input.supervisor,
      ({ context: { input, fault } }, { state }: { readonly state: DomainState }) => {
        return { type: 'domain.reported', domain: input.domain, state, fault } as const;
      },
    ),
    probe: ({ context, self }) =>
      ask(context, probeOf(context), (heard) => self.send({ type: 'probe.answered', heard })),
    takeFound: assign(({ context }) => ({ fault: undefined, attempts: 0, answeredAt: context.clock.now() })),
    takeProbeFault: assign(({ context }, { heard: { fault } }: ProbeAnswered) => {
      return { fault, attempts: context.attempts + 1 };
    }),
    /** As many as may wait for an answer at once; the rest follows as answers come. */
    sendQuestions: ({ context, self }) => {
      const askedAt = context.clock.now();
      for (const question of context.plan.takeQuestions(askedAt)) {
        ask(context, question, (heard) => self.send({ type: 'reply.arrived', question, askedAt, heard }));
      }
    },
    takeReply: assign(({ context }, event: ReplyArrived) => {
      takeHeard(context, event);
      const { fault, from } = event.heard;
      const answeredAt = from === undefined ? context.answeredAt : context.clock.now();
      // What one question ran into stays the reason until all are answered.
      return { answeredAt, fault: fault ?? (context.plan.failing > 0 ? context.fault : undefined) };
    }),
    recall: ({ context }) => {
      dropExchanges(context);
      context.plan.recall(context.clock.now());
    },
    dropExchanges: ({ context }) => dropExchanges(context),
    open: ({ context }, event: On<'questions.opened'>) => open(context, event),
    close: ({ context }, { watcher, questions }: On<'questions.closed'>) => close(context, watcher, questions),
    dismiss: ({ context, self }, event: On<'watcher.gone'>) => {
      const questions = context.askers.dismiss(event.watcher, CLOSED_AT_ONCE);
      close(context, event.watcher, questions);
      if (questions.length === CLOSED_AT_ONCE) context.outbox.sendTo(self, event, 0);
    },
    repeat: ({ context }, { questions }: On<'questions.repeated'>) =>
      context.plan.askAgain(questions, context.clock.now()),
    doubt: ({ context }, event: On<'records.doubted'>) =>
      context.plan.askAgain(doubtedQuestions(event), context.clock.now()),
    fallDue: ({ context }) => tell(context, context.plan.due(context.clock.now()), ''),
  },
  guards: {
    deadlineMoved,
    /** There is no zone to look for: the servers are asked for names of any. */
    isRoot: ({ context }) => context.input.domain === '.',
    isAnswered: (_, { heard }: ProbeAnswered) => heard.answer !== undefined,
    isRefused: (_, { heard }: ProbeAnswered) => heard.from !== undefined,
    /** No server has answered anything since this was asked. */
    isSilence: ({ context }, { heard, askedAt }: ReplyArrived) => {
      return heard.from === undefined && context.answeredAt < askedAt;
    },
    /** It changes what the status says: a question is refused, or the last one that was is answered. */
    isNews: ({ context }, { heard, question }: ReplyArrived) => {
      if (heard.fault) return heard.fault.message !== context.fault?.message;
      return context.fault !== undefined && context.plan.failsOnly(question);
    },
  },
  delays: {
    retryDelay: ({ context }) => Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, context.attempts - 1)),
    refusedDelay: REFUSED_RETRY_MS,
  },
}).createMachine({
  id: 'unicast-domain',
  options: BOUNDED,
  context: ({ input }) => newDomainContext(input),
  initial: 'finding',
  on: {
    'questions.opened': { actions: [withEvent('open'), 'deliver'] },
    'questions.closed': { actions: withEvent('close') },
    'questions.repeated': { actions: withEvent('repeat') },
    'records.doubted': { actions: withEvent('doubt') },
    'watcher.gone': { actions: [withEvent('dismiss'), 'deliver'] },
    'domain.close': '.closing',
  },
  states: {
    /** Looks for a server that answers for the domain. */
    finding: {
      entry: [{ type: 'report', params: { state: 'finding' } }, 'probe', timed.entry],
      exit: ['dropExchanges', timed.exit],
      always: [{ guard: 'isRoot', target: 'up' }, timed.always],
      on: {
        'deadline.reached': { actions: ['fallDue', 'deliver', 'setTimer'] },
        'probe.answered': [
          { guard: withEvent('isAnswered'), target: 'up' },
          { guard: withEvent('isRefused'), actions: withEvent('takeProbeFault'), target: 'refused' },
          { actions: withEvent('takeProbeFault'), target: 'retrying' },
        ],
      },
    },
    /** Questions are asked, and asked again. */
    up: {
      entry: ['takeFound', { type: 'report', params: { state: 'up' } }, 'sendQuestions', timed.entry],
      exit: ['recall', timed.exit],
      always: timed.always,
      on: {
        'questions.opened': { actions: [withEvent('open'), 'deliver', 'sendQuestions'] },
        'questions.repeated': { actions: [withEvent('repeat'), 'sendQuestions'] },
        'records.doubted': { actions: [withEvent('doubt'), 'sendQuestions'] },
        'deadline.reached': { actions: ['fallDue', 'deliver', 'sendQuestions', 'setTimer'] },
        'reply.arrived': [
          { guard: withEvent('isSilence'), actions: [withEvent('takeReply'), 'deliver'], target: 'retrying' },
          {
            guard: withEvent('isNews'),
            actions: [withEvent('takeReply'), 'deliver', 'sendQuestions', { type: 'report', params: { state: 'up' } }],
          },
          { actions: [withEvent('takeReply'), 'deliver', 'sendQuestions'] },
        ],
      },
    },
    /** No server answers. What is known stays until it expires. */
    retrying: {
      entry: [{ type: 'report', params: { state: 'retrying' } }, timed.entry],
      exit: timed.exit,
      always: timed.always,
      after: { retryDelay: 'finding' },
      on: { 'deadline.reached': { actions: ['fallDue', 'deliver', 'setTimer'] } },
    },
    /** A server answers, but not for this domain. */
    refused: {
      entry: [{ type: 'report', params: { state: 'refused' } }, timed.entry],
      exit: timed.exit,
      always: timed.always,
      after: { refusedDelay: 'finding' },
      on: { 'deadline.reached': { actions: ['fallDue', 'deliver', 'setTimer'] } },
    },
    closing: { type: 'final' },
  },
  output: ({ context }) => ({ domain: context.input.domain }),
});
