/**
 * Recognises datagrams by their bytes: by a hash first, then byte by byte. Every response that is received comes here.
 */

/** 32 bits, with the steps of MurmurHash: four bytes at a time, since each step waits for the one before. */
export function bytesHash(bytes: Uint8Array): number {
  let hash = bytes.length;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    const word = low | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
    const product = Math.imul(hash ^ word, FACTOR);
    hash = product ^ (product >>> 15);
  }
  for (; at < bytes.length; at++) {
    const product = Math.imul(hash ^ (bytes[at] as number), FACTOR);
    hash = product ^ (product >>> 15);
  }
  return hash;
}

const FACTOR = 0x5bd1e995;

/**
 * Whether `among` has these bytes at `start`. In a loop, which takes less time for so few bytes than a call of
 * `Buffer.compare`.
 */
export function hasBytesAt(among: Uint8Array, start: number, bytes: Uint8Array): boolean {
  if (start + bytes.length > among.length) return false;
  for (let at = 0; at < bytes.length; at++) if (among[start + at] !== bytes[at]) return false;
  return true;
}
