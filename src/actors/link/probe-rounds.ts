/**
 * Announcers that wait until a time, and the probes of those that claim names: three for each, 250 ms apart (RFC 6762
 * section 8.1), each claim in a state of the table `probeLife`. Those that wait for the same time wake in one turn of
 * the event loop, however slow the process is, so that their probes share packets. With timers of their own, each would
 * wake as much later as its timer was started later.
 *
 * A hot path: probes come in thousands. So an announcer hears when its name is free, and not of each probe.
 */
import { isToBeSent, type ProbeState, probeLife, stateAfter } from '../../protocol/claim/probe-life.js';
import { PROBE_GAP_MS } from '../../protocol/constants.js';
import { DeadlineHeap, Scheduled } from '../../protocol/deadline-heap.js';
import type { AnnouncerEvent, EventOf, Port, QuerierEvent } from '../messages.js';

/** Waking takes time: the number of announcers per turn of the event loop. */
const WOKEN_AT_ONCE = 40;
/** So does packing a probe. */
const PROBED_AT_ONCE = 100;

type Probe = EventOf<QuerierEvent, 'probe.due'>;

/** What happens in one turn. */
export interface Round {
  /** They are sent now. `count`: how many of its set have been sent then. */
  readonly probes: readonly { readonly probe: Probe; readonly count: number }[];
  /** Their time has come: to begin, or no other host objected to their probes. */
  readonly woken: readonly Port<AnnouncerEvent>[];
}

class Sleeper extends Scheduled {
  state: ProbeState = 'waiting';
  /** What it probes with; undefined before it has begun. */
  probe: Probe | undefined;

  constructor(readonly announcer: Port<AnnouncerEvent>) {
    super();
  }
}

const NOTHING: Round = { probes: [], woken: [] };

export class ProbeRounds {
  readonly #heap = new DeadlineHeap<Sleeper>();
  readonly #sleepers = new Map<Port<AnnouncerEvent>, Sleeper>();
  /** Those whose probes are due now, to be sent in one packet. */
  readonly #due = new Set<Sleeper>();

  /** When something is to be done next, on the clock; Infinity for never. */
  get next(): number {
    return this.#due.size > 0 ? Number.NEGATIVE_INFINITY : this.#heap.next;
  }

  /** One wakes at this time, and at no other that it asked for before. */
  wake(announcer: Port<AnnouncerEvent>, at: number): void {
    this.#heap.set(this.#of(announcer), at);
  }

  /** One begins to probe. It is woken a gap after the last of its probes, unless it takes them back. */
  begin(probe: Probe): void {
    this.delete(probe.announcer);
    const sleeper = this.#of(probe.announcer);
    sleeper.probe = probe;
    sleeper.state = stateAfter(sleeper.state, 'begun');
    this.#due.add(sleeper);
  }

  /** The records of a set have changed while it probes: the probes that are left have the new ones. */
  change({ announcer, questions, authorities }: EventOf<QuerierEvent, 'probe.changed'>): void {
    const sleeper = this.#sleepers.get(announcer);
    if (sleeper?.probe) sleeper.probe = { ...sleeper.probe, questions, authorities };
  }

  delete(announcer: Port<AnnouncerEvent>): void {
    const sleeper = this.#sleepers.get(announcer);
    if (sleeper === undefined) return;
    this.#sleepers.delete(announcer);
    this.#due.delete(sleeper);
    this.#heap.delete(sleeper);
  }

  clear(): void {
    for (const announcer of [...this.#sleepers.keys()]) this.delete(announcer);
  }

  /**
   * What happens now; the rest of a great many follows in the next turn. The gap starts when a probe is sent, so that
   * answers have the whole of it to arrive.
   */
  take(now: number): Round {
    if (this.next > now) return NOTHING;
    const probes = this.#takeProbes(now);
    const woken: Port<AnnouncerEvent>[] = [];
    for (let count = 0; count < WOKEN_AT_ONCE; count++) {
      const sleeper = this.#heap.takeDue(now);
      if (sleeper === undefined) break;
      sleeper.state = stateAfter(sleeper.state, 'due');
      // With those that begin in this turn, in the next.
      if (isToBeSent(sleeper.state)) this.#due.add(sleeper);
      else {
        this.#sleepers.delete(sleeper.announcer);
        woken.push(sleeper.announcer);
      }
    }
    return { probes, woken };
  }

  #takeProbes(now: number): Round['probes'] {
    const probes: { probe: Probe; count: number }[] = [];
    for (const sleeper of this.#due) {
      if (probes.length === PROBED_AT_ONCE) break;
      this.#due.delete(sleeper);
      sleeper.state = stateAfter(sleeper.state, 'sent');
      const { probe: count = 0 } = probeLife.states[sleeper.state];
      if (sleeper.probe) probes.push({ probe: sleeper.probe, count });
      this.#heap.set(sleeper, now + PROBE_GAP_MS);
    }
    return probes;
  }

  #of(announcer: Port<AnnouncerEvent>): Sleeper {
    let sleeper = this.#sleepers.get(announcer);
    if (sleeper === undefined) {
      sleeper = new Sleeper(announcer);
      this.#sleepers.set(announcer, sleeper);
    }
    return sleeper;
  }

  toJSON(): object {
    return { sleepers: this.#sleepers.size, due: this.#due.size };
  }
}
