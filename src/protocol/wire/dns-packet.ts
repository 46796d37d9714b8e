/**
 * Rare types use dns-packet's codecs, for the rdata only: to show it to people, and for callers that publish a record
 * of such a type. Its names have no escapes, so a dot within a label cannot be expressed.
 */
import dnsPacket from 'dns-packet';
import { MdnsError } from '../errors.js';
import type { OtherData } from '../record.js';
import type { OtherType } from '../types.js';
import { hasNamesWithin, namesWithinRdata } from './layouts.js';
import { badRdata } from './write-record.js';

/** dns-packet's codec of each type, which its type declarations omit. Rdata comes after its length. */
interface Codec {
  readonly encode: (data: unknown) => Uint8Array;
  readonly decode: ((bytes: Uint8Array) => unknown) & { readonly bytes: number };
}
interface Codecs {
  record(type: string): Codec;
  /** The codec of all types that dns-packet does not know. */
  readonly unknown: Codec;
}
const codecs = dnsPacket as unknown as Codecs;

const LENGTH_BYTES = 2;

/**
 * The rdata of a type that is not one of ours, for people: what dns-packet decodes, with bytes in hexadecimal, or all
 * of it in hexadecimal. Never throws.
 */
export function describeRdata({ type, rdata }: OtherData): unknown {
  try {
    return readable(decoded(codecs.record(type), rdata));
  } catch {
    return hex(rdata);
  }
}

/**
 * The rdata of a record of another type: from the fields that dns-packet defines for the type (MX: `{ preference,
 * exchange }`, CAA: `{ flags, tag, value }`), or from bytes, unchanged (SVCB, which it does not know). Throws
 * `MdnsError` `invalid-option` if dns-packet cannot encode the data so that it decodes to the same.
 */
export function rdataFromDnsPacket(type: OtherType, data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return checked(type, Uint8Array.from(data));
  const codec = codecs.record(type);
  if (codec === codecs.unknown) {
    throw new MdnsError('invalid-option', `The fields of ${type} are not known: give its rdata as bytes.`);
  }
  try {
    const rdata = encoded(codec, data);
    if (comesBack(data, decoded(codec, rdata))) return checked(type, rdata);
  } catch (cause) {
    throw new MdnsError(
      'invalid-option',
      `The data of ${type} cannot be encoded: give the fields that dns-packet defines for it.`,
      { cause },
    );
  }
  throw new MdnsError('invalid-option', `The data of ${type} does not fit: labels have at most 63 bytes, strings 255.`);
}

function checked(type: OtherType, rdata: Uint8Array): Uint8Array {
  if (hasNamesWithin(type) && namesWithinRdata(type, rdata) === undefined) throw badRdata(type);
  return rdata;
}

/**
 * Whether decoding returns the given data: dns-packet encodes labels and strings that are too long with a wrong length,
 * without an error. Dots around names and the case of hexadecimal digits do not matter.
 */
function comesBack(given: unknown, read: unknown): boolean {
  if (typeof given === 'string') return typeof read === 'string' && bare(given) === bare(read);
  if (typeof given !== 'object' || given === null || typeof read !== 'object' || read === null) return true;
  const fields = new Map(Object.entries(read));
  return Object.entries(given).every(([key, value]) => typeof value !== 'string' || comesBack(value, fields.get(key)));
}

function bare(text: string): string {
  return text.replace(/^\.|\.$/g, '').toLowerCase();
}

function encoded(codec: Codec, data: unknown): Uint8Array {
  // Some codecs change their argument.
  const own = typeof data === 'object' && !ArrayBuffer.isView(data) && !Array.isArray(data) ? { ...data } : data;
  return Uint8Array.from(codec.encode(own).subarray(LENGTH_BYTES));
}

function decoded(codec: Codec, rdata: Uint8Array): unknown {
  const bytes = Buffer.alloc(LENGTH_BYTES + rdata.length);
  bytes.writeUInt16BE(rdata.length);
  bytes.set(rdata, LENGTH_BYTES);
  const data = codec.decode(bytes);
  if (codec.decode.bytes !== bytes.length) throw new RangeError('The rdata is longer or shorter than its fields.');
  return data;
}

/** The same with bytes in hexadecimal. */
function readable(data: unknown): unknown {
  if (data instanceof Uint8Array) return hex(data);
  if (Array.isArray(data)) return data.map(readable);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, readable(value)]));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
