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

const MANY = ['198.18.0.1/24', 'fe80::1/64', 'fd00::1/64', '2001:db8::1/64 temporary'];

describe('addressFilter', () => {
  for (const [what, addressFilter, expected] of [
    ['of an address and a subnet', ['198.18.0.1', 'fd00::/8'], ['198.18.0.1', 'fd00::1']],
    ['for IPv4 alone', ['0.0.0.0/0'], ['198.18.0.1']],
    [
      'that is a function',
      ({ temporary }: { temporary?: boolean }) => !temporary,
      ['198.18.0.1', 'fd00::1', 'fe80::1'],
    ],
  ] as const) {
    scenario(`ADR-06 ${what} chooses what the host, its aliases and its reverse mapping have`, (world) => {
      const h1 = world.host('h1', { addresses: MANY, addressFilter });
      h1.mdns.publishHost({ name: 'alias' });
      expect(announced(world, h1)).toEqual(expected);
      const answers = h1.sent({ kind: 'response' }).flatMap(({ message }) => message.answers);
      const alias = answers.flatMap((record) =>
        record.name === 'alias.local' && 'address' in record ? record.address : [],
      );
      expect([...new Set(alias)].sort()).toEqual(expected);
      expect(new Set(answers.filter(({ name }) => name.endsWith('.arpa')).map(({ name }) => name)).size).toBe(
        expected.length,
      );
    });
  }

  scenario('ADR-06 of one publication chooses among those that the instance lets through', (world) => {
    const h1 = world.host('h1', { addresses: MANY, addressFilter: ['198.18.0.0/15', 'fd00::/8'] });
    const filter = ['fd00::1', 'fe80::1'];
    h1.mdns.publishHost({ name: 'a', addressFilter: filter });
    startService(h1, { host: 'b', addressFilter: filter });
    startService(h1, { name: 'J', host: 'b', addressFilter: [...filter] });
    const other = startService(h1, { name: 'K', host: 'b', addressFilter: ['198.18.0.1'] });
    world.advance(QUIET);
    const answers = h1.sent({ kind: 'response' }).flatMap(({ message }) => message.answers);
    const addresses = new Set(
      answers.flatMap((record) => ('address' in record ? [`${record.name} ${record.address}`] : [])),
    );
    expect([...addresses].sort()).toEqual([
      'a.local fd00::1',
      'b-2.local 198.18.0.1',
      'b.local fd00::1',
      'h1.local 198.18.0.1',
      'h1.local fd00::1',
    ]);
    expect(answers.flatMap((record) => (record.type === 'SRV' ? [`${record.name} ${record.target}`] : []))).toEqual(
      expect.arrayContaining(['I._t._tcp.local b.local', 'J._t._tcp.local b.local', 'K._t._tcp.local b-2.local']),
    );
    expect(other.name).toBe('K');
  });

  scenario('ADR-06 a function is asked anew when the addresses change', (world) => {
    const h1 = world.host('h1', { addresses: MANY, addressFilter: (address) => address.prefixLength > 24 });
    expect(announced(world, h1)).toEqual(['2001:db8::1', 'fd00::1', 'fe80::1']);
    h1.network.setAddresses('eth0', ['198.18.0.1/25', 'fe80::1/64']);
    expect(announced(world, h1)).toEqual(['198.18.0.1', 'fe80::1']);
  });

  scenario(
    'a function that throws costs the addresses, is logged once, and nothing else happens',
    async (world) => {
      const addressFilter = (): boolean => {
        throw new Error('oops');
      };
      const h1 = world.host('h1', { addresses: MANY, addressFilter });
      const service = startService(h1);
      const alias = h1.mdns.publishHost({ name: 'alias', addressFilter });
      expect(announced(world, h1)).toEqual([]);
      await world.settle(Promise.all([service.announced, alias.announced]));
      expect(h1.mdns.status.state).toBe('up');
      expect(h1.lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
        'The addressFilter threw, so the address is not published: Error: oops',
      ]);
    },
    { errors: true },
  );

  for (const [what, options] of [
    ['what is not an address', { addressFilter: ['eth0'] }],
    ['an empty list', { addressFilter: [] }],
  ] as const) {
    scenario(`refuses ${what}`, (world) => {
      const refused = expect.objectContaining({ code: 'invalid-option' });
      const h1 = world.host('h1');
      expect(() => h1.start(options)).toThrow(refused);
      expect(() => h1.mdns.publishHost({ name: 'a', ...options })).toThrow(refused);
      expect(() => startService(h1, { host: 'a', ...options })).toThrow(refused);
    });
  }

  scenario(
    'refuses a filter without a host for a service, and one beside the addresses of another machine',
    (world) => {
      const h1 = world.host('h1');
      const refused = expect.objectContaining({ code: 'invalid-option' });
      const addressFilter = ['198.18.0.1'];
      expect(() => startService(h1, { addressFilter })).toThrow(refused);
      expect(() => h1.mdns.publishHost({ name: 'a', addressFilter, addresses: ['198.18.0.9'] })).toThrow(refused);
    },
  );

  scenario('refuses more addresses of another machine than a packet holds', (world) => {
    const h1 = world.host('h1');
    const many = Array.from({ length: 41 }, (_, i) => `fd00::${i + 1}`);
    h1.mdns.publishHost({ name: 'a', addresses: many.slice(1) });
    expect(() => h1.mdns.publishHost({ name: 'b', addresses: many })).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining('40') }),
    );
  });
});
