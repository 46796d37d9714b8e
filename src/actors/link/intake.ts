/**
 * What all sockets of a system let in: at once as long as there is time for it, and else in the order of the fair queue, so that
 * no source can mute us. Dealing with datagrams takes a share of real time; the rest is for timers, users, and for reading the
 * sockets, whose buffers are shared by all sources.
 */
import type { Clock, Datagram } from '../../net/network.js';
import { FairQueue } from '../../protocol/intake/fair-queue.js';
import { PER_OCTAVE, type Sources } from '../../protocol/intake/sources.js';

/** Milliseconds of work at a time, and the share of all time: what a datagram sets off later comes on top. */
const AT_A_TIME = 4;
const SHARE = 1 / 3;
/** Milliseconds of work that have come together when waiting ends. */
const WORTH_WAITING = 2;

/** One socket. */
export interface Inlet {
  /** Of its interface, where one address is one source. */
  readonly id: string;
  readonly sources: Sources;
  readonly isOpen: () => boolean;
  readonly handle: (datagram: Datagram, own: boolean) => void;
  readonly dropped: (datagram: Datagram) => void;
}

interface Waiting {
  readonly inlet: Inlet;
  readonly datagram: Datagram;
  readonly own: boolean;
  readonly bytes: Uint8Array;
}

export class Intake {
  readonly #clock: Clock;
  readonly #queue = new FairQueue<Waiting>();
  /** Milliseconds of work that may be done now, as of `#at`; below zero when the last datagram took longer. */
  #allowance = AT_A_TIME;
  #at: number;
  #isWaiting = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
  }

  /**
   * @param own whether it is one of ours coming back, as of now
   * @param isFromHere whether it came from an address of this machine
   */
  receive(inlet: Inlet, datagram: Datagram, own: boolean, isFromHere: boolean): void {
    const now = this.#clock.now();
    const rank = inlet.sources.admit(datagram.address, now, isFromHere, datagram.bytes.length);
    if (rank === undefined) {
      inlet.dropped(datagram);
      return;
    }
    this.#gain(now);
    const key = `${inlet.id} ${datagram.address}`;
    if (this.#queue.size === 0 ? this.#allowance > 0 : this.#mayBorrow(key, rank)) {
      this.#work(inlet, datagram, own);
      return;
    }
    const waiting = { inlet, datagram, own, bytes: datagram.bytes };
    for (const dropped of this.#queue.add(key, waiting, rank)) {
      dropped.inlet.dropped(dropped.datagram);
    }
    this.#wait();
  }

  toJSON(): object {
    return this.#queue.toJSON();
  }

  /** Who sends half as much as all that wait need not wait for a timer: the others pay for it. */
  #mayBorrow(key: string, rank: number): boolean {
    return this.#allowance > -AT_A_TIME && rank + PER_OCTAVE <= this.#queue.nextRank && !this.#queue.has(key);
  }

  /** Time passed; at most `most` of it counts, ms. */
  #gain(now: number, most = Infinity): void {
    this.#allowance = Math.min(AT_A_TIME, this.#allowance + Math.min(now - this.#at, most) * SHARE);
    this.#at = now;
  }

  #work({ isOpen, handle }: Inlet, datagram: Datagram, own: boolean): void {
    if (!isOpen()) return;
    const began = this.#clock.now();
    try {
      handle(datagram, own);
    } finally {
      // Whatever else took this time, a single datagram does not keep the others waiting for long.
      this.#allowance = Math.max(-2 * AT_A_TIME, this.#allowance - (this.#clock.now() - began));
    }
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const delay = Math.max(0, (WORTH_WAITING - this.#allowance) / SHARE);
    this.#clock.setTimeout(() => this.#workOn(delay), delay);
  }

  /** @param waited ms: a timer that is late tells of other work, which datagrams may have set off */
  #workOn(waited: number): void {
    this.#isWaiting = false;
    this.#gain(this.#clock.now(), waited);
    try {
      while (this.#allowance > 0) {
        const next = this.#queue.take();
        if (next === undefined) break;
        this.#work(next.inlet, next.datagram, next.own);
      }
    } finally {
      if (this.#queue.size > 0) this.#wait();
    }
  }
}
