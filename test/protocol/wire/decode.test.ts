import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { peekMessage } from '../../../src/protocol/wire/header.js';
import { MAX_FAULTS, MAX_MESSAGE_BYTES } from '../../../src/protocol/wire/limits.js';
import {
  A,
  AAAA,
  bytes,
  codes,
  decoded,
  goodA,
  goodAddress,
  header,
  NSEC,
  name,
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

describe('header', () => {
  it('HDR-01 HDR-02 HDR-04 HDR-05 tells id, response, authoritative and truncated apart', () => {
    const flags = (packet: Uint8Array) => {
      const { id, response, authoritative, truncated } = decoded(packet);
      return { id, response, authoritative, truncated };
    };
    const none = { id: 0, response: false, authoritative: false, truncated: false };
    expect(flags(bytes(header(0x0000, [], 0xbeef)))).toEqual({ ...none, id: 0xbeef });
    expect(flags(bytes(header(0x8000)))).toEqual({ ...none, response: true });
    expect(flags(bytes(header(0x0400)))).toEqual({ ...none, authoritative: true });
    expect(flags(bytes(header(0x0200)))).toEqual({ ...none, truncated: true });
  });

  it('HDR-03 HDR-07 opcode and rcode are read for the caller to look at', () => {
    for (let value = 0; value < 16; value++) {
      expect(decoded(bytes(header(0x8400 | (value << 11))))).toMatchObject({ opcode: value, rcode: 0 });
      expect(decoded(bytes(header(0x8400 | value)))).toMatchObject({ opcode: 0, rcode: value });
    }
  });

  it('HDR-06 RD, RA, Z, AD and CD change nothing', () => {
    const plain = bytes(header(QUERY, [1]), question(name('local'), A));
    const odd = bytes(header(0x01f0, [1]), question(name('local'), A));
    expect(decodeMessage(odd)).toEqual(decodeMessage(plain));
  });

  it('peeks at the header alone', () => {
    const packet = bytes(header(0x8603 | (5 << 11), [1, 2, 3, 4], 7), 'and anything after it');
    expect(peekMessage(packet)).toEqual({
      id: 7,
      response: true,
      opcode: 5,
      rcode: 3,
      authoritative: true,
      truncated: true,
      questions: 1,
      answers: 2,
      authorities: 3,
      additionals: 4,
    });
    expect(peekMessage(packet.subarray(0, 12))).toBeDefined();
    expect(peekMessage(packet.subarray(0, 11))).toBeUndefined();
    expect(peekMessage(new Uint8Array())).toBeUndefined();
  });

  it('SIZ-03 reads 9000 bytes and no more', () => {
    const padded = (size: number) => bytes(response(goodA), new Uint8Array(size - response(goodA).length));
    expect(padded(MAX_MESSAGE_BYTES).length).toBe(9000);
    expect(decodeMessage(padded(9000)).message?.answers[0]).toEqual(goodAddress);
    expect(decodeMessage(padded(9001))).toEqual({ message: undefined, faults: [{ code: 'bad-size', offset: 0 }] });
  });
});

describe('questions', () => {
  it('HDR-08 the top bit of the class asks for a unicast response', () => {
    const { questions } = decoded(
      bytes(
        header(QUERY, [3]),
        question(name('a', 'local'), 255, 0x8001),
        question(pointer(12), A, 0x7fff),
        question(pointer(14), 64),
      ),
    );
    expect(questions).toEqual([
      { name: 'a.local', type: 'ANY', class: 1, unicastResponse: true },
      { name: 'a.local', type: 'A', class: 0x7fff, unicastResponse: false },
      { name: 'local', type: 'SVCB', class: 1, unicastResponse: false },
    ]);
  });

  it('LEG-01 responses may have questions', () => {
    const message = decoded(bytes(header(RESPONSE, [1, 1]), question(name('good', 'local'), A), goodA));
    expect(message.questions).toHaveLength(1);
    expect(message.answers).toEqual([goodAddress]);
  });
});

describe('records', () => {
  it('CFL-05 the cache-flush bit is not part of the class', () => {
    const owner = name('x');
    const [record] = decoded(
      bytes(header(RESPONSE, [0, 1]), owner, u16(A), u16(0x8001), u32(9), u16(4), [1, 2, 3, 4]),
    ).answers;
    expect(record).toEqual({ name: 'x', class: 1, cacheFlush: true, ttl: 9, type: 'A', address: '1.2.3.4' });
  });

  it('CFL-06 A-60 the class of OPT is a size of 16 bits, without a cache-flush bit', () => {
    const opt = [name(), u16(41), u16(0xffff), u32(0x8000_8000), u16(4), [0, 4, 0, 0]];
    const message = decoded(bytes(header(RESPONSE, [0, 1, 0, 1]), goodA, opt));
    expect(message.answers).toEqual([goodAddress]);
    expect(message.additionals).toEqual([
      { name: '.', class: 0xffff, cacheFlush: false, ttl: 0x8000_8000, type: 'OPT', rdata: bytes(0, 4, 0, 0) },
    ]);
  });

  it('keeps the sections apart', () => {
    const of = (text: string) => record(name(text), PTR, name('t'));
    const message = decoded(bytes(header(QUERY, [0, 1, 2, 1]), of('a'), of('b'), of('c'), of('d')));
    expect(message.answers.map(({ name }) => name)).toEqual(['a']);
    expect(message.authorities.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(message.additionals.map(({ name }) => name)).toEqual(['d']);
  });

  it('keeps unknown types raw', () => {
    const [other] = decoded(response(record(name('x'), 0xff00, [0xc0, 0x0c, 1]))).answers;
    expect(other).toMatchObject({ type: 'TYPE65280', rdata: bytes(0xc0, 0x0c, 1) });
  });

  it('nothing of the result is part of the receive buffer', () => {
    const buffer = Buffer.from(response(record(name('x'), TXT, [3, 'a=b']), record(name('x'), 10, 'raw')));
    const message = decoded(buffer);
    const before = structuredClone(message);
    buffer.fill(0xee);
    expect(message).toEqual(before);
    for (const record of message.answers) {
      const kept = record.type === 'TXT' ? [record.packed] : 'rdata' in record ? [record.rdata] : [];
      for (const bytes of kept) expect(bytes.buffer.byteLength).toBe(bytes.length);
      expect(kept).toHaveLength(1);
    }
  });

  it('reads a part of a larger buffer', () => {
    const packet = response(record(name('ü', 'local'), AAAA, new Uint8Array(16)), record(name('x'), TXT, [1, 'y']));
    const large = new Uint8Array(packet.length + 20).fill(0xff);
    large.set(packet, 7);
    expect(decodeMessage(large.subarray(7, 7 + packet.length))).toEqual(decodeMessage(packet));
    expect(decodeMessage(Buffer.from(packet))).toEqual(decodeMessage(packet));
  });
});

describe('SEC-03 one bad record does not cost the others', () => {
  const owner = name('bad', 'local');
  it.each([
    ['A of no bytes', record(owner, A, [])],
    ['A of 3 bytes', record(owner, A, [1, 2, 3])],
    ['A of 5 bytes', record(owner, A, [1, 2, 3, 4, 5])],
    ['AAAA of 4 bytes', record(owner, AAAA, [1, 2, 3, 4])],
    ['AAAA of 15 bytes', record(owner, AAAA, new Uint8Array(15))],
    ['AAAA of 17 bytes', record(owner, AAAA, new Uint8Array(17))],
    ['PTR of no bytes', record(owner, PTR, [])],
    ['PTR with a byte too many', record(owner, PTR, [name('x'), 0])],
    ['PTR that goes on after its end', record(owner, PTR, [9, 'targ'])],
    ['PTR without its root', record(owner, PTR, [1, 'x'])],
    ['PTR with half a pointer', record(owner, PTR, [0xc0])],
    ['CNAME with a byte too many', record(owner, 5, [name('x'), 0])],
    ['SRV without a target', record(owner, SRV, [u16(0), u16(0), u16(80)])],
    ['SRV of 3 bytes', record(owner, SRV, [0, 0, 0])],
    ['SRV of no bytes', record(owner, SRV, [])],
    ['TXT of one string, longer than itself', record(owner, TXT, [3, 'bc'])],
    ['HINFO of one string', record(owner, 13, [3, 'cpu'])],
    ['HINFO of three strings', record(owner, 13, [1, 'a', 1, 'b', 1, 'c'])],
    ['HINFO that is not text', record(owner, 13, [1, 0xff, 0])],
    ['SOA without its numbers', record(owner, 6, [name('a'), name('b'), new Uint8Array(19)])],
    ['SOA with a byte too many', record(owner, 6, [name('a'), name('b'), new Uint8Array(21)])],
    ['MX without a name', record(owner, 15, [0, 1])],
    ['MX of one byte', record(owner, 15, [0])],
    ['RP of one name', record(owner, 17, name('a'))],
    ['NS of two names', record(owner, 2, [name('a'), name('b')])],
  ])('%s', (_, bad) => {
    const packet = response(goodA, bad, goodA);
    expect(decoded(packet).answers).toEqual([goodAddress, goodAddress]);
    expect(decodeMessage(packet).faults).toEqual([
      { code: 'bad-rdata', offset: bytes(header(0), goodA).length, section: 'answers' },
    ]);
  });

  it.each([
    ['SRV with bytes behind its target', SRV, [u16(0), u16(0), u16(80), name('x'), 0, 7], { port: 80, target: 'x' }],
    ['TXT whose last string is longer than what is left', TXT, [1, 'a', 3, 'bc'], { packed: bytes(1, 'a') }],
    ['TXT with a length and nothing behind it', TXT, [0, 1, 'a', 9], { packed: bytes(0, 1, 'a') }],
  ])('keeps what is good of %s', (_, type, rdata, kept) => {
    const packet = response(goodA, record(owner, type, rdata), goodA);
    expect(decoded(packet).answers).toMatchObject([goodAddress, kept, goodAddress]);
    expect(decodeMessage(packet).faults).toEqual([
      { code: 'bad-rdata', offset: bytes(header(0), goodA).length, section: 'answers' },
    ]);
  });

  it.each([
    ['a pointer forward', [pointer(0x0fff)]],
    ['a pointer to itself', [pointer(12 + bytes(goodA).length)]],
    ['a pointer into the header', [pointer(4)]],
    ['a name of 256 bytes', [name('a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63), 'd'.repeat(63))]],
  ])('an owner name with %s', (_, owner) => {
    const packet = response(goodA, record(owner, A, [1, 2, 3, 4]), goodA);
    expect(decoded(packet).answers).toEqual([goodAddress, goodAddress]);
    expect(codes(decodeMessage(packet))).toEqual(['bad-name']);
  });

  it('a record of type ANY', () => {
    const packet = response(goodA, record(owner, 255, []), goodA);
    expect(decoded(packet).answers).toEqual([goodAddress, goodAddress]);
    expect(codes(decodeMessage(packet))).toEqual(['bad-type']);
  });

  it('NEG-08 a broken NSEC beside a good A', () => {
    const packet = response(record(owner, NSEC, [pointer(12), 0, 33, new Uint8Array(33)]), goodA);
    expect(decoded(packet).answers).toEqual([goodAddress]);
    expect(codes(decodeMessage(packet))).toEqual(['bad-rdata']);
  });

  it('in a query too', () => {
    const packet = bytes(header(QUERY, [1, 2]), question(name('x'), PTR), record(owner, A, []), goodA);
    expect(decoded(packet).questions).toHaveLength(1);
    expect(decoded(packet).answers).toEqual([goodAddress]);
  });

  it('lists a bounded number of faults', () => {
    const packet = response(...Array.from({ length: 300 }, () => record(owner, A, [])), goodA);
    expect(decodeMessage(packet).faults).toHaveLength(MAX_FAULTS);
    expect(decoded(packet).answers).toEqual([goodAddress]);
  });
});

describe('A-61 where the framing is lost', () => {
  it('a response keeps what was complete, wherever it is cut', () => {
    const packet = response(goodA, record(name('x'), SRV, [u16(0), u16(0), u16(80), pointer(12)]), goodA);
    const one = bytes(header(0), goodA).length;
    for (let cut = 12; cut < packet.length; cut++) {
      const { message, faults } = decodeMessage(packet.subarray(0, cut));
      expect(message?.answers.length).toBe(cut < one ? 0 : cut < packet.length - bytes(goodA).length ? 1 : 2);
      expect(faults).toMatchObject([{ code: 'truncated', section: 'answers' }]);
    }
    for (let cut = 0; cut < 12; cut++) {
      expect(decodeMessage(packet.subarray(0, cut))).toEqual({
        message: undefined,
        faults: [{ code: 'bad-size', offset: 0 }],
      });
    }
  });

  it('a query is dropped, wherever it is cut', () => {
    const packet = bytes(header(QUERY, [1, 2]), question(name('a', 'local'), A), goodA, goodA);
    expect(decodeMessage(packet).message).toBeDefined();
    for (let cut = 12; cut < packet.length; cut++) {
      const { message, faults } = decodeMessage(packet.subarray(0, cut));
      expect(message).toBeUndefined();
      expect(faults).toMatchObject([{ code: 'truncated' }]);
    }
  });

  it('SEC-03 counts may lie', () => {
    const claimed = bytes(header(RESPONSE, [0, 65535, 65535, 65535]), goodA);
    expect(decoded(claimed).answers).toEqual([goodAddress]);
    expect(codes(decodeMessage(claimed))).toEqual(['truncated']);
    expect(decodeMessage(bytes(header(QUERY, [65535]), question(name('x'), A))).message).toBeUndefined();
    expect(decodeMessage(bytes(header(QUERY, [1, 1]), question(name('x'), A))).message).toBeUndefined();
  });

  it('SEC-03 an RDLENGTH beyond the end', () => {
    const packet = response(goodA, record(name('x'), TXT, [1, 'y'], 3));
    expect(decoded(packet).answers).toEqual([goodAddress]);
    expect(codes(decodeMessage(packet))).toEqual(['truncated']);
  });

  it('CMP-04 label types 0x40 and 0x80', () => {
    for (const type of [0x40, 0x7f, 0x80, 0xbf]) {
      const packet = response(goodA, record([type, 'abc', 0], A, [1, 2, 3, 4]), goodA);
      expect(decoded(packet).answers).toEqual([goodAddress]);
      expect(codes(decodeMessage(packet))).toEqual(['truncated']);
    }
  });

  it('SEC-03 a bad name in a question costs a query everything, a response the question', () => {
    const body = [question(pointer(12), A), question(name('x'), A), goodA];
    expect(decodeMessage(bytes(header(QUERY, [2, 1]), body))).toEqual({
      message: undefined,
      faults: [{ code: 'bad-name', offset: 12, section: 'questions' }],
    });
    const { questions, answers } = decoded(bytes(header(RESPONSE, [2, 1]), body));
    expect(questions).toMatchObject([{ name: 'x' }]);
    expect(answers).toEqual([goodAddress]);
  });

  it('reports why a query was dropped, though there were many other faults', () => {
    const bad = Array.from({ length: 20 }, () => record(name('x'), A, []));
    const { message, faults } = decodeMessage(bytes(header(QUERY, [0, 21]), bad));
    expect(message).toBeUndefined();
    expect(faults).toMatchObject([{ code: 'truncated' }]);
  });

  it('SEC-03 bytes after the last record are ignored', () => {
    const packet = bytes(response(goodA), 'tail');
    expect(decoded(packet).answers).toEqual([goodAddress]);
    expect(decodeMessage(packet).faults).toEqual([{ code: 'trailing-bytes', offset: packet.length - 4 }]);
    expect(decodeMessage(bytes(header(QUERY, [1]), question(name('x'), A), 0)).message?.questions).toHaveLength(1);
  });
});
