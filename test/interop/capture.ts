/** What really goes over the wire of a host: tcpdump writes it, this file reads it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './program.js';
import type { Family } from './stack.js';
import { type Host, LAN } from './world.js';

/** One UDP datagram as it was on the wire. */
export interface CapturedDatagram {
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
  readonly family: Family;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  /** IP TTL, or hop limit. */
  readonly ttl: number;
  readonly payload: Buffer;
}

export class Capture {
  readonly #tcpdump: Program;
  readonly #path: string;

  private constructor(tcpdump: Program, path: string) {
    this.#tcpdump = tcpdump;
    this.#path = path;
  }

  /** Captures mDNS on a host, both ways, from now on. */
  static async start(host: Host): Promise<Capture> {
    const path = join(host.world.directory, `${host.name}-${host.world.programs.length}.pcap`);
    const argv = ['tcpdump', '-i', LAN, '-n', '-U', '--immediate-mode', '-Z', 'root', '-w', path, 'udp port 5353'];
    const tcpdump = host.start(argv, 'tcpdump');
    await tcpdump.until('"listening on"', () => tcpdump.errors.find((line) => line.includes('listening on')));
    return new Capture(tcpdump, path);
  }

  /** Ends the capture and reads it. */
  async stop(): Promise<readonly CapturedDatagram[]> {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    await this.#tcpdump.stop('SIGINT');
    return readPcap(readFileSync(this.#path));
  }
}

/** How long tcpdump may take to write what it saw last. */
const SETTLE_MS = 300;
const PCAP_LITTLE_ENDIAN_MICROSECONDS = 0xa1b2c3d4;
const LINKTYPE_ETHERNET = 1;
const FILE_HEADER = 24;
const PACKET_HEADER = 16;

/** The UDP datagrams of a classic pcap file of Ethernet frames; fragments and everything else are left out. */
function readPcap(file: Buffer): readonly CapturedDatagram[] {
  if (file.readUInt32LE(0) !== PCAP_LITTLE_ENDIAN_MICROSECONDS)
    throw new Error('not a little-endian microsecond pcap file');
  if (file.readUInt32LE(20) !== LINKTYPE_ETHERNET)
    throw new Error(`link type ${file.readUInt32LE(20)} is not Ethernet`);
  const datagrams: CapturedDatagram[] = [];
  for (let offset = FILE_HEADER; offset + PACKET_HEADER <= file.length; ) {
    const at = file.readUInt32LE(offset) * 1000 + file.readUInt32LE(offset + 4) / 1000;
    const start = offset + PACKET_HEADER;
    offset = start + file.readUInt32LE(offset + 8);
    const datagram = readFrame(at, file.subarray(start, offset));
    if (datagram !== undefined) datagrams.push(datagram);
  }
  return datagrams;
}

const UDP = 17;

function readFrame(at: number, frame: Buffer): CapturedDatagram | undefined {
  const etherType = frame.readUInt16BE(12);
  const packet = frame.subarray(14);
  if (etherType === 0x0800 && packet[9] === UDP && (packet.readUInt16BE(6) & 0x3fff) === 0) {
    const headerLength = (packet.readUInt8(0) & 0x0f) * 4;
    const [source, destination] = [packet.subarray(12, 16).join('.'), packet.subarray(16, 20).join('.')];
    return readUdp(
      { at, family: 'ipv4', source, destination, ttl: packet.readUInt8(8) },
      packet.subarray(headerLength),
    );
  }
  if (etherType === 0x86dd && packet[6] === UDP) {
    const [source, destination] = [ipv6Text(packet.subarray(8, 24)), ipv6Text(packet.subarray(24, 40))];
    return readUdp({ at, family: 'ipv6', source, destination, ttl: packet.readUInt8(7) }, packet.subarray(40));
  }
  return undefined;
}

type IpPart = Pick<CapturedDatagram, 'at' | 'family' | 'source' | 'destination' | 'ttl'>;

function readUdp(ip: IpPart, udp: Buffer): CapturedDatagram {
  const [sourcePort, destinationPort] = [udp.readUInt16BE(0), udp.readUInt16BE(2)];
  return { ...ip, sourcePort, destinationPort, payload: Buffer.from(udp.subarray(8, udp.readUInt16BE(4))) };
}

/** The URL parser writes IPv6 addresses in their canonical form (RFC 5952). */
function ipv6Text(bytes: Buffer): string {
  const groups = bytes.toString('hex').match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
