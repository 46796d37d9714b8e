/** Writes questions and records. Throws an `MdnsError` for what cannot be written, which is the caller's mistake. */
import { addressBytes } from '../../ip/address.js';
import { MdnsError } from '../errors.js';
import type { AddressData, OtherData, Question, RecordData, ResourceRecord } from '../record.js';
import { txtData } from '../txt-strings.js';
import { parseType, type QuestionType, typeName, typeNumber } from '../types.js';
import { TOP_BIT } from './format.js';
import { hasNamesWithin, namesWithinRdata } from './layouts.js';
import { writeBitmap } from './nsec-bitmap.js';
import { checkRange, type Writer } from './writer.js';

/** How names and the cache-flush bit are written. */
export interface Style {
  /** Whether names are compressed; false where rdata is compared (RFC 6762 section 8.2). */
  readonly compress: boolean;
  /** Whether SRV targets are compressed; false in legacy unicast responses (RFC 6762 section 18.14). */
  readonly compressSrvTarget: boolean;
  /** Whether the cache-flush bit of records is written; false in queries (RFC 6762 section 10.2). */
  readonly cacheFlush: boolean;
}

/** RFC 6763 section 6.1: TXT rdata without any string is not allowed. */
const noString = Uint8Array.of(0);
const HIGHEST_CLASS = TOP_BIT - 1;

export function writeQuestion(writer: Writer, { name, type, class: classNumber, unicastResponse }: Question): void {
  writer.name(name);
  writeType(writer, type);
  writeClass(writer, classNumber, unicastResponse);
}

export function writeRecord(writer: Writer, record: ResourceRecord, style: Style): void {
  writer.name(record.name, style.compress);
  writeType(writer, record.type);
  // The "class" of OPT is a size of 16 bits (RFC 6762 section 10.2).
  if (record.type === 'OPT') writer.uint16(record.class, 'The UDP size of OPT');
  else writeClass(writer, record.class, record.cacheFlush && style.cacheFlush);
  writer.uint32(record.ttl, 'The TTL');
  const lengthAt = writer.position;
  writer.position += 2;
  writeData(writer, record, style);
  writer.uint16At(lengthAt, checkRange(writer.position - lengthAt - 2, 0xffff, 'The size of rdata'));
}

export function writeType(writer: Writer, type: QuestionType): void {
  const number = typeNumber(type);
  const known = typeName(number) === type ? type : parseType(type);
  if (known === undefined || typeNumber(known) !== number || (number & 0xffff) !== number) {
    throw new MdnsError(
      'invalid-type',
      `${JSON.stringify(type)} is not a record type: use a mnemonic or TYPE0 to TYPE65535.`,
    );
  }
  writer.uint16(number, 'The type');
}

export function writeClass(writer: Writer, classNumber: number, topBit: boolean): void {
  checkRange(classNumber, HIGHEST_CLASS, 'The class');
  writer.uint16(topBit ? classNumber | TOP_BIT : classNumber, 'The class');
}

/** Writes rdata without its length. */
export function writeData(writer: Writer, data: RecordData, style: Style): void {
  switch (data.type) {
    case 'A':
    case 'AAAA':
      writeAddress(writer, data);
      break;
    case 'PTR':
    case 'CNAME':
      writer.name(data.target, style.compress);
      break;
    case 'SRV':
      writer.uint16(data.priority, 'The SRV priority');
      writer.uint16(data.weight, 'The SRV weight');
      writer.uint16(data.port, 'The port');
      writer.name(data.target, style.compress && style.compressSrvTarget);
      break;
    case 'TXT':
      writer.raw(data.packed.length === 0 ? noString : data.packed);
      break;
    case 'NSEC':
      writer.name(data.next, style.compress);
      writeBitmap(writer, data.bitmap);
      break;
    case 'HINFO':
      writer.raw(txtData([Buffer.from(data.cpu), Buffer.from(data.os)]).packed);
      break;
    default:
      writeOther(writer, data, style);
  }
}

function writeAddress(writer: Writer, { type, address }: AddressData): void {
  const bytes = rememberedBytes(address);
  if (bytes?.length !== (type === 'A' ? 4 : 16)) {
    const family = type === 'A' ? 'IPv4' : 'IPv6';
    throw new MdnsError(
      'invalid-option',
      `${JSON.stringify(address)} is not an ${family} address: an ${type} record needs one.`,
    );
  }
  writer.raw(bytes);
}

const MAX_REMEMBERED_ADDRESSES = 256;
const remembered = new Map<string, Uint8Array>();

/**
 * Caches the bytes of addresses: a host writes the same few repeatedly, and parsing one takes longer than writing a
 * record.
 */
function rememberedBytes(address: string): Uint8Array | undefined {
  const known = remembered.get(address);
  if (known !== undefined) return known;
  if (remembered.size === MAX_REMEMBERED_ADDRESSES) remembered.clear();
  const bytes = addressBytes(address);
  if (bytes !== undefined) remembered.set(address, bytes);
  return bytes;
}

function writeOther(writer: Writer, { type, rdata }: OtherData, style: Style): void {
  if (!style.compress || !hasNamesWithin(type)) {
    writer.raw(rdata);
    return;
  }
  const parts = namesWithinRdata(type, rdata);
  if (parts === undefined) throw badRdata(type);
  writer.raw(parts.before);
  for (const name of parts.names) writer.name(name);
  writer.raw(parts.after);
}

/** The error for rdata that does not have the layout of its type. */
export function badRdata(type: string): MdnsError {
  return new MdnsError(
    'invalid-option',
    `The rdata of ${type} is not well-formed: give its bytes with names uncompressed.`,
  );
}
