/** Messages made by hand, byte by byte, so that tests do not depend on our own writing. */
import type { Message, ResourceRecord } from '../../../src/protocol/record.js';
import { type Decoded, decodeMessage } from '../../../src/protocol/wire/decode.js';
import { message } from '../../support/records.js';

export type Part = number | string | Uint8Array | readonly Part[];

/** Numbers are bytes, text is UTF-8. */
export function bytes(...parts: readonly Part[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...one(part)]));
}

function one(part: Part): Iterable<number> {
  if (typeof part === 'number') return [part];
  if (typeof part === 'string') return Buffer.from(part);
  return part instanceof Uint8Array ? part : bytes(...part);
}

export const u16 = (value: number): Part => [value >> 8, value & 0xff];
export const u32 = (value: number): Part => [u16(Math.floor(value / 0x10000)), u16(value % 0x10000)];

/** Labels without the root at the end. */
export const labels = (...texts: readonly (string | Uint8Array)[]): Part =>
  texts.map((text) => [Buffer.from(text).length, text]);

export const name = (...texts: readonly (string | Uint8Array)[]): Part => [labels(...texts), 0];

export const pointer = (offset: number): Part => u16(0xc000 | offset);

export const QUERY = 0x0000;
export const RESPONSE = 0x8400;

export function header(flags: number, counts: readonly number[] = [], id = 0): Part {
  return [id, flags, ...[0, 1, 2, 3].map((i) => counts[i] ?? 0)].map(u16);
}

/** A record with its rdata; `length` lies about the length of it. */
export function record(owner: Part, type: number, rdata: Part, length = bytes(rdata).length): Part {
  return [owner, u16(type), u16(1), u32(120), u16(length), rdata];
}

export const question = (owner: Part, type: number, classBits = 1): Part => [owner, u16(type), u16(classBits)];

/** A response with these records as answers. */
export function response(...records: readonly Part[]): Uint8Array {
  return bytes(header(RESPONSE, [0, records.length]), records);
}

export const A = 1;
export const PTR = 12;
export const HINFO = 13;
export const TXT = 16;
export const AAAA = 28;
export const SRV = 33;
export const NSEC = 47;

/** An A record that is in order. */
export const goodA = record(name('good', 'local'), A, [192, 0, 2, 7]);
export const goodAddress = {
  name: 'good.local',
  class: 1,
  cacheFlush: false,
  ttl: 120,
  type: 'A',
  address: '192.0.2.7',
};

/** The message, or a failed test. */
export function decoded(packet: Uint8Array): Message {
  const { message, faults } = decodeMessage(packet);
  if (message === undefined) throw new Error(`no message: ${JSON.stringify(faults)}`);
  return message;
}

export const codes = ({ faults }: Decoded): readonly string[] => faults.map(({ code }) => code);

export const query = message;

export function answer(answers: readonly ResourceRecord[], parts: Partial<Message> = {}): Message {
  return query({ response: true, authoritative: true, answers, ...parts });
}

export const hex = (packet: Uint8Array): string => Buffer.from(packet).toString('hex');
