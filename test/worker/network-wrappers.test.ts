/** What stands between a system and its network passes on all of it: a member that is left out would be missed much later. */
import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/net/network.js';
import { NetworkTap } from '../../src/net/network-tap.js';
import { AskedInterfaces } from '../../src/worker/asked-interfaces.js';

/** Every member, also those that a network need not have. */
const whole: Required<Network> = {
  clock: { now: () => 0, setTimeout: () => undefined, clearTimeout: () => {} },
  random: () => 0,
  hostname: () => 'h',
  interfaces: () => [],
  openLink: () => ({ send: () => {}, close: () => {} }),
  dns: { settings: () => ({ servers: [], search: [] }), epochSeconds: () => 0, exchange: () => () => {} },
  onWake: () => () => {},
  keepAlive: () => () => {},
};

describe.each([
  [
    'that asks another thread about interfaces',
    (of: Network) => new AskedInterfaces(of.interfaces, () => {}).network(of),
  ],
  ['that is tapped', (of: Network) => new NetworkTap(of).network],
])('the network %s', (_, wrap) => {
  it('has every member, unicast DNS included', () => {
    const wrapped = wrap(whole);
    expect(Object.keys(wrapped).sort()).toEqual(Object.keys(whole).sort());
    expect(wrapped.dns).toBe(whole.dns);
  });
});
