/** FNV-1a, a hash of 32 bits that takes one byte at a time: `hash = fnv(hash, byte)`, from `FNV_START` on. */

export const FNV_START = 0x811c9dc5 | 0;

export function fnv(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}
