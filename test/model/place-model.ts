/**
 * A model of one interface and IP family as the supervisor has it: whether the system lists the interface and it is used, and
 * what becomes of its link. What holds in each state is said by `place-run.ts`.
 */
import { setup } from 'xstate';

export type PlaceModelEvent =
  /** The system lists the interface, or lists it with other addresses, and it is used. */
  | 'use'
  /** The same, and it is not used. */
  | 'refuse'
  | 'remove'
  /** It is made anew between two scans: it vanishes, and appears in the same instant. */
  | 'recreate'
  /** The link reports that it is up. */
  | 'rise'
  /** The link ends by itself. */
  | 'end'
  /** The link throws. */
  | 'break'
  /** The pause before the next link passes. */
  | 'wait'
  | 'close';

export type PlaceModelState =
  | 'vacant'
  | 'unused'
  | 'running'
  | 'broken'
  | 'leaving.unused'
  | 'leaving.absent'
  | 'closing'
  | 'closed';

export const placeModel = setup({ types: { events: {} as { readonly type: PlaceModelEvent } } }).createMachine({
  id: 'place-model',
  initial: 'vacant',
  states: {
    vacant: { on: { use: 'running', refuse: 'unused', close: 'closed' } },
    unused: { on: { use: 'running', refuse: 'unused', remove: 'vacant', recreate: 'running', close: 'closed' } },
    running: {
      on: {
        use: 'running',
        refuse: 'leaving.unused',
        remove: 'leaving.absent',
        recreate: 'running',
        rise: 'running',
        end: 'running',
        break: 'broken',
        close: 'closing',
      },
    },
    broken: {
      on: {
        use: 'broken',
        refuse: 'unused',
        remove: 'vacant',
        recreate: 'running',
        wait: 'running',
        close: 'closed',
      },
    },
    leaving: {
      initial: 'unused',
      on: { use: '#place-model.running', close: '#place-model.closing' },
      states: {
        unused: {
          on: {
            refuse: 'unused',
            remove: 'absent',
            recreate: '#place-model.running',
            end: '#place-model.unused',
            break: '#place-model.unused',
          },
        },
        absent: { on: { refuse: 'unused', end: '#place-model.vacant', break: '#place-model.vacant' } },
      },
    },
    closing: { on: { use: 'closing', refuse: 'closing', remove: 'closing', end: 'closed', break: 'closed' } },
    closed: { type: 'final' },
  },
});
