/** Rdata on its own. */
import type { RecordData } from '../record.js';
import { type Style, writeData } from './write-record.js';
import { sharedWriter as writer } from './writer.js';

const asCompared: Style = { compress: false, compressSrvTarget: false, cacheFlush: false };

/**
 * The bytes of the rdata with its names uncompressed and in their case: what RFC 6762 section 8.2 compares. Throws `MdnsError`
 * for data that cannot be written.
 */
export function encodeRdata(data: RecordData): Uint8Array {
  writer.reset();
  writeData(writer, data, asCompared);
  return writer.written();
}
