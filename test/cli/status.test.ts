import { describe, expect, it } from 'vitest';
import type { LinkStatus, Status } from '../../src/actors/commands.js';
import { isUnusable, missingInterfaces, problemOf } from '../../src/cli/status.js';

function link(name: string, state: LinkStatus['state'], address: string): LinkStatus {
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  return { interface: name, family, state, reason: undefined, fault: undefined, addresses: [address] };
}

const up = link('eth0', 'up', '192.0.2.1');
const retrying = { ...link('eth0', 'retrying', 'fe80::1'), reason: 'eth0/ipv6: it is broken.' };
const unused = link('lo', 'unused', '127.0.0.1');

function status(state: Status['state'], links: readonly LinkStatus[], reason?: string): Status {
  return { state, reason, links };
}

describe('problems', () => {
  it('are none when all that is wanted works, or it is too early to say', () => {
    expect(problemOf(status('up', [up, unused]), [])).toBeUndefined();
    expect(problemOf(status('up', [up, unused]), ['eth0', '192.0.2.1'])).toBeUndefined();
    expect(problemOf(status('starting', []), ['eth7'])).toBeUndefined();
    expect(problemOf(status('closed', []), ['eth7'])).toBeUndefined();
  });

  it('say what works and what does not', () => {
    const degraded = status('degraded', [up, retrying, unused], 'whatever');
    expect(problemOf(degraded, [])).toBe('Only eth0/ipv4 works: eth0/ipv6: it is broken.');
    const down = status('down', [retrying, unused], 'whatever');
    expect(problemOf(down, [])).toBe('Nothing works now: eth0/ipv6: it is broken.');
  });

  it('name the interfaces that there are when the one asked for is not', () => {
    expect(problemOf(status('down', [unused]), ['eth7'])).toBe('There is no interface "eth7"; there are lo.');
    expect(problemOf(status('up', [up, unused]), ['eth0', 'eth7'])).toBe(
      'There is no interface "eth7"; there are eth0, lo.',
    );
    expect(missingInterfaces(status('up', [up, unused]), ['127.0.0.1', 'eth0'])).toBeUndefined();
  });

  it('say that no interface is used', () => {
    expect(problemOf(status('down', [unused], 'whatever'), [])).toMatch(/^None of the interfaces lo is used: /);
    expect(problemOf(status('down', []), [])).toBe('No network interface is up.');
  });
});

it('nothing can be heard only when no interface is even tried', () => {
  expect(isUnusable(status('down', [unused]))).toBe(true);
  expect(isUnusable(status('down', [retrying]))).toBe(false);
  expect(isUnusable(status('starting', []))).toBe(false);
  expect(isUnusable(status('up', [up]))).toBe(false);
});
