/**
 * Randomness. The delays of RFC 6762 section 6 only have to be evenly distributed and differ between hosts, and nothing
 * in mDNS is secret, so `Math.random` is good enough.
 */
export function random(): number {
  return Math.random();
}
