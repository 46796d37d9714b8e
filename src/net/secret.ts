/** A random text that no one can guess: 192 bits, in characters that a URL may contain. */
import { randomBytes } from 'node:crypto';

const BYTES = 24;

export function secret(): string {
  return randomBytes(BYTES).toString('base64url');
}
