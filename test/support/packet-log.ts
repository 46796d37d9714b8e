/** Every packet of a scenario, decoded, with the time at which it was sent; and as text, for the messages of failed tests. */
import type { Endpoint, Packet, SimulatedLan } from '../../src/net/simulated/index.js';
import type { Message, ResourceRecord } from '../../src/protocol/record.js';
import { decodeMessage } from '../../src/protocol/wire/decode.js';
import type { WireFault } from '../../src/protocol/wire/fault.js';
import { renderQuestion, renderRecord } from './records.js';

export interface SentPacket {
  /** Milliseconds of the scenario's clock. */
  readonly time: number;
  /** The name of the LAN. */
  readonly lan: string;
  /** Bytes, the LAN's. */
  readonly mtu: number;
  /** `h1/eth0`, or the name of a peer. */
  readonly from: string;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly family: 'ipv4' | 'ipv6';
  /** Whether it went to a multicast group. */
  readonly toGroup: boolean;
  readonly bytes: Uint8Array;
  readonly message: Message;
  readonly faults: readonly WireFault[];
}

/** What a test wants to see of the log; everything that is given must hold. */
export interface PacketFilter {
  /** The name of a host (all of its interfaces), of one interface such as `h1/eth0`, or of a peer. */
  readonly from?: string;
  readonly kind?: 'query' | 'response' | 'probe' | 'goodbye';
  readonly family?: 'ipv4' | 'ipv6';
  readonly lan?: string;
  readonly to?: 'group' | 'unicast';
  /** Sent at this time or later. */
  readonly since?: number;
  /** Sent before this time. */
  readonly before?: number;
  /** A question or record in any section has this name. */
  readonly about?: string;
}

/** Packets that a failure message shows at most. */
const SHOWN = 80;

export class PacketLog {
  readonly packets: SentPacket[] = [];

  /** Notes from now on what is sent on a LAN. */
  follow(lan: SimulatedLan, name: string): void {
    lan.onPacket((packet) => this.packets.push(read(packet, name, lan.mtu)));
  }

  find(filter: PacketFilter = {}): SentPacket[] {
    return this.packets.filter((packet) => matches(packet, filter));
  }

  /** The packets as lines of text; of many the last ones. */
  render(packets: readonly SentPacket[] = this.packets): string {
    const shown = packets.slice(-SHOWN).map(renderPacket);
    if (packets.length > SHOWN) shown.unshift(`  (${packets.length - SHOWN} earlier packets)`);
    return shown.join('\n');
  }
}

export function recordsOf({ answers, authorities, additionals }: Message): ResourceRecord[] {
  return [...answers, ...authorities, ...additionals];
}

/** Whether a query proposes records for a name it asks about (RFC 6762 section 8.2). */
export function isProbe({ response, authorities }: Message): boolean {
  return !response && authorities.length > 0;
}

/** Whether a response withdraws anything (RFC 6762 section 10.1). */
export function isGoodbye({ response, answers }: Message): boolean {
  return response && answers.some((record) => record.ttl === 0);
}

export function renderPacket(packet: SentPacket): string {
  const { time, lan, from, destination, toGroup, bytes, message, faults } = packet;
  const { response, truncated, id, questions, answers, authorities, additionals } = message;
  const to = toGroup ? destination.address : `${destination.address}:${destination.port}`;
  const flags = `${response ? 'R' : 'Q'}${truncated ? ' TC' : ''}${id === 0 ? '' : ` id ${id}`}`;
  const asked = questions.map(renderQuestion);
  const sections = [
    ['?', asked],
    ['an', answers.map(renderRecord)],
    ['au', authorities.map(renderRecord)],
    ['ad', additionals.map(renderRecord)],
    ['faults', faults.map((fault) => JSON.stringify(fault))],
  ] as const;
  const body = sections.filter(([, lines]) => lines.length > 0).map(([title, lines]) => `${title} ${lines.join(', ')}`);
  return `${time.toFixed(1).padStart(10)} ${lan} ${from} > ${to} ${flags} ${bytes.length}B | ${body.join(' | ')}`;
}

function matches(packet: SentPacket, filter: PacketFilter): boolean {
  const { from, kind, family, lan, to, since = -Infinity, before = Infinity, about } = filter;
  if (from !== undefined && packet.from !== from && !packet.from.startsWith(`${from}/`)) return false;
  if (kind !== undefined && !isOfKind(packet.message, kind)) return false;
  if (family !== undefined && packet.family !== family) return false;
  if (lan !== undefined && packet.lan !== lan) return false;
  if (to !== undefined && packet.toGroup !== (to === 'group')) return false;
  if (packet.time < since || packet.time >= before) return false;
  return about === undefined || namesOf(packet.message).includes(about);
}

function isOfKind(message: Message, kind: NonNullable<PacketFilter['kind']>): boolean {
  switch (kind) {
    case 'query':
      return !message.response && !isProbe(message);
    case 'probe':
      return isProbe(message);
    case 'response':
      return message.response;
    case 'goodbye':
      return isGoodbye(message);
  }
}

function namesOf(message: Message): string[] {
  return [...message.questions, ...recordsOf(message)].map(({ name }) => name);
}

function read(packet: Packet, lan: string, mtu: number): SentPacket {
  const { message = nothing, faults } = decodeMessage(packet.bytes);
  const family = packet.destination.address.includes(':') ? 'ipv6' : 'ipv4';
  return { ...packet, lan, mtu, family, toGroup: isGroup(packet.destination.address), message, faults };
}

/** What cannot be decoded reads like this, beside its fault. */
const nothing: Message = {
  id: 0,
  response: false,
  opcode: 0,
  rcode: 0,
  authoritative: false,
  truncated: false,
  questions: [],
  answers: [],
  authorities: [],
  additionals: [],
};

function isGroup(text: string): boolean {
  return text.includes(':') ? text.startsWith('ff') : Number(text.split('.')[0]) >= 224;
}
