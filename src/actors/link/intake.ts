/**
 * Decides when the datagrams of all sockets are processed: at once while there is time, otherwise in the order of the
 * fair queue, so that no source can crowd out the others. Processing gets a share of real time; the rest is for timers,
 * the application, and for reading the sockets, whose buffers all sources share.
 */
import type { Clock, Datagram } from '../../net/network.js';
import { FairQueue } from '../../protocol/intake/fair-queue.js';
import { PER_OCTAVE, type Sources } from '../../protocol/intake/sources.js';

/** Milliseconds of work at a time, and the share of all time. What a datagram causes later is not included. */
const AT_A_TIME = 4;
const SHARE = 1 / 3;
/**
 * Milliseconds of work that a quiet time saves up at most: a thousand services answer within a tenth of a second. They
 * are used in short turns, since each turn of the event loop reads some thirty datagrams of a socket.
 */
const SAVINGS = 1_000;
const SHORT_TURN = 1;
/** Bytes of a frame. A larger datagram takes as many times as much of the savings, so a flood of these finds none. */
const FRAME = 1_500;
/** A wait is long enough for this many milliseconds of work. */
const WORTH_WAITING = 2;

/** One socket. */
export interface Inlet {
  /** Id of its interface: an address is one source on each interface. */
  readonly id: string;
  readonly sources: Sources;
  /** Whether what has waited is still wanted. */
  readonly isOpen: () => boolean;
  /** @param now the time of this call, so that the clock is read once for a datagram */
  readonly handle: (datagram: Datagram, own: boolean, now: number) => void;
  readonly dropped: (datagram: Datagram) => void;
}

interface Waiting {
  readonly inlet: Inlet;
  readonly datagram: Datagram;
  readonly own: boolean;
  readonly size: number;
}

export class Intake {
  readonly #clock: Clock;
  readonly #queue = new FairQueue<Waiting>();
  /** Milliseconds of work allowed now, as of `#at`; negative when the last datagram took longer than was allowed. */
  #allowance = SAVINGS;
  #at: number;
  #isWaiting = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
  }

  /**
   * @param own whether it is a copy of a datagram that we sent
   * @param isFromHere whether it came from an address of this machine
   */
  receive(inlet: Inlet, datagram: Datagram, own: boolean, isFromHere: boolean): void {
    const now = this.#clock.now();
    const rank = inlet.sources.admit(datagram.address, now, isFromHere, datagram.bytes.length);
    if (rank === undefined) {
      inlet.dropped(datagram);
      return;
    }
    // As `#gain` does: what a process that is asked now and then calls for each datagram is few functions.
    this.#allowance = Math.min(SAVINGS, this.#allowance + (now - this.#at) * SHARE);
    this.#at = now;
    if (this.#queue.size === 0 && this.#allowance > SAVINGS - AT_A_TIME) {
      this.#work(inlet, datagram, own, now);
      return;
    }
    const key = `${inlet.id} ${datagram.address}`;
    if (this.#queue.size > 0 && this.#mayBorrow(key, rank)) {
      this.#work(inlet, datagram, own, now);
      return;
    }
    const waiting = { inlet, datagram, own, size: datagram.bytes.length };
    for (const dropped of this.#queue.add(key, waiting, rank)) {
      dropped.inlet.dropped(dropped.datagram);
    }
    this.#wait();
  }

  toJSON(): object {
    return this.#queue.toJSON();
  }

  /** A source that sends at most half as much as every source in the queue need not wait: the others wait longer. */
  #mayBorrow(key: string, rank: number): boolean {
    return this.#allowance > -AT_A_TIME && rank + PER_OCTAVE <= this.#queue.nextRank && !this.#queue.has(key);
  }

  /** Adds the time that has passed, but at most `most`, ms. */
  #gain(now: number, most: number): void {
    this.#allowance = Math.min(SAVINGS, this.#allowance + Math.min(now - this.#at, most) * SHARE);
    this.#at = now;
  }

  #work({ handle }: Inlet, datagram: Datagram, own: boolean, began: number): void {
    // Its handler lets go of the bytes.
    const size = datagram.bytes.length;
    try {
      handle(datagram, own, began);
    } finally {
      this.#spend(this.#clock.now() - began, size);
    }
  }

  /** @param took ms */
  #spend(took: number, bytes: number): void {
    const saved = Math.max(0, this.#allowance - AT_A_TIME);
    const taken = Math.min(saved, took * Math.max(1, bytes / FRAME));
    const left = this.#allowance - Math.max(took, taken);
    // The process may have been busy with other things: a single datagram must not delay the others for long.
    this.#allowance = Math.max(-2 * AT_A_TIME, left);
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const delay = Math.max(0, (WORTH_WAITING - this.#allowance) / SHARE);
    this.#clock.setTimeout(() => this.#workOn(delay), delay);
  }

  /** @param waited ms; when the timer is late, the extra time went into other work, which datagrams may have caused */
  #workOn(waited: number): void {
    this.#isWaiting = false;
    this.#gain(this.#clock.now(), waited);
    const enough = this.#allowance > AT_A_TIME ? this.#allowance - SHORT_TURN : 0;
    try {
      while (this.#allowance > enough) {
        const next = this.#queue.take();
        if (next === undefined) break;
        if (next.inlet.isOpen()) this.#work(next.inlet, next.datagram, next.own, this.#clock.now());
      }
    } finally {
      if (this.#queue.size > 0) this.#wait();
    }
  }
}
