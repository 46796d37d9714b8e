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
    if (block === 0) bitmap = bitmapAt(reader.bytes, at + 2, next);
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

/** By what was received, so that no typed array is made for a bitmap that is shared already. */
function bitmapAt(bytes: Uint8Array, start: number, end: number): Uint8Array {
  if (end - start > MAX_SHARED_BYTES) return canonicalBitmap(bytes.subarray(start, end));
  let key = 0;
  for (let at = end - 1; at >= start; at--) key = key * 256 + (bytes[at] ?? 0);
  const known = sharedBitmaps.get(key);
  if (known !== undefined) return known;
  const bitmap = canonicalBitmap(bytes.subarray(start, end));
  if (sharedBitmaps.size < MAX_SHARED) sharedBitmaps.set(key, bitmap);
  return bitmap;
}

export function writeBitmap(writer: Writer, bitmap: Uint8Array): void {
  if (bitmap.length === 0) return;
  writer.uint8(0);
  writer.uint8(bitmap.length);
  writer.raw(bitmap);
}
