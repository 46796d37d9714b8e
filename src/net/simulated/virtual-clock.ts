/**
 * A clock whose time passes only on request. It jumps from deadline to deadline, so that a timer set by a timer fires
 * at its own time, and an idle hour costs nothing. Everything is synchronous: the work of `advance` is done when it
 * returns.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, TimerHandle } from '../network.js';

/** Timers that may fire at one instant; more count as an endless loop. */
const MAX_TIMERS_PER_INSTANT = 1_000_000;
/** Milliseconds that `settle` waits by default. */
const SETTLE_LIMIT = 120_000;
/** Milliseconds that `runUntilIdle` runs at most by default: a day. */
const IDLE_LIMIT = 24 * 3_600_000;

interface Timer {
  readonly time: number;
  /** Timers of one instant fire in the order in which they were set. */
  readonly order: number;
  readonly run: () => void;
  /** Its position in the heap; -1 when it is not there. */
  index: number;
}

export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #running = false;
  /** A binary heap; the first element fires next. */
  readonly #heap: Timer[] = [];

  /** `start`: the first value of `now()`, in milliseconds. Default: 0. */
  constructor(start = 0) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** The number of timers that have not fired; 0 when nothing leaks. */
  get pending(): number {
    return this.#heap.length;
  }

  /** When the next timer fires; undefined if there is none. */
  get nextDeadline(): number | undefined {
    return this.#heap[0]?.time;
  }

  setTimeout(run: () => void, ms: number): TimerHandle {
    const timer: Timer = { time: this.#now + Math.max(ms || 0, 0), order: this.#order, run, index: -1 };
    this.#order += 1;
    if (timer.time < Number.POSITIVE_INFINITY) this.#siftUp(timer, this.#heap.length);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    const timer = handle as Timer | undefined;
    if (timer !== undefined && timer.index >= 0) this.#remove(timer);
  }

  /** Lets `ms` milliseconds pass. Throws what a timer throws, at the time of that timer. */
  advance(ms: number): void {
    this.runUntil(this.#now + Math.max(ms, 0));
  }

  /** Lets time pass until `time`; timers of that instant fire, too. */
  runUntil(time: number): void {
    this.#run(time);
    this.#now = Math.max(this.#now, time);
  }

  /**
   * Lets time pass until no timer is left, at most `limitMs` milliseconds (default: a day); returns whether none is
   * left.
   */
  runUntilIdle(limitMs = IDLE_LIMIT): boolean {
    const limit = this.#now + limitMs;
    this.#run(limit);
    if (this.pending > 0) this.#now = limit;
    return this.pending === 0;
  }

  /**
   * Lets time pass, deadline by deadline, until a promise resolves or rejects, and does the same. Other promise
   * callbacks run in between, as they would in real time.
   *
   * @throws Error when the promise is still pending after `limitMs` milliseconds of virtual time (default: two minutes)
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
      if (next > limit) throw new Error(`The promise was still pending after ${limitMs} ms of virtual time.`);
      this.runUntil(next);
    }
    return promise;
  }

  #run(until: number): void {
    if (this.#running)
      throw new Error('The clock is running already: a timer must not advance the clock that runs it.');
    this.#running = true;
    try {
      let firedNow = 0;
      for (let timer = this.#heap[0]; timer !== undefined && timer.time <= until; timer = this.#heap[0]) {
        firedNow = timer.time > this.#now ? 1 : firedNow + 1;
        if (firedNow > MAX_TIMERS_PER_INSTANT) throw new Error(`Timers fire without end at ${this.#now} ms.`);
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
      // The last element takes the free position and moves from there to its own.
      this.#siftUp(last, timer.index);
      this.#siftDown(last);
    }
    timer.index = -1;
  }

  #siftUp(timer: Timer, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || isBefore(parent, timer)) break;
      this.#put(parent, index);
      index = above;
    }
    this.#put(timer, index);
  }

  #siftDown(timer: Timer): void {
    for (;;) {
      const left = this.#heap[timer.index * 2 + 1];
      const right = this.#heap[timer.index * 2 + 2];
      const child = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(timer, child)) return;
      const index = child.index;
      this.#put(child, timer.index);
      this.#put(timer, index);
    }
  }

  #put(timer: Timer, index: number): void {
    this.#heap[index] = timer;
    timer.index = index;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.time === b.time ? a.order < b.order : a.time < b.time;
}
