/** Packets as a capture file for tcpdump and Wireshark, with generated IP and UDP headers (link type "raw"). */
import type { PacketSeen } from '../src/inspector/frames.js';

const LINKTYPE_RAW = 101;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const UDP_HEADER = 8;
const UDP = 17;
const TTL = 255;
const MDNS_PORT = 5353;
const GROUPS = { ipv4: '224.0.0.251', ipv6: 'ff02::fb' } as const;
/** Stands for the address of the system itself on a link where it has not heard itself. */
const OURS = { ipv4: '0.0.0.0', ipv6: '::' } as const;

interface Place {
  readonly address: string;
  readonly port: number;
}

/** Of each link. The copies of our packets tell where they came from, and those that we sent which group is used. */
interface Places {
  readonly ours: ReadonlyMap<string, Place>;
  readonly groups: ReadonlyMap<string, Place>;
}

export function bytesOf({ bytes }: PacketSeen): Uint8Array {
  return Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
}

/** @param wall the time of day in milliseconds of a time on the system's clock */
export function pcapOf(packets: readonly PacketSeen[], wall: (at: number) => number): Uint8Array<ArrayBuffer> {
  const placesOf = (which: (packet: PacketSeen) => boolean) =>
    new Map(packets.filter(which).map(({ link, address, port }) => [link, { address, port }]));
  const places = {
    ours: placesOf(({ way }) => way === 'own'),
    groups: placesOf(({ way, to }) => way === 'out' && to === 'group'),
  };
  const framed = packets.map((packet) => ({ at: wall(packet.at), bytes: framedIn(packet, places) }));
  const size = framed.reduce((sum, { bytes }) => sum + RECORD_HEADER + bytes.length, FILE_HEADER);
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  for (const [index, value] of [0xa1b2c3d4, 0x0002_0004, 0, 0, 0x0004_0000, LINKTYPE_RAW].entries())
    view.setUint32(4 * index, value);
  let at = FILE_HEADER;
  for (const { at: ms, bytes } of framed) {
    const head = [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1_000), bytes.length, bytes.length];
    for (const [index, value] of head.entries()) view.setUint32(at + 4 * index, value);
    file.set(bytes, at + RECORD_HEADER);
    at += RECORD_HEADER + bytes.length;
  }
  return file;
}

function framedIn(packet: PacketSeen, { ours: addresses, groups }: Places): Uint8Array {
  const family = packet.address.includes(':') ? 'ipv6' : 'ipv4';
  const ours = addresses.get(packet.link) ?? { address: OURS[family], port: MDNS_PORT };
  const group = groups.get(packet.link) ?? { address: GROUPS[family], port: MDNS_PORT };
  const theirs = { address: packet.address, port: packet.port };
  const us = packet.to === 'group' ? group : ours;
  const [from, to] = packet.way === 'out' ? [ours, theirs] : [theirs, us];
  const [source, target] = [addressBytes(from.address), addressBytes(to.address)];
  const payload = bytesOf(packet);
  const start = family === 'ipv4' ? 20 : 40;
  const frame = new Uint8Array(start + UDP_HEADER + payload.length);
  const view = new DataView(frame.buffer);
  const udpLength = UDP_HEADER + payload.length;
  for (const [index, value] of [from.port, to.port, udpLength].entries()) view.setUint16(start + 2 * index, value);
  frame.set(payload, start + UDP_HEADER);
  const sum = onesSum(source) + onesSum(target) + UDP + udpLength + onesSum(frame.subarray(start));
  view.setUint16(start + 6, complement(sum) || 0xffff);
  if (family === 'ipv4') {
    for (const [at, value] of [
      [0, 0x4500],
      [2, frame.length],
      [8, (TTL << 8) | UDP],
    ] as const)
      view.setUint16(at, value);
    frame.set(source, 12);
    frame.set(target, 16);
    view.setUint16(10, complement(onesSum(frame.subarray(0, start))));
  } else {
    view.setUint32(0, 0x6000_0000);
    view.setUint16(4, udpLength);
    view.setUint16(6, (UDP << 8) | TTL);
    frame.set(source, 8);
    frame.set(target, 24);
  }
  return frame;
}

/** The 4 or 16 bytes of an address in canonical text. */
function addressBytes(text: string): Uint8Array {
  if (!text.includes(':')) return Uint8Array.from(text.split('.'), Number);
  const [head = [], tail = []] = text.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = new Array<string>(8 - head.length - tail.length).fill('0');
  const groups = [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
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
