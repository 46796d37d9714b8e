/**
 * How many bytes of questions a link may send: in any ten seconds no more than it received of everything, and a fixed allowance
 * on top. Without such a bound a few packets of invented names would have every browser multicast several times their size.
 * Probes are no part of it (RFC 6762 section 8.1): they are about our own names, and few.
 *
 * What was received counts against what was sent before it, never in advance: so the bound holds for every ten seconds, however
 * they are laid over the traffic. Times are monotonic milliseconds.
 */
import { IPV6_UDP_HEADER_BYTES } from '../constants.js';

/** Milliseconds. */
export const BUDGET_WINDOW = 10_000;
/** Bytes that may be sent in the window when nothing is received. */
export const BUDGET_ALLOWANCE = 16_384;
/** Bytes of the allowance up to which each kind may be sent; the rest is left to the better kinds. */
export const BUDGET_SHARES = {
  /** What is known to live: it has answered, or a host has that told us of it. */
  living: 16_384,
  /** The first few questions on account of a host. */
  fresh: 14_336,
  /** Packets with known answers. */
  known: 12_288,
  /** The first queries for the many others that a host tells us of. */
  bulk: 10_240,
  /** What was asked for in vain. */
  unanswered: 8_192,
} as const;
export type BudgetShare = keyof typeof BUDGET_SHARES;
/** What a question can be. */
export type QuestionShare = Exclude<BudgetShare, 'known'>;

/** Bytes below which it is not worth to begin a packet. */
export const LEAST_PACKET = 256;
/** Milliseconds that are summed up in one slot. */
const SLOT_TIME = 250;

/** Bytes sent, less those received, in one slot of time. */
interface Slot {
  readonly endsAt: number;
  net: number;
  /** The most that any stretch of time up to the slot's end has, none of it counting as 0. */
  peak: number;
}

export class QuestionBudget {
  /** From the oldest to the newest: as many as the window has. */
  readonly #slots: Slot[] = [];
  #received = 0;

  /** So many bytes were received in all, those of our own packets excepted. */
  received(total: number, now: number): void {
    const bytes = total - this.#received;
    if (bytes <= 0) return;
    this.#received = total;
    const slot = this.#slot(now);
    slot.net -= bytes;
    slot.peak = Math.max(0, slot.peak - bytes);
  }

  /** Bytes that may be sent now for the sake of this kind of question, headers included. */
  room(share: BudgetShare, now: number): number {
    return BUDGET_SHARES[share] - this.#level(now);
  }

  /** The largest packet that may be sent now, within what the link carries. */
  packetBytes(share: BudgetShare, maxBytes: number, now: number): number {
    return Math.min(maxBytes, Math.max(LEAST_PACKET, this.room(share, now) - IPV6_UDP_HEADER_BYTES));
  }

  /** Notes that packets leave now, if there is room for them. */
  spend(packets: readonly Uint8Array[], share: BudgetShare, now: number): boolean {
    const bytes = costOf(packets);
    if (bytes > this.room(share, now)) return false;
    const slot = this.#slot(now);
    slot.net += bytes;
    slot.peak += bytes;
    return true;
  }

  /** The most that was sent beyond what was received in any stretch of the window that ends now. */
  #level(now: number): number {
    this.#forget(now);
    let level = 0;
    let later = 0;
    for (let i = this.#slots.length - 1; i >= 0; i--) {
      const { net, peak } = this.#slots[i] as Slot;
      level = Math.max(level, later + peak);
      later += net;
    }
    return level;
  }

  #slot(now: number): Slot {
    this.#forget(now);
    const newest = this.#slots.at(-1);
    if (newest !== undefined && now < newest.endsAt) return newest;
    const slot = { endsAt: (Math.floor(now / SLOT_TIME) + 1) * SLOT_TIME, net: 0, peak: 0 };
    this.#slots.push(slot);
    return slot;
  }

  #forget(now: number): void {
    while ((this.#slots[0]?.endsAt ?? Infinity) < now - BUDGET_WINDOW) this.#slots.shift();
  }

  toJSON(): object {
    return { slots: this.#slots.length };
  }
}

/** Bytes on the wire. */
function costOf(packets: readonly Uint8Array[]): number {
  return packets.reduce((sum, { length }) => sum + length + IPV6_UDP_HEADER_BYTES, 0);
}
