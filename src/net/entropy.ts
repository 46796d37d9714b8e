/**
 * Chance. The delays of RFC 6762 only have to differ from host to host and to be evenly spread (section 6), nothing in mDNS is
 * a secret, so the engine's own generator does.
 */
export function random(): number {
  return Math.random();
}
