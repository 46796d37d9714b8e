import { describe, expect, it } from 'vitest';
import { diffInterfaces } from '../../src/net/interface-diff.js';
import type { NetworkInterface } from '../../src/net/network.js';

const eth0: NetworkInterface = {
  name: 'eth0',
  index: 2,
  zone: 'eth0',
  loopback: false,
  multicast: true,
  pointToPoint: false,
  mtu: 1_500,
  carrierChanges: 1,
  addresses: [
    { family: 'ipv4', address: '198.18.0.1', prefixLength: 24 },
    { family: 'ipv6', address: 'fe80::1', prefixLength: 64 },
  ],
};
const wlan0: NetworkInterface = { ...eth0, name: 'wlan0', zone: 'wlan0', index: 3 };
const [ipv4, ipv6] = eth0.addresses as [(typeof eth0.addresses)[0], (typeof eth0.addresses)[0]];

describe('interface diff', () => {
  it('is empty between equal readings, whatever objects they are made of', () => {
    const none = { appeared: [], changed: [], vanished: [] };
    expect(diffInterfaces([], [])).toEqual(none);
    expect(diffInterfaces([eth0, wlan0], structuredClone([eth0, wlan0]))).toEqual(none);
    expect(diffInterfaces([eth0], [{ ...eth0, addresses: [ipv6, ipv4] }])).toEqual(none);
  });

  it('tells what the system thinks of an address', () => {
    for (const flag of [{ state: 'deprecated' }, { state: 'tentative' }, { temporary: true }] as const) {
      const after = { ...eth0, addresses: [ipv4, { ...ipv6, ...flag }] };
      expect(diffInterfaces([eth0], [after]).changed).toEqual([{ before: eth0, after, what: ['ipv6'] }]);
    }
    const same = { ...eth0, addresses: [ipv4, { ...ipv6, temporary: false }] };
    expect(diffInterfaces([eth0], [same]).changed).toEqual([]);
  });

  it('tells what appeared and vanished', () => {
    expect(diffInterfaces([eth0], [wlan0])).toEqual({ appeared: [wlan0], changed: [], vanished: [eth0] });
    expect(diffInterfaces([], [eth0, wlan0]).appeared).toEqual([eth0, wlan0]);
    expect(diffInterfaces([eth0, wlan0], []).vanished).toEqual([eth0, wlan0]);
  });

  it('A-69 tells an interface that was re-created under its name by its index', () => {
    const after = { ...eth0, index: 9 };
    expect(diffInterfaces([eth0], [after]).changed).toEqual([{ before: eth0, after, what: ['index'] }]);
  });

  it('TOP-01 tells a cable that was out and is back, but not of an interface that was re-created', () => {
    const after = { ...eth0, carrierChanges: 3 };
    expect(diffInterfaces([eth0], [after]).changed).toEqual([{ before: eth0, after, what: ['carrier'] }]);
    expect(diffInterfaces([eth0], [{ ...after, index: 9 }]).changed[0]?.what).toEqual(['index']);
  });

  it.each<[string, Partial<NetworkInterface>, string[]]>([
    ['another IPv4 address', { addresses: [{ ...ipv4, address: '198.18.0.2' }, ipv6] }, ['ipv4']],
    ['another prefix length', { addresses: [{ ...ipv4, prefixLength: 16 }, ipv6] }, ['ipv4']],
    ['one more IPv6 address', { addresses: [ipv4, ipv6, { ...ipv6, address: 'fd00::1' }] }, ['ipv6']],
    ['no address', { addresses: [] }, ['ipv4', 'ipv6']],
    ['MTU', { mtu: 9_000 }, ['mtu']],
    ['flags', { multicast: false }, ['flags']],
    ['everything', { index: 7, addresses: [], mtu: 68, pointToPoint: true }, ['index', 'ipv4', 'ipv6', 'mtu', 'flags']],
  ])('IFC-04 tells what changed: %s', (_title, change, what) => {
    const after = { ...eth0, ...change };
    expect(diffInterfaces([eth0, wlan0], [after, wlan0])).toEqual({
      appeared: [],
      changed: [{ before: eth0, after, what }],
      vanished: [],
    });
  });
});
