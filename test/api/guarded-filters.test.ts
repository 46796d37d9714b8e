import { describe, expect, it } from 'vitest';
import type { AddressRule } from '../../src/actors/address-filter.js';
import { GuardedFilters } from '../../src/api/guarded-filters.js';
import type { InterfaceAddress, NetworkInterface } from '../../src/index.js';

const ANY: InterfaceAddress = { family: 'ipv4', address: '198.18.0.1', prefixLength: 24 };
const ETH0 = { name: 'eth0', addresses: [ANY] } as unknown as NetworkInterface;

function setup() {
  const reported: unknown[] = [];
  const filters = new GuardedFilters((error) => reported.push(error));
  const nameOf = (rule: AddressRule | undefined) => (rule && 'named' in rule ? rule.named : '');
  return { filters, reported, nameOf };
}

describe('GuardedFilters', () => {
  it('leaves lists as they are, and gives each function one name', () => {
    const { filters, nameOf } = setup();
    const list = ['198.18.0.0/16'];
    expect(filters.ruleOf(list, 'a')).toBe(list);
    expect(filters.ruleOf(undefined, 'a')).toBeUndefined();
    const [all, none] = [() => true, () => false];
    const name = nameOf(filters.ruleOf(all, 'a'));
    expect(filters.ruleOf(all, 'b')).toEqual({ named: name });
    expect(nameOf(filters.ruleOf(none, 'c'))).not.toBe(name);
    expect(filters.named(name)?.(ANY, ETH0)).toBe(true);
    expect(filters.named('filter-9')).toBeUndefined();
  });

  it('knows a function as long as a publication names it', () => {
    const { filters, nameOf } = setup();
    const filter = () => true;
    const name = nameOf(filters.ruleOf(filter, 'a'));
    filters.ruleOf(filter, 'b');
    filters.release('a');
    filters.release('never published');
    expect(filters.named(name)).toBeDefined();
    filters.release('b');
    expect(filters.named(name)).toBeUndefined();
    expect(nameOf(filters.ruleOf(filter, 'c')), 'a name is not used again').not.toBe(name);
  });

  it('lets nothing through where the function throws or promises, and reports that once', () => {
    const { filters, reported } = setup();
    const bug = new Error('a bug');
    const throwing = filters.guard(() => {
      throw bug;
    });
    const promising = filters.guard((() => Promise.resolve(true)) as never);
    expect([throwing, throwing, promising, promising].map((filter) => filter(ANY, ETH0))).toEqual(Array(4).fill(false));
    expect(reported).toEqual([bug, 'it returned a promise: let it return true or false']);
  });
});
