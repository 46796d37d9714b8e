/** Numbers and names as a TSIG record has them: names are not compressed (RFC 8945 section 4.2). */
import { labelsOf, type Name } from '../name.js';
import { uint16 } from '../wire/format.js';

/** All of these, one after the other. */
export function bytesOf(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function nameBytes(name: Name): Uint8Array {
  return Uint8Array.from([...labelsOf(name).flatMap((label) => [label.length, ...label]), 0]);
}

/** Numbers of 16 bits. */
export function uint16Bytes(...numbers: readonly number[]): Uint8Array {
  return Uint8Array.from(numbers.flatMap((number) => [number >> 8, number]));
}

/** Whole seconds in 48 bits. */
export function uint48Bytes(number: number): Uint8Array {
  const whole = Math.floor(number);
  return Uint8Array.from([40, 32, 24, 16, 8, 0].map((bits) => Math.floor(whole / 2 ** bits)));
}

export function uint48(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 2 ** 32 + uint16(bytes, at + 2) * 2 ** 16 + uint16(bytes, at + 4);
}
