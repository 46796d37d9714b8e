/**
 * The events that an actor is about to send. Plain actions change the data that the actor owns, and put the resulting
 * events into the outbox; the action `deliver` then sends them in order. Only `deliver` enqueues actions, so no data is
 * changed while XState computes the next state.
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

  /** @param delay ms; 0 lets other events be processed first */
  sendTo<E extends EventObject>(to: Port<E>, event: E, delay?: number): void {
    this.#letters.push({
      to: to as unknown as Port<EventObject>,
      event,
      options: delay === undefined ? {} : { delay },
    });
  }

  /** @returns all events, and removes them */
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
