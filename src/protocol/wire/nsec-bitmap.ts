/**
 * The type bitmap of NSEC records: blocks of 256 types, each a block number, a length and 1 to 32 bytes (RFC 4034
 * section 4.1.2). RFC 6762 section 6.1 restricts Multicast DNS to block 0, which is written and kept; other blocks are
 * only checked.
 */
import { canonicalBitmap } from '../nsec.js';
import type { NsecData } from '../record.js';
import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

const MAX_BLOCK_BYTES = 32;
const noTypes = new Uint8Array(0);

/** The kept part of a bitmap; undefined if the bytes are not a bitmap. No blocks mean a name without types. */
export function readBitmap(
  reader: Reader,
  start: number,
  end: number,
): Pick<NsecData, 'bitmap' | 'beyond'> | undefined {
  let bitmap: Uint8Array = noTypes;
  let lastBlock = -1;
  for (let at = start; at < end; ) {
    const block = reader.uint8(at);
    const length = reader.uint8(at + 1);
    const next = at + 2 + length;
    if (block <= lastBlock || length < 1 || length > MAX_BLOCK_BYTES || next > end) return undefined;
    if (block === 0) bitmap = shared(canonicalBitmap(reader.bytes.subarray(at + 2, next)));
    lastBlock = block;
    at = next;
  }
  return { bitmap, beyond: lastBlock > 0 };
}

/** Bitmaps that records share: nearly all hosts have the same few types, and a typed array takes 200 bytes. */
const MAX_SHARED = 64;
/** Bytes of such a bitmap at most: it is found by its bytes as a number, and numbers are exact up to 53 bits. */
const MAX_SHARED_BYTES = 6;
const sharedBitmaps = new Map<number, Uint8Array>();

function shared(bitmap: Uint8Array): Uint8Array {
  if (bitmap.length > MAX_SHARED_BYTES) return bitmap;
  let key = 0;
  for (let at = MAX_SHARED_BYTES - 1; at >= 0; at--) key = key * 256 + (bitmap[at] ?? 0);
  const known = sharedBitmaps.get(key);
  if (known === undefined && sharedBitmaps.size < MAX_SHARED) sharedBitmaps.set(key, bitmap);
  return known ?? bitmap;
}

export function writeBitmap(writer: Writer, bitmap: Uint8Array): void {
  if (bitmap.length === 0) return;
  writer.uint8(0);
  writer.uint8(bitmap.length);
  writer.raw(bitmap);
}
