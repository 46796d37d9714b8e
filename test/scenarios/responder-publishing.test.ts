/** What can be published besides a service on this host: other hosts, aliases, further records, on chosen interfaces. */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { recordsOf } from '../support/packet-log.js';
import { address, goodbye, nsec, ptr, question, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type World } from '../support/world.js';

const HOST = 'h1.local';
const TYPE = '_t._tcp.local';
const INSTANCE = `I.${TYPE}`;

describe('hosts', () => {
  scenario('PRB-02 ANN-01 an alias is claimed, announced and answered with the addresses of this host', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64'] });
    world.advance(QUIET);
    const at = world.now;
    const alias = h1.mdns.publishHost({ name: 'alias' });
    const { events } = world.record(alias.changes$);
    world.advance(QUIET);
    for (const family of ['ipv4', 'ipv6'] as const) {
      const sent = h1.sent({ since: at, family });
      expect(sent.map(({ message }) => message.response)).toEqual([false, false, false, true, true]);
      expect(sent.at(-1)?.message.answers).toEqual(
        expect.arrayContaining([address('alias.local', '198.18.0.1'), address('alias.local', 'fe80::1')]),
      );
      expect(sent.flatMap(({ message }) => recordsOf(message)).filter(({ name }) => name === HOST)).toEqual([]);
    }
    expect(events.map(({ event, name }) => `${event} ${name}`)).toEqual(['probing alias', 'announced alias']);
    expect(h1.mdns.hostname).toBe(HOST);
    const asked = world.now;
    peer.ask({ questions: [question('alias.local', 'A')] });
    world.advance(1_000);
    expect(h1.sent({ since: asked }).flatMap(({ message }) => message.answers)).toEqual([
      address('alias.local', '198.18.0.1'),
    ]);
  });

  scenario('NAM-09 an address has one reverse mapping: that to the host, not to an alias', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    h1.mdns.publishHost({ name: 'alias' });
    startService(h1, { host: 'another' });
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question('1.0.18.198.in-addr.arpa', 'PTR')] });
    world.advance(1_000);
    expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toEqual([
      ptr('1.0.18.198.in-addr.arpa', HOST, { ttl: 120, flush: true }),
    ]);
  });

  scenario('GBY-01 A-22 an alias that is withdrawn says goodbye for itself, not for the host', async (world) => {
    const h1 = world.host('h1');
    const alias = h1.mdns.publishHost({ name: 'alias' });
    world.advance(QUIET);
    const at = world.now;
    await world.settle(alias.withdraw());
    world.advance(QUIET);
    const gone = h1.sent({ since: at }).flatMap(({ message }) => message.answers);
    expect(gone).toEqual(Array.from({ length: 2 }, () => address('alias.local', '198.18.0.1', { ttl: 0 })));
    const peer = world.peer();
    peer.ask({ questions: [question('alias.local', 'A'), question(HOST, 'A')] });
    world.advance(1_000);
    expect(h1.sent({ since: at }).at(-1)?.message.answers).toEqual([address(HOST, '198.18.0.1')]);
  });

  scenario(
    'ADR-01 ADR-03 another host has the addresses that are given, denied are the others, on every link',
    (world) => {
      const other = world.newLan('other');
      const h1 = world.host('h1', { nics: { eth1: { lan: other, addresses: ['198.19.0.1/24'] } } });
      h1.mdns.publishHost({ name: 'old-printer', addresses: ['198.18.0.77'], ttl: 60 });
      world.advance(QUIET);
      for (const nic of ['eth0', 'eth1']) {
        const about = h1
          .sent({ interface: nic, kind: 'response' })
          .flatMap(({ message }) => message.answers)
          .filter(({ name }) => name === 'old-printer.local' || name === '77.0.18.198.in-addr.arpa');
        expect(about, nic).toEqual(
          Array.from({ length: 2 }, () => address('old-printer.local', '198.18.0.77', { ttl: 60 })),
        );
      }
      const at = world.now;
      world.peer().ask({ questions: [question('old-printer.local', 'AAAA')] });
      world.advance(100);
      expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toEqual([
        nsec('old-printer.local', ['A'], { ttl: 60 }),
      ]);
    },
  );

  scenario(
    'PSR-02 ADD-01 CNF-07 a service of another host points there, and takes the host along when it goes',
    async (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      const published = startService(h1, { host: 'old-printer', addresses: ['198.18.0.77', 'fd00::77'] });
      world.advance(QUIET);
      const at = world.now;
      peer.ask({ questions: [question(TYPE, 'PTR')] });
      world.advance(1_000);
      const [sent] = h1.sent({ since: at });
      expect(sent?.message.additionals).toEqual([
        srv(INSTANCE, 'old-printer.local', 8085),
        txt(INSTANCE, ['a=1']),
        address('old-printer.local', '198.18.0.77'),
        address('old-printer.local', 'fd00::77'),
      ]);
      const leaving = world.now;
      await world.settle(published.withdraw());
      world.advance(QUIET);
      const gone = h1.sent({ since: leaving }).flatMap(({ message }) => message.answers);
      expect(gone).toEqual(
        expect.arrayContaining(
          goodbye([
            ptr(TYPE, INSTANCE),
            srv(INSTANCE, 'old-printer.local', 8085),
            address('old-printer.local', '198.18.0.77'),
            address('old-printer.local', 'fd00::77'),
          ]),
        ),
      );
      expect(gone.filter(({ name }) => name === HOST)).toEqual([]);
    },
  );

  scenario('NAM-06 A-17 services that share a host need it once, and do not fight over it', async (world) => {
    const h1 = world.host('h1');
    const services = ['I', 'J', 'K'].map((name) => startService(h1, { name, host: 'shared' }));
    world.advance(QUIET);
    expect(services.map(({ name }) => name)).toEqual(['I', 'J', 'K']);
    const probed = h1.sent({ kind: 'probe' }).flatMap(({ message }) => message.questions.map(({ name }) => name));
    expect(probed.filter((name) => name === 'shared.local')).toHaveLength(3);
    const at = world.now;
    for (const service of services) await world.settle(service.withdraw());
    world.advance(QUIET);
    const goodbyes = h1.sent({ since: at, kind: 'goodbye' });
    const withHost = goodbyes.filter(({ message }) => message.answers.some(({ name }) => name === 'shared.local'));
    expect(goodbyes.length).toBeGreaterThanOrEqual(3);
    expect(withHost).toHaveLength(2);
  });

  for (const what of ['the same proxied service', 'the same host and its addresses'] as const) {
    scenario(`CNF-02 COP-01 two proxies with ${what} are no rivals and make no storm`, (world) => {
      const hosts = ['h1', 'h2'].map((name) => world.host(name, { announceHost: false }));
      const addresses = ['198.18.0.77'];
      const published = hosts.map(({ mdns }) =>
        what === 'the same proxied service'
          ? mdns.publish({ name: 'I', type: 't', port: 1, host: 'old-printer', addresses })
          : mdns.publishHost({ name: 'old-printer', addresses }),
      );
      const watching = world.host('watching');
      const seen = world.record(watching.mdns.browse('t'));
      world.advance(QUIET);
      expect(published.map(({ name }) => name)).toEqual(
        published.map(() => (what === 'the same proxied service' ? 'I' : 'old-printer')),
      );
      const quiet = world.now;
      world.advance(3_600_000);
      expect(hosts.flatMap((host) => host.sent({ since: quiet, kind: 'probe' }))).toEqual([]);
      expect(seen.events.filter(({ event }) => event === 'down')).toEqual([]);
    });
  }
});

describe('services', () => {
  scenario(
    'PRB-04 ANN-01 GBY-01 further records at an instance are claimed, announced, answered and withdrawn with it',
    async (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      const published = startService(h1, {
        records: [
          { type: 'HINFO', data: { cpu: 'arm64', os: 'none' } },
          { type: 'TYPE65280', data: Uint8Array.of(1, 2, 3), ttl: 30 },
          { type: 'MX', data: { preference: 5, exchange: 'mail.local' } },
        ],
      });
      const types = ['HINFO', 'MX', 'SRV', 'TXT', 'TYPE65280'];
      world.advance(QUIET);
      const at = world.now;
      peer.ask({ questions: [question(INSTANCE, 'ANY')] });
      world.advance(2_000);
      const leaving = world.now;
      await world.settle(published.withdraw());
      const typesIn = (packets: ReturnType<TestHost['sent']>) =>
        packets.map(({ message }) =>
          recordsOf(message)
            .filter(({ name }) => name === INSTANCE)
            .map(({ type }) => type)
            .sort(),
        );
      expect(typesIn(h1.sent({ kind: 'probe' }))).toEqual([types, types, types]);
      expect(typesIn(h1.sent({ kind: 'response' }))).toEqual([types, types, types, types]);
      const answers = h1.sent({ since: at, before: leaving }).flatMap(({ message }) => message.answers);
      expect(answers.find(({ type }) => type === 'TYPE65280')?.ttl).toBe(30);
      expect(h1.sent({ since: leaving }).flatMap(({ message }) => message.answers.map(({ ttl }) => ttl))).toEqual(
        Array.from({ length: 7 }, () => 0),
      );
    },
  );

  scenario('TTL-01 TTL-02 A-20 TTLs are chosen per publication, and halves are halves of those', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1, { ttl: { host: 40, other: 100 } });
    world.advance(QUIET);
    const ttls = new Set(
      h1
        .sent({ kind: 'response' })
        .flatMap(({ message }) => message.answers.map(({ name, type, ttl }) => `${name} ${type} ${ttl}`)),
    );
    for (const expected of [`${INSTANCE} SRV 40`, `${INSTANCE} TXT 100`, `${TYPE} PTR 100`, `${HOST} A 120`]) {
      expect(ttls).toContain(expected);
    }
    const at = world.now;
    peer.ask({ questions: [question(TYPE, 'PTR')], answers: [ptr(TYPE, INSTANCE, { ttl: 50 })] });
    world.advance(1_000);
    expect(h1.sent({ since: at })).toEqual([]);
  });

  scenario(
    'IFC-04 publications on chosen interfaces are nowhere else: services, hosts, and the hosts of services',
    (world) => {
      const h1 = twoInterfaces(world);
      startService(h1, { interfaces: ['eth1'], host: 'far', addresses: ['198.19.0.77'] });
      h1.mdns.publishHost({ name: 'near', interfaces: ['eth0'] });
      world.advance(QUIET);
      const names = (nic: string) =>
        new Set(h1.sent({ interface: nic }).flatMap(({ message }) => recordsOf(message).map(({ name }) => name)));
      for (const name of ['far.local', INSTANCE, TYPE]) {
        expect(names('eth1'), name).toContain(name);
        expect(names('eth0'), name).not.toContain(name);
      }
      expect(names('eth0')).toContain('near.local');
      expect(names('eth1')).not.toContain('near.local');
    },
  );

  scenario('UPD-01 PRB-02 several services on one host: one is changed, the others stay as they are', (world) => {
    const h1 = world.host('h1');
    const [first] = ['I', 'J', 'K'].map((name) => startService(h1, { name }));
    world.advance(QUIET);
    expect(h1.sent({ kind: 'probe' }).map(({ message }) => message.questions.length)).toEqual([4, 4, 4]);
    const at = world.now;
    first?.update({ port: 9, txt: { b: '2' } });
    world.advance(QUIET);
    expect(h1.sent({ since: at }).map(({ message }) => recordsOf(message))).toEqual(
      Array.from({ length: 3 }, () => [srv(INSTANCE, HOST, 9), txt(INSTANCE, ['b=2'])]),
    );
  });
});

function twoInterfaces(world: World): TestHost {
  const other = world.newLan('other');
  return world.host('h1', { nics: { eth1: { lan: other, addresses: ['198.19.0.1/24'] } } });
}
