import { SocketAddress } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressBytes,
  addressClass,
  addressText,
  broadcastAddress,
  canonicalAddress,
  isLinkLocal,
  isMulticast,
  sameSubnet,
} from '../../src/ip/address.js';
import { familyOf } from '../../src/ip/family.js';

describe('addressClass', () => {
  it.each([
    ['192.168.1.5', 'routable'],
    ['8.8.8.8', 'routable'],
    ['2001:db8::1', 'routable'],
    ['fec0::1', 'routable'],
    ['::ffff:10.0.0.1', 'routable'],
    ['fc00::1', 'unique-local'],
    ['fdff::1', 'unique-local'],
    ['fe80::1', 'link-local-ipv6'],
    ['febf::1', 'link-local-ipv6'],
    ['fe7f::1', 'routable'],
    ['fe8::1', 'routable'],
    ['169.254.3.4', 'link-local-ipv4'],
    ['::ffff:169.254.3.4', 'link-local-ipv4'],
    ['127.0.0.53', 'loopback'],
    ['::1', 'loopback'],
    ['0.0.0.0', 'unusable'],
    ['::', 'unusable'],
    ['224.0.0.251', 'unusable'],
    ['255.255.255.255', 'unusable'],
    ['ff02::fb', 'unusable'],
    ['ff::1', 'routable'],
    ['0.1.2.3', 'unusable'],
    ['240.0.0.1', 'unusable'],
    // An IPv4 address in an IPv6 one is what the system connects to.
    ['::ffff:0.0.0.0', 'unusable'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:255.255.255.255', 'unusable'],
    ['::7f00:1', 'loopback'],
    ['::2', 'unusable'],
    ['::1:0:0:7f00:1', 'routable'],
    ['::fffe:7f00:1', 'routable'],
  ])('%s is %s', (address, expected) => {
    expect(addressClass(address)).toBe(expected);
  });
});

describe('isMulticast', () => {
  it.each([
    ['223.255.255.255', false],
    ['224.0.0.0', true],
    ['239.255.255.255', true],
    ['240.0.0.0', false],
    ['ff02::fb', true],
    ['ff::1', false],
    ['fe80::1', false],
  ])('%s: %s', (address, expected) => {
    expect(isMulticast(address)).toBe(expected);
  });
});

describe('broadcastAddress', () => {
  it.each([
    ['198.18.0.9', 24, '198.18.0.255'],
    ['198.18.0.9', 20, '198.18.15.255'],
    ['10.1.2.3', 8, '10.255.255.255'],
    ['200.1.2.3', 1, '255.255.255.255'],
    ['198.18.0.9', 0, '255.255.255.255'],
    ['198.18.0.9', 30, '198.18.0.11'],
    ['198.18.0.9', 31, undefined],
    ['198.18.0.9', 32, undefined],
    ['fd00::9', 24, undefined],
  ])('of %s/%s is %s', (address, prefixLength, expected) => {
    expect(broadcastAddress(address, prefixLength)).toBe(expected);
  });
});

describe('canonicalAddress', () => {
  it.each([
    ['192.0.2.10', '192.0.2.10'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8::0001', '2001:db8::1'],
    // RFC 5952 section 4.2: one zero group is not shortened; the longest run is, and the first of equal ones.
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::', '::'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::FFFF:192.0.2.1', '::ffff:192.0.2.1'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    '',
    'host',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.-4',
    ' 1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    ':1::',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '::1.2.3',
  ])('"%s" is no address', (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  });

  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.array(fc.constantFrom(0, 0, 0, 1, 0xff), { minLength: 16, maxLength: 16 }).map((b) => Uint8Array.from(b)),
  );

  it('writes addresses as the system does', () => {
    // Below ::/96 systems use the mixed notation, which RFC 5952 section 5 asks for with well-known prefixes only.
    const compatible = (address: Uint8Array) =>
      address.length === 16 && address.subarray(0, 12).every((byte) => byte === 0);
    fc.assert(
      fc.property(
        bytes.filter((address) => !compatible(address)),
        (address) => {
          const text = addressText(address);
          expect(text).toBe(new SocketAddress({ address: text, family: familyOf(text) }).address);
        },
      ),
    );
  });

  it('reads back every address that it writes', () => {
    fc.assert(
      fc.property(bytes, (address) => {
        const text = addressText(address);
        expect(addressBytes(text)).toEqual(address);
        expect(canonicalAddress(text)).toBe(text);
        expect(familyOf(text)).toBe(address.length === 4 ? 'ipv4' : 'ipv6');
      }),
    );
  });
});

describe('sameSubnet', () => {
  it.each([
    ['192.0.2.10', '192.0.2.200', 24, true],
    ['192.0.2.10', '192.0.3.10', 24, false],
    ['192.0.2.10', '192.0.3.10', 23, true],
    ['192.0.2.127', '192.0.2.128', 25, false],
    ['192.0.2.1', '192.0.2.1', 32, true],
    ['192.0.2.1', '192.0.2.2', 32, false],
    ['192.0.2.1', '10.0.0.1', 0, true],
    ['2001:db8::1', '2001:db8::ffff', 64, true],
    ['2001:db8::1', '2001:db8:0:1::1', 64, false],
    ['2001:db8::1', '2001:db8::1', 128, true],
    ['2001:db8::1', '2001:db8::2', 128, false],
    ['fe80::1%eth0', 'fe80::2', 10, true],
    ['192.0.2.1', '2001:db8::1', 0, false],
    ['nonsense', '192.0.2.1', 0, false],
    ['192.0.2.1', 'nonsense', 0, false],
  ])('%s and %s under /%i: %s', (a, b, prefixLength, same) => {
    expect(sameSubnet(a, b, prefixLength)).toBe(same);
    expect(sameSubnet(b, a, prefixLength)).toBe(same);
  });
});

describe('isLinkLocal', () => {
  it.each([
    ['169.254.1.2', true],
    ['169.253.255.255', false],
    ['fe80::1', true],
    ['febf::1', true],
    ['fec0::1', false],
    ['fe80::1%eth0', true],
    ['192.0.2.1', false],
    ['nonsense', false],
  ])('%s: %s', (address, linkLocal) => {
    expect(isLinkLocal(address)).toBe(linkLocal);
  });
});
