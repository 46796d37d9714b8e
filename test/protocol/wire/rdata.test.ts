/** The data of each type, read and written. */
import { describe, expect, it } from 'vitest';
import { MdnsError } from '../../../src/protocol/errors.js';
import { listsType, nsecData, typesOf } from '../../../src/protocol/nsec.js';
import type { RecordData, ResourceRecord } from '../../../src/protocol/record.js';
import { txtData, txtStringsOf } from '../../../src/protocol/txt-strings.js';
import { type OtherType, type RecordType, typeNumber } from '../../../src/protocol/types.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { encodeMessage } from '../../../src/protocol/wire/encode.js';
import { encodeRdata } from '../../../src/protocol/wire/rdata.js';
import {
  A,
  AAAA,
  answer,
  bytes,
  codes,
  decoded,
  HINFO,
  hex,
  labels,
  NSEC,
  name,
  type Part,
  pointer,
  record,
  response,
  SRV,
  TXT,
  u16,
} from './packets.js';

const head = { name: 'h.local', class: 1, cacheFlush: true, ttl: 120 } as const;
/** The owner of every record here: 12 is `h.local`, 14 is `local`. */
const owner = name('h', 'local');
const H = pointer(12);

function read(type: number, rdata: Part): RecordData | undefined {
  return decodeMessage(response(record(owner, type, rdata))).message?.answers[0];
}

/** The rdata as it is in a message. */
function written(data: RecordData): Uint8Array {
  return encodeMessage(answer([{ ...head, ...data }])).slice(12 + 9 + 10);
}

function error(code: string): unknown {
  return expect.objectContaining({ constructor: MdnsError, code });
}

describe('addresses', () => {
  it('A', () => {
    expect(read(A, [255, 0, 10, 1])).toMatchObject({ type: 'A', address: '255.0.10.1' });
    expect(encodeRdata({ type: 'A', address: '255.0.10.1' })).toEqual(bytes(255, 0, 10, 1));
  });

  it.each([
    ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['fe80000000000000021122fffe334455', 'fe80::211:22ff:fe33:4455'],
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000ffffc0000201', '::ffff:192.0.2.1'],
  ])('AAAA %s is the canonical %s', (digits, address) => {
    const rdata = Uint8Array.from(Buffer.from(digits, 'hex'));
    expect(read(AAAA, rdata)).toMatchObject({ type: 'AAAA', address });
    expect(encodeRdata({ type: 'AAAA', address })).toEqual(rdata);
    expect(encodeRdata({ type: 'AAAA', address: address.toUpperCase() })).toEqual(rdata);
  });

  it('refuses what is no address, or of the other family, also when asked again', () => {
    for (let again = 0; again < 2; again++) {
      for (const address of ['', 'x', '1.2.3', '::1', '1.2.3.4.5']) {
        expect(() => encodeRdata({ type: 'A', address })).toThrow(error('invalid-option'));
      }
      expect(() => encodeRdata({ type: 'AAAA', address: '1.2.3.4' })).toThrow(error('invalid-option'));
    }
  });

  it('writes more addresses than it remembers', () => {
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 1000; i++) {
        expect(encodeRdata({ type: 'A', address: `10.0.${i >> 8}.${i & 255}` })).toEqual(bytes(10, 0, u16(i)));
      }
    }
  });
});

describe('CMP-02 names in rdata', () => {
  const other = (type: OtherType, ...rdata: Part[]): RecordData => ({ type, rdata: bytes(rdata) });
  const numbers = new Uint8Array(20).fill(7);
  const target = labels('target');
  const LOCAL = pointer(14);

  // As in a message where `h.local` comes before, and as it stands alone.
  it.each<[RecordData, Part, Part]>([
    [{ type: 'PTR', target: 'target.local' }, [target, LOCAL], name('target', 'local')],
    [{ type: 'CNAME', target: 'h.local' }, H, name('h', 'local')],
    [
      { type: 'SRV', priority: 1, weight: 2, port: 65535, target: 'h.local' },
      [u16(1), u16(2), u16(65535), H],
      [u16(1), u16(2), u16(65535), name('h', 'local')],
    ],
    [nsecData('h.local', ['A']), [H, 0, 1, 0x40], [name('h', 'local'), 0, 1, 0x40]],
    [other('NS', name('h', 'local')), H, name('h', 'local')],
    [other('DNAME', name('h', 'local')), H, name('h', 'local')],
    [
      other('SOA', name('a', 'local'), name('b', 'local'), numbers),
      [labels('a'), LOCAL, labels('b'), LOCAL, numbers],
      [name('a', 'local'), name('b', 'local'), numbers],
    ],
    [other('MX', u16(9), name('h', 'local')), [u16(9), H], [u16(9), name('h', 'local')]],
    [other('AFSDB', u16(9), name('h', 'local')), [u16(9), H], [u16(9), name('h', 'local')]],
    [other('RT', u16(9), name('h', 'local')), [u16(9), H], [u16(9), name('h', 'local')]],
    [other('KX', u16(9), name('h', 'local')), [u16(9), H], [u16(9), name('h', 'local')]],
    [other('RP', name('h', 'local'), name()), [H, 0], [name('h', 'local'), name()]],
    [
      other('PX', u16(9), name('x'), name('h', 'local')),
      [u16(9), name('x'), H],
      [u16(9), name('x'), name('h', 'local')],
    ],
  ])('%j is compressed in messages and not in comparisons', (data, compressed, expanded) => {
    expect(hex(written(data))).toBe(hex(bytes(compressed)));
    expect(hex(encodeRdata(data))).toBe(hex(bytes(expanded)));
    expect(read(typeNumber(data.type), compressed)).toMatchObject(data);
    expect(read(typeNumber(data.type), expanded)).toMatchObject(data);
  });

  it.each<OtherType>(['SVCB', 'HTTPS', 'NAPTR', 'RRSIG', 'NULL', 'TYPE65280'])('%s never is', (type) => {
    const data = other(type, u16(1), name('h', 'local'));
    expect(written(data)).toEqual(data.type === type && 'rdata' in data ? data.rdata : undefined);
  });

  it('A-04 rdata keeps its case and loses its pointers', () => {
    const packet = response(record(name('H', 'Local'), 12, [labels('Target'), pointer(14)]));
    const [ptr] = decoded(packet).answers;
    expect(ptr && encodeRdata(ptr)).toEqual(bytes(name('Target', 'Local')));
  });

  it('A-58 a pointer does not change the case', () => {
    const names = ['h.LOCAL', 'H.local', 'H.LOCAL', 'h.local'];
    const records = names.map((target): ResourceRecord => ({ ...head, type: 'PTR', target }));
    const again = decoded(encodeMessage(answer(records))).answers;
    expect(again).toEqual(records);
  });

  it('refuses rdata that has not the shape of its type', () => {
    for (const rdata of [
      [],
      [0, 1],
      [0, 1, pointer(0)],
      [0, 1, 1, 'x'],
      [0, 1, name('x'), 0],
      [0, 1, 64, 'x'.repeat(64), 0],
    ]) {
      expect(() => written(other('MX', rdata))).toThrow(error('invalid-option'));
    }
    expect(() => written(other('RP', name('x'.repeat(12)), pointer(0)))).toThrow(error('invalid-option'));
    expect(() => written(other('RP', name('x'.repeat(12), 'y'), pointer(13)))).toThrow(error('invalid-option'));
    expect(() => written(other('RP', name('x'.repeat(12)), pointer(13)))).toThrow(error('invalid-option'));
  });
});

describe('TXT and HINFO', () => {
  const strings = (...texts: string[]) => texts.map((text) => new TextEncoder().encode(text));

  it('reads and writes strings', () => {
    const data = txtData([...strings('a=b', '', 'c'), bytes(0, 0xff)]);
    expect(txtStringsOf(data)).toEqual([...strings('a=b', '', 'c'), bytes(0, 0xff)]);
    expect(read(TXT, [3, 'a=b', 0, 1, 'c', 2, 0, 0xff])).toMatchObject(data);
    expect(hex(written(data))).toBe(hex(bytes(3, 'a=b', 0, 1, 'c', 2, 0, 0xff)));
  });

  it('TXT-01 no bytes and one empty string are no string; no string is written as an empty one', () => {
    expect(read(TXT, [])).toMatchObject(txtData([]));
    expect(read(TXT, [0])).toMatchObject(txtData([]));
    expect(txtStringsOf(txtData([]))).toEqual([]);
    expect(txtStringsOf({ packed: bytes() })).toEqual([]);
    expect(written(txtData([]))).toEqual(bytes(0));
    expect(written(txtData([new Uint8Array()]))).toEqual(bytes(0));
    expect(written({ type: 'TXT', packed: bytes() })).toEqual(bytes(0));
  });

  it('a string has at most 255 bytes', () => {
    const data = txtData([new Uint8Array(255).fill(65)]);
    expect(decoded(encodeMessage(answer([{ ...head, ...data }]))).answers).toEqual([{ ...head, ...data }]);
    expect(() => written(txtData([new Uint8Array(256)]))).toThrow(error('invalid-txt'));
    expect(() => written({ type: 'HINFO', cpu: 'x'.repeat(256), os: '' })).toThrow(error('invalid-txt'));
  });

  it('rdata has at most 65535 bytes', () => {
    const full = Array.from({ length: 256 }, () => new Uint8Array(255));
    expect(encodeRdata(txtData(full.slice(0, 255)))).toHaveLength(255 * 256);
    expect(() => encodeRdata(txtData(full))).toThrow(error('invalid-option'));
    expect(() => encodeRdata(txtData(new Array(10_000).fill(full[0])))).toThrow(error('invalid-option'));
    expect(encodeRdata({ type: 'NULL', rdata: new Uint8Array(65535) })).toHaveLength(65535);
    expect(() => encodeRdata({ type: 'NULL', rdata: new Uint8Array(65536) })).toThrow(error('invalid-option'));
  });

  it('HINFO is two texts', () => {
    const data = { type: 'HINFO', cpu: 'ARM64', os: 'Küche \ufffd' } as const;
    expect(read(HINFO, [5, 'ARM64', 10, 'Küche \ufffd'])).toMatchObject(data);
    expect(written(data)).toEqual(bytes(5, 'ARM64', 10, 'Küche \ufffd'));
    expect(read(HINFO, [0, 0])).toMatchObject({ cpu: '', os: '' });
  });
});

describe('NSEC', () => {
  it.each<[string, RecordType[], number[]]>([
    ['A', ['A'], [0x00, 0x01, 0x40]],
    ['A and AAAA', ['A', 'AAAA'], [0x00, 0x04, 0x40, 0x00, 0x00, 0x08]],
    ['TXT and SRV', ['TXT', 'SRV'], [0x00, 0x05, 0x00, 0x00, 0x80, 0x00, 0x40]],
    ['no type', [], []],
  ])('NEG-02 %s', (_, types, bitmap) => {
    expect(written(nsecData('h.local', types))).toEqual(bytes(H, bitmap));
    expect(read(NSEC, [H, bitmap])).toMatchObject(nsecData('h.local', types));
  });

  it('NEG-02 types are written in order, each once', () => {
    const types: RecordType[] = ['SRV', 'TXT', 'SRV', 'TYPE16'];
    expect(written(nsecData('h.local', types))).toEqual(bytes(H, 0, 5, 0, 0, 0x80, 0, 0x40));
  });

  it('NEG-07 of types above 255 it is only kept that something was said', () => {
    const blocks = [0, 1, 0x40, 1, 1, 0xc0, 0xff, 1, 0x80];
    const data = read(NSEC, [H, blocks]);
    expect(data).toMatchObject({ bitmap: bytes(0x40), beyond: true });
    expect(data?.type === 'NSEC' && [listsType(data, 'CAA'), listsType(data, 'AAAA')]).toEqual([true, false]);
    const restricted = nsecData('h.local', ['A']);
    expect([listsType(restricted, 'CAA'), listsType(restricted, 'A')]).toEqual([false, true]);
    for (const type of ['CAA', 'TYPE256', 'TYPE65280'] as const) {
      expect(() => nsecData('h.local', [type])).toThrow(error('invalid-type'));
    }
  });

  it('NEG-02 a block may have 32 bytes', () => {
    const types: RecordType[] = ['A', 'TYPE248'];
    expect(read(NSEC, [H, 0, 32, 0x40, new Uint8Array(30), 0x80])).toMatchObject(nsecData('h.local', types));
    // Zeros at the end are superfluous and do no harm.
    expect(read(NSEC, [H, 0, 4, 0x40, 0, 0, 0])).toMatchObject(nsecData('h.local', ['A']));
  });

  it.each<[string, Part]>([
    ['a block of no bytes', [0, 0]],
    ['a block of 33 bytes', [0, 33, new Uint8Array(33)]],
    ['a block without its length', [0]],
    ['a block cut short', [0, 2, 0x40]],
    ['a byte left over', [0, 1, 0x40, 0]],
    ['a block twice', [0, 1, 0x40, 0, 1, 0x40]],
    ['blocks in the wrong order', [1, 1, 0x40, 0, 1, 0x40]],
  ])('NEG-08 %s makes that record invalid', (_, bitmap) => {
    const packet = response(record(owner, NSEC, [H, bitmap]), record(owner, A, [1, 2, 3, 4]));
    expect(decoded(packet).answers).toMatchObject([{ type: 'A' }]);
    expect(codes(decodeMessage(packet))).toEqual(['bad-rdata']);
  });

  it('NEG-08 an odd next name does not make it invalid', () => {
    expect(read(NSEC, [name('\u0000', 'h', 'local'), 0, 1, 0x40])).toMatchObject({
      ...nsecData('\\000.h.local', ['A']),
    });
    expect(read(NSEC, [0, 0, 1, 0x40])).toMatchObject({ next: '.' });
  });

  it('NEG-02 what exists in messages only is in no bitmap', () => {
    const all = new Uint8Array(32).fill(255);
    const data = read(NSEC, [H, 0, 32, all]);
    const types = data?.type === 'NSEC' ? typesOf(data).map(typeNumber) : [];
    expect(types).toHaveLength(256 - 2 - 7);
    for (const number of [0, 41, 249, 250, 251, 252, 253, 254, 255]) expect(types).not.toContain(number);
    for (const type of ['OPT', 'TYPE0', 'AXFR', 'TYPE255', 'TYPE65536'] as RecordType[]) {
      expect(() => nsecData('h.local', [type])).toThrow(error('invalid-type'));
    }
  });

  it('reads the type number of every bit', () => {
    for (let number = 1; number < 249; number++) {
      if (number === 41) continue;
      const bitmap = new Uint8Array(32);
      bitmap[number >> 3] = 0x80 >> (number & 7);
      const data = read(NSEC, [H, 0, 32, bitmap]);
      expect(data?.type === 'NSEC' && typesOf(data).map(typeNumber)).toEqual([number]);
    }
  });
});

describe('SRV', () => {
  it('CMP-03 its target may be compressed', () => {
    expect(read(SRV, [u16(1), u16(2), u16(3), H])).toMatchObject({
      priority: 1,
      weight: 2,
      port: 3,
      target: 'h.local',
    });
  });
});
