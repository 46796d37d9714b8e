import type { Datagram, NetworkInterface } from '../../net/network.js';
import { FNV_PRIME, FNV_START } from '../../protocol/fnv.js';

/** How long a copy of our own datagram may take to come back. */
const MEMORY_MS = 5_000;
const MAX_PACKETS = 1_024;

/**
 * Recently sent datagrams, to recognise their copies: multicast loopback, a bridge, a second interface on the same LAN
 * or an access point may return them. A copy has our bytes and comes from one of our addresses. The address alone is
 * not enough, since other processes use it too; neither are the bytes, since other hosts ask the same questions.
 */
export class SentPackets {
  readonly #sentAt = new Map<number, number>();
  /** Kept replies are sent again, and in code that is not optimised a hash of 200 bytes takes 40 us. */
  readonly #hashes = new WeakMap<Uint8Array, number>();
  /** Before that time none is too old. */
  #oldAt = 0;
  #addresses: ReadonlySet<string> = new Set();

  /** Sets the addresses of this machine. */
  interfacesAre(interfaces: Iterable<NetworkInterface>): void {
    const addresses = new Set<string>();
    for (const each of interfaces) for (const { address } of each.addresses) addresses.add(address);
    this.#addresses = addresses;
  }

  add(bytes: Uint8Array, now: number): void {
    let key = this.#hashes.get(bytes);
    if (key === undefined) {
      key = hash(bytes);
      this.#hashes.set(bytes, key);
    }
    this.#sentAt.delete(key);
    this.#sentAt.set(key, now);
    if (now >= this.#oldAt || this.#sentAt.size > MAX_PACKETS) this.#forgetOld(now);
  }

  #forgetOld(now: number): void {
    this.#oldAt = now + MEMORY_MS / 2;
    for (const [oldest, at] of this.#sentAt) {
      if (at + MEMORY_MS > now && this.#sentAt.size <= MAX_PACKETS) break;
      this.#sentAt.delete(oldest);
    }
  }

  /** Whether it came from an address of this machine, from any process. */
  isFromHere({ address }: Datagram): boolean {
    return this.#addresses.has(address);
  }

  has(datagram: Datagram, now: number): boolean {
    if (!this.isFromHere(datagram)) return false;
    const at = this.#sentAt.get(hash(datagram.bytes));
    return at !== undefined && now - at <= MEMORY_MS;
  }

  toJSON(): object {
    return { packets: this.#sentAt.size };
  }
}

/** FNV-1a over the bytes, mixed with the length. */
function hash(bytes: Uint8Array): number {
  let value = FNV_START ^ bytes.length;
  for (let i = 0; i < bytes.length; i++) value = Math.imul(value ^ (bytes[i] as number), FNV_PRIME);
  return value >>> 0;
}
