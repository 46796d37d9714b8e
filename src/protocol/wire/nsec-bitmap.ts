/**
 * The type bitmap of NSEC records: blocks of 256 types, each a block number, a length and 1 to 32 bytes (RFC 4034 section
 * 4.1.2). RFC 6762 section 6.1 restricts what is sent to block 0; further blocks are written when there are types above 255.
 */
import { MdnsError } from '../errors.js';
import { type RecordType, typeName, typeNumber } from '../types.js';
import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

const MAX_BLOCK_BYTES = 32;
const OPT = 41;

/** Numbers of what exists in messages only, never at a name: a bitmap does not have them, and a reader ignores them. */
function exists(number: number): boolean {
  return number !== 0 && number !== OPT && (number < 249 || number > 255);
}

/** The types in ascending order; undefined where the bytes are no bitmap. No block at all is a name without types. */
export function readBitmap(reader: Reader, start: number, end: number): readonly RecordType[] | undefined {
  const types: RecordType[] = [];
  let lastBlock = -1;
  let at = start;
  while (at < end) {
    const block = reader.uint8(at);
    const length = reader.uint8(at + 1);
    const next = at + 2 + length;
    if (block <= lastBlock || length < 1 || length > MAX_BLOCK_BYTES || next > end) return undefined;
    for (let i = 0; i < length; i++) pushTypes(types, block * 256 + i * 8, reader.uint8(at + 2 + i));
    lastBlock = block;
    at = next;
  }
  return types;
}

function pushTypes(types: RecordType[], first: number, bits: number): void {
  for (let left = bits, number = first; left !== 0; left = (left << 1) & 0xff, number++) {
    if ((left & 0x80) === 0 || !exists(number)) continue;
    types.push(typeName(number) as RecordType);
  }
}

/** Throws `MdnsError` `invalid-type` for what is not the type of a record. */
export function writeBitmap(writer: Writer, types: readonly RecordType[]): void {
  const numbers = types.map(bitmapNumber).sort((a, b) => a - b);
  let done = 0;
  while (done < numbers.length) {
    const block = (numbers[done] ?? 0) >> 8;
    const bytes: number[] = [];
    for (; done < numbers.length && (numbers[done] ?? 0) >> 8 === block; done++) {
      const bit = (numbers[done] ?? 0) & 0xff;
      while (bytes.length <= bit >> 3) bytes.push(0);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
    }
    writer.uint8(block);
    writer.uint8(bytes.length);
    for (const byte of bytes) writer.uint8(byte);
  }
}

function bitmapNumber(type: RecordType): number {
  const number = typeNumber(type);
  if (exists(number) && (number & 0xffff) === number) return number;
  throw new MdnsError('invalid-type', `An NSEC record cannot list ${type}: list types that records can have.`);
}
