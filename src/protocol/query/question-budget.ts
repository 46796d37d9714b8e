/**
 * How many bytes of questions a link may send: in any ten seconds no more than it received, plus a fixed allowance.
 * Without such a bound, a few packets of invented names would make every browser multicast several times their size.
 * Probes do not count (RFC 6762 section 8.1): they are few, and only about our own names.
 *
 * Received bytes offset what was sent before them, never in advance, so the bound holds for every interval of ten
 * seconds. Times are monotonic milliseconds.
 */
import { IPV6_UDP_HEADER_BYTES } from '../constants.js';

/** Milliseconds. */
export const BUDGET_WINDOW = 10_000;
/** Bytes that may be sent in the window when nothing is received. */
export const BUDGET_ALLOWANCE = 16_384;
/** Bytes of the allowance that each kind may use; the rest is reserved for more useful kinds. */
export const BUDGET_SHARES = {
  /** Questions that have been answered before, or about names from a host that has answered. */
  living: 16_384,
  /** The first few questions on account of a host. */
  fresh: 14_336,
  /** Packets with known answers. */
  known: 12_288,
  /** First queries for the many other names that a host mentions. */
  bulk: 10_240,
  /** Questions that were asked without an answer. */
  unanswered: 8_192,
} as const;
export type BudgetShare = keyof typeof BUDGET_SHARES;
/** The kinds of questions. */
export type QuestionShare = Exclude<BudgetShare, 'known'>;

/** Bytes below which no packet is started. */
export const LEAST_PACKET = 256;
/** Milliseconds that one slot covers. */
const SLOT_TIME = 250;

/** Bytes sent minus bytes received in one slot of time. */
interface Slot {
  readonly endsAt: number;
  net: number;
  /** The maximum over all intervals that end with the slot, at least 0. */
  peak: number;
}

export class QuestionBudget {
  /** The slots of the window, the oldest first. */
  readonly #slots: Slot[] = [];
  #received = 0;

  /** Notes how many bytes were received in total, without our own packets. */
  received(total: number, now: number): void {
    const bytes = total - this.#received;
    if (bytes <= 0) return;
    this.#received = total;
    const slot = this.#slot(now);
    slot.net -= bytes;
    slot.peak = Math.max(0, slot.peak - bytes);
  }

  /** Bytes that may be sent now for this kind of question, headers included. */
  room(share: BudgetShare, now: number): number {
    return BUDGET_SHARES[share] - this.#level(now);
  }

  /** The largest packet that may be sent now, within the MTU of the link. */
  packetBytes(share: BudgetShare, maxBytes: number, now: number): number {
    return Math.min(maxBytes, Math.max(LEAST_PACKET, this.room(share, now) - IPV6_UDP_HEADER_BYTES));
  }

  /** Spends the bytes of packets that leave now. @returns whether there was room for them */
  spend(packets: readonly Uint8Array[], share: BudgetShare, now: number): boolean {
    const bytes = costOf(packets);
    if (bytes > this.room(share, now)) return false;
    const slot = this.#slot(now);
    slot.net += bytes;
    slot.peak += bytes;
    return true;
  }

  /** The maximum excess of sent over received bytes in any interval of the window that ends now. */
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
