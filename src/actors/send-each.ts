/**
 * Actions that send or emit any number of events, which a plain function returns. XState's own `sendTo` and `emit` send
 * exactly one.
 */
import {
  type ActionArgs,
  type EventObject,
  enqueueActions,
  type ParameterizedObject,
  type ProvidedActor,
} from 'xstate';
import type { Port } from './messages.js';

/** An event and its receiver: a port, or the id of a child. */
export interface Letter {
  readonly to: Port<never> | string;
  readonly event: EventObject;
}

export interface PortLetter extends Letter {
  readonly to: Port<never>;
}

export function letter<E extends EventObject>(to: Port<E>, event: E): PortLetter {
  return { to, event };
}

type Params = ParameterizedObject['params'] | undefined;

/** Sends each letter. */
export function sendEach<
  Context extends object,
  ExpressionEvent extends EventObject,
  P extends Params,
  Event extends EventObject = ExpressionEvent,
  Actor extends ProvidedActor = ProvidedActor,
  Action extends ParameterizedObject = ParameterizedObject,
  Guard extends ParameterizedObject = ParameterizedObject,
  Delay extends string = never,
  Emitted extends EventObject = EventObject,
>(letters: (args: ActionArgs<Context, ExpressionEvent, Event>, params: P) => Iterable<Letter>) {
  return enqueueActions<Context, ExpressionEvent, P, Event, Actor, Action, Guard, Delay, Emitted>((args, params) => {
    for (const { to, event } of letters(args, params)) args.enqueue.sendTo(to as string, event);
  });
}

/** Emits each event. */
export function emitEach<
  Context extends object,
  ExpressionEvent extends EventObject,
  P extends Params,
  Event extends EventObject = ExpressionEvent,
  Actor extends ProvidedActor = ProvidedActor,
  Action extends ParameterizedObject = ParameterizedObject,
  Guard extends ParameterizedObject = ParameterizedObject,
  Delay extends string = never,
  Emitted extends EventObject = EventObject,
>(events: (args: ActionArgs<Context, ExpressionEvent, Event>, params: P) => Iterable<Emitted>) {
  return enqueueActions<Context, ExpressionEvent, P, Event, Actor, Action, Guard, Delay, Emitted>((args, params) => {
    for (const event of events(args, params)) args.enqueue.emit(event);
  });
}
