import { describe, expect, it } from 'vitest';
import {
  type AddressFilter,
  type AddressRule,
  checkAddressList,
  filterOf,
  passes,
  sameRule,
} from '../../src/actors/address-filter.js';
import type { InterfaceAddress, NetworkInterface } from '../../src/net/network.js';

const address = (text: string): InterfaceAddress => ({
  family: text.includes(':') ? 'ipv6' : 'ipv4',
  address: text,
  prefixLength: 24,
});
const eth0: NetworkInterface = {
  name: 'eth0',
  index: 2,
  zone: 'eth0',
  loopback: false,
  multicast: true,
  pointToPoint: false,
  mtu: 1_500,
  carrierChanges: 0,
  addresses: [],
};
const all = ['198.18.0.7', '10.1.2.3', 'fd00::7', '2001:db8::7', 'fe80::7'];
const passing = (filter: AddressFilter | undefined) => all.filter((text) => passes(filter, address(text), eth0));

describe('passes', () => {
  it.each([
    [['198.18.0.7'], ['198.18.0.7']],
    [['FD00:0::7'], ['fd00::7']],
    [
      ['198.18.0.0/15', 'fd00::/8'],
      ['198.18.0.7', 'fd00::7'],
    ],
    [['0.0.0.0/0'], ['198.18.0.7', '10.1.2.3']],
    [['::/0'], ['fd00::7', '2001:db8::7', 'fe80::7']],
    [['192.0.2.0/24'], []],
  ])('a list: %j', (filter, expected) => {
    expect(passing(filter)).toEqual(expected);
  });

  it('all without a filter; and what a function accepts, which gets the interface', () => {
    expect(passing(undefined)).toEqual(all);
    expect(passing(({ family }, on) => family === 'ipv4' && on.name === eth0.name)).toEqual(['198.18.0.7', '10.1.2.3']);
  });

  it('an address for which the function throws does not pass', () => {
    const filter: AddressFilter = ({ address: text }) => {
      if (text.startsWith('f')) throw new Error('no');
      return true;
    };
    expect(passing(filter)).toEqual(['198.18.0.7', '10.1.2.3', '2001:db8::7']);
  });
});

describe('rules', () => {
  it('are the same by what they list, or by the function that they name', () => {
    expect(sameRule(['a', 'b'], ['a', 'b'])).toBe(true);
    expect(sameRule(['a'], ['a', 'b'])).toBe(false);
    expect(sameRule({ named: 'one' }, { named: 'one' })).toBe(true);
    expect(sameRule({ named: 'one' }, { named: 'two' })).toBe(false);
    expect(sameRule({ named: 'a' }, ['a'])).toBe(false);
    expect(sameRule(undefined, undefined)).toBe(true);
    expect(sameRule(undefined, ['a'])).toBe(false);
  });

  it('name functions; one that is not known lets nothing through', () => {
    const named = (name: string) => (name === 'all' ? () => true : undefined);
    const isPublished = (rule: AddressRule | undefined) => passes(filterOf(rule, named), address('198.18.0.1'), eth0);
    expect([undefined, ['198.18.0.1'], { named: 'all' }, { named: 'gone' }].map(isPublished)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('checkAddressList', () => {
  it.each(['198.18.0.7', '198.18.0.0/15', '0.0.0.0/0', 'fd00::/8', '::/0', '::1/128'])('%s is fine', (entry) => {
    expect(() => checkAddressList([entry])).not.toThrow();
  });

  it.each(['', 'eth0', '198.18.0.0/33', '198.18.0/24', 'fd00::/129', '198.18.0.0/-1', '198.18.0.0/', '1.2.3.4/8/8'])(
    'refuses %j',
    (entry) => {
      const refused = expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining('fd00::/8') });
      expect(() => checkAddressList(['198.18.0.7', entry])).toThrow(refused);
    },
  );

  it('refuses an empty list', () => {
    expect(() => checkAddressList([])).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});
