/** Packets as a capture file for tcpdump and Wireshark: the classic pcap format, with generated IP and UDP headers. */
import { familyOf } from '../../ip/family.js';
import { IP_TTL } from '../../protocol/constants.js';
import type { Packet } from './packet.js';

/** Big-endian, times in microseconds. */
const MAGIC = 0xa1b2c3d4;
const VERSION = [2, 4] as const;
/** Link type: packets begin with an IP header. */
const LINKTYPE_RAW = 101;
const SNAP_LENGTH = 0x0004_0000;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const IP_HEADER = { ipv4: 20, ipv6: 40 } as const;
const UDP_HEADER = 8;
const IPV6_GROUPS = 8;
const UDP = 17;

/**
 * A capture file of the packets; its time begins at the clock's zero.
 *
 * @example writeFileSync('failed.pcap', pcapOf(lan.trace));
 */
export function pcapOf(packets: readonly Packet[]): Uint8Array {
  const size = packets.reduce((sum, packet) => sum + RECORD_HEADER + lengthOf(packet), FILE_HEADER);
  const file = Buffer.alloc(size);
  file.writeUInt32BE(MAGIC, 0);
  file.writeUInt16BE(VERSION[0], 4);
  file.writeUInt16BE(VERSION[1], 6);
  file.writeUInt32BE(SNAP_LENGTH, 16);
  file.writeUInt32BE(LINKTYPE_RAW, 20);
  let at = FILE_HEADER;
  for (const packet of packets) {
    const length = lengthOf(packet);
    const microseconds = Math.round(packet.time * 1_000);
    file.writeUInt32BE(Math.floor(microseconds / 1e6), at);
    file.writeUInt32BE(microseconds % 1e6, at + 4);
    file.writeUInt32BE(length, at + 8);
    file.writeUInt32BE(length, at + 12);
    writePacket(packet, file.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length));
    at += RECORD_HEADER + length;
  }
  return new Uint8Array(file.buffer, file.byteOffset, file.length);
}

function lengthOf({ destination, bytes }: Packet): number {
  return IP_HEADER[familyOf(destination.address)] + UDP_HEADER + bytes.length;
}

function writePacket({ source, destination, bytes }: Packet, to: Buffer): void {
  const family = familyOf(destination.address);
  const start = IP_HEADER[family];
  const udpLength = UDP_HEADER + bytes.length;
  to.writeUInt16BE(source.port, start);
  to.writeUInt16BE(destination.port, start + 2);
  to.writeUInt16BE(udpLength, start + 4);
  to.set(bytes, start + UDP_HEADER);
  const from = addressBytes(source.address);
  const towards = addressBytes(destination.address);
  // The pseudo-header of RFC 768 and RFC 8200 section 8.1: addresses, protocol and length.
  const sum = onesSum(from) + onesSum(towards) + UDP + udpLength + onesSum(to.subarray(start));
  to.writeUInt16BE(complement(sum) || 0xffff, start + 6);
  if (family === 'ipv4') {
    to.writeUInt16BE(0x4500, 0);
    to.writeUInt16BE(to.length, 2);
    to.writeUInt16BE((IP_TTL << 8) | UDP, 8);
    to.set(from, 12);
    to.set(towards, 16);
    to.writeUInt16BE(complement(onesSum(to.subarray(0, start))), 10);
  } else {
    to.writeUInt32BE(0x6000_0000, 0);
    to.writeUInt16BE(udpLength, 4);
    to.writeUInt16BE((UDP << 8) | IP_TTL, 6);
    to.set(from, 8);
    to.set(towards, 24);
  }
}

/** The 4 or 16 bytes of an address in canonical text. */
function addressBytes(text: string): Uint8Array {
  if (!text.includes(':')) return Uint8Array.from(text.split('.'), Number);
  const [head = [], tail = []] = text.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = new Array<string>(IPV6_GROUPS - head.length - tail.length).fill('0');
  return Buffer.from([...head, ...zeros, ...tail].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function onesSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  return sum;
}

function complement(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x1_0000);
  return ~folded & 0xffff;
}
