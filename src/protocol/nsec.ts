/**
 * Which types an NSEC record lists. Multicast DNS restricts the bitmap to types 0 to 255 (RFC 6762 section 6.1), so a
 * record keeps these as the received bits, at most 32 bytes; as names, thousands of types took megabytes (decision 11).
 */
import { MAX_NSEC_TYPE } from './constants.js';
import { MdnsError } from './errors.js';
import type { Name } from './name.js';
import type { NsecData } from './record.js';
import { type QuestionType, type RecordType, typeName, typeNumber } from './types.js';

const OPT = typeNumber('OPT');

/**
 * The data of an NSEC record that lists these types. Throws `MdnsError` `invalid-type` for types that cannot be listed.
 */
export function nsecData(next: Name, types: readonly RecordType[]): NsecData {
  const bits = new Uint8Array(32);
  for (const type of types) {
    const number = typeNumber(type);
    if (!isListable(number)) {
      throw new MdnsError(
        'invalid-type',
        `An NSEC record cannot list ${type}: list types up to 255 that records can have.`,
      );
    }
    bits[number >> 3] = (bits[number >> 3] ?? 0) | (0x80 >> (number & 7));
  }
  return { type: 'NSEC', next, bitmap: trimmed(bits), beyond: false };
}

/** Whether the record says that a type exists. It says nothing about higher types if their blocks were not kept. */
export function listsType({ bitmap, beyond }: NsecData, type: QuestionType): boolean {
  const number = typeNumber(type);
  if (number > MAX_NSEC_TYPE) return beyond;
  return ((bitmap[number >> 3] ?? 0) & (0x80 >> (number & 7))) !== 0;
}

/** The types up to 255 that the record lists, in ascending order of their numbers. */
export function typesOf({ bitmap }: NsecData): RecordType[] {
  const types: RecordType[] = [];
  for (let number = 0; number < bitmap.length * 8; number++) {
    if (((bitmap[number >> 3] ?? 0) & (0x80 >> (number & 7))) !== 0) types.push(typeName(number) as RecordType);
  }
  return types;
}

/** The bits of types that can exist at a name, without zeros at the end, so that equal data are equal bytes. */
export function canonicalBitmap(bits: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(bits);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] ?? 0) & (listable[at] ?? 0);
  return trimmed(bytes);
}

function trimmed(bits: Uint8Array): Uint8Array {
  let length = bits.length;
  while (length > 0 && bits[length - 1] === 0) length--;
  return bits.slice(0, length);
}

/**
 * Whether a type can exist at a name. Some only exist in messages: a bitmap does not list them, and a reader ignores
 * them.
 */
function isListable(number: number): boolean {
  return number > 0 && number <= MAX_NSEC_TYPE && number !== OPT && number < 249;
}

const listable = Uint8Array.from({ length: 32 }, (_, at) => {
  let bits = 0;
  for (let bit = 0; bit < 8; bit++) if (isListable(at * 8 + bit)) bits |= 0x80 >> bit;
  return bits;
});
