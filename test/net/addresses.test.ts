import { describe, expect, it } from 'vitest';
import { canonicalAddress, isLinkLocal, withoutZone } from '../../src/ip/address.js';
import { Subnets } from '../../src/ip/subnets.js';
import { sourceAddress } from '../../src/net/addresses.js';
import type { InterfaceAddress, NetworkInterface } from '../../src/net/network.js';

function own(text: string): InterfaceAddress {
  const [address = '', prefix] = text.split('/');
  return { family: address.includes(':') ? 'ipv6' : 'ipv4', address, prefixLength: Number(prefix) };
}

describe('addresses', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['FE80:0::0:0A', 'fe80::a'],
    ['fe80::a%eth0', 'fe80::a'],
    ['192.0.2.256', undefined],
    ['example', undefined],
    ['', undefined],
  ])('canonical text of %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it('leaves off zones and knows link-local addresses', () => {
    expect(withoutZone('fe80::1%eth0')).toBe('fe80::1');
    expect(withoutZone('fd00::1')).toBe('fd00::1');
    expect(['fe80::1', 'FEBF::1', '169.254.1.1'].map(isLinkLocal)).toEqual([true, true, true]);
    expect(['fec0::1', 'fd00::fe80', '192.168.254.1', '16.9.254.1'].map(isLinkLocal)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('subnets', () => {
  it.each([
    ['192.0.2.10/24', '192.0.2.200', true],
    ['192.0.2.10/24', '192.0.2.10', true],
    ['192.0.2.10/24', '192.0.3.1', false],
    ['192.0.2.10/31', '192.0.2.11', true],
    ['192.0.2.10/31', '192.0.2.12', false],
    ['192.0.2.10/32', '192.0.2.10', true],
    ['192.0.2.10/32', '192.0.2.11', false],
    ['10.1.2.3/8', '10.255.255.255', true],
    ['10.1.2.3/8', '11.0.0.0', false],
    ['200.1.2.3/1', '128.0.0.0', true],
    ['200.1.2.3/1', '127.255.255.255', false],
    ['192.0.2.10/0', '192.0.2.10', false],
    ['127.0.0.1/8', '127.99.0.1', true],
    ['fd00:1::1/64', 'fd00:1::ffff', true],
    ['fd00:1::1/64', 'fd00:2::1', false],
    ['fe80::1/64', 'fe80:5::1', true],
    ['fe80::1/64', 'fd00::1', false],
    ['192.0.2.10/24', '::ffff:192.0.2.10', false],
    ['fd00::1/64', '192.0.2.1', false],
  ])('SRC-03 %s neighbours %s: %s', (address, other, expected) => {
    expect(new Subnets([own(address)]).contains(other)).toBe(expected);
  });

  it('SRC-03 any of several will do', () => {
    const subnets = new Subnets(['192.0.2.1/24', '198.51.100.1/24', 'fd00::1/64'].map(own));
    expect(['192.0.2.9', '198.51.100.9', 'fd00::9'].map((text) => subnets.contains(text))).toEqual([true, true, true]);
    expect(new Subnets([]).contains('192.0.2.9')).toBe(false);
  });
});

describe('source address', () => {
  const source = (family: 'ipv4' | 'ipv6', ...addresses: string[]) =>
    sourceAddress({ addresses: addresses.map(own) } as unknown as NetworkInterface, family)?.address;

  it('is link-local over IPv6 and routable over IPv4, where there is a choice', () => {
    expect(source('ipv6', '192.0.2.1/24', 'fd00::1/64', 'fe80::1/64')).toBe('fe80::1');
    expect(source('ipv6', 'fd00::1/64')).toBe('fd00::1');
    expect(source('ipv4', '169.254.7.7/16', '192.0.2.1/24', 'fe80::1/64')).toBe('192.0.2.1');
    expect(source('ipv4', '169.254.7.7/16')).toBe('169.254.7.7');
    expect(source('ipv4', 'fe80::1/64')).toBeUndefined();
  });
});
