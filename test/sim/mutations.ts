/** Packets that nobody ought to send: real ones, damaged in the ways that find mistakes in decoders and in what comes after them. */
import type { Random } from '../../src/testing.js';

const HEADER_BYTES = 12;
/** Bytes of the largest packet that is made. */
const MAX_BYTES = 9_000;
/** Values at the ends of ranges, and compression pointers. */
const TELLING = [0x00, 0x01, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xff];

/** A damaged copy of one of the packets. */
export function mutate(packets: readonly Uint8Array[], random: Random): Uint8Array {
  const bytes = new Uint8Array(pick(packets, random));
  return pick(MUTATIONS, random)(bytes, packets, random).subarray(0, MAX_BYTES);
}

type Mutation = (bytes: Uint8Array, packets: readonly Uint8Array[], random: Random) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  /** Some bits turned over. */
  (bytes, _, random) => {
    for (let flips = 1 + below(8, random); flips > 0; flips--)
      put(bytes, below(bytes.length, random), 1 << below(8, random), true);
    return bytes;
  },
  /** Telling values in some places. */
  (bytes, _, random) => {
    for (let places = 1 + below(4, random); places > 0; places--)
      put(bytes, below(bytes.length, random), pick(TELLING, random));
    return bytes;
  },
  /** Cut short. */
  (bytes, _, random) => bytes.subarray(0, below(bytes.length + 1, random)),
  /** Another header: flags and counts. */
  (bytes, _, random) => {
    for (let at = 2; at < HEADER_BYTES; at++)
      if (random() < 0.3) put(bytes, at, at % 2 === 0 ? pick(TELLING, random) : below(8, random));
    return bytes;
  },
  /** The beginning of one and the end of another. */
  (bytes, packets, random) => {
    const other = pick(packets, random);
    const cut = below(bytes.length + 1, random);
    return Buffer.concat([bytes.subarray(0, cut), other.subarray(Math.min(cut, other.length))]);
  },
  /** A piece twice, or left out. */
  (bytes, _, random) => {
    const from = below(bytes.length + 1, random);
    const to = from + below(bytes.length - from + 1, random);
    const middle = random() < 0.5 ? [bytes.subarray(from, to), bytes.subarray(from, to)] : [];
    return Buffer.concat([bytes.subarray(0, from), ...middle, bytes.subarray(to)]);
  },
  /** A query as a response, a response as a query: all else is sound. */
  (bytes) => {
    put(bytes, 2, 0x84, true);
    return bytes;
  },
  /** Noise behind a sound header. */
  (bytes, _, random) => {
    for (let at = HEADER_BYTES; at < bytes.length; at++) put(bytes, at, below(256, random));
    return bytes;
  },
  /** Letters of other cases, other digits: sound packets about other names and hosts. */
  (bytes, _, random) => {
    for (let at = HEADER_BYTES; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte >= 0x61 && byte <= 0x7a && random() < 0.1)
        put(bytes, at, random() < 0.5 ? byte - 32 : 0x61 + below(26, random));
    }
    return bytes;
  },
];

function put(bytes: Uint8Array, at: number, value: number, flip = false): void {
  if (at < bytes.length) bytes[at] = flip ? (bytes[at] ?? 0) ^ value : value;
}

function below(limit: number, random: Random): number {
  return Math.floor(random() * limit);
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[below(from.length, random)] as T;
}
