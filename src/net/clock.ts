/**
 * Real time: monotonic, counting the time that the machine slept, with timers of any length.
 *
 * Node's timers have three traps that this file closes: a delay of 2^31 ms or more, or Infinity, becomes 1 ms; fractions are cut
 * off, so that a timer may fire up to a millisecond early; and on Linux neither timers nor `performance.now()` count sleep.
 */
import { uptime } from 'node:os';
import type { Clock, TimerHandle } from './network.js';

/** Milliseconds. The longest delay that Node honours. */
const LONGEST_DELAY = 2 ** 31 - 1;
/** Milliseconds of monotonic time between two looks at the system's uptime. */
const SLEEP_CHECK_INTERVAL = 1_000;
/** Milliseconds that a timer has to be late to tell of a process that stood still: more than work and garbage collection take. */
const STANDSTILL = 10_000;
/** Milliseconds. Uptime has whole seconds on some systems: smaller differences mean nothing. */
const SHORTEST_SLEEP = 2_500;

export interface NodeClockOptions {
  /** Whether timers keep the process alive; default false. */
  readonly keepAlive?: boolean;
  /** Milliseconds, monotonic; default `performance.now`. */
  readonly monotonic?: () => number;
  /** Seconds since the machine started, sleep included; default `os.uptime`. */
  readonly uptime?: () => number;
}

interface Timer {
  node: NodeJS.Timeout | undefined;
}

export class NodeClock implements Clock {
  readonly #keepAlive: boolean;
  readonly #monotonic: () => number;
  readonly #uptime: () => number;
  /** Milliseconds slept so far, which `#monotonic` did not count. */
  #slept = 0;
  #nextSleepCheck: number;
  /** Sleep was counted that nobody has been told of. */
  #hasSlept = false;
  /** When a timer fired last. */
  #firedAt = -Infinity;
  readonly #wakeListeners = new Set<() => void>();
  /** Uptime less monotonic time, in milliseconds, when nothing had been slept. */
  readonly #headStart: number;

  constructor(options: NodeClockOptions = {}) {
    this.#keepAlive = options.keepAlive ?? false;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#uptime = options.uptime ?? uptime;
    const now = this.#monotonic();
    this.#headStart = this.#uptime() * 1_000 - now;
    this.#nextSleepCheck = now + SLEEP_CHECK_INTERVAL;
  }

  now(): number {
    const awake = this.#monotonic();
    if (awake >= this.#nextSleepCheck) this.#countSleep(awake);
    return awake + this.#slept;
  }

  setTimeout(run: () => void, ms: number): TimerHandle {
    const timer: Timer = { node: undefined };
    const delay = Math.max(ms || 0, 0);
    if (delay === Number.POSITIVE_INFINITY) return timer;
    this.#arm(timer, this.now() + delay, run, delay);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    const timer = handle as Timer | undefined;
    if (timer === undefined) return;
    clearTimeout(timer.node);
    timer.node = undefined;
  }

  /** See `Network.onWake`. */
  onWake(woke: () => void): () => void {
    const listener = () => woke();
    this.#wakeListeners.add(listener);
    return () => this.#wakeListeners.delete(listener);
  }

  /** Waits in as many steps as it takes, and never ends early. */
  #arm(timer: Timer, deadline: number, run: () => void, left: number): void {
    timer.node = setTimeout(
      () => {
        this.#tellOfWaking(deadline);
        // Who was told may have cleared it.
        if (timer.node === undefined) return;
        const remaining = deadline - this.now();
        if (remaining > 0) this.#arm(timer, deadline, run, remaining);
        else run();
      },
      Math.min(Math.ceil(left), LONGEST_DELAY),
    );
    if (!this.#keepAlive) timer.node.unref();
  }

  /** `deadline`: of the timer that fires. Of those that are late for the same reason the first one tells. */
  #tellOfWaking(deadline: number): void {
    const now = this.now();
    const stoodStill = now - Math.max(deadline, this.#firedAt) > STANDSTILL;
    this.#firedAt = now;
    if (!stoodStill && !this.#hasSlept) return;
    this.#hasSlept = false;
    for (const tell of [...this.#wakeListeners]) tell();
  }

  #countSleep(awake: number): void {
    this.#nextSleepCheck = awake + SLEEP_CHECK_INTERVAL;
    const slept = this.#uptime() * 1_000 - awake - this.#headStart;
    if (slept - this.#slept < SHORTEST_SLEEP) return;
    this.#slept = slept;
    this.#hasSlept = true;
  }
}
