import { beforeEach, describe, expect, it } from 'vitest';
import { Attribution, type Member } from '../../src/net/attribution.js';
import type { NetworkInterface } from '../../src/net/network.js';

const GROUP = '224.0.0.251 5353';

function described(name: string, ...addresses: string[]): NetworkInterface {
  return {
    name,
    index: 1,
    zone: name,
    loopback: name === 'lo',
    multicast: true,
    carrierChanges: 0,
    pointToPoint: false,
    mtu: 1_500,
    addresses: addresses.map((address) => ({ family: 'ipv4', address, prefixLength: name === 'lo' ? 8 : 24 })),
  };
}

describe('attribution of IPv4 group datagrams', () => {
  const host = [
    described('docker0', '198.18.9.1'),
    described('eth0', '198.18.1.1'),
    described('eth1', '198.18.2.1'),
    described('lo', '127.0.0.1'),
  ];
  let attribution: Attribution;
  const join = (name: string, group = GROUP): Member => {
    const member = { name, loopback: name === 'lo' };
    attribution.join(group, member);
    return member;
  };
  /** Which of these take a datagram from this source. */
  const takers = (source: string, ...members: Member[]): string[] =>
    members.filter((member) => attribution.takes(GROUP, member, source)).map((member) => member.name);

  it('has another revision whenever another link may take a datagram', () => {
    const revisions = new Set([attribution.revision]);
    const note = () => revisions.add(attribution.revision);
    const eth0 = join('eth0');
    note();
    attribution.leave(GROUP, eth0);
    note();
    attribution.update(host);
    note();
    attribution.updateOne(described('eth0', '198.18.3.1'));
    expect(note().size).toBe(5);
  });

  beforeEach(() => {
    attribution = new Attribution();
    attribution.update(host);
  });

  it('A-63 a datagram belongs to the link on whose subnet its source is', () => {
    const links = ['eth0', 'eth1', 'lo'].map((name) => join(name));
    expect(takers('198.18.1.77', ...links)).toEqual(['eth0']);
    expect(takers('198.18.2.77', ...links)).toEqual(['eth1']);
    expect(takers('127.3.2.1', ...links)).toEqual(['lo']);
  });

  it('two links on one interface take it both, and so do two interfaces on one subnet', () => {
    attribution.update([described('eth0', '198.18.1.1'), described('wlan0', '198.18.1.2')]);
    const links = ['eth0', 'eth0', 'wlan0'].map((name) => join(name));
    expect(takers('198.18.1.77', ...links)).toEqual(['eth0', 'eth0', 'wlan0']);
  });

  it('SRC-02 exactly one link takes a stray: the first by name that is no loopback', () => {
    expect(takers('10.9.9.9', join('lo'), join('wlan0'))).toEqual(['wlan0']);
    const links = ['lo', 'eth1', 'eth0', 'eth0'].map((name) => join(name));
    expect(takers('10.9.9.9', ...links)).toEqual(['eth0']);
    expect(takers('169.254.3.4', ...links)).toEqual(['eth0']);
    expect(links.map((link) => attribution.takes(GROUP, link, '10.9.9.9'))).toEqual([false, false, true, false]);
  });

  it('SRC-02 the only link takes strays, also on loopback', () => {
    expect(takers('10.9.9.9', join('eth1'))).toEqual(['eth1']);
    const alone = join('lo', 'another group');
    expect(attribution.takes('another group', alone, '10.9.9.9')).toBe(true);
  });

  it('SRC-02 the next one takes strays when the first is closed', () => {
    const [first, second] = ['eth0', 'eth1'].map((name) => join(name)) as [Member, Member];
    attribution.leave(GROUP, first);
    expect(takers('10.9.9.9', first, second)).toEqual(['eth1']);
    attribution.leave(GROUP, second);
    expect(takers('10.9.9.9', first, second)).toEqual([]);
    expect(takers('10.9.9.9', join('eth1'))).toEqual(['eth1']);
  });

  it('A-63 what another process let in from an interface without a link of ours is no stray', () => {
    const links = ['eth0', 'eth1'].map((name) => join(name));
    expect(takers('198.18.9.77', ...links)).toEqual([]);
    expect(takers('127.0.0.1', ...links)).toEqual([]);
  });

  it('groups have stray takers of their own', () => {
    const other = join('eth1', '224.0.0.254 9999');
    join('eth0');
    expect(attribution.takes('224.0.0.254 9999', other, '10.9.9.9')).toBe(true);
  });

  it('follows the addresses of interfaces', () => {
    const link = join('eth1');
    join('eth0');
    attribution.updateOne(described('eth1', '198.18.2.1', '198.18.3.1'));
    expect(takers('198.18.3.77', link)).toEqual(['eth1']);
    attribution.update([described('eth1', '198.18.4.1')]);
    expect(takers('198.18.3.77', link)).toEqual([]);
    expect(takers('198.18.4.77', link)).toEqual(['eth1']);
  });
});
