/** Encodes rdata without a message. */
import type { RecordData } from '../record.js';
import { type Style, writeData } from './write-record.js';
import { sharedWriter as writer } from './writer.js';

export const asCompared: Style = { compress: false, compressSrvTarget: false, cacheFlush: false };

/**
 * The bytes of rdata with names uncompressed and in their case, as RFC 6762 section 8.2 compares them. Throws
 * `MdnsError` for data that cannot be written.
 */
export function encodeRdata(data: RecordData): Uint8Array {
  writer.reset();
  writeData(writer, data, asCompared);
  return writer.written();
}
