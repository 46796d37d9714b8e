/**
 * A host's own clock on top of the scenario's: it may drift, its timers pause while the host sleeps or its process is
 * stopped, and it ends with the host.
 */

import { MdnsError } from '../../protocol/errors.js';
import { type Clock, STANDSTILL, type TimerHandle } from '../network.js';

/** Milliseconds added to timers of a drifting clock, so that rounding never makes them early. */
const ROUNDING = 1e-6;

interface Timer {
  readonly run: () => void;
  /** The deadline on the scenario's clock; while the host sleeps, the time that remains. */
  due: number;
  handle: TimerHandle;
}

export class HostClock implements Clock {
  readonly #base: Clock;
  readonly #rate: number;
  readonly #timers = new Set<Timer>();
  readonly #wakeListeners = new Set<() => void>();
  #state: 'running' | 'asleep' | 'stalled' | 'stopped' = 'running';

  /** `drift`: what the clock gains, 0.001 being a millisecond per second; negative if it loses. */
  constructor(base: Clock, drift = 0) {
    if (!(drift > -1 && drift < Number.POSITIVE_INFINITY)) {
      throw new MdnsError(
        'invalid-option',
        `A clock cannot drift by ${drift}: give a number above -1, such as 0.0001.`,
      );
    }
    this.#base = base;
    this.#rate = 1 + drift;
  }

  /** Time asleep counts, as it does for `NodeClock`. */
  now(): number {
    return this.#base.now() * this.#rate;
  }

  /** Time asleep does not count, as it does not for the timers of Linux. */
  setTimeout(run: () => void, ms: number): TimerHandle {
    const delay = this.#rate === 1 ? Math.max(ms || 0, 0) : Math.max(ms || 0, 0) / this.#rate + ROUNDING;
    const timer: Timer = { run, due: delay, handle: undefined };
    if (this.#state === 'stopped' || delay === Number.POSITIVE_INFINITY) return timer;
    this.#timers.add(timer);
    if (this.#state === 'running') this.#arm(timer);
    else if (this.#state === 'stalled') timer.due += this.#base.now();
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    const timer = handle as Timer | undefined;
    if (timer === undefined || !this.#timers.delete(timer)) return;
    this.#base.clearTimeout(timer.handle);
  }

  /** The number of timers that have not fired yet, paused ones included. */
  get pending(): number {
    return this.#timers.size;
  }

  /** The host falls asleep: no timer fires until `resume`. */
  pause(): void {
    if (this.#state !== 'running') return;
    this.#state = 'asleep';
    const now = this.#base.now();
    for (const timer of this.#timers) {
      this.#base.clearTimeout(timer.handle);
      timer.due -= now;
    }
  }

  resume(): void {
    if (this.#state !== 'asleep') return;
    this.#state = 'running';
    for (const timer of this.#timers) this.#arm(timer);
    for (const woke of [...this.#wakeListeners]) woke();
  }

  /** The process is stopped: no timer fires until `recover`; those due meanwhile fire late. */
  stall(): void {
    if (this.#state !== 'running') return;
    this.#state = 'stalled';
    for (const timer of this.#timers) this.#base.clearTimeout(timer.handle);
  }

  /** The process continues: late timers fire at once, in the order of their deadlines. */
  recover(): void {
    if (this.#state !== 'stalled') return;
    this.#state = 'running';
    const now = this.#base.now();
    const timers = [...this.#timers].sort((a, b) => a.due - b.due);
    const late = now - (timers[0]?.due ?? now);
    for (const timer of timers) {
      timer.due -= now;
      this.#arm(timer);
    }
    if (late > STANDSTILL) for (const woke of [...this.#wakeListeners]) woke();
  }

  /** See `Network.onWake`. */
  onWake(woke: () => void): () => void {
    const listener = () => woke();
    this.#wakeListeners.add(listener);
    return () => this.#wakeListeners.delete(listener);
  }

  /** The host has ended: no timer ever fires again. */
  stop(): void {
    this.#state = 'stopped';
    for (const timer of this.#timers) this.#base.clearTimeout(timer.handle);
    this.#timers.clear();
    this.#wakeListeners.clear();
  }

  /** Starts a timer for the time that remains. */
  #arm(timer: Timer): void {
    const left = Math.max(timer.due, 0);
    timer.due = this.#base.now() + left;
    timer.handle = this.#base.setTimeout(() => {
      this.#timers.delete(timer);
      timer.run();
    }, left);
  }
}
