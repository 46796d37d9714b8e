import { describe, expect, it } from 'vitest';
import { MdnsError } from '../../../src/protocol/errors.js';
import type { Message, Question, ResourceRecord } from '../../../src/protocol/record.js';
import { txtData } from '../../../src/protocol/txt-strings.js';
import type { QuestionType, RecordType } from '../../../src/protocol/types.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { encodeMessage } from '../../../src/protocol/wire/encode.js';
import { MAX_MESSAGE_BYTES } from '../../../src/protocol/wire/limits.js';
import { address, question as asks, srv } from '../../support/records.js';
import {
  answer,
  bytes,
  header,
  hex,
  labels,
  name,
  pointer,
  QUERY,
  query,
  question,
  RESPONSE,
  u16,
  u32,
} from './packets.js';

const head = { name: 'h.local', class: 1, cacheFlush: false, ttl: 120 } as const;
const a = address('h.local', '192.0.2.1', { flush: false });
const service = srv('h.local', 'h.local', 80, { flush: false });
const ask = (name: string, parts: Partial<Question> = {}): Question => ({ ...asks(name, 'PTR'), ...parts });

function error(code: string): unknown {
  return expect.objectContaining({ constructor: MdnsError, code, message: expect.stringMatching(/.{20}/) });
}

describe('header', () => {
  it('HDR-01 HDR-02 HDR-04 HDR-05 HDR-06 queries and responses', () => {
    const start = (message: Message) => hex(encodeMessage(message)).slice(0, 8);
    expect(start(query())).toBe('00000000');
    expect(start(query({ truncated: true }))).toBe('00000200');
    expect(start(answer([]))).toBe('00008400');
    expect(start(answer([], { id: 0xbeef, truncated: true }))).toBe('beef8600');
    expect(start(query({ opcode: 15, rcode: 15 }))).toBe('0000780f');
  });

  it('HDR-08 the top bit of the class', () => {
    const message = query({
      questions: [ask('x', { unicastResponse: true })],
      answers: [{ ...a, name: 'x', cacheFlush: true }],
    });
    expect(hex(encodeMessage(message))).toBe(
      hex(
        bytes(
          header(QUERY, [1, 1]),
          question(name('x'), 12, 0x8001),
          pointer(12),
          u16(1),
          u16(0x8001),
          u32(120),
          u16(4),
          [192, 0, 2, 1],
        ),
      ),
    );
  });

  it('CFL-06 OPT keeps a class of 16 bits', () => {
    const opt: ResourceRecord = {
      name: '.',
      class: 0xffff,
      cacheFlush: false,
      ttl: 0,
      type: 'OPT',
      rdata: new Uint8Array(),
    };
    const packet = encodeMessage(query({ additionals: [opt] }));
    expect(hex(packet).slice(24)).toBe('000029ffff000000000000');
    expect(decodeMessage(packet).message?.additionals).toEqual([opt]);
  });
});

describe('compression', () => {
  it('CMP-01 questions share the ends of their names', () => {
    const packet = encodeMessage(
      query({ questions: [ask('_a._tcp.local'), ask('_b._tcp.local'), ask('_a._tcp.local')] }),
    );
    expect(hex(packet)).toBe(
      hex(
        bytes(
          header(QUERY, [3]),
          question(name('_a', '_tcp', 'local'), 12),
          question([labels('_b'), pointer(15)], 12),
          question(pointer(12), 12),
        ),
      ),
    );
  });

  it('CMP-01 owner names in all sections', () => {
    const packet = encodeMessage(
      query({ questions: [ask('h.local')], answers: [a], authorities: [a], additionals: [a] }),
    );
    expect(packet.length).toBe(12 + 9 + 4 + 3 * (2 + 10 + 4));
  });

  it('SIN-04 labels and not text are shared', () => {
    const questions = [ask('a\\.local'), ask('b.a\\.local'), ask('local'), ask('x\\\\.local')];
    const packet = encodeMessage(query({ questions }));
    expect(hex(packet)).toBe(
      hex(
        bytes(
          header(QUERY, [4]),
          question(name('a.local'), 12),
          question([labels('b'), pointer(12)], 12),
          question(name('local'), 12),
          question([labels('x\\'), pointer(12 + 9 + 4 + 4 + 4)], 12),
        ),
      ),
    );
    expect(decodeMessage(packet).message?.questions).toEqual(questions);
  });

  it('LEG-04 the SRV target is compressed unless asked otherwise', () => {
    const compressed = encodeMessage(answer([service]));
    const legacy = encodeMessage(answer([service]), { compressSrvTarget: false });
    expect(hex(compressed)).toMatch(/0008000000000050c00c$/);
    expect(hex(legacy)).toBe(
      hex(
        bytes(
          header(RESPONSE, [0, 1]),
          name('h', 'local'),
          u16(33),
          u16(1),
          u32(120),
          u16(15),
          u16(0),
          u16(0),
          u16(80),
          name('h', 'local'),
        ),
      ),
    );
  });

  it('CMP-04 no target of a pointer is too far', () => {
    expect(MAX_MESSAGE_BYTES).toBeLessThan(0x3fff);
    const texts = Array.from(
      { length: 33 },
      (_, i): ResourceRecord => ({ ...head, name: `n${i}.local`, ...txtData([new Uint8Array(255)]) }),
    );
    const message = answer([...texts, { ...a, name: 'n32.local' }]);
    const packet = encodeMessage(message);
    expect(packet.length).toBeGreaterThan(0x2000);
    expect(decodeMessage(packet)).toEqual({ message, faults: [] });
  });
});

describe('what cannot be written', () => {
  it('NAM-04 names', () => {
    const longest = ['a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63), 'd'.repeat(62)].join('.');
    const packet = encodeMessage(query({ questions: [ask(longest), ask(`x.${longest.slice(2)}`)] }));
    expect(decodeMessage(packet).message?.questions.map(({ name }) => name)).toEqual([
      longest,
      `x.${longest.slice(2)}`,
    ]);
    for (const bad of [
      '',
      'a..b',
      'a.',
      '\\',
      'x'.repeat(64),
      `${longest}d`,
      `a.${longest}`,
      'ü'.repeat(32),
      '\ud800',
    ]) {
      expect(() => encodeMessage(query({ questions: [ask(bad)] }))).toThrow(error('invalid-name'));
      expect(() => encodeMessage(answer([{ ...head, type: 'PTR', target: bad }]))).toThrow(error('invalid-name'));
    }
    // Too long by way of an ending that is in the message already.
    expect(() => encodeMessage(query({ questions: [ask(longest), ask(`a.${longest}`)] }))).toThrow(
      error('invalid-name'),
    );
  });

  it('HDR-08 classes above 32767', () => {
    for (const bad of [0x8000, 0xffff, -1, 1.5, Number.NaN]) {
      expect(() => encodeMessage(answer([{ ...a, class: bad }]))).toThrow(error('invalid-option'));
      expect(() => encodeMessage(query({ questions: [ask('x', { class: bad })] }))).toThrow(error('invalid-option'));
    }
    const opt: ResourceRecord = {
      name: '.',
      class: 0x1_0000,
      cacheFlush: false,
      ttl: 0,
      type: 'OPT',
      rdata: new Uint8Array(),
    };
    expect(() => encodeMessage(answer([opt]))).toThrow(error('invalid-option'));
  });

  it.each([-1, 1.5, 65536, Number.NaN, Number.POSITIVE_INFINITY])('a port, priority, weight or id of %d', (bad) => {
    for (const field of ['port', 'priority', 'weight']) {
      expect(() => encodeMessage(answer([{ ...service, [field]: bad }]))).toThrow(error('invalid-option'));
    }
    expect(() => encodeMessage(query({ id: bad }))).toThrow(error('invalid-option'));
  });

  it.each([-1, 0.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY])('a TTL of %d', (ttl) => {
    expect(() => encodeMessage(answer([{ ...a, ttl }]))).toThrow(error('invalid-option'));
  });

  it('an opcode or rcode above 15', () => {
    expect(() => encodeMessage(query({ opcode: 16 }))).toThrow(error('invalid-option'));
    expect(() => encodeMessage(query({ rcode: 16 }))).toThrow(error('invalid-option'));
  });

  it('the largest numbers can', () => {
    const message = answer(
      [{ ...service, port: 65535, priority: 65535, weight: 65535, ttl: 2 ** 32 - 1, class: 0x7fff }],
      {
        id: 65535,
      },
    );
    expect(decodeMessage(encodeMessage(message))).toEqual({ message, faults: [] });
  });

  it('types that are none', () => {
    for (const bad of ['TYPE65536', 'TYPE-1', 'TYPE1.5', 'BOGUS', 'constructor', ''] as QuestionType[]) {
      expect(() => encodeMessage(query({ questions: [ask('x', { type: bad })] }))).toThrow(error('invalid-type'));
      const record = { ...head, type: bad as RecordType, rdata: new Uint8Array() } as ResourceRecord;
      expect(() => encodeMessage(answer([record]))).toThrow(error('invalid-type'));
    }
  });

  it('SIZ-02 a message of more than 9000 bytes', () => {
    const message = (last: number): Message => {
      const strings = [...Array.from({ length: 35 }, () => new Uint8Array(255)), new Uint8Array(last)];
      return answer([{ ...head, name: 'x', ...txtData(strings) }]);
    };
    const rest = 9000 - 12 - 3 - 10 - 35 * 256 - 1;
    expect(encodeMessage(message(rest))).toHaveLength(9000);
    expect(() => encodeMessage(message(rest + 1))).toThrow(error('invalid-option'));
    expect(() => encodeMessage(query({ questions: Array.from({ length: 2000 }, () => ask('x.local')) }))).toThrow(
      error('invalid-option'),
    );
  });

  it('leaves nothing behind', () => {
    const before = encodeMessage(answer([service]));
    expect(() => encodeMessage(answer([service, { ...service, name: 'x.h.local', port: -1 }]))).toThrow(
      error('invalid-option'),
    );
    expect(encodeMessage(answer([service]))).toEqual(before);
  });

  it("what was written is the caller's own", () => {
    const packet = encodeMessage(answer([service]));
    const copy = Uint8Array.from(packet);
    encodeMessage(query({ questions: [ask('something.else')] }));
    expect(packet).toEqual(copy);
    expect(packet.buffer.byteLength).toBe(packet.length);
  });
});
