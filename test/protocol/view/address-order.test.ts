import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceAddress } from '../../../src/protocol/dns-sd/instance.js';
import {
  connectOrder,
  EQUALLY_NEW_MS,
  type HeardAddress,
  sameAddresses,
  serviceAddress,
} from '../../../src/protocol/view/address-order.js';
import type { LinkInfo } from '../../../src/protocol/view/view.js';
import { linkInfo } from './view-bench.js';

const data = (address: string) => ({ type: address.includes(':') ? 'AAAA' : 'A', address }) as const;
const shown = (address: string, link = 'eth0/ipv4') => serviceAddress(data(address), linkInfo(link));

let orders = 0;
function heard(address: string, heardAt = 0, link: LinkInfo | string = 'eth0/ipv4'): HeardAddress {
  const on = typeof link === 'string' ? linkInfo(link) : link;
  return { data: data(address), link: on, heardAt, order: orders++ };
}
const texts = (addresses: readonly ServiceAddress[]) => addresses.map(({ address }) => address);
const ordered = (...addresses: HeardAddress[]) => texts(connectOrder(addresses));

/** As on a usual host. */
const OWN = ['198.18.0.1/24', 'fe80::1/64', 'fd00::1/64', '2001:db8::1/64'];
const eth0 = linkInfo('eth0/ipv4', ...OWN);

describe('serviceAddress', () => {
  it('ADR-04 gives a link-local IPv6 address the zone of the link, over either family', () => {
    expect(shown('fe80::1', 'eth0/ipv6')).toEqual({
      address: 'fe80::1',
      family: 'ipv6',
      interface: 'eth0',
      scopeId: 'eth0',
    });
    expect(shown('fe80::1', 'wlan0/ipv4').scopeId).toBe('wlan0');
  });

  it('ADR-04 gives no other address a zone', () => {
    for (const address of ['192.168.1.5', '169.254.1.1', '2001:db8::1', 'fd00::1', '::1']) {
      expect(shown(address)).not.toHaveProperty('scopeId');
    }
  });
});

describe('connectOrder', () => {
  it('puts neighbours first, link-local ones last among them, then what is further away, whatever the order of arrival', () => {
    const expected = [
      '198.18.0.7',
      '2001:db8::7',
      'fd00::7',
      'fe80::7',
      '10.0.0.7',
      '2001:db8:1::7',
      'fd01::7',
      '169.254.1.1',
      '127.0.0.1',
      '::1',
      '0.0.0.0',
    ];
    const shuffled = fc.shuffledSubarray(expected, { minLength: expected.length });
    fc.assert(
      fc.property(shuffled, (some) => {
        expect(ordered(...some.map((text) => heard(text, 0, eth0)))).toEqual(expected);
      }),
    );
  });

  it.each([
    ['an IPv4 subnet', ['198.18.0.1/24'], '198.18.0.9', '198.18.1.9'],
    ['a narrow one', ['198.18.0.1/30'], '198.18.0.2', '198.18.0.4'],
    ['a link-local one', ['169.254.7.7/16'], '169.254.1.1', '10.0.0.1'],
    ['IPv6 link-local addresses', ['fe80::1/64'], 'fe80:0:0:1::9', '2001:db8::9'],
    ['loopback', ['127.0.0.1/8'], '127.0.0.2', '198.18.0.9'],
    ['the one address of a tunnel', ['198.18.0.1/32'], '198.18.0.1', '198.18.0.2'],
  ])('takes for neighbours those of %s', (_, own, neighbour, other) => {
    const link = linkInfo('eth0/ipv4', ...own);
    expect(ordered(heard(other, 0, link), heard(neighbour, 0, link))).toEqual([neighbour, other]);
    expect(ordered(heard(other, 5_000, link), heard(neighbour, 0, link))).toEqual([neighbour, other]);
  });

  it('takes nobody for a neighbour by a prefix of no bits', () => {
    const link = linkInfo('eth0/ipv4', '10.0.0.1/0', 'fd00::1/64');
    expect(ordered(heard('198.18.0.9', 0, link), heard('fd00::9', 0, link))).toEqual(['fd00::9', '198.18.0.9']);
  });

  it('cannot reach a link-local IPv6 address without one of its own', () => {
    expect(ordered(heard('fe80::9'), heard('10.0.0.1'), heard('2001:db8::9'))).toEqual([
      '10.0.0.1',
      '2001:db8::9',
      'fe80::9',
    ]);
  });

  it('puts the newest first among those that are as near', () => {
    const at = EQUALLY_NEW_MS;
    expect(ordered(heard('198.18.0.20', 0, eth0), heard('198.18.0.77', at, eth0))).toEqual([
      '198.18.0.77',
      '198.18.0.20',
    ]);
    expect(ordered(heard('198.18.0.20', 0, eth0), heard('fd00::77', at, eth0))).toEqual(['fd00::77', '198.18.0.20']);
    expect(ordered(heard('198.18.0.20', 0, eth0), heard('10.0.0.1', at, eth0))).toEqual(['198.18.0.20', '10.0.0.1']);
  });

  it('takes what comes in a second for equally new, but for two of one kind', () => {
    const at = EQUALLY_NEW_MS - 1;
    expect(ordered(heard('198.18.0.20', 0, eth0), heard('fd00::77', at, eth0))).toEqual(['198.18.0.20', 'fd00::77']);
    expect(ordered(heard('198.18.0.20', 0, eth0), heard('198.18.0.77', at, eth0))).toEqual([
      '198.18.0.77',
      '198.18.0.20',
    ]);
  });

  it('keeps the order of a host that lists several of one kind', () => {
    const list = ['198.18.0.9', '198.18.0.3', '198.18.0.5'];
    expect(ordered(...list.map((text) => heard(text, 0, eth0)))).toEqual(list);
  });

  it('depends on when and in which order records were heard, and not on the order in which they are looked at', () => {
    const address = fc.constantFrom(
      '198.18.0.2',
      '198.18.0.3',
      '10.0.0.1',
      '10.0.0.2',
      'fe80::2',
      'fd00::2',
      '2001:db8::2',
    );
    const link = fc.constantFrom(eth0, linkInfo('eth0/ipv6', ...OWN), linkInfo('wlan0/ipv4', '10.0.0.9/8'));
    const some = fc.array(fc.tuple(address, fc.nat(5_000), link), { maxLength: 20 });
    const shuffled = some.chain((parts) => {
      const list = parts.map(([text, time, on]) => heard(text, time, on));
      return fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }));
    });
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const order = connectOrder(one);
        expect(connectOrder(other)).toEqual(order);
        const near = (each: ServiceAddress) =>
          each.interface === 'eth0'
            ? /^(198\.18\.0|fd00|2001|fe80)/.test(each.address)
            : each.address.startsWith('10.');
        const far = order.findIndex((each) => !near(each));
        if (far >= 0) expect(order.slice(far).some(near)).toBe(false);
        expect(new Set(order.map((each) => `${each.address} ${each.interface}`)).size).toBe(order.length);
      }),
    );
  });

  it('keeps loopback addresses when there are no others', () => {
    expect(ordered(heard('::1'), heard('127.0.0.1'))).toEqual(['127.0.0.1', '::1']);
  });

  it('ADR-04 takes an address heard over both families of one interface for one, as old as the first', () => {
    const twice = [heard('2001:db8::1', 0, 'eth0/ipv4'), heard('2001:db8::1', 9_000, 'eth0/ipv6')];
    expect(connectOrder(twice)).toHaveLength(1);
    const newer = heard('2001:db8::2', 5_000, 'eth0/ipv6');
    expect(ordered(...twice, newer)).toEqual(['2001:db8::2', '2001:db8::1']);
  });

  it('A-71 takes the same link-local address on two interfaces for two', () => {
    const addresses = connectOrder([heard('fe80::1', 0, 'wlan0/ipv6'), heard('fe80::1', 0, 'eth0/ipv6')]);
    expect(addresses.map(({ scopeId }) => scopeId)).toEqual(['eth0', 'wlan0']);
  });

  it('gives a list that nobody changes, since many share it', () => {
    const addresses = connectOrder([heard('198.18.0.9')]);
    expect(Object.isFrozen(addresses)).toBe(true);
    expect(addresses.every(Object.isFrozen)).toBe(true);
  });
});

describe('sameAddresses', () => {
  it('compares address, interface and order', () => {
    const [one, two] = [shown('10.0.0.1'), shown('10.0.0.2')];
    expect(sameAddresses([one], [shown('10.0.0.1', 'eth0/ipv6')])).toBe(true);
    expect(sameAddresses([one], [shown('10.0.0.1', 'eth1/ipv4')])).toBe(false);
    expect(sameAddresses([one], [one, two])).toBe(false);
    expect(sameAddresses([one, two], [one])).toBe(false);
    expect(sameAddresses([one, two], [two, one])).toBe(false);
  });
});
