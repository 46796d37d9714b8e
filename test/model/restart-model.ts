/**
 * A model of a client whose system is in a thread: whether the thread runs and the client reads, and what the client has open.
 * Four small machines beside one another; the walker gets their product, since each of its states has one name.
 */
import { setup } from 'xstate';

/** Each state with its events, and where they lead. */
const THREAD = {
  running: { crash: 'pausing', stall: 'stalled' },
  /** The client reads nothing. */
  stalled: { crash: 'lost', read: 'running' },
  /** The thread has ended, which the client has not read yet. */
  lost: { read: 'pausing' },
  /** Each thread that is started ends before it is ready, until one recovers. */
  pausing: { recover: 'running', stall: 'lost' },
} as const;
const PUBLICATION = { silent: { publish: 'published' }, published: { withdraw: 'silent' } } as const;
const BROWSE = { blind: { browse: 'browsing' }, browsing: { leave: 'blind' } } as const;
/** A `resolve`: the service appears, or its time is over. */
const WAIT = { idle: { wait: 'waiting' }, waiting: { answer: 'idle', expire: 'idle' } } as const;

export type ThreadState = keyof typeof THREAD;
type OpenState = `${ThreadState} ${keyof typeof PUBLICATION} ${keyof typeof BROWSE} ${keyof typeof WAIT}`;
export type RestartState = OpenState | 'closed';

type EventsOf<M> = { [S in keyof M]: keyof M[S] }[keyof M] & string;
export type RestartEvent =
  | EventsOf<typeof THREAD>
  | EventsOf<typeof PUBLICATION>
  | EventsOf<typeof BROWSE>
  | EventsOf<typeof WAIT>
  /** Another host changes what it publishes, and the client what it publishes itself. */
  | 'change'
  | 'close';

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

const keysOf = <T extends object>(of: T) => Object.keys(of) as (keyof T & string)[];

export const openStates: readonly OpenState[] = keysOf(THREAD).flatMap((thread) =>
  keysOf(PUBLICATION).flatMap((publication) =>
    keysOf(BROWSE).flatMap((browse) =>
      keysOf(WAIT).map((wait): OpenState => `${thread} ${publication} ${browse} ${wait}`),
    ),
  ),
);

export const restartModel = setup({ types: { events: {} as { readonly type: RestartEvent } } }).createMachine({
  id: 'restart',
  initial: 'running silent blind idle',
  states: {
    ...Object.fromEntries(openStates.map((state) => [state, { on: transitionsOf(state) }])),
    closed: { type: 'final' },
  },
});

function transitionsOf(state: OpenState): Record<string, string> {
  const parts = state.split(' ');
  const tables: readonly Table[] = [THREAD, PUBLICATION, BROWSE, WAIT];
  const moves = tables.flatMap((table, i) =>
    Object.entries(table[parts[i] ?? ''] ?? {})
      .filter(([event]) => canFollow(event, parts[0] as ThreadState))
      .map(([event, to]) => [event, parts.with(i, to).join(' ')] as const),
  );
  return { ...Object.fromEntries(moves), change: state, close: 'closed' };
}

/** The end of a wait is told by a system that runs, in the pause by the client, and to one that reads. */
function canFollow(event: string, thread: ThreadState): boolean {
  if (event === 'answer') return thread === 'running';
  return event !== 'expire' || thread === 'running' || thread === 'pausing';
}
