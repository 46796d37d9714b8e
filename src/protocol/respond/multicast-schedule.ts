/** Which answers go to the group, and when: random delays and aggregation (RFC 6762 sections 6 and 6.4). */
import { AGGREGATION_MAX_HOLD_MS, SHARED_RESPONSE_MIN_DELAY_MS } from '../constants.js';
import { DeadlineHeap, Scheduled } from '../deadline-heap.js';
import type { Answer } from './zone.js';

/** A request for an answer. Two requests for one answer merge: latest `askedAt`, smallest `gap`. */
export interface Demand {
  /** When the last querier asked, ms: a multicast after that satisfies all. */
  readonly askedAt: number;
  /** The required time since the answer was last multicast, ms. */
  readonly gap: number;
}

/** At most one request for each answer. */
export type Demands = Map<Answer, Demand>;

/** Answers that leave at a fixed time, its deadline. */
class Departure extends Scheduled {
  readonly demands: Demands = new Map();
}

/** The response that answers with a random delay gather in. */
interface Gathering {
  /** When the last of them has waited long enough, ms. */
  earliest: number;
  /** When it leaves unless more answers join, ms. */
  due: number;
  /** Until when it may wait for more answers, ms. */
  readonly latest: number;
  readonly demands: Demands;
}

/**
 * Answers with a random delay gather in one response. RFC 6762 section 6.4 lets an earlier answer wait up to 500 ms for
 * a later one. Instead of waiting for the later one's random time, both are sent at the earlier time if the later one
 * has waited for its 20 ms by then, and otherwise as soon as it has. So both leave within 20 to 120 ms of their
 * queries, unless new ones keep coming just before the response leaves. No answer waits for those that are due later
 * for other reasons (rate limit, truncated queries): half a second would be a high price for saving one packet.
 *
 * Answers with a fixed time do not wait, and take along the gathered answers that have waited long enough.
 *
 * Bounded by a few entries for each answer of the zone.
 */
export class MulticastSchedule {
  readonly #departures = new Map<number, Departure>();
  readonly #deadlines = new DeadlineHeap<Departure>();
  #gathering: Gathering | undefined;

  /** Adds an answer that leaves at a fixed time. */
  at(time: number, answer: Answer, demand: Demand): void {
    let departure = this.#departures.get(time);
    if (departure === undefined) {
      departure = new Departure();
      this.#departures.set(time, departure);
      this.#deadlines.set(departure, time);
    }
    add(departure.demands, answer, demand);
  }

  /** Adds an answer with a random delay of `delay` ms, at least 20, from now on. */
  gather(now: number, delay: number, answer: Answer, demand: Demand): void {
    // A querier that asks for a gathering answer receives it when that leaves; no querier waits longer because of it.
    if (this.join(answer, demand)) return;
    const earliest = now + SHARED_RESPONSE_MIN_DELAY_MS;
    const due = now + delay;
    const current = this.#gathering;
    if (current && earliest <= current.due) {
      current.earliest = earliest;
      current.due = Math.min(current.due, due);
    } else if (current && earliest <= current.latest) {
      current.earliest = earliest;
      current.due = earliest;
    } else {
      if (current) for (const [held, its] of current.demands) this.at(current.due, held, its);
      this.#gathering = { earliest, due, latest: due + AGGREGATION_MAX_HOLD_MS, demands: new Map() };
    }
    if (this.#gathering) add(this.#gathering.demands, answer, demand);
  }

  /** Adds a request for an answer that is gathering already. @returns whether it is */
  join(answer: Answer, demand: Demand): boolean {
    const demands = this.#gathering?.demands;
    if (!demands?.has(answer)) return false;
    add(demands, answer, demand);
    return true;
  }

  /**
   * Removes and returns what leaves now. @param leaving whether a packet leaves anyway, which takes along gathered
   * answers
   */
  take(now: number, leaving: boolean): Demands {
    const taken: Demands = new Map();
    for (let time = this.#deadlines.next; time <= now; time = this.#deadlines.next) {
      const departure = this.#deadlines.takeDue(now);
      this.#departures.delete(time);
      if (departure) addAll(taken, departure.demands);
    }
    const gathering = this.#gathering;
    const joins = gathering !== undefined && (leaving || taken.size > 0) && gathering.earliest <= now;
    if (gathering && (joins || gathering.due <= now)) {
      addAll(taken, gathering.demands);
      this.#gathering = undefined;
    }
    return taken;
  }

  /** When to call `take` next, ms; Infinity for never. */
  next(): number {
    return Math.min(this.#deadlines.next, this.#gathering?.due ?? Infinity);
  }

  toJSON(): { readonly gathering: number; readonly departures: number } {
    return { gathering: this.#gathering?.demands.size ?? 0, departures: this.#departures.size };
  }
}

function addAll(demands: Demands, more: Demands): void {
  for (const [answer, demand] of more) add(demands, answer, demand);
}

function add(demands: Demands, answer: Answer, demand: Demand): void {
  const other = demands.get(answer);
  if (other === undefined) demands.set(answer, demand);
  else demands.set(answer, { askedAt: Math.max(other.askedAt, demand.askedAt), gap: Math.min(other.gap, demand.gap) });
}
