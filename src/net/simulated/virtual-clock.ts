/**
 * Time that passes when it is told to. It goes from deadline to deadline, so that a timer set by a timer fires where it belongs,
 * and an hour of silence costs nothing. Everything is synchronous: what `advance` sets off is over when it returns.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, TimerHandle } from '../network.js';

/** Timers that may fire without time passing before they are taken for an endless loop. */
const MAX_TIMERS_PER_INSTANT = 1_000_000;
/** Milliseconds that `settle` waits when it is not told otherwise. */
const SETTLE_LIMIT = 120_000;
/** Milliseconds that `runUntilIdle` runs at most when it is not told otherwise: a day. */
const IDLE_LIMIT = 24 * 3_600_000;

interface Timer {
  readonly time: number;
  /** Timers of one instant fire in the order in which they were set. */
  readonly order: number;
  readonly run: () => void;
  /** Where it is in the heap, -1 when it is not. */
  place: number;
}

export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #running = false;
  /** A binary heap; the next to fire is first. */
  readonly #heap: Timer[] = [];

  /** `start`: what `now()` is at first, in milliseconds; default 0. */
  constructor(start = 0) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Timers that wait to fire: 0 when nothing is left behind. */
  get pending(): number {
    return this.#heap.length;
  }

  /** When the next timer fires, undefined when none waits. */
  get nextDeadline(): number | undefined {
    return this.#heap[0]?.time;
  }

  setTimeout(run: () => void, ms: number): TimerHandle {
    const timer: Timer = { time: this.#now + Math.max(ms || 0, 0), order: this.#order, run, place: -1 };
    this.#order += 1;
    if (timer.time < Number.POSITIVE_INFINITY) this.#siftUp(timer, this.#heap.length);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    const timer = handle as Timer | undefined;
    if (timer !== undefined && timer.place >= 0) this.#remove(timer);
  }

  /** Lets `ms` milliseconds pass. What a timer throws comes out here, at the time of that timer. */
  advance(ms: number): void {
    this.runUntil(this.#now + Math.max(ms, 0));
  }

  /** Lets time pass until it is `time`, timers of that instant included. */
  runUntil(time: number): void {
    this.#run(time);
    this.#now = Math.max(this.#now, time);
  }

  /** Lets time pass until no timer waits, at most `limitMs` milliseconds (default a day); tells whether none waits any more. */
  runUntilIdle(limitMs = IDLE_LIMIT): boolean {
    const limit = this.#now + limitMs;
    this.#run(limit);
    if (this.pending > 0) this.#now = limit;
    return this.pending === 0;
  }

  /**
   * Lets time pass, deadline by deadline, until a promise is settled, and settles as it does. What waits for promises in between
   * gets its turn as it would in real time.
   *
   * @throws Error when the promise is not settled within `limitMs` milliseconds of virtual time, default two minutes
   */
  async settle<T>(promise: Promise<T>, limitMs = SETTLE_LIMIT): Promise<T> {
    let isSettled = false;
    const note = (): void => {
      isSettled = true;
    };
    promise.then(note, note);
    const limit = this.#now + limitMs;
    for (await nextTurn(); !isSettled; await nextTurn()) {
      const next = this.nextDeadline ?? Number.POSITIVE_INFINITY;
      if (next > limit) throw new Error(`The promise was not settled within ${limitMs} ms of virtual time.`);
      this.runUntil(next);
    }
    return promise;
  }

  #run(until: number): void {
    if (this.#running) throw new Error('The clock runs already: a timer cannot advance the clock that runs it.');
    this.#running = true;
    try {
      let firedNow = 0;
      for (let timer = this.#heap[0]; timer !== undefined && timer.time <= until; timer = this.#heap[0]) {
        firedNow = timer.time > this.#now ? 1 : firedNow + 1;
        if (firedNow > MAX_TIMERS_PER_INSTANT) throw new Error(`Timers go on without end at ${this.#now} ms.`);
        this.#now = timer.time;
        this.#remove(timer);
        timer.run();
      }
    } finally {
      this.#running = false;
    }
  }

  #remove(timer: Timer): void {
    const last = this.#heap.pop();
    if (last !== undefined && last !== timer) {
      // The last one takes the free place, and goes from there to where it belongs.
      this.#siftUp(last, timer.place);
      this.#siftDown(last);
    }
    timer.place = -1;
  }

  #siftUp(timer: Timer, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || isBefore(parent, timer)) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(timer, place);
  }

  #siftDown(timer: Timer): void {
    for (;;) {
      const left = this.#heap[timer.place * 2 + 1];
      const right = this.#heap[timer.place * 2 + 2];
      const child = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(timer, child)) return;
      const place = child.place;
      this.#put(child, timer.place);
      this.#put(timer, place);
    }
  }

  #put(timer: Timer, place: number): void {
    this.#heap[place] = timer;
    timer.place = place;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.time === b.time ? a.order < b.order : a.time < b.time;
}
