import { describe, expect, it } from 'vitest';
import { SimulatedHost } from '../../../src/net/simulated/host.js';
import { SimulatedLan } from '../../../src/net/simulated/lan.js';
import { VirtualClock } from '../../../src/net/simulated/virtual-clock.js';
import { Station } from './stations.js';

/** A host with two interfaces on two LANs, and a neighbour on each. */
function twoLans() {
  const clock = new VirtualClock();
  const upstairs = new SimulatedLan({ clock });
  const downstairs = new SimulatedLan({ clock, mtu: 9_000 });
  const host = new SimulatedHost({ clock, hostname: 'stairs' });
  host.plug('eth0', upstairs, { addresses: ['192.0.2.1/24', 'fe80::1/64', 'fd00::1/64'] });
  host.plug('eth1', downstairs, { addresses: ['198.51.100.1/24', 'fe80::1/64'], index: 7 });
  const attic = upstairs.host('attic', ['192.0.2.2/24', 'fe80::2/64']);
  const cellar = downstairs.host('cellar', ['198.51.100.2/24', 'fe80::2/64']);
  return { clock, upstairs, downstairs, host, attic, cellar };
}

describe('simulated host', () => {
  it('lists its interfaces as the system would', () => {
    const { host } = twoLans();
    expect(host.hostname()).toBe('stairs');
    expect(host.interfaces()).toEqual([
      {
        name: 'eth0',
        index: 2,
        zone: 'eth0',
        loopback: false,
        multicast: true,
        pointToPoint: false,
        mtu: 1_500,
        carrierChanges: 0,
        addresses: [
          { family: 'ipv4', address: '192.0.2.1', prefixLength: 24 },
          { family: 'ipv6', address: 'fd00::1', prefixLength: 64 },
          { family: 'ipv6', address: 'fe80::1', prefixLength: 64 },
        ],
      },
      expect.objectContaining({ name: 'eth1', index: 7, mtu: 9_000 }),
    ]);
  });

  it('IFC-02 keeps interfaces and families apart', () => {
    const { clock, host, attic, cellar } = twoLans();
    const stations = [
      new Station(host, 'eth0'),
      new Station(host, 'eth1'),
      new Station(host, 'eth0', 'ipv6'),
      new Station(attic),
      new Station(attic, 'eth0', 'ipv6'),
      new Station(cellar),
    ];
    clock.advance(0);
    stations[0]?.say('eth0 ipv4');
    stations[2]?.say('eth0 ipv6');
    stations[5]?.say('cellar');
    clock.advance(1);
    expect(stations[4]?.received.map(({ address }) => address)).toEqual(['fe80::1']);
    expect(stations.map((station) => station.heard())).toEqual([
      ['eth0 ipv4'],
      ['cellar'],
      ['eth0 ipv6'],
      ['eth0 ipv4'],
      ['eth0 ipv6'],
      ['cellar'],
    ]);
  });

  it('IFC-03 two interfaces on one LAN hear each other', () => {
    const lan = new SimulatedLan();
    const host = lan.host('both', ['192.0.2.1/24']);
    host.plug('wlan0', lan, { addresses: ['192.0.2.2/24'] });
    const [wired, wireless] = [new Station(host), new Station(host, 'wlan0')];
    lan.clock.advance(0);
    wired.say('x');
    lan.clock.advance(1);
    expect(wired.received.map(({ address }) => address)).toEqual(['192.0.2.1']);
    expect(wireless.received.map(({ address }) => address)).toEqual(['192.0.2.1']);
  });

  it('SRC-03 sends unicast from the address on the subnet of its destination', () => {
    const { clock, upstairs, host } = twoLans();
    const station = new Station(host, 'eth0', 'ipv6');
    clock.advance(0);
    for (const address of ['fd00::99', 'fe80::99', '2001:db8::99']) {
      const peer = upstairs.peer({ address });
      station.say('x', { address, port: 5353 });
      clock.advance(1);
      expect(peer.received.map(({ source }) => source.address)).toEqual([
        address === 'fd00::99' ? 'fd00::1' : 'fe80::1',
      ]);
    }
  });

  it('a host can send to itself', () => {
    const { clock, upstairs, host } = twoLans();
    const station = new Station(host);
    clock.advance(0);
    station.say('to me', { address: '192.0.2.1', port: 5353 });
    clock.advance(1);
    expect(station.received.map(({ address, to }) => [address, to])).toEqual([['192.0.2.1', 'unicast']]);
    expect(upstairs.trace).toHaveLength(1);
  });

  it('SRC-02 QU-06 takes datagrams from whatever source, and tells how they came', () => {
    const { clock, upstairs, host } = twoLans();
    const station = new Station(host);
    clock.advance(0);
    const stranger = upstairs.peer({ address: '10.9.9.9' });
    stranger.multicast(new Uint8Array([1]));
    stranger.unicast(new Uint8Array([2]), { address: '192.0.2.1', port: 5353 });
    clock.advance(1);
    expect(station.received.map(({ address, to }) => [address, to])).toEqual([
      ['10.9.9.9', 'group'],
      ['10.9.9.9', 'unicast'],
    ]);
  });

  it('A-69 links on an unplugged interface are deaf and dumb, without a word; the plug brings a new one', () => {
    const { clock, upstairs, host, attic } = twoLans();
    const [station, neighbour] = [new Station(host), new Station(attic)];
    clock.advance(0);
    neighbour.say('on its way');
    host.unplug('eth0');
    station.say('into the void');
    clock.advance(1);
    expect(host.interfaces().map(({ name }) => name)).toEqual(['eth1']);
    expect([station.heard(), station.sent, station.failed]).toEqual([[], ['well'], []]);
    expect(neighbour.heard()).toEqual(['on its way']);
    host.plug('eth0', upstairs, { addresses: ['192.0.2.1/24'] });
    expect(host.interfaces()[0]?.index).toBe(8);
    const next = new Station(host);
    clock.advance(0);
    neighbour.say('hello again');
    clock.advance(1);
    expect([station.heard(), next.heard()]).toEqual([[], ['hello again']]);
  });

  it('a cable that is plugged back in, the same index, revives its links', () => {
    const { clock, upstairs, host, attic } = twoLans();
    const [station, neighbour] = [new Station(host), new Station(attic)];
    clock.advance(0);
    host.unplug('eth0');
    host.plug('eth0', upstairs, { addresses: ['192.0.2.1/24'], index: 2 });
    neighbour.say('hello');
    clock.advance(1);
    expect(station.heard()).toEqual(['hello']);
  });

  it('fails links on an interface that is gone, was re-created, or has no address', () => {
    const { clock, upstairs, host } = twoLans();
    const gone = new Station(host);
    host.unplug('eth0');
    clock.advance(0);
    expect(gone.failed.map(({ code }) => code)).toEqual(['ENODEV']);
    host.plug('eth0', upstairs, { addresses: ['fe80::1/64'] });
    const [wrongFamily, right] = [new Station(host), new Station(host, 'eth0', 'ipv6')];
    clock.advance(0);
    expect(wrongFamily.failed.map(({ code }) => code)).toEqual(['EADDRNOTAVAIL']);
    expect([right.opened.length, right.failed]).toEqual([1, []]);
  });

  it('A-69 a link whose address is gone fails when it sends', () => {
    const { clock, host } = twoLans();
    const station = new Station(host);
    clock.advance(0);
    host.setAddresses('eth0', ['192.0.2.7/24', '192.0.2.1/24']);
    station.say('still here');
    clock.advance(0);
    host.setAddresses('eth0', ['192.0.2.7/24']);
    station.say('gone');
    clock.advance(0);
    expect(station.sent).toEqual(['well', 'EADDRNOTAVAIL']);
    expect(station.failed.map(({ code }) => code)).toEqual(['EADDRNOTAVAIL']);
    expect(host.interfaces()[0]?.addresses).toEqual([{ family: 'ipv4', address: '192.0.2.7', prefixLength: 24 }]);
  });

  it('IPv6 on loopback has no multicast route', () => {
    const clock = new VirtualClock();
    const station = new Station(new SimulatedHost({ clock, lo: true }), 'lo', 'ipv6');
    clock.advance(0);
    expect(station.failed.map(({ code }) => code)).toEqual(['ENETUNREACH']);
  });

  it('a broken interface fails its links, and those that open on it, until it is healed', () => {
    const { clock, host } = twoLans();
    const [station, elsewhere] = [new Station(host), new Station(host, 'eth1')];
    clock.advance(0);
    host.failWith('eth0', 'EPERM');
    expect(station.failed).toEqual([]);
    clock.advance(0);
    expect(station.failed.map(({ message }) => message)).toEqual([expect.stringMatching(/^eth0\/ipv4: EPERM: /)]);
    const fault = { code: 'EFOO', message: 'eth0 is on fire.' };
    host.failWith('eth0', fault);
    const late = new Station(host);
    clock.advance(0);
    expect([late.opened, late.failed]).toEqual([[], [fault]]);
    host.heal('eth0');
    const healed = new Station(host);
    clock.advance(0);
    expect([healed.opened.length, station.failed.length, elsewhere.failed.length]).toEqual([1, 1, 0]);
  });

  it('A-69 a fault of sending is told to the sender, and leaves the link open', () => {
    const { clock, host, attic } = twoLans();
    const [station, neighbour] = [new Station(host), new Station(attic)];
    clock.advance(0);
    host.failWith('eth0', 'ENETUNREACH', 'send');
    station.say('lost');
    neighbour.say('hello');
    clock.advance(1);
    host.heal('eth0');
    station.say('found');
    clock.advance(1);
    expect([station.sent, station.failed]).toEqual([['ENETUNREACH', 'well'], []]);
    expect([station.heard(), neighbour.heard()]).toEqual([
      ['hello', 'found'],
      ['hello', 'found'],
    ]);
  });

  it('leaves nothing behind: links and timers can be counted', () => {
    const { clock, host, attic } = twoLans();
    const stations = [new Station(host), new Station(host, 'eth1'), new Station(host.process()), new Station(attic)];
    expect(host.openLinks).toBe(3);
    clock.advance(0);
    stations[0]?.say('goodbye');
    for (const station of stations) station.close();
    expect(host.openLinks).toBe(3);
    clock.runUntilIdle();
    expect(stations.map(({ closed }) => closed)).toEqual([1, 1, 1, 1]);
    expect([host.openLinks, attic.openLinks, clock.pending]).toEqual([0, 0, 0]);
  });

  it('tells a test what it wrote wrongly', () => {
    const { host, upstairs } = twoLans();
    expect(() => host.plug('eth0', upstairs, { addresses: [] })).toThrow('unplug it first');
    expect(() => host.unplug('eth9')).toThrow('no interface eth9');
    for (const address of ['192.0.2.1', '192.0.2.1/33', 'fe80::1/129', '192.0.2.1/x', 'kitchen/24', '192.0.2.1/-1']) {
      expect(() => host.setAddresses('eth0', [address])).toThrow('not an address with a prefix length');
    }
  });
});
