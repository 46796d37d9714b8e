/** Instances without an address, SRV records with the text of an address, and who said it. */
import { describe, expect } from 'vitest';
import { told } from '../support/alias-peers.js';
import { INSTANCE, TYPE } from '../support/peer-service.js';
import { address, ptr, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';

const bare = [ptr(TYPE, INSTANCE), srv(INSTANCE, 'p.local', 80), txt(INSTANCE, ['a=1'])];

describe('resolve: partial', () => {
  scenario('an instance without an address is up after a second, and changes when it has one', async (world) => {
    const h1 = world.host('h1');
    const peer = world.peer();
    const whole = world.record(h1.mdns.browse('t'));
    const partial = world.record(h1.mdns.browse('t', { resolve: 'partial' }));
    const all = world.record(h1.mdns.browseAll({ resolve: 'partial' }));
    world.advance(1_000);
    peer.say([...bare, ptr('_services._dns-sd._udp.local', TYPE)]);
    world.advance(900);
    expect([...partial.events, ...all.events]).toEqual([]);
    world.advance(2_000);
    const up = { event: 'up', instance: { name: 'I', host: 'p.local', port: 80, txt: { a: '1' }, addresses: [] } };
    expect(partial.events).toMatchObject([up]);
    expect(all.events).toMatchObject([up]);
    peer.say([srv(INSTANCE, 'p.local', 81)]);
    world.advance(1_500);
    expect(partial.events.at(-1)).toMatchObject({ event: 'changed', changes: ['port'], instance: { port: 81 } });
    peer.say([address('p.local', '198.18.0.200')]);
    world.advance(500);
    const changed = {
      event: 'changed',
      changes: ['addresses'],
      instance: { addresses: [{ address: '198.18.0.200' }] },
    };
    expect(partial.events.at(-1)).toMatchObject(changed);
    expect(whole.events).toMatchObject([{ event: 'up', instance: { port: 81 } }]);
    await expect(world.settle(h1.mdns.discover('t', { resolve: 'partial', timeout: 500 }))).resolves.toMatchObject([
      { name: 'I' },
    ]);
  });

  scenario('an instance that is whole is up at once; one that says that there is no service never is', (world) => {
    const h1 = world.host('h1');
    const { events } = world.record(h1.mdns.browse('t', { resolve: 'partial' }));
    world.advance(1_000);
    world.peer().say([...bare, address('p.local', '198.18.0.200')]);
    world.advance(10);
    expect(events).toMatchObject([{ event: 'up', instance: { addresses: [{ address: '198.18.0.200' }] } }]);
    world.peer().say([ptr(TYPE, `J.${TYPE}`), srv(`J.${TYPE}`, '.', 0), txt(`J.${TYPE}`)]);
    world.advance(5_000);
    expect(events).toHaveLength(1);
  });
});

describe('an SRV record whose target is the text of an address', () => {
  for (const [target, family] of [
    ['198.18.0.77', 'ipv4'],
    ['fd00::77', 'ipv6'],
  ] as const)
    scenario(`${target} has that address, and no question is asked about it`, async (world) => {
      const h1 = world.host('h1');
      told(world.peer(), [ptr(TYPE, INSTANCE), srv(INSTANCE, target, 80), txt(INSTANCE)]);
      const { events } = world.record(h1.mdns.browse('t'));
      const found = { host: target, port: 80, addresses: [{ address: target, family, interface: 'eth0' }] };
      await expect(world.settle(h1.mdns.resolve('I', 't'))).resolves.toMatchObject(found);
      world.advance(2_000);
      expect(events).toMatchObject([{ event: 'up', instance: found }]);
      expect(h1.sent({ kind: 'query', about: target })).toEqual([]);
    });

  scenario('that no host can have is not shown, and counted', (world) => {
    const h1 = world.host('h1');
    const { events } = world.record(h1.mdns.browse('t'));
    world.advance(1_000);
    for (const [i, target] of ['127.0.0.1', '0.0.0.0', '::1', '224.0.0.1', '198.18.0.255'].entries()) {
      const name = `I${i}.${TYPE}`;
      world.peer().say([ptr(TYPE, name), srv(name, target, 80), txt(name)]);
    }
    world.advance(5_000);
    expect(events).toEqual([]);
    expect(h1.mdns.metrics()['eth0/ipv4']?.unusable).toBe(5);
  });
});

describe('who said it', () => {
  scenario('a record and an instance have the address that sent them first, and the TTL', async (world) => {
    const h1 = world.host('h1');
    const peer = world.peer();
    const { events } = world.record(h1.mdns.browse('t'));
    world.advance(1_000);
    peer.say([...bare, { ...srv(INSTANCE, 'p.local', 80), ttl: 77 }, address('p.local', '198.18.0.99')].slice(2));
    peer.say([ptr(TYPE, INSTANCE)]);
    world.advance(100);
    const from = peer.station.address;
    expect(events).toMatchObject([{ event: 'up', instance: { from, ttlSeconds: 77 } }]);
    await expect(world.settle(h1.mdns.resolve('I', 't'))).resolves.toMatchObject({ from, ttlSeconds: 77 });
    await expect(world.settle(h1.mdns.query('p', 'A'))).resolves.toMatchObject([{ interface: 'eth0', from }]);
    const other = world.peer();
    other.say([ptr(TYPE, INSTANCE), address('p.local', '198.18.0.98')]);
    world.advance(100);
    const found = await world.settle(h1.mdns.query('p', 'A'));
    expect(found.map(({ from: each }) => each).sort()).toEqual([from, other.station.address].sort());
  });

  scenario('of what this host has published it is one of its own addresses', async (world) => {
    const h1 = world.host('h1');
    const published = h1.mdns.publish({ name: 'I', type: 't', port: 80 });
    await world.settle(published.announced);
    await expect(world.settle(h1.mdns.resolve('I', 't'))).resolves.toMatchObject({
      from: '198.18.0.1',
      ttlSeconds: 120,
    });
  });
});

describe('what to open', () => {
  scenario('an instance has a URL and a first address with its port, also as a copy and as JSON', async (world) => {
    const h1 = world.host('h1');
    told(world.peer(), [
      ptr('_http._tcp.local', 'I._http._tcp.local'),
      srv('I._http._tcp.local', 'p.local', 8080),
      txt('I._http._tcp.local', ['path=/a b']),
      address('p.local', 'fe80::7'),
    ]);
    const instance = await world.settle(h1.mdns.resolve('I', 'http'));
    const wanted = { url: 'http://p.local:8080/a%20b', hostPort: '[fe80::7%eth0]:8080' };
    expect(instance).toMatchObject(wanted);
    expect(structuredClone(instance)).toMatchObject(wanted);
    expect(JSON.parse(JSON.stringify(instance))).toMatchObject(wanted);
  });
});
