/** The capture files of the page are the same as those of the simulator, which tcpdump reads. */
import { describe, expect, it } from 'vitest';
import type { PacketSeen } from '../../src/inspector/frames.js';
import { pcapOf as simulated } from '../../src/net/simulated/pcap.js';
import { pcapOf } from '../../web/pcap.js';

const bytes = Uint8Array.from({ length: 33 }, (_, index) => index * 7);
const seen = (over: Partial<PacketSeen>): PacketSeen => ({
  at: 1_500.25,
  link: 'eth0/ipv4',
  way: 'in',
  address: '198.18.0.9',
  port: 5353,
  to: 'group',
  size: bytes.length,
  bytes: Buffer.from(bytes).toString('base64'),
  about: '',
  sections: [],
  ...over,
});

describe('a capture file', () => {
  it.each([
    ['a packet to the group', seen({}), ['198.18.0.9', 5353], ['224.0.0.251', 5353]],
    ['our own', seen({ way: 'out', address: '224.0.0.251' }), ['0.0.0.0', 5353], ['224.0.0.251', 5353]],
    ['a reply', seen({ way: 'out', to: 'unicast', port: 9 }), ['0.0.0.0', 5353], ['198.18.0.9', 9]],
    ['one of IPv6', seen({ address: 'fe80::1:2' }), ['fe80::1:2', 5353], ['ff02::fb', 5353]],
  ] as const)('has %s', (_, packet, [source, sourcePort], [target, targetPort]) => {
    const file = pcapOf([packet, packet], (at) => at);
    const same = {
      time: packet.at,
      source: { address: source, port: sourcePort },
      destination: { address: target, port: targetPort },
      bytes,
    };
    expect(Buffer.from(file)).toEqual(Buffer.from(simulated([same, same] as never)));
  });

  it('has our own address, and the group that is used, once a packet has told them', () => {
    const group = { address: '224.0.0.254', port: 5399 };
    const own = { address: '198.18.0.1', port: 5399 };
    const packets = [
      seen({ way: 'out', ...group }),
      seen({ way: 'own', ...own }),
      seen({ way: 'out', to: 'unicast', port: 9 }),
      seen({}),
      seen({ link: 'eth1/ipv4' }),
    ];
    const theirs = { address: '198.18.0.9', port: 5353 };
    const expected = [
      { source: own, destination: group },
      { source: own, destination: group },
      { source: own, destination: { address: '198.18.0.9', port: 9 } },
      { source: theirs, destination: group },
      { source: theirs, destination: { address: '224.0.0.251', port: 5353 } },
    ].map((places) => ({ time: 1_500.25, bytes, ...places }));
    expect(Buffer.from(pcapOf(packets, (at) => at))).toEqual(Buffer.from(simulated(expected as never)));
  });
});
