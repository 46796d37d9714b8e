/**
 * Announcers that wait until a time. Those that wait until the same one wake in one turn of the event loop, however
 * slow the process is, so that their probes share packets (RFC 6762 section 8.1). With timers of their own, each would
 * wake as much later as its timer was started later.
 */
import { DeadlineHeap, Scheduled } from '../../protocol/deadline-heap.js';
import type { AnnouncerEvent, EventOf, Port, QuerierEvent } from '../messages.js';

/** Waking takes time: the number of announcers per turn of the event loop. */
const WOKEN_AT_ONCE = 40;

/** What an announcer sends to be woken. */
export function wakePlanned(announcer: Port<AnnouncerEvent>, at: number): EventOf<QuerierEvent, 'wake.planned'> {
  return { type: 'wake.planned', announcer, at };
}

class Sleeper extends Scheduled {
  constructor(readonly announcer: Port<AnnouncerEvent>) {
    super();
  }
}

export class Sleepers {
  readonly #heap = new DeadlineHeap<Sleeper>();
  readonly #sleepers = new Map<Port<AnnouncerEvent>, Sleeper>();

  /** When the first of them wakes, on the clock; Infinity for never. */
  get next(): number {
    return this.#heap.next;
  }

  /** One wakes at this time, and at no other that it asked for before. */
  add(announcer: Port<AnnouncerEvent>, at: number): void {
    let sleeper = this.#sleepers.get(announcer);
    if (sleeper === undefined) {
      sleeper = new Sleeper(announcer);
      this.#sleepers.set(announcer, sleeper);
    }
    this.#heap.set(sleeper, at);
  }

  delete(announcer: Port<AnnouncerEvent>): void {
    const sleeper = this.#sleepers.get(announcer);
    if (sleeper === undefined) return;
    this.#sleepers.delete(announcer);
    this.#heap.delete(sleeper);
  }

  clear(): void {
    for (const announcer of [...this.#sleepers.keys()]) this.delete(announcer);
  }

  /** Removes and returns those that wake now; the others of a great many follow in the next turn. */
  takeDue(now: number): readonly Port<AnnouncerEvent>[] {
    const due: Port<AnnouncerEvent>[] = [];
    while (due.length < WOKEN_AT_ONCE) {
      const sleeper = this.#heap.takeDue(now);
      if (sleeper === undefined) break;
      this.#sleepers.delete(sleeper.announcer);
      due.push(sleeper.announcer);
    }
    return due;
  }

  toJSON(): object {
    return { sleepers: this.#sleepers.size };
  }
}
