/**
 * The life of a claim until its names are free (RFC 6762 section 8.1), as a table that the querier applies to each
 * record set: three probes, each of which leaves in one packet with those of other sets, and a gap after each, in which
 * an owner has time to object. An objection ends it: the announcer takes its probes back.
 */

export type ProbeEvent =
  /** The announcer begins to probe. */
  | 'begun'
  /** The probe has been sent. */
  | 'sent'
  /** The time for which it waits has come. */
  | 'due';

export type ProbeState = 'waiting' | 'due1' | 'gap1' | 'due2' | 'gap2' | 'due3' | 'gap3' | 'over';

export interface ProbePhase {
  readonly on?: Readonly<Partial<Record<ProbeEvent, ProbeState>>>;
  /** Which of the three probes it is about. */
  readonly probe?: number;
}

export const probeLife: { readonly states: Readonly<Record<ProbeState, ProbePhase>> } = {
  states: {
    /** For the time at which sets start together, or for nothing yet. */
    waiting: { on: { begun: 'due1', due: 'over' } },
    due1: { probe: 1, on: { sent: 'gap1' } },
    gap1: { probe: 1, on: { due: 'due2' } },
    due2: { probe: 2, on: { sent: 'gap2' } },
    gap2: { probe: 2, on: { due: 'due3' } },
    due3: { probe: 3, on: { sent: 'gap3' } },
    gap3: { probe: 3, on: { due: 'over' } },
    /** The announcer is woken: it may begin to probe, or its names are free. */
    over: {},
  },
};

/** The state after an event; the same if the event has no effect in it. */
export function stateAfter(state: ProbeState, event: ProbeEvent): ProbeState {
  return probeLife.states[state].on?.[event] ?? state;
}

/** Whether a probe is to leave with the next packet of probes. */
export function isToBeSent(state: ProbeState): boolean {
  return stateAfter(state, 'sent') !== state;
}
