import { describe, expect, it } from 'vitest';
import { usableRecords } from '../../../src/actors/link/usable-records.js';
import type { NetworkInterface } from '../../../src/net/network.js';
import { address, ptr, txt } from '../../support/records.js';

const eth0: NetworkInterface = {
  name: 'eth0',
  index: 2,
  zone: 'eth0',
  loopback: false,
  multicast: true,
  pointToPoint: false,
  mtu: 1_500,
  carrierChanges: 0,
  addresses: [
    { family: 'ipv4', address: '198.18.0.1', prefixLength: 24 },
    { family: 'ipv4', address: '198.18.8.1', prefixLength: 21 },
    { family: 'ipv6', address: 'fe80::1', prefixLength: 64 },
  ],
};
const lo: NetworkInterface = { ...eth0, name: 'lo', zone: 'lo', index: 1, loopback: true, addresses: [] };

const usable = (text: string, on = eth0, own = false) =>
  usableRecords([address('a.local', text)], on, own).length === 1;

describe('usableRecords', () => {
  it.each([
    '0.0.0.0',
    '0.9.9.9',
    '::',
    '224.0.0.251',
    'ff02::fb',
    '255.255.255.255',
    '::ffff:0.0.0.0',
    '::ffff:224.0.0.1',
  ])('ADR-05 %s is nowhere the address of a host', (text) => {
    expect([usable(text), usable(text, lo), usable(text, eth0, true)]).toEqual([false, false, false]);
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '::7f00:1'])(
    'ADR-05 %s is one on the loopback interface, or in what we sent',
    (text) => {
      expect([usable(text), usable(text, lo), usable(text, eth0, true)]).toEqual([false, true, true]);
    },
  );

  it('ADR-05 the broadcast address of a subnet of the interface is none, that of another subnet may be one', () => {
    expect(usable('198.18.0.255')).toBe(false);
    expect(usable('::ffff:198.18.0.255')).toBe(false);
    expect(usable('198.18.15.255')).toBe(false);
    expect(usable('198.18.9.255')).toBe(true);
    expect(usable('10.0.0.255')).toBe(true);
  });

  it.each(['198.18.0.9', '10.0.0.1', '169.254.1.1', 'fe80::9', 'fd00::9', '2001:db8::9'])('%s is one', (text) => {
    expect(usable(text)).toBe(true);
  });

  it('keeps everything else, and returns the same list when nothing is left out', () => {
    const fine = [ptr('_t._tcp.local', 'I._t._tcp.local'), txt('I._t._tcp.local'), address('a.local', '198.18.0.9')];
    expect(usableRecords(fine, eth0, false)).toBe(fine);
    expect(usableRecords([...fine, address('a.local', '0.0.0.0')], eth0, false)).toEqual(fine);
  });
});
