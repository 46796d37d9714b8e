import { describe, expect, it } from 'vitest';
import { SentPackets } from '../../../src/actors/link/sent-packets.js';
import type { Datagram, NetworkInterface } from '../../../src/net/network.js';
import { query, question } from '../../support/records.js';

const HERE = '198.18.0.1';

function interfaceWith(...addresses: readonly string[]): NetworkInterface {
  return { addresses: addresses.map((address) => ({ address })) } as unknown as NetworkInterface;
}
const packet = (n: number) => query({ questions: [question(`h${n}.local`, 'A')] });
const from = (bytes: Uint8Array, address = HERE): Datagram => ({ bytes, address, port: 5353, to: 'group' });

function sentPackets(...addresses: readonly string[]): SentPackets {
  const sent = new SentPackets();
  sent.interfacesAre([interfaceWith(...addresses)]);
  return sent;
}

describe('SentPackets', () => {
  it('IFC-03 recognises copies by their bytes and an address of this machine, on any interface', () => {
    const sent = new SentPackets();
    sent.interfacesAre([interfaceWith(HERE, 'fe80::1'), interfaceWith('198.18.1.1')]);
    sent.add(packet(1), 0);
    for (const address of [HERE, 'fe80::1', '198.18.1.1'])
      expect(sent.has(from(packet(1), address), 1), address).toBe(true);
    expect(sent.has(from(packet(1)), 1), 'again: there may be several copies').toBe(true);
    expect(sent.has(from(packet(1), '198.18.0.9'), 1), 'another host asks the same').toBe(false);
    expect(sent.has(from(packet(2)), 1), 'another process here asks something else').toBe(false);
  });

  it('distinguishes what this machine sends from what others send', () => {
    const sent = sentPackets(HERE);
    expect([sent.isFromHere(from(packet(1))), sent.isFromHere(from(packet(1), '198.18.0.9'))]).toEqual([true, false]);
    expect(new SentPackets().isFromHere(from(packet(1))), 'before it knows its addresses').toBe(false);
  });

  it('uses the present addresses of the machine', () => {
    const sent = sentPackets(HERE);
    sent.add(packet(1), 0);
    sent.interfacesAre([interfaceWith('198.18.0.2')]);
    expect(sent.has(from(packet(1)), 1)).toBe(false);
    expect(sent.has(from(packet(1), '198.18.0.2'), 1)).toBe(true);
  });

  it('distinguishes packets of different lengths and contents', () => {
    const sent = sentPackets(HERE);
    sent.add(Uint8Array.of(1, 2, 3), 0);
    for (const bytes of [[1, 2], [1, 2, 3, 0], [1, 3, 2], [], [0, 1, 2, 3]]) {
      expect(sent.has(from(Uint8Array.from(bytes)), 0), bytes.join()).toBe(false);
    }
    expect(sent.has(from(Uint8Array.of(1, 2, 3)), 0)).toBe(true);
  });

  it('remembers a packet for five seconds since it was last sent', () => {
    const sent = sentPackets(HERE);
    sent.add(packet(1), 0);
    expect([sent.has(from(packet(1)), 5_000), sent.has(from(packet(1)), 5_001)]).toEqual([true, false]);
    sent.add(packet(1), 3_000);
    expect([sent.has(from(packet(1)), 8_000), sent.has(from(packet(1)), 8_001)]).toEqual([true, false]);
  });

  it('SEC-02 drops old packets as it goes, and never has more than 1024', () => {
    const sent = sentPackets(HERE);
    const size = () => (sent.toJSON() as { packets: number }).packets;
    for (let n = 0; n < 1_500; n++) sent.add(packet(n), 0);
    expect(size()).toBe(1_024);
    expect([sent.has(from(packet(475)), 1), sent.has(from(packet(476)), 1)], 'the oldest go').toEqual([false, true]);
    sent.add(packet(476), 2);
    sent.add(packet(2_000), 2);
    expect([sent.has(from(packet(476)), 3), sent.has(from(packet(477)), 3)], 'sent anew').toEqual([true, false]);
    sent.add(packet(1), 5_001);
    expect(size(), 'those of the last five seconds').toBe(3);
  });
});
