import { describe, expect, it } from 'vitest';
import { parseIfInet6 } from '../../src/net/ipv6-flags.js';
import { describeInterfaces, systemInterfaces } from '../../src/net/system-interfaces.js';

/** As the kernel writes it. */
const FILE = `00000000000000000000000000000001 01 80 10 80       lo
fd000000000000000000000000000009 04 40 00 80     eth0
20010db8000000000000000000000009 04 40 00 01     eth0
20010db8000000000000000000000010 04 40 00 21     eth0
20010db8000000000000000000000011 04 40 00 60     eth0
20010db8000000000000000000000012 04 40 00 c8     eth0
fe800000000000000000000000000009 04 40 20 80     eth0
fe800000000000000000000000000009 05 40 20 c0 a:long.name

garbage
`;

describe('flags of IPv6 addresses', () => {
  it.each([
    ['lo', '::1', {}],
    ['eth0', 'fd00::9', {}],
    ['eth0', '2001:db8::9', { temporary: true }],
    ['eth0', '2001:db8::10', { temporary: true, state: 'deprecated' }],
    ['eth0', '2001:db8::11', { state: 'tentative' }],
    ['eth0', '2001:db8::12', { state: 'duplicate' }],
    ['eth0', 'fe80::9', {}],
    ['a:long.name', 'fe80::9', { state: 'tentative' }],
    ['eth0', '2001:0db8:0:0::12', { state: 'duplicate' }],
    ['eth1', 'fe80::9', undefined],
    ['eth0', '198.18.0.9', undefined],
  ])('%s %s', (name, address, expected) => {
    expect(parseIfInet6(FILE)(name, address)).toEqual(expected);
  });

  it('knows nothing where there is nothing to read', () => {
    expect(parseIfInet6('')('lo', '::1')).toBeUndefined();
  });

  it('come with the addresses of the interfaces, those without a mark as ever', () => {
    const info = (cidr: string) =>
      ({
        address: cidr.split('/')[0] ?? '',
        netmask: '',
        mac: '',
        internal: false,
        cidr,
        family: 'IPv6',
        scopeid: 0,
      }) as const;
    const listed = { eth0: [info('fd00::9/64'), info('2001:db8::10/64')] };
    expect(describeInterfaces(listed, () => undefined, parseIfInet6(FILE))[0]?.addresses).toEqual([
      { family: 'ipv6', address: '2001:db8::10', prefixLength: 64, state: 'deprecated', temporary: true },
      { family: 'ipv6', address: 'fd00::9', prefixLength: 64 },
    ]);
  });

  it('are none for the loopback address of this machine', () => {
    const loopback = systemInterfaces().flatMap(({ addresses }) =>
      addresses.filter(({ address }) => address === '::1'),
    );
    for (const address of loopback) expect(address).toEqual({ family: 'ipv6', address: '::1', prefixLength: 128 });
  });
});
