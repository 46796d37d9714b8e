import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceAddress } from '../../../src/protocol/dns-sd/instance.js';
import { connectOrder, sameAddresses, serviceAddress } from '../../../src/protocol/view/address-order.js';
import { linkInfo } from './view-bench.js';

function heard(address: string, link = 'eth0/ipv4'): ServiceAddress {
  return serviceAddress({ type: address.includes(':') ? 'AAAA' : 'A', address }, linkInfo(link));
}
const texts = (addresses: readonly ServiceAddress[]) => addresses.map(({ address }) => address);

describe('serviceAddress', () => {
  it('ADR-04 gives a link-local IPv6 address the zone of the link, over either family', () => {
    expect(heard('fe80::1', 'eth0/ipv6')).toEqual({
      address: 'fe80::1',
      family: 'ipv6',
      interface: 'eth0',
      scopeId: 'eth0',
    });
    expect(heard('fe80::1', 'wlan0/ipv4').scopeId).toBe('wlan0');
  });

  it('ADR-04 gives no other address a zone', () => {
    for (const address of ['192.168.1.5', '169.254.1.1', '2001:db8::1', 'fd00::1', '::1']) {
      expect(heard(address)).not.toHaveProperty('scopeId');
    }
  });
});

describe('connectOrder', () => {
  it('puts routable first, then unique local, link-local and loopback, whatever the order of arrival', () => {
    const ordered = ['10.0.0.7', '2001:db8::1', 'fd00::1', 'fe80::1', '169.254.1.1', '127.0.0.1', '::1', '0.0.0.0'];
    const shuffled = fc.shuffledSubarray(ordered, { minLength: ordered.length });
    fc.assert(
      fc.property(shuffled, (some) => {
        expect(texts(connectOrder(some.map((text) => heard(text))))).toEqual(ordered);
      }),
    );
  });

  it('keeps loopback addresses when there are no others', () => {
    expect(texts(connectOrder([heard('::1'), heard('127.0.0.1')]))).toEqual(['127.0.0.1', '::1']);
  });

  it('ADR-04 takes an address heard over both families of one interface for one', () => {
    expect(connectOrder([heard('2001:db8::1', 'eth0/ipv4'), heard('2001:db8::1', 'eth0/ipv6')])).toHaveLength(1);
  });

  it('A-71 takes the same link-local address on two interfaces for two', () => {
    const addresses = connectOrder([heard('fe80::1', 'wlan0/ipv6'), heard('fe80::1', 'eth0/ipv6')]);
    expect(addresses.map(({ scopeId }) => scopeId)).toEqual(['eth0', 'wlan0']);
  });
});

describe('sameAddresses', () => {
  it('compares address and interface', () => {
    expect(sameAddresses([heard('10.0.0.1')], [heard('10.0.0.1', 'eth0/ipv6')])).toBe(true);
    expect(sameAddresses([heard('10.0.0.1')], [heard('10.0.0.1', 'eth1/ipv4')])).toBe(false);
    expect(sameAddresses([heard('10.0.0.1')], [heard('10.0.0.1'), heard('10.0.0.2')])).toBe(false);
    expect(sameAddresses([heard('10.0.0.1'), heard('10.0.0.2')], [heard('10.0.0.1')])).toBe(false);
  });
});
