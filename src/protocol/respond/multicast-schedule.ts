/** Which answers go to the group, and when: random delays and aggregation (RFC 6762 sections 6 and 6.4). */
import { AGGREGATION_MAX_HOLD_MS, SHARED_RESPONSE_MIN_DELAY_MS } from '../constants.js';
import { DeadlineHeap, Scheduled } from '../deadline-heap.js';
import type { Answer } from './zone.js';

/** Why an answer is due. Of two wishes for one answer the stricter parts hold. */
export interface Wish {
  /** When the last of those who wait for it asked, ms: whoever was told since then is satisfied. */
  readonly askedAt: number;
  /** The least time since the answer was last multicast, ms. */
  readonly gap: number;
}

/** At most one wish for each answer. */
export type Wishes = Map<Answer, Wish>;

/** What leaves at a certain moment, its deadline. */
class Departure extends Scheduled {
  readonly wishes: Wishes = new Map();
}

/** The response that answers with a random delay gather in. */
interface Gathering {
  /** From when on each of them has waited long enough, ms. */
  earliest: number;
  /** When it leaves unless more answers come, ms. */
  due: number;
  /** Until when it may be held for more answers, ms. */
  readonly latest: number;
  readonly wishes: Wishes;
}

/**
 * Answers with a random delay gather in one response. RFC 6762 section 6.4 lets an earlier answer wait up to 500 ms for a later
 * one; rather than let both wait for the later one's random moment, we send both at the earlier moment when the later one has
 * waited its 20 ms by then, and else when it has. Either way both leave within 20 to 120 ms of their queries, unless new ones
 * keep coming just before the response leaves. Nothing waits for answers that are due later for other reasons (rate limit,
 * truncated queries): half a second would be a high price for one packet.
 *
 * Answers with a fixed moment are not held, and take along what has gathered long enough.
 *
 * There are never more entries than a few per answer of the zone.
 */
export class MulticastSchedule {
  readonly #departures = new Map<number, Departure>();
  readonly #deadlines = new DeadlineHeap<Departure>();
  #gathering: Gathering | undefined;

  /** For an answer that leaves at a certain moment. */
  at(time: number, answer: Answer, wish: Wish): void {
    let departure = this.#departures.get(time);
    if (departure === undefined) {
      departure = new Departure();
      this.#departures.set(time, departure);
      this.#deadlines.set(departure, time);
    }
    add(departure.wishes, answer, wish);
  }

  /** For an answer with a random delay of `delay` ms, at least 20, from now on. */
  gather(now: number, delay: number, answer: Answer, wish: Wish): void {
    // Whoever asks for what is about to leave will hear it, and nobody has to wait longer for that.
    if (this.join(answer, wish)) return;
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
      if (current) for (const [held, its] of current.wishes) this.at(current.due, held, its);
      this.#gathering = { earliest, due, latest: due + AGGREGATION_MAX_HOLD_MS, wishes: new Map() };
    }
    if (this.#gathering) add(this.#gathering.wishes, answer, wish);
  }

  /** Lets one more wait for an answer that is gathering already. @returns whether it is. */
  join(answer: Answer, wish: Wish): boolean {
    const wishes = this.#gathering?.wishes;
    if (!wishes?.has(answer)) return false;
    add(wishes, answer, wish);
    return true;
  }

  /** Takes out what leaves now. @param leaving whether a packet leaves anyway, which takes along what has gathered. */
  take(now: number, leaving: boolean): Wishes {
    const taken: Wishes = new Map();
    for (let time = this.#deadlines.next; time !== undefined && time <= now; time = this.#deadlines.next) {
      const departure = this.#deadlines.takeDue(now);
      this.#departures.delete(time);
      if (departure) addAll(taken, departure.wishes);
    }
    const gathering = this.#gathering;
    const joins = gathering !== undefined && (leaving || taken.size > 0) && gathering.earliest <= now;
    if (gathering && (joins || gathering.due <= now)) {
      addAll(taken, gathering.wishes);
      this.#gathering = undefined;
    }
    return taken;
  }

  /** When there is something to take, ms; Infinity for never. */
  next(): number {
    return Math.min(this.#deadlines.next ?? Infinity, this.#gathering?.due ?? Infinity);
  }

  toJSON(): { readonly gathering: number; readonly departures: number } {
    return { gathering: this.#gathering?.wishes.size ?? 0, departures: this.#departures.size };
  }
}

function addAll(wishes: Wishes, more: Wishes): void {
  for (const [answer, wish] of more) add(wishes, answer, wish);
}

function add(wishes: Wishes, answer: Answer, wish: Wish): void {
  const other = wishes.get(answer);
  if (other === undefined) wishes.set(answer, wish);
  else wishes.set(answer, { askedAt: Math.max(other.askedAt, wish.askedAt), gap: Math.min(other.gap, wish.gap) });
}
