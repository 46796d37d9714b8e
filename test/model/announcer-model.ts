/** A model of one service as its announcer lives through it on one link (RFC 6762 sections 8, 9 and 10.1). */
import { setup } from 'xstate';

export type AnnouncerModelEvent =
  | 'publish'
  /** Time passes until its first probe leaves. */
  | 'probe'
  /** Time passes until it is first announced. */
  | 'hold'
  /** Half a minute passes. */
  | 'settle'
  /** Another host says that the name is its own. */
  | 'conflict'
  /** Another host says that the name of our host is its own: first a dispute, then that it is lost. */
  | 'disputeHost'
  /** Another host probes for the name, with data that wins. */
  | 'outdo'
  /** Another host probes for the name, with data that loses. */
  | 'yield'
  /** The user chooses another name. */
  | 'rename'
  /** The user changes the data: once in six seconds that is announced at once. */
  | 'update'
  | 'withdraw'
  /** The link loses its carrier and gets it back. */
  | 'bounce'
  | 'unplug'
  | 'plug'
  | 'close';

export type AnnouncerModelState =
  | 'withdrawn'
  | 'suspended'
  | 'waiting'
  | 'probing'
  | 'deferring'
  | 'announcing'
  /** Announcing an update: the next one has to wait. */
  | 'updated'
  /** An update waits. */
  | 'owed'
  /** The name is held, and the host's is being claimed. */
  | 'awaitingHost'
  | 'established'
  | 'closed';

const always = { withdraw: 'withdrawn', close: 'closed' };
const onTheLink = {
  ...always,
  unplug: 'suspended',
  bounce: 'waiting',
  settle: 'established',
  rename: 'waiting',
};

const onceHeld = { ...onTheLink, conflict: 'probing', disputeHost: 'awaitingHost' };

export const announcerModel = setup({ types: { events: {} as { readonly type: AnnouncerModelEvent } } }).createMachine({
  id: 'announcer',
  initial: 'withdrawn',
  states: {
    withdrawn: { on: { publish: 'waiting', settle: 'withdrawn', close: 'closed' } },
    /** The link is down. */
    suspended: { on: { ...always, plug: 'waiting', rename: 'suspended', update: 'suspended' } },
    /** Published, and nothing has been sent: what is heard is of the past. */
    waiting: {
      on: {
        ...onTheLink,
        probe: 'probing',
        update: 'waiting',
        conflict: 'waiting',
        outdo: 'waiting',
        yield: 'waiting',
      },
    },
    probing: {
      on: {
        ...onTheLink,
        hold: 'announcing',
        update: 'probing',
        conflict: 'waiting',
        outdo: 'deferring',
        yield: 'probing',
      },
    },
    deferring: {
      on: { ...onTheLink, update: 'deferring', conflict: 'deferring', outdo: 'deferring', yield: 'deferring' },
    },
    announcing: {
      on: { ...onceHeld, update: 'updated', outdo: 'announcing', yield: 'announcing' },
    },
    updated: {
      on: { ...onceHeld, update: 'owed', outdo: 'updated', yield: 'updated' },
    },
    owed: {
      on: { ...onceHeld, update: 'owed', outdo: 'owed', yield: 'owed' },
    },
    awaitingHost: {
      on: { ...onceHeld, update: 'awaitingHost', outdo: 'awaitingHost', yield: 'awaitingHost' },
    },
    established: {
      on: { ...onceHeld, update: 'updated', outdo: 'established', yield: 'established' },
    },
    closed: { type: 'final' },
  },
});
