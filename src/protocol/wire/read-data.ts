/**
 * Reads rdata. Rdata without the layout of its type is refused (undefined), so that only this record is skipped. Two
 * common mistakes of devices leave usable data, and are noted as a `blemish` of the reader: bytes behind the target of
 * SRV, and a last string of TXT that is longer than the rest.
 */
import { addressText } from '../../ip/address.js';
import type { HinfoData, RecordHead, ResourceRecord } from '../record.js';
import { txtData, wholeStringsEnd } from '../txt-strings.js';
import { type OtherType, type RecordType, typeName } from '../types.js';
import { SRV_BYTES } from './format.js';
import { expanded, hasNamesWithin, namesWithin } from './layouts.js';
import { readBitmap } from './nsec-bitmap.js';
import type { Reader } from './reader.js';

/**
 * The record with the rdata between `start` and `end`, without references to the message's buffer. Each literal has all
 * fields: what a spread adds to an object, V8 keeps in a second one.
 */
export function readRecord(
  reader: Reader,
  head: RecordHead,
  type: RecordType,
  start: number,
  end: number,
): ResourceRecord | undefined {
  const { name, class: rrclass, cacheFlush, ttl } = head;
  switch (type) {
    case 'A':
    case 'AAAA': {
      if (end - start !== (type === 'A' ? 4 : 16)) return undefined;
      const address = type === 'A' ? ipv4Text(reader, start) : addressText(reader.bytes.subarray(start, end));
      return { name, class: rrclass, cacheFlush, ttl, type, address };
    }
    case 'PTR':
    case 'CNAME': {
      const target = wholeName(reader, start, end);
      return target === undefined ? undefined : { name, class: rrclass, cacheFlush, ttl, type, target };
    }
    case 'SRV':
      return readSrv(reader, head, start, end);
    case 'TXT': {
      const packed = readTxt(reader, start, end);
      return packed && { name, class: rrclass, cacheFlush, ttl, type, packed };
    }
    case 'NSEC': {
      const next = reader.name(start, end);
      const bits = next === undefined ? undefined : readBitmap(reader, reader.end, end);
      if (next === undefined || bits === undefined) return undefined;
      const { bitmap, beyond } = bits;
      return { name, class: rrclass, cacheFlush, ttl, type, next, bitmap, beyond };
    }
    case 'HINFO': {
      const texts = readHinfo(reader, start, end);
      return texts && { name, class: rrclass, cacheFlush, ttl, type, ...texts };
    }
    default: {
      const rdata = readOther(reader, type, start, end);
      return rdata && { name, class: rrclass, cacheFlush, ttl, type, rdata };
    }
  }
}

function ipv4Text(reader: Reader, at: number): string {
  return `${reader.uint8(at)}.${reader.uint8(at + 1)}.${reader.uint8(at + 2)}.${reader.uint8(at + 3)}`;
}

function wholeName(reader: Reader, start: number, end: number): string | undefined {
  const name = reader.name(start, end);
  return reader.end === end ? name : undefined;
}

function readSrv(reader: Reader, head: RecordHead, start: number, end: number): ResourceRecord | undefined {
  const target = reader.name(start + SRV_BYTES, end);
  if (target === undefined) return undefined;
  if (reader.end !== end) reader.blemish = true;
  return {
    name: head.name,
    class: head.class,
    cacheFlush: head.cacheFlush,
    ttl: head.ttl,
    type: 'SRV',
    priority: reader.uint16(start),
    weight: reader.uint16(start + 2),
    port: reader.uint16(start + 4),
    target,
  };
}

/**
 * Empty rdata and one empty string both mean that there are no strings (RFC 6763 section 6.1): both are kept as the
 * latter.
 */
function readTxt(reader: Reader, start: number, end: number): Uint8Array | undefined {
  if (start === end) return txtData([]).packed;
  const whole = wholeStringsEnd(reader.bytes, start, end);
  if (whole === start) return undefined;
  if (whole < end) reader.blemish = true;
  return reader.copy(start, whole);
}

function readHinfo(reader: Reader, start: number, end: number): Omit<HinfoData, 'type'> | undefined {
  const second = start + 1 + reader.uint8(start);
  const third = second + 1 + reader.uint8(second);
  if (second >= end || third !== end) return undefined;
  const cpu = exactText(reader.copy(start + 1, second));
  const os = exactText(reader.copy(second + 1, third));
  return cpu === undefined || os === undefined ? undefined : { cpu, os };
}

/** The text of these bytes; undefined if they are not UTF-8, since text could not reproduce them. */
function exactText(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString();
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

function readOther(reader: Reader, type: OtherType, start: number, end: number): Uint8Array | undefined {
  if (!hasNamesWithin(type)) return reader.copy(start, end);
  const parts = namesWithin(reader, type, start, end);
  return parts && expanded(parts);
}

/** The type of a record with this number; undefined for ANY, which only questions have. */
export function recordType(number: number): RecordType | undefined {
  const type = typeName(number);
  return type === 'ANY' ? undefined : type;
}
