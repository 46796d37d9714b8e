/**
 * Damaged packets, 200,000 of them from one seed: whatever comes in, reading it does not throw, does not take long, and what
 * was read can be written again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ResourceRecord, UnicastMessage, UnicastRecord } from '../../../src/protocol/record.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { describeRdata } from '../../../src/protocol/wire/dns-packet.js';
import { encodeMessage } from '../../../src/protocol/wire/encode.js';
import { MAX_FAULTS, MAX_MESSAGE_BYTES } from '../../../src/protocol/wire/limits.js';
import { encodeRdata } from '../../../src/protocol/wire/rdata.js';
import { Reader } from '../../../src/protocol/wire/reader.js';
import { decodeUnicast, encodeUnicast } from '../../../src/protocol/wire/unicast.js';
import {
  A,
  bytes,
  HINFO,
  header,
  labels,
  NSEC,
  name,
  type Part,
  PTR,
  pointer,
  QUERY,
  question,
  RESPONSE,
  record,
  response,
  SRV,
  TXT,
  u16,
  u32,
} from './packets.js';

const SEED = 6762;
const PACKETS = 200_000;

/** A small generator of equally distributed 32-bit numbers (xorshift). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const next = generator(SEED);
const below = (limit: number) => next() % limit;
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

const srvData = [u16(0), u16(0), u16(80)];
const instance = [labels('Living Room'), pointer(12)];
const type = name('_http', '_tcp', 'local');
const opt: Part = [0, u16(41), u16(1440), u32(0), u16(4), u16(4), u16(0)];

const handmade: readonly Uint8Array[] = [
  response(
    record(type, PTR, instance),
    record(pointer(39), SRV, [srvData, labels('host'), pointer(23)]),
    record(pointer(39), TXT, [3, 'a=b', 0]),
  ),
  response(
    record(name('h', 'local'), A, [1, 2, 3, 4]),
    record(pointer(12), NSEC, [pointer(12), 0, 4, 0x40, 0, 0, 8]),
    record(pointer(12), HINFO, [1, 'a', 1, 'b']),
  ),
  response(
    record(name('x'), 6, [pointer(12), name('b'), new Uint8Array(20)]),
    record(name('y'), 15, [u16(1), pointer(12)]),
    record(name('z'), 17, [pointer(12), pointer(12)]),
  ),
  bytes(
    header(QUERY, [2, 1, 1, 1]),
    question(type, PTR, 0x8001),
    question(name('h', 'local'), 255),
    record(pointer(12), PTR, instance),
    record(pointer(12), SRV, [srvData, pointer(12)]),
    opt,
  ),
  bytes(header(RESPONSE, [0, 1, 0, 1]), record(name(bytes(0xff, 0x2e), 'ü'), 64, [u16(1), name('svc')]), opt),
  // An update: zone, a prerequisite and a deletion without rdata.
  bytes(
    header(0x2900, [1, 1, 1]),
    question(name('office', 'example'), 6),
    [pointer(12), u16(255), u16(254), u32(0), u16(0)],
    [labels('a'), pointer(12), u16(A), u16(255), u32(0), u16(0)],
  ),
];
const golden = new URL('golden/', import.meta.url);
const captured = readdirSync(golden).map((file) => {
  const { hex } = JSON.parse(readFileSync(new URL(file, golden), 'utf8')) as { hex: string };
  return Uint8Array.from(Buffer.from(hex, 'hex'));
});
const corpus = [...handmade, ...captured];

/** Values that break things more often than others. */
const awkward = [0, 1, 11, 12, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xff];

const mutations: readonly ((packet: Uint8Array) => Uint8Array)[] = [
  (packet) => set(packet, below(packet.length), next() & 0xff),
  (packet) => set(packet, below(packet.length), pick(awkward)),
  (packet) => set(packet, below(packet.length), (packet[below(packet.length)] ?? 0) ^ (1 << below(8))),
  // A pointer to anywhere near.
  (packet) => {
    const at = below(packet.length);
    return set(set(packet, at, 0xc0), at + 1, below(Math.min(packet.length, 256)));
  },
  // A count that lies.
  (packet) => set(packet, 4 + below(8), pick(awkward)),
  (packet) => packet.slice(0, below(packet.length + 1)),
  (packet) =>
    bytes(
      packet,
      Uint8Array.from({ length: below(20) }, () => next() & 0xff),
    ),
  // A piece taken out, doubled, or brought in from elsewhere.
  (packet) => joined(packet.subarray(0, below(packet.length)), packet.subarray(below(packet.length))),
  (packet) => {
    const other = pick(corpus);
    const from = below(other.length);
    return joined(
      packet.subarray(0, below(packet.length)),
      other.subarray(from, from + below(60)),
      packet.subarray(below(packet.length)),
    );
  },
];

function set(packet: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(packet);
  if (at < copy.length) copy[at] = value;
  return copy;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function mutated(): Uint8Array {
  let packet = pick(corpus);
  for (let left = 1 + below(4); left > 0 && packet.length > 0; left--) packet = pick(mutations)(packet);
  return packet;
}

describe('SEC-03 damaged packets', () => {
  it(`SEC-03 ${PACKETS} of them throw nothing, and what was read can be written`, { timeout: 3_600_000 }, () => {
    const seen = { dropped: 0, damaged: 0, whole: 0 };
    for (let i = 0; i < PACKETS; i++) {
      const packet = mutated();
      try {
        seen[outcome(packet)]++;
      } catch (error) {
        throw new Error(`seed ${SEED}, packet ${i}: ${Buffer.from(packet).toString('hex')}`, { cause: error });
      }
    }
    // The damage is neither too little nor too much to say anything.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(PACKETS / 20);
  });

  function outcome(packet: Uint8Array): 'dropped' | 'damaged' | 'whole' {
    const { message, faults } = decodeMessage(packet);
    if (faults.length > MAX_FAULTS) throw new Error('too many faults');
    for (const { offset } of faults)
      if (offset < 0 || offset > packet.length) throw new Error('a fault outside of the packet');
    checkUnicast(packet);
    if (message === undefined) return 'dropped';
    const records = [...message.answers, ...message.authorities, ...message.additionals];
    for (const record of records) check(record);
    const again = decodeMessage(encodeMessage(message));
    if (again.message?.questions.length !== message.questions.length || again.faults.length > 0)
      throw new Error('not written as read');
    if (below(50) === 0) expect(again).toEqual({ message, faults: [] });
    return faults.length > 0 ? 'damaged' : 'whole';
  }

  function checkUnicast(packet: Uint8Array): void {
    const { message } = decodeUnicast(packet);
    if (message === undefined) return;
    const again = decodeUnicast(encodeUnicast(message));
    if (again.message?.answers.length !== message.answers.length || again.faults.length > 0)
      throw new Error('not written as read by unicast DNS');
    if (below(50) === 0) expect(again).toEqual({ message: asUnicast(message), faults: [] });
  }

  /** Unicast DNS has no cache-flush bit, and types above 255 are not written. */
  function asUnicast(message: UnicastMessage): UnicastMessage {
    const plain = (record: UnicastRecord) => ({
      ...record,
      cacheFlush: false,
      ...('beyond' in record && { beyond: false }),
    });
    const { answers, authorities, additionals } = message;
    return {
      ...message,
      answers: answers.map(plain),
      authorities: authorities.map(plain),
      additionals: additionals.map(plain),
    };
  }

  function check(record: ResourceRecord): void {
    encodeRdata(record);
    if ('rdata' in record) describeRdata(record);
  }

  it('SEC-03 the work for names is bounded by the size of the packet', () => {
    let most = 0;
    for (let i = 0; i < 5000; i++) {
      const packet = mutated();
      const reader = new Reader(packet);
      for (let at = 12; at < packet.length; at++) reader.name(at, packet.length);
      most = Math.max(most, reader.steps / Math.max(packet.length, 1));
    }
    expect(most).toBeLessThan(64);
  });

  it('SEC-03 bytes without any sense throw nothing either', () => {
    for (let i = 0; i < 2000; i++) {
      const size = below(i % 20 === 0 ? MAX_MESSAGE_BYTES + 100 : 300);
      const noise = Uint8Array.from({ length: size }, () => (below(4) === 0 ? pick(awkward) : next() & 0xff));
      // Few of each, so that it gets as far as records.
      const packet = bytes(header(RESPONSE, [below(3), below(9), below(9), below(9)]), noise);
      const { message } = decodeMessage(packet);
      if (message !== undefined) for (const record of message.answers) check(record);
    }
  });
});
