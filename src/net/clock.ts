/**
 * Real time: monotonic, including the time that the machine slept, with timers of any length.
 *
 * Node's timers have six traps that this file avoids: a delay of 2^31 ms or more, or Infinity, becomes 1 ms, and so
 * does a delay of 0, although an answer that is due should leave at once; an immediate that does not keep the process
 * alive waits until something else happens, so here all of them do, for one turn; fractions are truncated, so a timer
 * may fire up to a millisecond early; on Linux neither timers nor `performance.now()` count sleep; and after the
 * process was stopped or blocked, timers fire before the sockets are read.
 */
import { uptime } from 'node:os';
import { type Clock, LONGEST_TIMER_MS, STANDSTILL, type TimerHandle } from './network.js';

/** Milliseconds of monotonic time between two readings of the system's uptime. */
const SLEEP_CHECK_INTERVAL = 1_000;
/** Milliseconds. A timer later than this may have been overtaken by datagrams that are still unread. */
const LATE = 100;
/** Late timers wait until no more datagrams are read: at most this many turns of the event loop and milliseconds. */
const READING_TURNS = 256;
const READING_TIME = 500;
/** Milliseconds. Some systems report uptime in whole seconds, so smaller differences mean nothing. */
const SHORTEST_SLEEP = 2_500;

export interface NodeClockOptions {
  /** Whether timers keep the process alive; default false. */
  readonly keepAlive?: boolean;
  /** Milliseconds, monotonic; default `process.hrtime`. */
  readonly monotonic?: () => number;
  /** Seconds since the machine started, sleep included; default `os.uptime`. */
  readonly uptime?: () => number;
}

interface Timer {
  readonly run: () => void;
  deadline: number;
  /** Undefined when it never fires or was cleared. */
  node: NodeJS.Timeout | NodeJS.Immediate | undefined;
}

/** State while the sockets are read after the process was blocked. */
interface CatchingUp {
  /** The clock shows this time throughout, since all of these datagrams arrived before it. */
  readonly now: number;
  /** End of the waiting, by `#monotonic`. */
  readonly until: number;
  /** Timers that fell due; they fire when this is over. */
  readonly held: Timer[];
  readonly reportWake: boolean;
  turns: number;
  /** Datagrams received, as of the last turn. */
  received: number;
}

/**
 * The same clock as that of `performance.now()`, which calls four functions more: the clock is read several times for
 * each datagram.
 */
function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export class NodeClock implements Clock {
  readonly #keepAlive: boolean;
  readonly #monotonic: () => number;
  readonly #uptime: () => number;
  /** Milliseconds slept so far, which `#monotonic` did not count. */
  #slept = 0;
  #nextSleepCheck: number;
  /** The machine has slept, and the wake listeners do not know yet. */
  #hasSlept = false;
  /** When a timer fired last. */
  #firedAt = -Infinity;
  #catchingUp: CatchingUp | undefined;
  #received = 0;
  readonly #wakeListeners = new Set<() => void>();
  /** Uptime less monotonic time, in milliseconds, when nothing had been slept. */
  readonly #headStart: number;

  constructor(options: NodeClockOptions = {}) {
    this.#keepAlive = options.keepAlive ?? false;
    this.#monotonic = options.monotonic ?? monotonic;
    this.#uptime = options.uptime ?? uptime;
    const now = this.#monotonic();
    this.#headStart = this.#uptime() * 1_000 - now;
    this.#nextSleepCheck = now + SLEEP_CHECK_INTERVAL;
  }

  now(): number {
    if (this.#catchingUp !== undefined) return this.#catchingUp.now;
    const awake = this.#monotonic();
    if (awake >= this.#nextSleepCheck) this.#countSleep(awake);
    return awake + this.#slept;
  }

  setTimeout(run: () => void, ms: number): TimerHandle {
    const delay = Math.max(ms || 0, 0);
    const timer: Timer = { run, deadline: this.now() + delay, node: undefined };
    if (delay < Number.POSITIVE_INFINITY) this.#arm(timer, delay);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    const timer = handle as Timer | undefined;
    if (timer === undefined) return;
    clearTimeout(timer.node as NodeJS.Timeout | undefined);
    clearImmediate(timer.node as NodeJS.Immediate | undefined);
    timer.node = undefined;
  }

  /** See `Network.onWake`. */
  onWake(woke: () => void): () => void {
    const listener = () => woke();
    this.#wakeListeners.add(listener);
    return () => this.#wakeListeners.delete(listener);
  }

  /** A socket was read. */
  noteReceived(): void {
    this.#received += 1;
  }

  /** Waits in steps that Node supports; the timer never fires early. */
  #arm(timer: Timer, left: number): void {
    const expire = () => this.#expire(timer);
    if (left <= 0) {
      timer.node = setImmediate(expire);
      return;
    }
    timer.node = setTimeout(expire, Math.min(Math.ceil(left), LONGEST_TIMER_MS));
    if (!this.#keepAlive) timer.node.unref();
  }

  #expire(timer: Timer): void {
    if (this.#catchingUp !== undefined) {
      this.#catchingUp.held.push(timer);
      return;
    }
    const now = this.now();
    // Of several timers late for one reason, only the first counts as late.
    const late = now - Math.max(timer.deadline, this.#firedAt);
    this.#firedAt = now;
    if (late > LATE || this.#hasSlept) this.#catchUp(timer, now, late > STANDSTILL || this.#hasSlept);
    else this.#fire(timer);
  }

  #fire(timer: Timer): void {
    const left = timer.deadline - this.now();
    if (left > 0) this.#arm(timer, left);
    else timer.run();
  }

  /** Lets the event loop read the sockets until no more datagrams come, or a limit is reached. */
  #catchUp(timer: Timer, now: number, reportWake: boolean): void {
    this.#hasSlept = false;
    const until = this.#monotonic() + READING_TIME;
    this.#catchingUp = { now, until, held: [timer], reportWake, turns: 0, received: this.#received };
    this.#awaitQuiet(this.#catchingUp);
  }

  #awaitQuiet(reading: CatchingUp): void {
    setImmediate(() => {
      reading.turns += 1;
      const isQuiet = reading.received === this.#received;
      reading.received = this.#received;
      if (isQuiet || reading.turns >= READING_TURNS || this.#monotonic() >= reading.until) this.#caughtUp(reading);
      else this.#awaitQuiet(reading);
    });
  }

  #caughtUp({ held, reportWake }: CatchingUp): void {
    this.#catchingUp = undefined;
    this.#firedAt = this.now();
    if (reportWake) for (const woke of [...this.#wakeListeners]) woke();
    this.#fireAll(held.sort((a, b) => a.deadline - b.deadline));
  }

  /** A timer that throws does not stop the others from firing. */
  #fireAll(timers: Timer[]): void {
    let timer = timers.shift();
    try {
      for (; timer !== undefined; timer = timers.shift()) if (timer.node !== undefined) this.#fire(timer);
    } finally {
      if (timer !== undefined) setImmediate(() => this.#fireAll(timers));
    }
  }

  #countSleep(awake: number): void {
    this.#nextSleepCheck = awake + SLEEP_CHECK_INTERVAL;
    const slept = this.#uptime() * 1_000 - awake - this.#headStart;
    if (slept - this.#slept < SHORTEST_SLEEP) return;
    this.#slept = slept;
    this.#hasSlept = true;
  }
}
