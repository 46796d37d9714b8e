/** What users are told of what is out there: names, domains, and where it was heard (RFC 6763, RFC 6762 sections 3, 4, 11 and 14). */
import { describe, expect } from 'vitest';
import { all, askedNames, IDLE, INSTANCE, idleHost, TYPE } from '../support/peer-service.js';
import { askedAt, queriesFor } from '../support/questions.js';
import { address, cname, nsec, ptr, service, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type World } from '../support/world.js';

const OWN = { address: '198.18.0.1', port: 5353 };

/** A host with a second interface, `eth1`, on another LAN. */
function twoLinks(world: World) {
  const other = world.newLan('other');
  const h1 = world.host('h1', IDLE);
  h1.network.plug('eth1', other, { addresses: ['198.19.0.1/24'] });
  void h1.mdns.scanInterfaces();
  world.advance(1_000);
  return { h1, here: world.peer(), there: world.peer({ lan: other, address: '198.19.0.200', name: 'there' }) };
}

describe('names', () => {
  scenario(
    'NAM-01 whatever is below local, in whatever letters, is asked of the groups on port 5353 alone',
    async (world) => {
      const h1 = idleHost(world, { addresses: ['198.18.0.1/24', 'fe80::1/64'] });
      const lookups = ['x', 'x.LOCAL', 'x.local.', 'web.x.local'].map((name) =>
        h1.mdns.lookup(name, { timeout: 500 }).catch(() => undefined),
      );
      lookups.push(h1.mdns.query('deep.er.x.Local', 'TXT', { timeout: 500 }).catch(() => undefined) as never);
      await world.settle(Promise.all(lookups));
      const ends = h1.sent().map(({ destination }) => `${destination.address} ${destination.port}`);
      expect(new Set(ends)).toEqual(new Set(['224.0.0.251 5353', 'ff02::fb 5353']));
      expect([...askedNames(h1)].sort()).toEqual(['deep.er.x.Local', 'web.x.local', 'x.local']);
    },
  );

  scenario('NAM-02 NAM-08 other names are refused, with a word about what to do, and nothing leaves', async (world) => {
    const h1 = idleHost(world);
    for (const refused of [
      h1.mdns.lookup('example.com'),
      h1.mdns.lookup('www.example.com'),
      h1.mdns.query('www.example.com', 'A'),
      h1.mdns.query('_t._tcp.example.com', 'PTR'),
    ]) {
      await expect(refused).rejects.toMatchObject({
        code: 'invalid-name',
        message: expect.stringContaining('node:dns'),
      });
    }
    world.advance(5_000);
    expect(h1.sent()).toEqual([]);
  });

  scenario(
    'NAM-02 a service on a host of another domain is shown if its link tells where, and nobody is asked',
    (world) => {
      const peer = world.peer();
      const h1 = idleHost(world);
      const browse = world.record(h1.mdns.browse('t'));
      world.advance(10);
      peer.say([ptr(TYPE, INSTANCE), srv(INSTANCE, 'p.example.com', 80), txt(INSTANCE)]);
      world.advance(20_000);
      expect(browse.events).toEqual([]);
      expect([...askedNames(h1)]).toEqual([TYPE]);
      peer.say([address('p.example.com', '198.18.0.200')]);
      world.advance(300_000);
      browse.stop();
      expect(browse.events).toMatchObject([{ event: 'up', instance: { host: 'p.example.com' } }]);
      expect([...askedNames(h1)].filter((name) => name.endsWith('com'))).toEqual([]);
    },
  );

  for (const [given, asked, on] of [
    ['169.254.1.2', '2.1.254.169.in-addr.arpa', ['eth0', 'eth1']],
    ['198.18.0.200', '200.0.18.198.in-addr.arpa', ['eth0', 'eth1']],
    ['fe80::1', '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.e.f.ip6.arpa', ['eth0', 'eth1']],
    ['fe80::1%eth1', '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.e.f.ip6.arpa', ['eth1']],
  ] as const) {
    scenario(`NAM-03 the name of ${given} is asked of the group`, async (world) => {
      const { h1, here, there } = twoLinks(world);
      const pointer = { ...ptr(asked, 'p.local'), cacheFlush: true };
      for (const peer of [here, there]) {
        peer.onHeard(({ message }) => {
          if (message.questions.some(({ name, type }) => name === asked && type === 'PTR')) peer.say([pointer]);
        });
      }
      await expect(world.settle(h1.mdns.reverse(given))).resolves.toEqual(['p.local']);
      const queries = queriesFor(h1, asked, 'PTR');
      expect(queries.map(({ from }) => from).sort()).toEqual(on.map((name) => `h1/${name}`));
      expect(queries.every(({ toGroup }) => toGroup)).toBe(true);
    });
  }

  scenario('NAM-03 NAM-09 our own hosts answer for their addresses', async (world) => {
    world.host('h2', { addresses: ['198.18.0.2/24', 'fe80::2/64'] });
    const h1 = idleHost(world, { addresses: ['198.18.0.1/24', 'fe80::1/64'] });
    world.advance(QUIET);
    await expect(world.settle(h1.mdns.reverse('198.18.0.2'))).resolves.toEqual(['h2.local']);
    await expect(world.settle(h1.mdns.reverse('fe80::2'))).resolves.toEqual(['h2.local']);
    await expect(world.settle(h1.mdns.reverse('198.18.0.99'))).rejects.toMatchObject({ code: 'timeout' });
    await expect(h1.mdns.reverse('h2.local')).rejects.toMatchObject({ code: 'invalid-option' });
  });

  scenario('DOM-01 the domains to browse are asked for as any name is', async (world) => {
    const peer = world.peer();
    const h1 = idleHost(world);
    for (const which of ['b', 'db', 'r', 'dr', 'lb']) {
      const name = `${which}._dns-sd._udp.local`;
      const found = h1.mdns.query(name, 'PTR');
      world.advance(200);
      expect(queriesFor(h1, name, 'PTR')).toHaveLength(1);
      peer.say([ptr(name, 'local')]);
      await expect(world.settle(found)).resolves.toMatchObject([{ record: { target: 'local' } }]);
    }
  });
});

describe('domains', () => {
  scenario('DOM-02 nothing is asked that is made of our addresses, link-local or not', (world) => {
    const h1 = world.host('h1', { addresses: ['169.254.1.2/16', '198.18.0.1/24', 'fe80::1/64'] });
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(60_000);
    browse.stop();
    expect([...askedNames(h1)]).toEqual([TYPE]);
  });
});

describe('sources and interfaces', () => {
  scenario('SRC-02 what came to the group counts, whatever its source', async (world) => {
    const stranger = world.peer({ address: '10.9.9.9', name: 'stranger' });
    const h1 = idleHost(world);
    const browse = world.record(h1.mdns.browse('t'));
    stranger.say(all);
    world.advance(10);
    browse.stop();
    expect(browse.events).toMatchObject([{ event: 'up', instance: { name: 'I' } }]);
  });

  for (const [source, counts] of [
    ['198.18.0.200', true],
    ['198.18.1.200', false],
    ['203.0.113.1', false],
  ] as const) {
    scenario(`SRC-03 a unicast response from ${source} is ${counts ? 'believed' : 'dropped'}`, (world) => {
      const peer = world.peer({ address: source });
      const h1 = world.host('h1', IDLE);
      const browse = world.record(h1.mdns.browse('t'));
      world.advance(300);
      peer.say(all, { to: OWN });
      world.advance(10);
      browse.stop();
      expect(browse.events).toHaveLength(counts ? 1 : 0);
    });
  }

  for (const [source, counts] of [
    ['fe80::99', true],
    ['fd00:1::99', true],
    ['fd00:2::99', false],
  ] as const) {
    scenario(`SRC-03 over IPv6 one from ${source} is ${counts ? 'believed' : 'dropped'}`, (world) => {
      const peer = world.peer({ address: source });
      const h1 = world.host('h1', { ...IDLE, addresses: ['fd00:1::1/64', 'fe80::1/64'], ipv4: false });
      const browse = world.record(h1.mdns.browse('t'));
      world.advance(300);
      peer.say(all, { to: { address: 'fe80::1', port: 5353 } });
      world.advance(10);
      browse.stop();
      expect(browse.events).toHaveLength(counts ? 1 : 0);
    });
  }

  scenario('SRC-03 responses from another port than 5353 are dropped, multicast or not', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(300);
    peer.say(all, { port: 5354 });
    peer.say(all, { port: 5354, to: OWN });
    world.advance(10);
    browse.stop();
    expect(browse.events).toEqual([]);
  });

  scenario('IFC-02 one name on two links: both are found, each with its interface', async (world) => {
    const { h1, here, there } = twoLinks(world);
    here.say([address('x.local', '198.18.0.77')]);
    there.say([address('x.local', '198.19.0.88')]);
    world.advance(10);
    const found = await world.settle(h1.mdns.query('x', 'A', { timeout: 500 }));
    expect(found.map((each) => [each.interface, each.record.type === 'A' && each.record.address])).toEqual([
      ['eth0', '198.18.0.77'],
      ['eth1', '198.19.0.88'],
    ]);
    const host = await world.settle(h1.mdns.lookup('x', { timeout: 500 }));
    expect(host.addresses.map((each) => `${each.address} ${each.interface}`)).toEqual([
      '198.18.0.77 eth0',
      '198.19.0.88 eth1',
    ]);
  });

  scenario('a lookup follows another name of a host (CNAME) to its addresses', async (world) => {
    const h1 = world.host('h1', IDLE);
    const peer = world.peer();
    // As Avahi does: the alias answers whatever is asked for.
    peer.onHeard(({ message }) => {
      const asked = (name: string) => !message.response && message.questions.some((each) => each.name === name);
      if (asked('www.local')) peer.say([cname('www.local', 'p.local')]);
      if (asked('p.local')) peer.say([address('p.local', '198.18.0.200'), nsec('p.local', ['A'])]);
    });
    world.advance(1_000);
    const since = world.now;
    const found = await world.settle(h1.mdns.lookup('www'));
    expect(found).toMatchObject({ host: 'p.local', addresses: [{ address: '198.18.0.200' }] });
    expect(world.now - since).toBeLessThan(1_500);
  });

  scenario('IFC-02 on a chosen interface alone one can look up, query, resolve and browse', async (world) => {
    const { h1, here, there } = twoLinks(world);
    here.say([...all, address('x.local', '198.18.0.77')]);
    there.say(service('Other', TYPE, 'q.local', 80, { addresses: ['198.19.0.200'] }));
    there.say([address('x.local', '198.19.0.88')]);
    world.advance(1_000);
    const since = world.now;
    const interfaces = ['eth1'];
    const browse = world.record(h1.mdns.browse('t', { interfaces }));
    const lookup = await world.settle(h1.mdns.lookup('x', { interfaces }));
    expect(lookup.addresses.map((each) => each.address)).toEqual(['198.19.0.88']);
    await expect(world.settle(h1.mdns.resolve('I', 't', { interfaces }))).rejects.toMatchObject({ code: 'timeout' });
    browse.stop();
    expect(browse.events.map(({ instance }) => instance.name)).toEqual(['Other']);
    expect(new Set(h1.sent({ since }).map(({ from }) => from))).toEqual(new Set(['h1/eth1']));
  });

  scenario(
    'IFC-02 one service on two links and both families is one instance, its addresses with all they need',
    (world) => {
      const other = world.newLan('other');
      const h1 = world.host('h1', { ...IDLE, addresses: ['198.18.0.1/24', 'fe80::1/64'] });
      h1.network.plug('eth1', other, { addresses: ['198.19.0.1/24', 'fe80::2/64'] });
      void h1.mdns.scanInterfaces();
      const browse = world.record(h1.mdns.browse('t'));
      const h2 = world.host('h2', { addresses: ['198.18.0.2/24', 'fe80::3/64'] });
      h2.network.plug('eth1', other, { addresses: ['198.19.0.2/24', 'fe80::4/64', 'fd00::4/64'] });
      h2.mdns.publish({ name: 'I', type: 't', port: 8085 });
      world.advance(QUIET);
      browse.stop();
      expect(browse.events.filter(({ event }) => event === 'up')).toHaveLength(1);
      expect(browse.events.filter(({ event }) => event === 'down')).toEqual([]);
      const told = browse.events.at(-1)?.instance.addresses ?? [];
      expect(told.map((each) => `${each.address}${each.scopeId ? `%${each.scopeId}` : ''} ${each.interface}`)).toEqual([
        '198.18.0.2 eth0',
        '198.19.0.2 eth1',
        'fe80::3%eth0 eth0',
        'fe80::4%eth1 eth1',
        'fd00::4 eth1',
      ]);
    },
  );

  scenario('ADR-04 A-71 a link-local address comes with the interface that makes it complete', async (world) => {
    const { h1, here, there } = twoLinks(world);
    for (const peer of [here, there]) peer.say([address('x.local', 'fe80::77'), address('x.local', '2001:db8::77')]);
    world.advance(10);
    const { addresses } = await world.settle(h1.mdns.lookup('x', { timeout: 500 }));
    expect(addresses).toEqual([
      { address: '2001:db8::77', family: 'ipv6', interface: 'eth0' },
      { address: '2001:db8::77', family: 'ipv6', interface: 'eth1' },
      { address: 'fe80::77', family: 'ipv6', interface: 'eth0', scopeId: 'eth0' },
      { address: 'fe80::77', family: 'ipv6', interface: 'eth1', scopeId: 'eth1' },
    ]);
  });
});

describe('our own services', () => {
  scenario('A-38 SMH-03 are found once, whether they were there before the browse or come after it', (world) => {
    const h1 = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64'] });
    h1.mdns.publish({ name: 'Before', type: 't', port: 80 });
    world.advance(7_200_000);
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(QUIET);
    const after = h1.mdns.publish({ name: 'After', type: 't', port: 81 });
    world.advance(QUIET);
    void after.withdraw();
    world.advance(QUIET);
    browse.stop();
    expect(
      browse.events
        .filter(({ event }) => event !== 'changed')
        .map(({ event, instance }) => `${event} ${instance.name}`),
    ).toEqual(['up Before', 'up After', 'down After']);
    expect(askedAt(h1, TYPE, 'PTR').length).toBeGreaterThan(1);
  });
});
