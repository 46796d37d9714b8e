/** Which of a host's addresses it publishes. */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { recordsOf } from '../support/packet-log.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type World } from '../support/world.js';

/** The addresses that the host announces while ten seconds pass, without those that it withdraws. */
function announced(world: World, host: TestHost, name = 'h1.local'): string[] {
  const since = world.now;
  world.advance(QUIET);
  const answers = host.sent({ kind: 'response', since }).flatMap(({ message }) => message.answers);
  const living = answers.filter((record) => record.name === name && record.ttl > 0);
  return [...new Set(living.flatMap((record) => ('address' in record ? [record.address] : [])))].sort();
}

describe('the addresses of this host', () => {
  scenario('ADR-06 a tentative address is published when it is known to be ours, and not before', (world) => {
    const h1 = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64', 'fd00::1/64 tentative'] });
    expect(announced(world, h1)).toEqual(['198.18.0.1', 'fe80::1']);
    h1.network.setAddresses('eth0', ['198.18.0.1/24', 'fe80::1/64', 'fd00::1/64']);
    expect(announced(world, h1)).toEqual(['198.18.0.1', 'fd00::1', 'fe80::1']);
    expect(h1.mdns.metrics()['eth0/ipv6']?.opened).toBe(1);
  });

  scenario('ADR-06 UPD-01 an address that becomes deprecated is withdrawn, and no link is opened anew', (world) => {
    const h1 = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64', 'fd00::1/64', '2001:db8::1/64'] });
    const h2 = world.host('h2', { addresses: ['198.18.0.2/24', 'fe80::2/64'] });
    startService(h1);
    const seen = world.record(h2.mdns.browse('t'));
    world.advance(QUIET);
    h1.network.setAddresses('eth0', ['198.18.0.1/24', 'fe80::1/64', 'fd00::1/64', '2001:db8::1/64 deprecated']);
    expect(announced(world, h1)).toEqual(['198.18.0.1', 'fd00::1', 'fe80::1']);
    const shown = seen.events.at(-1)?.instance.addresses.map(({ address }) => address);
    expect(shown).not.toContain('2001:db8::1');
    expect(shown).toContain('fd00::1');
    expect(h1.mdns.metrics()['eth0/ipv6']?.opened).toBe(1);
  });

  scenario(
    'ADR-06 SIZ-01 PRB-04 with eighty addresses it probes and announces itself in packets of the link',
    async (world) => {
      const many = Array.from({ length: 80 }, (_, i) => `2001:db8::${(i + 1).toString(16)}/64`);
      const h1 = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64', ...many] });
      const h2 = world.host('h2', { addresses: ['198.18.0.2/24', 'fe80::2/64'] });
      startService(h1, { txt: Array.from({ length: 10 }, () => new Uint8Array(250)) });
      world.advance(QUIET);
      const probes = h1.sent({ kind: 'probe' });
      expect(Math.max(...probes.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(1_232);
      const announcements = h1
        .sent({ kind: 'response' })
        .filter(({ message }) => message.answers.some(({ name, type }) => name === 'h1.local' && type === 'AAAA'));
      for (const { message } of announcements) {
        const addresses = recordsOf(message).filter(({ name, type }) => name === 'h1.local' && type === 'AAAA');
        expect(addresses.length).toBeGreaterThan(15);
      }
      expect((await world.settle(h2.mdns.lookup('h1'))).addresses.length).toBeGreaterThan(15);
      expect(await world.settle(h2.mdns.resolve('I', 't'))).toMatchObject({ port: 8085 });
    },
  );
});
