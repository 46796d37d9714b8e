/**
 * The announcers that a link spawns in one turn of the event loop. XState copies the list of an actor's children
 * whenever one is spawned or stopped: with a thousand announcers as children of the link, each would take as long as a
 * copy of all.
 */
import { type ActorRefFrom, setup, stopChild } from 'xstate';
import { BOUNDED } from '../deadline.js';
import { type AnnouncerInput, announcerMachine } from './announcer.js';

export interface Input {
  readonly starting: readonly AnnouncerInput[];
}

export interface Context {
  /** Those that have not been stopped, by the id of the record set. */
  readonly announcers: Map<string, ActorRefFrom<typeof announcerMachine>>;
}

/** An announcer has ended, or is to end: it is no longer needed. */
export interface AnnouncerStop {
  readonly type: 'announcer.stop';
  readonly id: string;
}

export const announcerGroupMachine = setup({
  types: { context: {} as Context, events: {} as AnnouncerStop, input: {} as Input },
  actors: { announcer: announcerMachine },
  actions: {
    stop: stopChild(({ event }: { readonly event: AnnouncerStop }) => event.id),
    forget: ({ context, event }: { readonly context: Context; readonly event: AnnouncerStop }) => {
      context.announcers.delete(event.id);
    },
  },
}).createMachine({
  id: 'announcer-group',
  options: BOUNDED,
  context: ({ input: { starting }, spawn }) => ({
    announcers: new Map(starting.map((input) => [input.set.id, spawn('announcer', { id: input.set.id, input })])),
  }),
  on: { 'announcer.stop': { actions: ['stop', 'forget'] } },
});

/** A group, and how many of its announcers have not been stopped. */
export interface AnnouncerGroup {
  readonly ref: ActorRefFrom<typeof announcerGroupMachine>;
  running: number;
}
