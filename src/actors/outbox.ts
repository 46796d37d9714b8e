/**
 * What an actor is about to say. Plain actions change what the actor owns and put into the outbox what follows from that; the
 * one action that enqueues, `deliver`, then sends it, in this order. So nothing is changed while XState works out the next state.
 */
import type { EventObject, MachineContext } from 'xstate';
import type { Port } from './messages.js';
import { type SharedAction, sharedAction } from './shared-action.js';

interface Letter {
  readonly to: Port<EventObject>;
  readonly event: EventObject;
  readonly options: { readonly delay?: number };
}

export class Outbox {
  #letters: Letter[] = [];

  /** @param delay ms; 0 lets others have their turn first */
  sendTo<E extends EventObject>(to: Port<E>, event: E, delay?: number): void {
    this.#letters.push({
      to: to as unknown as Port<EventObject>,
      event,
      options: delay === undefined ? {} : { delay },
    });
  }

  /** Everything in it, once. */
  take(): readonly Letter[] {
    if (this.#letters.length === 0) return NONE;
    const letters = this.#letters;
    this.#letters = [];
    return letters;
  }

  toJSON(): object {
    return { letters: this.#letters.length };
  }
}

const NONE: readonly Letter[] = [];

/** The action `deliver` of a machine whose context has an outbox. */
export const delivers = <C extends MachineContext & { readonly outbox: Outbox }>(): SharedAction<C> =>
  sharedAction<C>(({ context, enqueue }) => {
    for (const { to, event, options } of context.outbox.take()) enqueue.sendTo(to, event, options);
  });
