/**
 * FNV-1a, a hash of 32 bits that takes one byte at a time: `hash = fnv(hash, byte)`, from `FNV_START` on. In code that
 * is not optimised a call for each byte takes longer than the rest, so hot paths have the expression instead.
 */

export const FNV_START = 0x811c9dc5 | 0;
export const FNV_PRIME = 0x01000193;

export function fnv(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, FNV_PRIME);
}
