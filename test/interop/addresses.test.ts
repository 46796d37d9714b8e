/** Which addresses of real interfaces are published: those that the kernel does not hold to be deprecated, tentative or duplicate. */
import { execFileSync } from 'node:child_process';
import { beforeEach, expect, it } from 'vitest';
import { Ours } from './ours.js';
import { jsonLine } from './stack.js';
import { describeInterop, useWorld } from './suite.js';
import { ip, LAN } from './world.js';

const NET = 'fd00:6d64:6e73';
/** Ours looks at its interfaces every second or two. */
const NOTICE_MS = 20_000;

describeInterop('the addresses of an interface', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta'] });

  beforeEach(() => {
    for (const each of [host('alpha'), host('beta')]) {
      ip(`-n ${each.namespace} addr flush dev ${LAN}`);
      each.up();
      ip(`-n ${each.namespace} addr add fe80::ff:fe00:${each.name === 'alpha' ? 1 : 2}/64 dev ${LAN} nodad`);
    }
  });

  /** The IPv6 addresses that beta finds for alpha. */
  async function found(): Promise<readonly string[]> {
    const program = new Ours(host('beta')).run('lookup', 'alpha-node');
    await program.ended();
    const addresses = program.lines.flatMap((line) => jsonLine(line)?.addresses ?? []);
    return addresses.map(({ address }) => address).filter((address) => address.startsWith(NET));
  }

  async function finds(expected: readonly string[]): Promise<void> {
    const end = performance.now() + NOTICE_MS;
    for (let seen = await found(); ; seen = await found()) {
      if (performance.now() < end && [...seen].sort().join() !== [...expected].sort().join()) continue;
      expect([...seen].sort()).toEqual([...expected].sort());
      return;
    }
  }

  it('one that is deprecated is not published, and one that becomes so is withdrawn', async () => {
    const alpha = host('alpha').namespace;
    ip(`-n ${alpha} addr add ${NET}::55/64 dev ${LAN} nodad preferred_lft 0`);
    ip(`-n ${alpha} addr add ${NET}::56/64 dev ${LAN} nodad`);
    await new Ours(host('alpha')).publish({ name: 'Here', type: '_http._tcp', port: 80 });
    await finds([`${NET}::1`, `${NET}::56`]);
    ip(`-n ${alpha} addr change ${NET}::56/64 dev ${LAN} preferred_lft 0`);
    await finds([`${NET}::1`]);
    ip(`-n ${alpha} addr change ${NET}::55/64 dev ${LAN} preferred_lft forever`);
    await finds([`${NET}::1`, `${NET}::55`]);
  });

  it('one that another host has as well is not published', async () => {
    const alpha = host('alpha').namespace;
    ip(`-n ${host('beta').namespace} addr add ${NET}::77/64 dev ${LAN} nodad`);
    execFileSync('ip', ['netns', 'exec', alpha, 'sh', '-c', `echo 1 > /proc/sys/net/ipv6/conf/${LAN}/accept_dad`]);
    ip(`-n ${alpha} addr add ${NET}::77/64 dev ${LAN}`);
    ip(`-n ${alpha} addr add ${NET}::78/64 dev ${LAN}`);
    await new Ours(host('alpha')).publish({ name: 'Here', type: '_http._tcp', port: 80 });
    await finds([`${NET}::1`, `${NET}::78`]);
    expect(ip(`-n ${alpha} addr show dev ${LAN}`)).toMatch(/::77\/64.*dadfailed/);
  });
});
