/**
 * A model of one network interface as a host sees it: whether it is there and works, whether the host has noticed what became
 * of it (`outdated` until it looks again), and whether time enough has passed since (`fresh`, then `settled`). What holds in
 * each state is said by who runs it.
 */
import { setup } from 'xstate';

export type InterfaceEvent =
  /** The interface appears. */
  | 'add'
  | 'remove'
  /** Its address is replaced by another one. */
  | 'change'
  /** It gets a second address, or loses it. */
  | 'extend'
  /** It is made anew under the same name, with another index. */
  | 'recreate'
  /** Its cable is out and in again before the host looks. */
  | 'bounce'
  /** It gets another name. */
  | 'rename'
  /** Sockets on it fail, or what is sent does. */
  | 'fail'
  | 'recover'
  /** The host looks at its interfaces. */
  | 'scan'
  /** A minute passes. */
  | 'settle'
  | 'sleep'
  | 'wake'
  | 'close';

const known = ['outdated', 'fresh', 'settled'] as const;
type Known = (typeof known)[number];
export type InterfaceState =
  | `${'absent' | 'up' | 'failing'}.${Known}`
  | `asleep.${'absent' | 'up' | 'failing'}`
  | 'closed';

/** What the host does in any state in which it is awake. */
function ofTheHost(real: 'absent' | 'up' | 'failing', at: Known) {
  const settles = { outdated: 'outdated', fresh: 'settled', settled: 'settled' }[at];
  const scans = { outdated: 'fresh', fresh: 'fresh', settled: 'settled' }[at];
  return {
    scan: `#${real}.${scans}`,
    settle: `#${real}.${settles}`,
    sleep: `#asleep.${real}`,
    close: '#closed',
  };
}

function absent(at: Known) {
  return { on: { ...ofTheHost('absent', at), add: '#up.outdated' } };
}

function up(at: Known) {
  const changes = {
    change: '#up.outdated',
    extend: '#up.outdated',
    recreate: '#up.outdated',
    bounce: '#up.outdated',
    rename: '#up.outdated',
  };
  const fails = at === 'outdated' ? '#failing.outdated' : '#failing.fresh';
  return { on: { ...ofTheHost('up', at), ...changes, remove: '#absent.outdated', fail: fails } };
}

function failing(at: Known) {
  const recovers = at === 'outdated' ? '#up.outdated' : '#up.fresh';
  return {
    on: { ...ofTheHost('failing', at), change: '#failing.outdated', remove: '#absent.outdated', recover: recovers },
  };
}

/** `absent`: whether the interface is there when the host starts. */
export const interfaceModel = setup({ types: { events: {} as { readonly type: InterfaceEvent } } }).createMachine({
  id: 'interface',
  initial: 'absent',
  states: {
    absent: {
      id: 'absent',
      initial: 'settled',
      states: { outdated: absent('outdated'), fresh: absent('fresh'), settled: absent('settled') },
    },
    up: {
      id: 'up',
      initial: 'settled',
      states: { outdated: up('outdated'), fresh: up('fresh'), settled: up('settled') },
    },
    /** It is there, and nothing goes through. */
    failing: {
      id: 'failing',
      initial: 'settled',
      states: { outdated: failing('outdated'), fresh: failing('fresh'), settled: failing('settled') },
    },
    /** The host sleeps for an hour; the world goes on. */
    asleep: {
      id: 'asleep',
      initial: 'absent',
      states: {
        absent: { on: { add: 'up', wake: '#absent.outdated' } },
        up: { on: { remove: 'absent', change: 'up', recreate: 'up', fail: 'failing', wake: '#up.outdated' } },
        failing: { on: { remove: 'absent', recover: 'up', wake: '#failing.outdated' } },
      },
    },
    closed: { id: 'closed', type: 'final' },
  },
});
