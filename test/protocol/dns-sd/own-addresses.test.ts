import { describe, expect, it } from 'vitest';
import { probeAuthorities } from '../../../src/protocol/claim/probe.js';
import { hostRecordSet } from '../../../src/protocol/dns-sd/host.js';
import { type OwnAddress, ownAddresses, type Room } from '../../../src/protocol/dns-sd/own-addresses.js';
import { packResponse } from '../../../src/protocol/wire/pack-response.js';

const room: Room = { host: 'h.local', reverse: true, maxBytes: 1_452 };

/** Reads `fd00::1/64 temporary`. */
function own(text: string): OwnAddress {
  const [cidr = '', ...flags] = text.split(' ');
  const [address = '', prefixLength] = cidr.split('/');
  const state = (['deprecated', 'tentative', 'duplicate'] as const).find((known) => flags.includes(known));
  return {
    address,
    prefixLength: Number(prefixLength),
    temporary: flags.includes('temporary'),
    ...(state && { state }),
  };
}
const chosen = (texts: readonly string[], over: Partial<Room> = {}) =>
  ownAddresses(texts.map(own), { ...room, ...over }).map(({ address }) => address);
const numbered = (count: number, make: (number: string) => string) =>
  Array.from({ length: count }, (_, i) => make((i + 1).toString(16)));

describe('ownAddresses', () => {
  it('ADR-01 ADR-06 are all that work, IPv4 before IPv6', () => {
    expect(chosen(['fe80::1/64', '198.18.0.1/24', 'fd00::1/64'])).toEqual(['198.18.0.1', 'fd00::1', 'fe80::1']);
    expect(chosen([])).toEqual([]);
  });

  it.each(['deprecated', 'tentative', 'duplicate'])('ADR-06 none that is %s is among them', (state) => {
    expect(chosen(['198.18.0.1/24', `fd00::1/64 ${state}`, `fd00::2/64 temporary ${state}`])).toEqual(['198.18.0.1']);
  });

  it('ADR-06 the best come first: with neighbours, then lasting ones, then those that reach beyond the link', () => {
    const inOrder = ['2001:db8::9', 'fd00::9', 'fe80::9', '2001:db8::aaaa', '2001:db8:1::9'];
    const given = ['2001:db8:1::9/128', 'fe80::9/64', '2001:db8::aaaa/64 temporary', '2001:db8::9/64', 'fd00::9/64'];
    expect(chosen(given)).toEqual(inOrder);
    expect(chosen(['169.254.1.1/16', '198.18.0.1/24'])).toEqual(['198.18.0.1', '169.254.1.1']);
  });

  it('ADR-06 an address of DHCPv6, which has no subnet, has the neighbours of another one', () => {
    expect(chosen(['2001:db8::5/128', 'fd00::9/64', '2001:db8::9/64'])).toEqual([
      '2001:db8::5',
      'fd00::9',
      '2001:db8::9',
    ]);
  });

  for (const reverse of [true, false]) {
    it(`ADR-06 SIZ-01 of eighty they are what fits into a probe and a packet, ${reverse ? 'with' : 'without'} the reverse mapping`, () => {
      const many = [...numbered(80, (n) => `2001:db8::${n}/64`), 'fe80::1/64', '198.18.0.1/24'].map(own);
      const kept = ownAddresses(many, { ...room, reverse });
      const set = hostRecordSet({ id: 'h', host: 'h.local', addresses: kept, reverse });
      expect(packResponse({ answers: set.records, additionals: [], maxBytes: room.maxBytes }).packets).toHaveLength(1);
      expect(probeAuthorities(set)).toHaveLength(kept.length);
      expect(kept.length).toBeGreaterThan(reverse ? 15 : 38);
      const one = many.find((address) => !kept.includes(address));
      const more = hostRecordSet({ id: 'h', host: 'h.local', addresses: [...kept, one ?? own('fd00::1/64')], reverse });
      const packets = packResponse({ answers: more.records, additionals: [], maxBytes: room.maxBytes }).packets.length;
      expect(packets > 1 || probeAuthorities(more).length < kept.length + 1).toBe(true);
    });
  }

  it('ADR-06 so many as always fit are not measured: eight of the longest name fit', () => {
    const host = `${'x'.repeat(63)}.local`;
    const eight = numbered(8, (n) => `${n}001:2002:3003:4004:5005:6006:7007:8008/64`).map(own);
    const { records } = hostRecordSet({ id: 'h', host, addresses: eight, reverse: true });
    expect(packResponse({ answers: records, additionals: [], maxBytes: 1_232 }).packets).toHaveLength(1);
    expect(ownAddresses(eight, { host, reverse: true, maxBytes: 1_232 })).toHaveLength(8);
  });

  it('ADR-06 both families have their share, and the lasting addresses go first', () => {
    const many = [
      ...numbered(40, (n) => `2001:db8::${n}/64 temporary`),
      ...numbered(99, (n) => `198.18.1.${Number.parseInt(n, 16)}/24`),
      'fd00::1/64',
    ];
    const kept = chosen(many);
    const ipv6 = kept.filter((address) => address.includes(':'));
    expect(ipv6[0]).toBe('fd00::1');
    expect(Math.abs(kept.length - 2 * ipv6.length)).toBeLessThanOrEqual(1);
  });

  it('ADR-06 a smaller packet holds fewer', () => {
    const many = numbered(80, (n) => `2001:db8::${n}/64`);
    expect(chosen(many, { maxBytes: 528 }).length).toBeLessThan(chosen(many).length);
    expect(chosen(many, { maxBytes: 528 }).length).toBeGreaterThan(3);
  });
});
