/** Reads rdata. Whatever has not exactly the shape of its type is refused (undefined), so that the record is skipped alone. */
import { addressText } from '../address.js';
import type { HinfoData, OtherData, RecordData, SrvData } from '../record.js';
import { type OtherType, type RecordType, typeName } from '../types.js';
import { expanded, hasNamesWithin, namesWithin } from './layouts.js';
import { readBitmap } from './nsec-bitmap.js';
import type { Reader } from './reader.js';

/** The rdata between `start` and `end`, of which nothing is left in the message's buffer. */
export function readData(reader: Reader, type: RecordType, start: number, end: number): RecordData | undefined {
  switch (type) {
    case 'A':
      return end - start === 4 ? { type, address: ipv4Text(reader, start) } : undefined;
    case 'AAAA':
      return end - start === 16 ? { type, address: addressText(reader.bytes.subarray(start, end)) } : undefined;
    case 'PTR':
    case 'CNAME': {
      const target = wholeName(reader, start, end);
      return target === undefined ? undefined : { type, target };
    }
    case 'SRV':
      return readSrv(reader, start, end);
    case 'TXT': {
      const strings = readStrings(reader, start, end);
      return strings === undefined ? undefined : { type, strings };
    }
    case 'NSEC': {
      const next = reader.name(start, end);
      const types = next === undefined ? undefined : readBitmap(reader, reader.end, end);
      return next === undefined || types === undefined ? undefined : { type, next, types };
    }
    case 'HINFO':
      return readHinfo(reader, start, end);
    default:
      return readOther(reader, type, start, end);
  }
}

function ipv4Text(reader: Reader, at: number): string {
  return `${reader.uint8(at)}.${reader.uint8(at + 1)}.${reader.uint8(at + 2)}.${reader.uint8(at + 3)}`;
}

function wholeName(reader: Reader, start: number, end: number): string | undefined {
  const name = reader.name(start, end);
  return reader.end === end ? name : undefined;
}

function readSrv(reader: Reader, start: number, end: number): SrvData | undefined {
  const target = wholeName(reader, start + 6, end);
  if (target === undefined) return undefined;
  return {
    type: 'SRV',
    priority: reader.uint16(start),
    weight: reader.uint16(start + 2),
    port: reader.uint16(start + 4),
    target,
  };
}

/** Empty rdata and one empty string both mean that there is no string (RFC 6763 section 6.1). */
function readStrings(reader: Reader, start: number, end: number): Uint8Array[] | undefined {
  const strings: Uint8Array[] = [];
  if (end - start === 1 && reader.uint8(start) === 0) return strings;
  for (let at = start; at < end; ) {
    const next = at + 1 + reader.uint8(at);
    if (next > end) return undefined;
    strings.push(reader.copy(at + 1, next));
    at = next;
  }
  return strings;
}

function readHinfo(reader: Reader, start: number, end: number): HinfoData | undefined {
  const strings = readStrings(reader, start, end);
  const [cpu, os] = strings?.map(exactText) ?? [];
  return strings?.length !== 2 || cpu === undefined || os === undefined ? undefined : { type: 'HINFO', cpu, os };
}

/** The text of these bytes; undefined where they are not UTF-8, so that text could not give them back as they were. */
function exactText(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString();
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

function readOther(reader: Reader, type: OtherType, start: number, end: number): OtherData | undefined {
  if (!hasNamesWithin(type)) return { type, rdata: reader.copy(start, end) };
  const parts = namesWithin(reader, type, start, end);
  return parts && { type, rdata: expanded(parts) };
}

/** The type of a record with this number; undefined for ANY, which only questions have. */
export function recordType(number: number): RecordType | undefined {
  const type = typeName(number);
  return type === 'ANY' ? undefined : type;
}
