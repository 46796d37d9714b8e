import { describe, expect, it } from 'vitest';
import { MdnsError } from '../../../src/protocol/errors.js';
import type { OtherData } from '../../../src/protocol/record.js';
import type { OtherType } from '../../../src/protocol/types.js';
import { describeRdata, rdataFromDnsPacket } from '../../../src/protocol/wire/dns-packet.js';
import { bytes, name, type Part, u16 } from './packets.js';

const other = (type: OtherType, ...rdata: Part[]): OtherData => ({ type, rdata: bytes(rdata) });
const invalid = expect.objectContaining({ constructor: MdnsError, code: 'invalid-option' });

describe('describeRdata', () => {
  it.each<[OtherData, unknown]>([
    [other('MX', u16(5), name('mail', 'local')), { preference: 5, exchange: 'mail.local' }],
    [
      other('CAA', 128, 5, 'issue', 'ca.example'),
      { flags: 128, tag: 'issue', value: 'ca.example', issuerCritical: true },
    ],
    [other('NS', name('ns', 'local')), 'ns.local'],
    [other('SSHFP', 1, 1, new Uint8Array(20).fill(0xab)), { algorithm: 1, hash: 1, fingerprint: 'AB'.repeat(20) }],
    [other('TLSA', 3, 1, 1, 0xde, 0xad), { usage: 3, selector: 1, matchingType: 1, certificate: 'dead' }],
    [other('OPT'), []],
  ])('%j is %j', (record, shown) => {
    expect(describeRdata(record)).toEqual(shown);
  });

  it.each<[string, OtherData, string]>([
    ['a type that dns-packet does not know', other('SVCB', u16(1), 0), '000100'],
    ['a type that nobody knows', other('TYPE65280', 1, 2, 3), '010203'],
    ['raw bytes', other('NULL', 'hi'), '6869'],
    ['no bytes', other('MX'), ''],
    ['bytes cut short', other('MX', 0, 5, 9, 'x'), '00050978'],
    ['a byte too many', other('MX', 0, 5, name('x'), 7), '000501780007'],
    ['bytes too few', other('DS', 1, 2, 3), '010203'],
    ['a pointer to itself', other('NAPTR', u16(1), u16(2), 0, 0, 0, [0xc0, 9]), '00010002000000c009'],
  ])('%s is shown in hexadecimal', (_, record, shown) => {
    expect(describeRdata(record)).toBe(shown);
  });

  it('never throws, whatever the rdata', () => {
    for (const type of [
      'MX',
      'CAA',
      'SOA',
      'OPT',
      'RRSIG',
      'NSEC3' as OtherType,
      'NAPTR',
      'TLSA',
      'DNSKEY',
      'RP',
      'DS',
      'SSHFP',
    ] as OtherType[]) {
      for (let length = 0; length < 40; length++) {
        for (const fill of [0, 1, 63, 64, 0xc0, 0xff]) {
          expect(() => describeRdata({ type, rdata: new Uint8Array(length).fill(fill) })).not.toThrow();
        }
      }
    }
  });
});

describe('rdataFromDnsPacket', () => {
  it.each<[OtherType, unknown, Part]>([
    ['MX', { preference: 5, exchange: 'mail.local' }, [u16(5), name('mail', 'local')]],
    ['CAA', { flags: 0, tag: 'issue', value: 'ca.example' }, [0, 5, 'issue', 'ca.example']],
    [
      'NAPTR',
      { order: 1, preference: 2, flags: 'S', services: 'x', regexp: '', replacement: 'a.b' },
      [u16(1), u16(2), 1, 'S', 1, 'x', 0, name('a', 'b')],
    ],
    ['DNAME', 'x.local', name('x', 'local')],
    ['DNAME', 'X.local.', name('X', 'local')],
    ['DNAME', '.', name()],
    ['CAA', { tag: 'issue', value: 'v'.repeat(300) }, [0, 5, 'issue', 'v'.repeat(300)]],
    ['SSHFP', { algorithm: 1, hash: 1, fingerprint: 'ab'.repeat(20) }, [1, 1, new Uint8Array(20).fill(0xab)]],
    ['TLSA', { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.from('x') }, [3, 1, 1, 'x']],
    ['OPT', [], []],
    ['SVCB', bytes(u16(1), 0), [u16(1), 0]],
    ['TYPE65280', bytes(1, 2), [1, 2]],
    ['MX', bytes(u16(5), name('a.b')), [u16(5), name('a.b')]],
  ])('writes %s', (type, data, rdata) => {
    expect(rdataFromDnsPacket(type, data)).toEqual(bytes(rdata));
  });

  it('leaves the data alone', () => {
    const data = Object.freeze({ issuerCritical: true, tag: 'issue', value: 'x' });
    expect(rdataFromDnsPacket('CAA', data)).toEqual(bytes(128, 5, 'issue', 'x'));
  });

  it('copies bytes', () => {
    const data = bytes(1, 2, 3);
    const rdata = rdataFromDnsPacket('TYPE65280', data);
    data.fill(0);
    expect(rdata).toEqual(bytes(1, 2, 3));
    expect(rdataFromDnsPacket('MX', { preference: 1, exchange: 'x' }).buffer.byteLength).toBe(5);
  });

  it.each<[string, OtherType, unknown]>([
    ['no data', 'MX', undefined],
    ['null', 'MX', null],
    ['text for fields', 'CAA', 'x'],
    ['fields that are missing', 'MX', {}],
    ['a label of 64 bytes', 'MX', { preference: 1, exchange: `${'x'.repeat(64)}.local` }],
    ['an empty label', 'MX', { preference: 1, exchange: 'a..b' }],
    ['a tag of 300 bytes', 'CAA', { flags: 0, tag: 'x'.repeat(300), value: '' }],
    [
      'a string of 256 bytes',
      'NAPTR',
      { order: 1, preference: 2, flags: 'x'.repeat(256), services: '', regexp: '', replacement: 'x' },
    ],
    ['a number out of range', 'MX', { preference: 70_000, exchange: 'x' }],
    ['fields of a type that dns-packet does not know', 'SVCB', { priority: 1, target: 'x' }],
    ['bytes of the wrong shape', 'MX', bytes(1)],
    ['a compressed name', 'MX', bytes(u16(1), u16(0xc00c))],
  ])('refuses %s', (_, type, data) => {
    expect(() => rdataFromDnsPacket(type, data)).toThrow(invalid);
  });
});
