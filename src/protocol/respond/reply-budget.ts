/**
 * How many unicast replies one address gets: a question of 33 bytes can have a reply of 8 kB, and its source can be
 * forged, so without a bound we would flood the victim of a forger (RFC 6762 section 21).
 */

/** Replies to one address: at once, and per second in the long run. */
export const REPLY_BURST = 256;
export const REPLIES_PER_SECOND = 64;
/** Addresses with an account; beyond that the one with the oldest reply is dropped. */
export const MAX_REPLIED_ADDRESSES = 512;

interface Account {
  /** Replies that remain, as of `at`. */
  left: number;
  /** ms */
  at: number;
}

export class ReplyBudget {
  /** By address, the one with the oldest reply first. */
  readonly #accounts = new Map<string, Account>();

  /** Whether an address may get another reply now; if so, it counts as sent. */
  spend(address: string, now: number): boolean {
    const account = this.#accounts.get(address) ?? { left: REPLY_BURST, at: now };
    const passed = Math.max(0, now - account.at);
    account.left = Math.min(REPLY_BURST, account.left + (passed * REPLIES_PER_SECOND) / 1_000);
    account.at = now;
    if (account.left < 1) return false;
    account.left -= 1;
    this.#accounts.delete(address);
    this.#accounts.set(address, account);
    if (this.#accounts.size > MAX_REPLIED_ADDRESSES) this.#forgetOldest();
    return true;
  }

  get size(): number {
    return this.#accounts.size;
  }

  #forgetOldest(): void {
    const [oldest] = this.#accounts.keys();
    if (oldest !== undefined) this.#accounts.delete(oldest);
  }
}
