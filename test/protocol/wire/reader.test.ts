/** Names in messages, above all hostile ones. */

import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { MAX_MESSAGE_BYTES, MAX_POINTERS } from '../../../src/protocol/wire/limits.js';
import { Reader } from '../../../src/protocol/wire/reader.js';
import { processorTime } from '../../support/patience.js';
import {
  bytes,
  decoded,
  header,
  labels,
  name,
  type Part,
  PTR,
  pointer,
  RESPONSE,
  record,
  response,
} from './packets.js';

const HEADER = header(RESPONSE);

/** The name at `at`, or what comes last. */
function read(parts: readonly Part[], at: number): { name: string | undefined; end: number } {
  const packet = bytes(HEADER, parts);
  const reader = new Reader(packet);
  const name = reader.name(at, packet.length);
  return { name, end: reader.end };
}

describe('names', () => {
  it.each<[string, Part, string]>([
    ['the root', name(), '.'],
    ['one label', name('local'), 'local'],
    ['several labels', name('Living Room', '_http', '_tcp', 'local'), 'Living Room._http._tcp.local'],
    ['dots and backslashes', name('Dr. Foo\\Bar', 'local'), 'Dr\\. Foo\\\\Bar.local'],
    ['UTF-8', name('Küche 😀', 'local'), 'Küche 😀.local'],
    ['control characters', name('a\u0000\u001f\u007f'), 'a\\000\\031\\127'],
    ['bytes that are no text', name(bytes(0xff, 0x41, 0xc3)), '\\255A\\195'],
    ['a byte order mark', name('\ufeffx'), '\ufeffx'],
  ])('SIN-04 UTF-02 SUB-02 reads %s', (_, part, text) => {
    expect(read([part], 12)).toEqual({ name: text, end: 12 + bytes(part).length });
  });

  it('CMP-03 follows pointers, to whole names and into the middle of them', () => {
    const parts = [
      name('a', 'b', 'local'),
      pointer(12),
      [labels('c'), pointer(14)],
      [labels('d.'), pointer(23)],
      pointer(20),
    ];
    const packet = bytes(HEADER, parts);
    const reader = new Reader(packet);
    expect([23, 25, 29].map((at) => [reader.name(at, packet.length), reader.end])).toEqual([
      ['a.b.local', 25],
      ['c.b.local', 29],
      ['d\\..a.b.local', 34],
    ]);
    // At 34 a pointer to the root's byte.
    expect(read([name('x'), [labels('y'), pointer(14)], pointer(14)], 15)).toEqual({ name: 'y', end: 19 });
    expect(read([name('x'), [labels('y'), pointer(14)], pointer(14)], 19)).toEqual({ name: '.', end: 21 });
  });

  it('CMP-03 a pointer may lead to a pointer', () => {
    expect(read([name('a'), pointer(12), pointer(15), pointer(17)], 19)).toEqual({ name: 'a', end: 21 });
  });

  it('CMP-04 neither labels nor pointers go on after the limit', () => {
    const packet = bytes(HEADER, name('x'), labels('y'), pointer(12));
    const reader = new Reader(packet);
    for (const limit of [15, 16, 17, 18])
      expect([limit, reader.name(15, limit), reader.end]).toEqual([limit, undefined, -1]);
    expect([reader.name(15, 19), reader.end]).toEqual(['y.x', 19]);
  });

  it('A-46 names keep their case', () => {
    expect(read([name('MyHost', 'LOCAL')], 12).name).toBe('MyHost.LOCAL');
  });

  it('NAM-04 reads 255 bytes, also by way of pointers, and refuses 256', () => {
    const longest = ['a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63), 'd'.repeat(62)];
    expect(read([name(...longest)], 12)).toEqual({ name: longest.join('.'), end: 12 + 256 });
    expect(read([name(...longest.slice(0, 3), 'd'.repeat(63))], 12)).toEqual({ name: undefined, end: 12 + 257 });
    const tail = name(...longest.slice(1));
    const at = 12 + bytes(tail).length;
    expect(read([tail, labels('a'.repeat(63)), pointer(12)], at)).toEqual({ name: longest.join('.'), end: at + 66 });
    expect(read([tail, labels('a', 'a'.repeat(61)), pointer(12)], at)).toEqual({
      name: ['a', 'a'.repeat(61), ...longest.slice(1)].join('.'),
      end: at + 66,
    });
    expect(read([tail, labels('a', 'a'.repeat(62)), pointer(12)], at)).toEqual({ name: undefined, end: at + 67 });
    expect(read([name(...'a'.repeat(127))], 12).name).toBe([...'a'.repeat(127)].join('.'));
    expect(read([name(...'a'.repeat(128))], 12).name).toBeUndefined();
  });

  it('NAM-04 a name that is far too long still ends where it ends', () => {
    const part = name(...Array.from({ length: 20 }, () => 'x'.repeat(63)));
    expect(read([part], 12)).toEqual({ name: undefined, end: 12 + bytes(part).length });
  });
});

describe('CMP-04 hostile pointers', () => {
  it.each<[string, Part[], number]>([
    ['to itself', [pointer(12)], 12],
    ['to the byte after itself', [pointer(13), 0], 12],
    ['forward', [pointer(14), name('x')], 12],
    ['beyond the end', [pointer(0x3fff)], 12],
    ['into the header', [pointer(0)], 12],
    ['to the last byte of the header', [pointer(11)], 12],
    ['to the beginning of its own name', [labels('a'), pointer(12)], 12],
    ['to the middle of its own name', [labels('a', 'b'), pointer(14)], 12],
    ['in a loop of two', [pointer(14), pointer(12)], 14],
    ['in a loop by way of labels', [labels('a'), pointer(16), labels('b'), pointer(12)], 16],
    ['to a label type that is none', [0x40, name('x')], 12],
    ['to a name that is cut short', [labels('a'), 5, 'b'], 12],
  ])('%s', (_, parts, at) => {
    expect(read(parts, at).name).toBeUndefined();
  });

  it('a pointer to what was found bad is bad again', () => {
    const packet = bytes(HEADER, pointer(12), pointer(12), pointer(12));
    const reader = new Reader(packet);
    expect([12, 14, 16].map((at) => reader.name(at, packet.length))).toEqual([undefined, undefined, undefined]);
    expect(reader.end).toBe(18);
  });

  it('a chain of pointers is followed so far and no further, without filling the stack', () => {
    const chain = (length: number) => [name('x'), Array.from({ length }, (_, i) => pointer(i === 0 ? 12 : 13 + 2 * i))];
    const last = (length: number) => 13 + 2 * length;
    expect(read(chain(MAX_POINTERS), last(MAX_POINTERS)).name).toBe('x');
    expect(read(chain(4400), last(4400)).name).toBeUndefined();
  });

  it('names that meet in a chain are read in linear time', () => {
    // 9 kB of pointers, and each of them is a name of its own.
    const chain = bytes(
      HEADER,
      name('x'),
      Array.from({ length: 4490 }, (_, i) => pointer(i === 0 ? 12 : 13 + 2 * i)),
    );
    expect(steps(chain, 2)).toBeLessThan(2 * chain.length);
    const backwards = new Reader(chain);
    for (let at = chain.length - 2; at > 14; at -= 2) backwards.name(at, chain.length);
    expect(backwards.steps).toBeLessThan(2 * chain.length);
  });

  it('names that all lead into long names are read in linear time', () => {
    const long = name(...'a'.repeat(126));
    const many = Array.from({ length: 35 }, (_, i) => pointer(12 + 2 * (i % 126)));
    const packet = bytes(
      HEADER,
      Array.from({ length: 30 }, () => [long, many]),
    ).subarray(0, MAX_MESSAGE_BYTES);
    expect(steps(packet, 1)).toBeLessThan(64 * packet.length);
    // One long run of labels with pointers to every label of it: the run is not walked to its end again and again.
    const run = bytes(
      HEADER,
      name(...'a'.repeat(2000)),
      Array.from({ length: 2000 }, (_, i) => pointer(12 + 2 * i)),
    );
    expect(steps(run, 2, 12 + 4001)).toBeLessThan(130 * 2000);
  });

  /** The work of reading a name at every `stride`th byte. */
  function steps(packet: Uint8Array, stride: number, from = 12): number {
    const reader = new Reader(packet);
    for (let at = from; at < packet.length; at += stride) reader.name(at, packet.length);
    return reader.steps;
  }

  it('SEC-03 a message of hostile names costs no more than a few times an ordinary one of its size', () => {
    const rows = Array.from({ length: 400 }, (_, i) => i);
    const ordinary = response(
      ...rows.map((i) => record(i === 0 ? name('host', 'local') : pointer(12), PTR, [labels(`n${i}`), pointer(12)])),
    );
    const chained = response(
      ...rows.map((i) => record(i === 0 ? name('x') : pointer(chainAt(i - 1)), PTR, pointer(chainAt(i)))),
    );
    const looping = response(...rows.map((i) => record(pointer(12 + 14 * i), PTR, pointer(12 + 14 * i))));
    expect(decoded(ordinary).answers).toHaveLength(400);
    expect(decoded(chained).answers).toHaveLength(400);
    expect(decoded(looping).answers).toEqual([]);
    const [a, b, c] = [ordinary, chained, looping].map(time);
    expect((b ?? 0) / (a ?? 1)).toBeLessThan(5);
    expect((c ?? 0) / (a ?? 1)).toBeLessThan(5);
  });

  /** Where the owner name of record `i` begins in the chained message. */
  function chainAt(i: number): number {
    return i === 0 ? 12 : 12 + 15 + 14 * (i - 1);
  }

  function time(packet: Uint8Array): number {
    return processorTime(() => {
      for (let i = 0; i < 5; i++) decodeMessage(packet);
    }, 30);
  }
});
