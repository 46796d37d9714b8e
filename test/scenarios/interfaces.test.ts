/** Several interfaces, two IP families, and interfaces that come and go (RFC 6762 sections 6.2, 10.3, 14 and 20). */
import { describe, expect } from 'vitest';
import { conflictsWith, startService } from '../support/actions.js';
import { recordsOf } from '../support/packet-log.js';
import { address, nsec, ptr, question, service, srv } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type World } from '../support/world.js';

const HOST = 'h1.local';
const TYPE = '_t._tcp.local';
const BOTH = ['198.18.0.1/24', 'fe80::1/64'];

describe('interfaces', () => {
  scenario('ADR-01 each link is told its own addresses and none of another', (world) => {
    const h1 = twoInterfaces(world);
    startService(h1);
    world.advance(QUIET);
    const addresses = (nic: string) =>
      new Set(
        h1
          .sent({ interface: nic, kind: 'response' })
          .flatMap(({ message }) => recordsOf(message))
          .flatMap((record) => (record.type === 'A' ? [record.address] : [])),
      );
    expect(addresses('eth0')).toEqual(new Set(['198.18.0.1']));
    expect(addresses('eth1')).toEqual(new Set(['198.19.0.1']));
  });

  scenario('IFC-01 a conflict on one link has the host renamed on all', (world) => {
    const h1 = twoInterfaces(world);
    const service = startService(h1);
    world.advance(QUIET);
    const at = world.now;
    const peer = world.peer({ lan: otherLan(world), address: '198.19.0.200' });
    conflictsWith(peer, (name) => name === HOST);
    peer.say([address(HOST, '198.19.0.200')]);
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe('h1-2.local');
    for (const nic of ['eth0', 'eth1']) {
      const answers = h1
        .sent({ interface: nic, since: at, kind: 'response' })
        .flatMap(({ message }) => message.answers);
      expect(answers, nic).toContainEqual(srv(`I.${TYPE}`, 'h1-2.local', 8085));
      expect(h1.sent({ interface: nic, since: at, kind: 'probe', about: 'h1-2.local' }), nic).toHaveLength(3);
    }
    expect(service.name).toBe('I');
  });

  scenario('IFC-01 A-10 a conflict on both links at once is one conflict', (world) => {
    const h1 = twoInterfaces(world);
    for (const [lan, own] of [
      [world.lan, '198.18.0.200'],
      [otherLan(world), '198.19.0.200'],
    ] as const) {
      conflictsWith(world.peer({ lan, address: own, name: `peer ${own}` }), (name) => name === HOST);
    }
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe('h1-2.local');
  });

  scenario('IFC-02 the same name on two links is two hosts, each where it was heard', async (world) => {
    const h1 = twoInterfaces(world);
    const left = world.peer();
    const right = world.peer({ lan: otherLan(world), address: '198.19.0.200', name: 'right' });
    const found = h1.mdns.lookup('printer');
    world.advance(200);
    left.say([address('printer.local', '198.18.0.200'), nsec('printer.local', ['A'])]);
    right.say([address('printer.local', '198.19.0.200'), nsec('printer.local', ['A'])]);
    const { addresses } = await world.settle(found);
    expect(addresses).toEqual([
      { address: '198.18.0.200', family: 'ipv4', interface: 'eth0' },
      { address: '198.19.0.200', family: 'ipv4', interface: 'eth1' },
    ]);
    const records = await world.settle(h1.mdns.query('printer', 'A', { interfaces: ['eth1'] }));
    expect(records.map(({ interface: nic, record }) => [nic, 'address' in record && record.address])).toEqual([
      ['eth1', '198.19.0.200'],
    ]);
  });

  scenario('IFC-02 RSP-01 what is heard on one link is neither told nor asked about on the other', (world) => {
    const h1 = twoInterfaces(world);
    world.record(h1.mdns.browse('t'));
    world.advance(QUIET);
    const left = world.peer();
    const at = world.now;
    left.say([ptr(TYPE, `P.${TYPE}`)]);
    world.advance(QUIET);
    expect(h1.sent({ interface: 'eth0', since: at, about: `P.${TYPE}` })).not.toEqual([]);
    expect(h1.sent({ interface: 'eth1', since: at, about: `P.${TYPE}` })).toEqual([]);
  });

  scenario('IFC-02 one service on two links is one instance with both addresses', (world) => {
    const h1 = twoInterfaces(world);
    const h2 = world.host('h2', { nics: { eth1: { lan: otherLan(world), addresses: ['198.19.0.2/24'] } } });
    const seen = world.record(h1.mdns.browse('t'));
    startService(h2);
    world.advance(QUIET);
    expect(seen.events.filter(({ event }) => event === 'up')).toHaveLength(1);
    expect(seen.events.at(-1)?.instance.addresses).toEqual([
      { address: '198.18.0.2', family: 'ipv4', interface: 'eth0' },
      { address: '198.19.0.2', family: 'ipv4', interface: 'eth1' },
    ]);
  });

  scenario('IFC-03 A-70 two interfaces on one LAN are no rivals and make no storm', (world) => {
    const h1 = world.host('h1');
    const published = startService(h1);
    world.advance(1_000);
    h1.network.plug('wlan0', world.lan, { addresses: ['198.18.0.11/24'] });
    world.advance(60_000);
    expect([h1.mdns.hostname, published.name]).toEqual([HOST, 'I']);
    expect(h1.sent({ kind: 'probe' })).toHaveLength(6);
    expect(h1.sent({ kind: 'response' }).length).toBeLessThanOrEqual(6);
  });

  scenario('IFC-03 two links that are bridged make no rivals and no storm', (world) => {
    const h1 = twoInterfaces(world);
    world.bridge(world.lan, otherLan(world));
    const published = startService(h1);
    const watching = world.host('watching');
    const seen = world.record(watching.mdns.browse('t'));
    world.advance(60_000);
    expect([h1.mdns.hostname, published.name]).toEqual([HOST, 'I']);
    expect(h1.sent({ kind: 'probe' })).toHaveLength(6);
    expect(h1.sent({ kind: 'response' }).length).toBeLessThanOrEqual(12);
    expect(seen.events.filter(({ event }) => event !== 'changed').map(({ event }) => event)).toEqual(['up']);
  });

  scenario('IFC-04 V6-01 both families publish both kinds of addresses and deny neither', (world) => {
    const h1 = world.host('h1', { addresses: BOTH });
    world.advance(QUIET);
    const peers = [world.peer(), world.peer({ address: 'fe80::200', name: 'peer6' })];
    const at = world.now;
    for (const peer of peers) peer.ask({ questions: [question(HOST, 'TXT')] });
    world.advance(1_000);
    for (const family of ['ipv4', 'ipv6'] as const) {
      const answers = h1.sent({ since: at, family }).flatMap(({ message }) => message.answers);
      expect(answers, family).toEqual([nsec(HOST, ['A', 'AAAA'])]);
    }
  });

  scenario('ADR-02 ADR-03 with one family a query for the other is denied, and the denial goes along', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question(HOST, 'A')] });
    world.advance(2_000);
    peer.ask({ questions: [question(HOST, 'AAAA')] });
    world.advance(1_000);
    const [first, second] = h1.sent({ since: at });
    expect(first?.message.answers).toEqual([address(HOST, '198.18.0.1')]);
    expect(first?.message.additionals).toEqual([nsec(HOST, ['A'])]);
    expect(second?.message.answers).toEqual([nsec(HOST, ['A'])]);
  });

  scenario('IFC-04 a service seen over both families is one instance, told once', (world) => {
    const h1 = world.host('h1', { addresses: BOTH });
    const h2 = world.host('h2', { addresses: ['198.18.0.2/24', 'fe80::2/64'] });
    const seen = world.record(h2.mdns.browse('t'));
    const published = startService(h1);
    world.advance(QUIET);
    expect(seen.events.filter(({ event }) => event === 'up')).toHaveLength(1);
    const found = seen.events.at(-1)?.instance.addresses ?? [];
    expect(found).toHaveLength(2);
    expect(found).toContainEqual({ address: 'fe80::1', family: 'ipv6', interface: 'eth0', scopeId: 'eth0' });
    void published.withdraw();
    world.advance(QUIET);
    expect(seen.events.filter(({ event }) => event === 'down')).toHaveLength(1);
  });

  scenario('IFC-04 without IPv6 the other family goes on, and the status says why', (world) => {
    const h1 = world.host('h1', { addresses: BOTH });
    world.advance(100);
    expect(h1.mdns.status).toMatchObject({ state: 'up' });
    h1.network.setAddresses('eth0', ['198.18.0.1/24']);
    world.advance(QUIET);
    expect(h1.mdns.status.state).toBe('up');
    expect(h1.mdns.status.links.find(({ family }) => family === 'ipv6')).toMatchObject({
      state: 'unused',
      reason: 'it has no IPv6 address',
    });
  });

  scenario('TOP-01 A-55 a cable that is out for two seconds is not noticed by those who watch', (world) => {
    const h1 = world.host('h1');
    const watching = world.host('watching');
    const seen = world.record(watching.mdns.browse('t'));
    startService(h1);
    world.advance(QUIET);
    watching.network.unplug('eth0');
    world.advance(2_000);
    watching.network.plug('eth0', world.lan, { addresses: ['198.18.0.2/24'] });
    world.advance(QUIET);
    expect(seen.events.map(({ event }) => event)).toEqual(['up']);
  });

  scenario('TOP-01 what was on a link that stays away is down after five seconds, on that link alone', (world) => {
    const h1 = twoInterfaces(world);
    const seen = world.record(h1.mdns.browse('t'));
    world.advance(QUIET);
    const announce = (peer: ReturnType<World['peer']>, name: string) =>
      peer.say(service(name, TYPE, `${name}.local`, 80, { addresses: [peer.station.address] }));
    announce(world.peer(), 'left');
    announce(world.peer({ lan: otherLan(world), address: '198.19.0.200', name: 'right' }), 'right');
    world.advance(QUIET);
    const at = world.now;
    h1.network.unplug('eth1');
    world.advance(QUIET);
    const downs = seen.events.filter(({ event }) => event === 'down');
    expect(downs.map(({ instance }) => instance.name)).toEqual(['right']);
    expect((downs[0]?.at ?? 0) - at).toBeLessThanOrEqual(1_500 + 5_001);
  });

  scenario('IFC-04 an interface that turns up later is used', (world) => {
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    const at = world.now;
    h1.network.plug('eth1', otherLan(world), { addresses: ['198.19.0.1/24'] });
    world.advance(QUIET);
    expect(h1.sent({ interface: 'eth1', since: at }).map(({ message }) => message.response)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(h1.sent({ interface: 'eth0', since: at })).toEqual([]);
  });

  scenario('IFC-04 a publication on some interfaces is nowhere else', (world) => {
    const h1 = twoInterfaces(world);
    startService(h1, { interfaces: ['eth1'] });
    world.advance(QUIET);
    expect(h1.sent({ interface: 'eth1', about: TYPE })).not.toEqual([]);
    expect(h1.sent({ interface: 'eth0', about: TYPE })).toEqual([]);
  });

  scenario('IFC-04 a link whose socket fails is opened again, with growing pauses, and tells why', (world) => {
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    h1.network.failWith('eth0', 'ENETUNREACH');
    world.advance(QUIET);
    expect(h1.mdns.status.state).toBe('down');
    expect(h1.mdns.status.reason).toMatch(/ENETUNREACH/);
    const opened = h1.mdns.metrics()['eth0/ipv4']?.opened ?? 0;
    // 0.5, 1, 2, 4 s: not more often than that.
    expect(opened).toBeGreaterThanOrEqual(4);
    expect(opened).toBeLessThanOrEqual(6);
    h1.network.heal('eth0');
    world.advance(30_000);
    expect(h1.mdns.status.state).toBe('up');
    expect(h1.sent({ kind: 'response', since: 2 * QUIET })).toHaveLength(2);
  });
});

const lans = new WeakMap<World, ReturnType<World['newLan']>>();

/** The second LAN of a world. */
function otherLan(world: World): ReturnType<World['newLan']> {
  const known = lans.get(world) ?? world.newLan('other');
  lans.set(world, known);
  return known;
}

function twoInterfaces(world: World): TestHost {
  return world.host('h1', { nics: { eth1: { lan: otherLan(world), addresses: ['198.19.0.1/24'] } } });
}
