/**
 * The life of a cached record (RFC 6762 sections 5.2, 6.1 and 10.1 to 10.5), as a table that the cache applies to each
 * of its records: the states, the events between them, and the reason for the removal when a record's time ends in a
 * state. `refresh.ts` has the times: when a state ends, and when to query before that.
 */
import { REFRESH_POINTS } from '../constants.js';

/** Why a record is no longer in the cache. */
export type RemovalReason =
  /** Its owner sent a goodbye (RFC 6762 section 10.1). */
  | 'goodbye'
  /** Its TTL has expired. */
  | 'expired'
  /** Its owner replaced it (RFC 6762 section 10.2). */
  | 'flushed'
  /** A client doubted it, and it was not confirmed (RFC 6762 section 10.4). */
  | 'reconfirmed'
  /** Other hosts asked for it, and it was not answered (RFC 6762 section 10.5). */
  | 'unobserved'
  /** The cache was full. */
  | 'evicted'
  /** The link was lost (RFC 6762 section 10.3). */
  | 'link-lost';

/** What happens to a record. */
export type LifeEvent =
  /** A response has it, with a TTL above zero. */
  | 'heard'
  /** The next refresh point has come, or a question that is sent now serves as the refresh. */
  | 'due'
  /** A client has found it to be wrong. */
  | 'doubted'
  /** Its owner has sent it with a TTL of zero. */
  | 'goodbye'
  /** Its owner has replaced it with other records. */
  | 'flushed'
  /** Its owner says in an NSEC record that it has none of this type. */
  | 'denied'
  | 'link.lost'
  /** After a goodbye: another host has the same record. */
  | 'held.elsewhere'
  /** Its time is over. */
  | 'over'
  /** Other hosts have asked for it, and it was not answered. */
  | 'unobserved'
  /** The cache needs the room. */
  | 'evicted';

/** A state, or a group of states. */
export interface LifePhase {
  /** The reason for the removal when a record's time ends in this state. */
  readonly endsAs?: RemovalReason;
  /** The part of the lifetime at which the state begins. */
  readonly from?: number;
  /** Transitions, unless an inner state has its own. */
  readonly on?: Readonly<Partial<Record<LifeEvent, LifeState>>>;
  readonly states?: Readonly<Record<string, LifePhase>>;
}

export type LifeState =
  | 'fresh'
  | 'due80'
  | 'due85'
  | 'due90'
  | 'due95'
  | 'doubted'
  | 'goodbye'
  | 'flushed'
  | 'denied'
  | 'outOfReach'
  | 'removed';

const [at80, at85, at90, at95] = REFRESH_POINTS;

export const recordLife: LifePhase = {
  states: {
    cached: {
      on: { heard: 'fresh', over: 'removed', unobserved: 'removed', evicted: 'removed' },
      states: {
        /** It is sent as a known answer, and refreshed while a watcher wants it (section 5.2). */
        believed: {
          endsAs: 'expired',
          on: {
            doubted: 'doubted',
            goodbye: 'goodbye',
            flushed: 'flushed',
            denied: 'denied',
            'link.lost': 'outOfReach',
          },
          states: {
            fresh: { from: 0, on: { due: 'due80' } },
            due80: { from: at80, on: { due: 'due85' } },
            due85: { from: at85, on: { due: 'due90' } },
            due90: { from: at90, on: { due: 'due95' } },
            due95: { from: at95 },
          },
        },
        /** It ends soon unless it is received again. Otherwise, only events that end it sooner have an effect. */
        ending: {
          on: { 'link.lost': 'outOfReach' },
          states: {
            /** Queried three times; ends after ten seconds (section 10.4). */
            doubted: { endsAs: 'reconfirmed', on: { goodbye: 'goodbye', flushed: 'flushed', denied: 'denied' } },
            /** Ends after a second, unless it is a shared record that another host has as well (section 10.1). */
            goodbye: { endsAs: 'goodbye', on: { 'held.elsewhere': 'fresh' } },
            /** Ends after a second (section 10.2). */
            flushed: { endsAs: 'flushed' },
            /** Ends after a second (section 6.1). */
            denied: { endsAs: 'flushed' },
            /** Ends after a grace period, in case the link comes back (section 10.3). */
            outOfReach: { endsAs: 'link-lost', on: { goodbye: 'goodbye', flushed: 'flushed', denied: 'denied' } },
          },
        },
      },
    },
    removed: {},
  },
};

/** An innermost state, with everything that it inherits. A record refers to it, so that a renewal looks up nothing. */
export interface Life {
  readonly state: LifeState;
  /** The reason for the removal when a record's time ends in it. */
  readonly endsAs: RemovalReason;
  /** Whether the record's owner is believed to have it. */
  readonly isBelieved: boolean;
  /** The part of the lifetime at which the next refresh point begins; Infinity when there is none ahead. */
  readonly nextPoint: number;
  /** The state after an event; none when the event has no effect. An event that shortens a life never extends it. */
  readonly after: Readonly<Partial<Record<LifeEvent, Life>>>;
}

type Row = LifePhase & Required<Pick<LifePhase, 'endsAs' | 'on'>>;

function* flat(phase: LifePhase, around: Row): Iterable<readonly [state: LifeState, row: Row]> {
  for (const [name, { states, ...own }] of Object.entries(phase.states ?? {})) {
    const all = { ...around, ...own, on: { ...around.on, ...own.on } };
    if (states) yield* flat({ states }, all);
    else yield [name as LifeState, all];
  }
}

function livesOf(rows: ReadonlyMap<LifeState, Row>): ReadonlyMap<LifeState, Life> {
  const lives = new Map<LifeState, Life & { readonly after: Partial<Record<LifeEvent, Life>> }>();
  for (const [state, { endsAs, on }] of rows) {
    const isBelieved = endsAs === 'expired' && state !== 'removed';
    const nextPoint = (on.due && rows.get(on.due)?.from) ?? Infinity;
    lives.set(state, { state, endsAs, isBelieved, nextPoint, after: {} });
  }
  for (const [state, { on }] of rows) {
    for (const [event, next] of Object.entries(on))
      Object.assign(lives.get(state)?.after ?? {}, { [event]: lives.get(next) });
  }
  return lives;
}

const lives = livesOf(new Map(flat(recordLife, { endsAs: 'expired', on: {} })));

export function lifeOf(state: LifeState): Life {
  return lives.get(state) as Life;
}
