import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import {
  describeInterface,
  describeInterfaces,
  type KernelFacts,
  systemInterface,
  systemInterfaces,
} from '../../src/net/system-interfaces.js';

const UP = 0x1;
const POINT_TO_POINT = 0x10;
const MULTICAST = 0x1000;

function info(cidr: string, scopeid = 0, internal = false): NetworkInterfaceInfo {
  const [address = ''] = cidr.split('/');
  const common = { address, netmask: '', mac: '', internal, cidr };
  return address.includes(':') ? { ...common, family: 'IPv6', scopeid } : { ...common, family: 'IPv4' };
}

describe('system interfaces', () => {
  const listed = {
    wlan0: [info('198.18.2.1/24')],
    eth0: [info('198.18.0.9/24'), info('fe80::9/64', 4), info('198.18.0.10/24'), info('fd00::9/64')],
    lo: [info('127.0.0.1/8', 0, true)],
  };

  it('adds what the kernel tells, and sorts interfaces and addresses', () => {
    const facts: Record<string, KernelFacts> = {
      eth0: { index: 4, mtu: 9_000, flags: UP | MULTICAST, carrierChanges: 1 },
      wlan0: { index: 5, mtu: 1_420, flags: UP | POINT_TO_POINT, carrierChanges: 1 },
      lo: { index: 1, mtu: 65_536, flags: UP, carrierChanges: 1 },
    };
    const found = describeInterfaces(listed, (name) => facts[name]);
    expect(found.map((each) => each.name)).toEqual(['eth0', 'lo', 'wlan0']);
    expect(found[0]).toMatchObject({
      index: 4,
      mtu: 9_000,
      carrierChanges: 1,
      multicast: true,
      pointToPoint: false,
      loopback: false,
    });
    expect(found[0]?.addresses).toEqual([
      { family: 'ipv4', address: '198.18.0.10', prefixLength: 24 },
      { family: 'ipv4', address: '198.18.0.9', prefixLength: 24 },
      { family: 'ipv6', address: 'fd00::9', prefixLength: 64 },
      { family: 'ipv6', address: 'fe80::9', prefixLength: 64 },
    ]);
    expect(found[1]).toMatchObject({ index: 1, loopback: true, multicast: false });
    expect(found[2]).toMatchObject({ index: 5, multicast: false, pointToPoint: true });
  });

  it('makes do with what Node tells where there is no kernel to ask', () => {
    const [eth0, lo, wlan0] = describeInterfaces(listed, () => undefined);
    expect(eth0).toMatchObject({ index: 4, mtu: 1_500, carrierChanges: 0, multicast: true, pointToPoint: false });
    expect(lo).toMatchObject({ index: 0, loopback: true, multicast: true, pointToPoint: false });
    expect(wlan0).toMatchObject({ index: 0 });
    expect(describeInterfaces({ utun3: [info('198.18.3.1/32')] }, () => undefined)[0]?.pointToPoint).toBe(true);
  });

  it('an address with a label belongs to the interface that it is on', () => {
    const labelled = {
      eth0: [info('198.18.0.9/24')],
      'eth0:7': [info('198.18.7.1/24')],
      'v:1': [info('198.18.8.1/24')],
    };
    const facts: Record<string, KernelFacts> = {
      eth0: { index: 4, mtu: 1_500, flags: UP, carrierChanges: 1 },
      'v:1': { index: 5, mtu: 1_500, flags: UP, carrierChanges: 1 },
    };
    const found = describeInterfaces(labelled, (name) => facts[name]);
    expect(found.map((each) => [each.name, each.index, each.addresses.length])).toEqual([
      ['eth0', 4, 2],
      ['v:1', 5, 1],
    ]);
  });

  it('one alone is described as among all, without asking about others', () => {
    const labelled = { ...listed, 'eth0:7': [info('198.18.7.1/24')], eth01: [info('198.18.8.1/24')] };
    const asked: string[] = [];
    const factsOf = (name: string) => {
      asked.push(name);
      return name === 'eth0' ? { index: 4, mtu: 1_500, flags: UP, carrierChanges: 1 } : undefined;
    };
    const alone = describeInterface('eth0', labelled, factsOf);
    expect(alone?.addresses.map(({ address }) => address)).toContain('198.18.7.1');
    expect(new Set(asked)).toEqual(new Set(['eth0', 'eth0:7']));
    expect(alone).toEqual(describeInterfaces(labelled, factsOf).find(({ name }) => name === 'eth0'));
    expect(describeInterface('gone0', labelled, factsOf)).toBeUndefined();
  });

  it('an address without a prefix length stands for itself alone', () => {
    const odd = { ...info('198.18.0.1/24'), cidr: null };
    expect(describeInterfaces({ eth0: [odd] }, () => undefined)[0]?.addresses[0]?.prefixLength).toBe(32);
  });

  it('reads those of this machine, all or one', () => {
    const all = systemInterfaces();
    expect(all.flatMap((each) => each.addresses)).toHaveLength(Object.values(networkInterfaces()).flat().length);
    for (const each of all) expect(systemInterface(each.name)).toEqual(each);
    expect(systemInterface('gone0')).toBeUndefined();
  });
});
