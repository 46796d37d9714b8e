/**
 * A host's own time on top of the scenario's: it may gain or lose, stands still while the host sleeps or its process is stopped,
 * and ends with the host.
 */

import { MdnsError } from '../../protocol/errors.js';
import { type Clock, STANDSTILL, type TimerHandle } from '../network.js';

/** Milliseconds that a timer of a drifting clock may be late, so that rounding never makes it early. */
const ROUNDING = 1e-6;

interface Timer {
  readonly run: () => void;
  /** On the scenario's clock; while the host sleeps, what is left. */
  due: number;
  handle: TimerHandle;
}

export class HostClock implements Clock {
  readonly #base: Clock;
  readonly #rate: number;
  readonly #timers = new Set<Timer>();
  readonly #wakeListeners = new Set<() => void>();
  #state: 'running' | 'asleep' | 'stalled' | 'stopped' = 'running';

  /** `drift`: what the clock gains, 0.001 being a millisecond a second; negative where it loses. */
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

  /** Timers that wait to fire, those that stand still included. */
  get pending(): number {
    return this.#timers.size;
  }

  /** The host sleeps: nothing fires until `resume`. */
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
    for (const tell of [...this.#wakeListeners]) tell();
  }

  /** The process stands still: nothing fires until `recover`, but what falls due meanwhile is late then. */
  stall(): void {
    if (this.#state !== 'running') return;
    this.#state = 'stalled';
    for (const timer of this.#timers) this.#base.clearTimeout(timer.handle);
  }

  /** Late timers fire at once, in the order of their deadlines. */
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
    if (late > STANDSTILL) for (const tell of [...this.#wakeListeners]) tell();
  }

  /** See `Network.onWake`. */
  onWake(woke: () => void): () => void {
    const listener = () => woke();
    this.#wakeListeners.add(listener);
    return () => this.#wakeListeners.delete(listener);
  }

  /** The host is no more: nothing ever fires again. */
  stop(): void {
    this.#state = 'stopped';
    for (const timer of this.#timers) this.#base.clearTimeout(timer.handle);
    this.#timers.clear();
    this.#wakeListeners.clear();
  }

  /** Starts what is left of a timer. */
  #arm(timer: Timer): void {
    const left = Math.max(timer.due, 0);
    timer.due = this.#base.now() + left;
    timer.handle = this.#base.setTimeout(() => {
      this.#timers.delete(timer);
      timer.run();
    }, left);
  }
}
