/** What users are told of what is out there: browsing, resolving, looking up (RFC 6763, RFC 6762 sections 3, 4, 11 and 14). */
import { describe, expect } from 'vitest';
import { nameFromLabels } from '../../src/protocol/name.js';
import { txtData } from '../../src/protocol/txt-strings.js';
import { drawSrvs } from '../../src/protocol/view/srv-choice.js';
import { askedAt, queriesFor, questionsOf } from '../support/questions.js';
import { address, cname, nameAndType, nsec, ptr, service, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type World } from '../support/world.js';

const TYPE = '_t._tcp.local';
const INSTANCE = `I.${TYPE}`;
const IDLE = { announceHost: false, scanIntervalMs: 3_600_000 } as const;
const OWN = { address: '198.18.0.1', port: 5353 };

const all = service('I', TYPE, 'p.local', 80, { addresses: ['198.18.0.200'], txt: ['a=1'] });

function idleHost(world: World, options: Parameters<World['host']>[1] = {}) {
  const h1 = world.host('h1', { ...IDLE, ...options });
  world.advance(1_000);
  return h1;
}

/** A host with a second interface, `eth1`, on another LAN. */
function twoLinks(world: World) {
  const other = world.newLan('other');
  const h1 = world.host('h1', IDLE);
  h1.network.plug('eth1', other, { addresses: ['198.19.0.1/24'] });
  void h1.mdns.scanInterfaces();
  world.advance(1_000);
  return { h1, here: world.peer(), there: world.peer({ lan: other, address: '198.19.0.200', name: 'there' }) };
}

function askedNames(host: TestHost): Set<string> {
  return new Set(host.sent({ kind: 'query' }).flatMap(({ message }) => message.questions.map(({ name }) => name)));
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

describe('browsing', () => {
  scenario('ADD-03 what does not come along is asked for', (world) => {
    const h1 = idleHost(world);
    const peer = world.peer();
    peer.onHeard(({ message }) => {
      const asked = new Set(message.questions.map(nameAndType));
      const answers = all.filter((record) => asked.has(nameAndType(record)));
      if (answers.length > 0) peer.say(answers);
    });
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(900);
    browse.stop();
    expect(h1.sent({ kind: 'query' }).map(questionsOf)).toEqual([
      [`${TYPE} PTR`],
      [`${INSTANCE} SRV`, `${INSTANCE} TXT`],
      ['p.local A', 'p.local AAAA'],
    ]);
    expect(browse.events).toMatchObject([{ event: 'up', instance: { port: 80, txt: { a: '1' } } }]);
  });

  scenario('ADD-03 what comes along is not', (world) => {
    const h1 = idleHost(world);
    const peer = world.peer();
    peer.onHeard(({ message }) => {
      const [pointer, ...additionals] = [...all, nsec('p.local', ['A'])];
      if (!message.response && pointer) peer.say([pointer], { additionals });
    });
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(900);
    browse.stop();
    expect(h1.sent({ kind: 'query' }).map(questionsOf)).toEqual([[`${TYPE} PTR`]]);
    expect(browse.events).toMatchObject([{ event: 'up' }]);
  });

  scenario('SIN-05 an instance of another domain or type is told as it was named', (world) => {
    const peer = world.peer();
    const h1 = idleHost(world);
    const names = world.record(h1.mdns.browse('t', { resolve: false }));
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(10);
    const elsewhere = 'Far away._u._udp.example.com';
    peer.say([ptr(TYPE, elsewhere)], {
      additionals: [srv(elsewhere, 'p.local', 80), txt(elsewhere), address('p.local', '198.18.0.200')],
    });
    world.advance(2_000);
    names.stop();
    browse.stop();
    const told = { name: 'Far away', type: '_u._udp', domain: 'example.com', fullName: elsewhere };
    expect(names.events).toMatchObject([{ event: 'up', instance: told }]);
    expect(browse.events).toMatchObject([{ event: 'up', instance: { ...told, port: 80 } }]);
  });

  scenario('SUB-01 SUB-02 of a subtype finds the instances that have it, by any label', (world) => {
    const h2 = world.host('h2');
    h2.mdns.publish({ name: 'Both', type: 't', port: 80, subtypes: ['_printer', 'a.b'] });
    h2.mdns.publish({ name: 'None', type: 't', port: 81 });
    const h1 = world.host('h1', IDLE);
    const browses = [
      h1.mdns.browse('t', { subtype: '_printer' }),
      h1.mdns.browse('_PRINTER._sub._t._tcp'),
      h1.mdns.browse('t', { subtype: 'a.b' }),
      h1.mdns.browse('t', { subtype: '_scanner' }),
      h1.mdns.browse('t'),
    ].map((browse) => world.record(browse));
    world.advance(QUIET);
    expect(browses.map(({ events }) => events.map(({ instance }) => instance.fullName).sort())).toEqual([
      [`Both.${TYPE}`],
      [`Both.${TYPE}`],
      [`Both.${TYPE}`],
      [],
      [`Both.${TYPE}`, `None.${TYPE}`],
    ]);
    const names = askedNames(h1);
    expect(names).toContain(`a\\.b._sub.${TYPE}`);
    for (const browse of browses) browse.stop();
  });

  scenario(
    'SUB-02 a label of bytes that are no text is a subtype like any other',
    async (world) => {
      const peer = world.peer();
      const h1 = idleHost(world);
      const name = nameFromLabels([Uint8Array.of(0xff, 0x2e, 0x00), '_sub', '_t', '_tcp', 'local']);
      const found = h1.mdns.query(name, 'PTR');
      world.advance(150);
      peer.say([ptr(name, INSTANCE)]);
      await expect(world.settle(found)).resolves.toMatchObject([{ record: { target: INSTANCE } }]);
    },
    { except: ['UTF-01'] },
  );

  scenario('ENU-03 without a type tells the types, read from two labels, whatever domain they are in', (world) => {
    const peer = world.peer();
    const h1 = idleHost(world);
    const types = world.record(h1.mdns.browse());
    const list = '_services._dns-sd._udp.local';
    peer.say([ptr(list, '_t._tcp.local'), ptr(list, '_u._udp.example.com'), ptr(list, '_T._tcp.local')]);
    peer.say([ptr(list, '_t._tcp.example.com'), ptr(list, 'nonsense.local')]);
    world.advance(10);
    peer.say([ptr(list, '_u._udp.example.com', { ttl: 0 })]);
    world.advance(2_000);
    types.stop();
    expect(types.events.map(({ event, type }) => `${event} ${type}`)).toEqual([
      'up _t._tcp',
      'up _u._udp',
      'down _u._udp',
    ]);
  });

  scenario('tells a late subscriber what there is, at once, and each subscriber its own', (world) => {
    const peer = world.peer();
    const h1 = idleHost(world);
    const browse = h1.mdns.browse('t');
    const first = world.record(browse);
    peer.say(all);
    world.advance(5_000);
    const since = world.now;
    const late = world.record(browse);
    expect(late.events).toMatchObject([{ event: 'up', at: since, instance: { name: 'I' } }]);
    expect(first.events).toHaveLength(1);
    first.stop();
    peer.say([srv(INSTANCE, 'p.local', 81)]);
    world.advance(2_000);
    late.stop();
    expect([first.events.length, late.events.length]).toEqual([1, 2]);
  });

  scenario('services$ is the set that is up, a new one for what changes together', (world) => {
    const peer = world.peer();
    const h1 = idleHost(world);
    const sets: string[][] = [];
    const subscription = h1.mdns.browse('t').services$.subscribe((services) => {
      sets.push([...services.values()].map(({ name, port }) => `${name} ${port}`).sort());
    });
    peer.say(all);
    world.advance(10);
    peer.say(service('J', TYPE, 'p.local', 82));
    world.advance(2_000);
    peer.say([srv(INSTANCE, 'p.local', 81)]);
    world.advance(2_000);
    // Both are at this host.
    peer.say([address('p.local', '198.18.0.201', { flush: false })]);
    world.advance(500);
    peer.say([ptr(TYPE, INSTANCE, { ttl: 0 })]);
    world.advance(2_000);
    subscription.unsubscribe();
    expect(sets).toEqual([[], ['I 80'], ['I 80', 'J 82'], ['I 81', 'J 82'], ['I 81', 'J 82'], ['J 82']]);
  });

  scenario('with TXT attributes finds those that have them, for as long as they do', (world) => {
    const peer = world.peer();
    const h1 = idleHost(world);
    const browse = world.record(h1.mdns.browse('t', { txt: { A: '1', flag: true } }));
    peer.say(all);
    peer.say(service('J', TYPE, 'p.local', 81, { txt: ['a=1', 'flag'] }));
    peer.say(service('K', TYPE, 'p.local', 82, { txt: ['a=2', 'flag=x'] }));
    world.advance(2_000);
    peer.say([txt(INSTANCE, ['a=1', 'flag=yes'])]);
    world.advance(2_000);
    peer.say([txt(`J.${TYPE}`, ['a=1', 'flag', 'b=2'])]);
    world.advance(2_000);
    peer.say([txt(`J.${TYPE}`, ['a=1'])]);
    world.advance(2_000);
    browse.stop();
    expect(browse.events.map(({ event, instance }) => `${event} ${instance.name}`)).toEqual([
      'up J',
      'up I',
      'changed J',
      'down J',
    ]);
    expect(browse.events.at(-1)).toMatchObject({ reason: 'txt-changed', instance: { txt: { b: '2' } } });
    expect(() => h1.mdns.browse('t', { txt: { a: '1' }, resolve: false })).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
  });

  scenario('discover finds what has the attributes', async (world) => {
    const h2 = world.host('h2');
    h2.mdns.publish({ name: 'I', type: 't', port: 80, txt: { a: '1' } });
    h2.mdns.publish({ name: 'J', type: 't', port: 80, txt: { a: '2' } });
    const h1 = world.host('h1', IDLE);
    const found = await world.settle(h1.mdns.discover('t', { txt: { a: '2' } }));
    expect(found.map(({ name }) => name)).toEqual(['J']);
  });
});

describe('resolving', () => {
  scenario('PSR-04 reads host and port anew at each use', async (world) => {
    const peer = world.peer();
    const h1 = idleHost(world);
    peer.say(all);
    world.advance(10);
    await expect(world.settle(h1.mdns.resolve('I', 't'))).resolves.toMatchObject({ host: 'p.local', port: 80 });
    world.advance(10_000);
    peer.say([srv(INSTANCE, 'q.local', 8080), address('q.local', '198.18.0.201')]);
    world.advance(1_500);
    await expect(world.settle(h1.mdns.resolve('I', 't'))).resolves.toMatchObject({
      host: 'q.local',
      port: 8080,
      addresses: [{ address: '198.18.0.201' }],
    });
  });

  scenario('PSR-04 asks for SRV and TXT of the instance alone, then for the addresses of its host', async (world) => {
    const h1 = idleHost(world);
    const peer = world.peer();
    peer.onHeard(({ message }) => {
      const asked = new Set(message.questions.map(nameAndType));
      const answers = all.filter((record) => asked.has(nameAndType(record)));
      if (answers.length > 0) peer.say(answers);
    });
    await expect(world.settle(h1.mdns.resolve('I', 't'))).resolves.toMatchObject({ port: 80 });
    expect(h1.sent({ kind: 'query' }).map(questionsOf)).toEqual([
      [`${INSTANCE} SRV`, `${INSTANCE} TXT`],
      ['p.local A', 'p.local AAAA'],
    ]);
  });

  scenario(
    'PSR-03 of several SRV records the one of the lowest priority is shown, and all can be drawn from',
    async (world) => {
      const peer = world.peer();
      const h1 = idleHost(world);
      const spread = [
        [10, 3, 'three'],
        [10, 1, 'one'],
        [20, 9, 'last'],
      ] as const;
      peer.say([
        ptr(TYPE, INSTANCE),
        txt(INSTANCE),
        ...spread.map(([priority, weight, label]) => ({ ...srv(INSTANCE, `${label}.local`, 80), priority, weight })),
        ...spread.map(([, , label], i) => address(`${label}.local`, `198.18.0.${100 + i}`)),
      ]);
      world.advance(10);
      await expect(world.settle(h1.mdns.resolve('I', 't'))).resolves.toMatchObject({ host: 'three.local' });
      const found = await world.settle(h1.mdns.query(INSTANCE, 'SRV'));
      const srvs = found.flatMap(({ record }) => (record.type === 'SRV' ? [record] : []));
      expect(srvs).toHaveLength(3);
      let first = 0;
      for (let i = 0; i < 10_000; i++) {
        const order = drawSrvs(srvs, () => world.lan.random()).map(({ target }) => target);
        expect(order[2]).toBe('last.local');
        if (order[0] === 'one.local') first++;
      }
      expect(first / 10_000).toBeGreaterThan(0.23);
      expect(first / 10_000).toBeLessThan(0.27);
    },
    { once: true },
  );
});

describe('TXT records', () => {
  const bare = service('I', TYPE, 'p.local', 80, { addresses: ['198.18.0.200'] }).filter(({ type }) => type !== 'TXT');
  const pseudo = (rdata: number[]) => ({ ...txt(INSTANCE), type: 'TYPE16', rdata: Uint8Array.from(rdata) }) as never;

  for (const [title, records] of [
    ['one empty string', [txt(INSTANCE, [''])]],
    ['rdata of no length', [pseudo([])]],
    ['a denial of its owner', [nsec(INSTANCE, ['SRV'])]],
    ['no record at all', []],
  ] as const) {
    scenario(`TXT-02 ${title} says that there are no attributes`, (world) => {
      const peer = world.peer();
      const h1 = idleHost(world);
      const browse = world.record(h1.mdns.browse('t'));
      peer.say([...bare, ...records]);
      world.advance(3_000);
      browse.stop();
      expect(browse.events).toMatchObject([{ event: 'up', instance: { txt: {} } }]);
      expect(browse.events[0]?.instance.txt).toEqual({});
    });
  }

  scenario('TXT-06 TXT-07 TXT-08 the first of equal keys counts, and four states are told apart', (world) => {
    const peer = world.peer();
    const h1 = idleHost(world);
    const browse = world.record(h1.mdns.browse('t'));
    const bytes = Uint8Array.from([...Buffer.from('raw='), 0x00, 0xff, 0x3d]);
    const strings = [...['a=1', 'A=2', 'flag', 'empty=', 'eq==x', ' sp = v ', '=no'].map((s) => Buffer.from(s)), bytes];
    peer.say([...bare, { ...txt(INSTANCE), ...txtData(strings) }]);
    world.advance(10);
    browse.stop();
    const { txt: told = {}, txtStrings = [] } = browse.events[0]?.instance ?? {};
    expect(told).toEqual({
      a: '1',
      flag: true,
      empty: '',
      eq: '=x',
      ' sp ': ' v ',
      raw: Buffer.from([0x00, 0xff, 0x3d]).toString(),
    });
    expect(told.absent).toBeUndefined();
    expect(txtStrings.map((string) => Buffer.from(string).toString('latin1'))).toEqual(
      strings.map((string) => Buffer.from(string).toString('latin1')),
    );
  });

  scenario('TXT-09 several of them at one name are all to be had, and the instance shows the last', async (world) => {
    const peer = world.peer();
    const h1 = idleHost(world);
    const browse = world.record(h1.mdns.browse('t'));
    peer.say([...bare, txt(INSTANCE, ['txtvers=1', 'a=1'], { flush: false })]);
    world.advance(3_000);
    peer.say([txt(INSTANCE, ['txtvers=2'], { flush: false })]);
    world.advance(10);
    browse.stop();
    const found = await world.settle(h1.mdns.query(INSTANCE, 'TXT'));
    const texts = found.map(({ record }) =>
      record.type === 'TXT' ? record.strings.map((s) => String(Buffer.from(s))) : [],
    );
    expect(texts).toEqual([['txtvers=1', 'a=1'], ['txtvers=2']]);
    expect(browse.events.at(-1)?.instance.txt).toEqual({ txtvers: '2' });
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

describe('addresses', () => {
  /** Its addresses replace each other. */
  const at = (...addresses: string[]) => service('I', TYPE, 'p.local', 80, { addresses, txt: ['a=1'] });
  const texts = (addresses: readonly { readonly address: string }[]) => addresses.map((each) => each.address);

  scenario('come in an order in which one can connect: own subnets first, then what is further away', async (world) => {
    const peer = world.peer();
    const h1 = idleHost(world, { addresses: ['198.18.0.1/24', 'fe80::1/64', 'fd00::1/64'] });
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(10);
    peer.say(at('172.27.224.1', '10.0.0.17', '198.18.0.55', '2001:db8::5', 'fd00::5', 'fe80::5'));
    world.advance(10);
    browse.stop();
    const expected = ['198.18.0.55', 'fd00::5', 'fe80::5', '172.27.224.1', '10.0.0.17', '2001:db8::5'];
    expect(browse.events.map(({ instance }) => texts(instance.addresses))).toEqual([expected]);
    expect(texts((await world.settle(h1.mdns.resolve('I', 't'))).addresses)).toEqual(expected);
    expect(texts((await world.settle(h1.mdns.lookup('p'))).addresses)).toEqual(expected);
    const found = new Promise((resolve) => h1.mdns.nodeLookup('p.local', {}, (_, first) => resolve(first)));
    expect(await world.settle(found)).toBe('198.18.0.55');
  });

  scenario('CFL-01 of a host that was renumbered: the new one stands first from the first event on', async (world) => {
    const peer = world.peer();
    const h1 = idleHost(world, { addresses: ['198.18.0.1/24', 'fe80::1/64'] });
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(10);
    peer.say(at('198.18.0.20'));
    world.advance(10_000);
    peer.say(at('198.18.0.77'));
    world.advance(300);
    // Who asks in the second in which the old one lives on hears the same.
    const late = [h1.mdns.lookup('p'), h1.mdns.resolve('I', 't')];
    for (const { addresses } of await world.settle(Promise.all(late))) {
      expect(texts(addresses)).toEqual(['198.18.0.77', '198.18.0.20']);
    }
    world.advance(10_000);
    browse.stop();
    expect(browse.events.map(({ event, instance }) => [event, ...texts(instance.addresses)])).toEqual([
      ['up', '198.18.0.20'],
      ['changed', '198.18.0.77', '198.18.0.20'],
      ['changed', '198.18.0.77'],
    ]);
  });

  scenario('follow our own: what was far away becomes a neighbour', (world) => {
    const peer = world.peer();
    const h1 = idleHost(world);
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(10);
    peer.say(at('198.18.0.20', '10.9.0.20'));
    world.advance(2_000);
    h1.network.setAddresses('eth0', ['198.18.0.1/24', '10.9.0.1/24']);
    void h1.mdns.scanInterfaces();
    world.advance(2_000);
    h1.network.setAddresses('eth0', ['10.9.0.1/24']);
    void h1.mdns.scanInterfaces();
    world.advance(2_000);
    browse.stop();
    expect(browse.events.map(({ event, instance }) => [event, ...texts(instance.addresses)])).toEqual([
      ['up', '198.18.0.20', '10.9.0.20'],
      ['changed', '10.9.0.20', '198.18.0.20'],
    ]);
  });

  scenario(
    'ADR-05 an instance that has none but those that no host can have is not up, until it has another',
    async (world) => {
      const peer = world.peer();
      const h1 = idleHost(world);
      const browse = world.record(h1.mdns.browse('t'));
      const all = world.record(h1.mdns.browseAll());
      world.advance(10);
      peer.say([ptr('_services._dns-sd._udp.local', TYPE), ...at('0.0.0.0', '127.0.0.1', '255.255.255.255', '::')]);
      world.advance(5_000);
      await expect(world.settle(h1.mdns.resolve('I', 't', { timeout: 500 }))).rejects.toMatchObject({
        code: 'timeout',
      });
      expect([...browse.events, ...all.events]).toEqual([]);
      peer.say([address('p.local', '198.18.0.20')]);
      world.advance(500);
      browse.stop();
      all.stop();
      for (const { events } of [browse, all]) {
        expect(events.map(({ event, instance }) => [event, ...texts(instance.addresses)])).toEqual([
          ['up', '198.18.0.20'],
        ]);
      }
    },
  );

  scenario('SEC-02 of one host are at most 64 of a family, and those of its own stay beside a flood', (world) => {
    const [peer, liar] = [world.peer(), world.peer({ address: '198.18.0.66', name: 'liar' })];
    const h1 = idleHost(world);
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(10);
    peer.say(at('198.18.0.20'));
    for (let i = 0; i < 2_000; i += 40) {
      world.advance(10);
      liar.say(
        Array.from({ length: 40 }, (_, k) =>
          address('p.local', `10.1.${(i + k) >> 8}.${(i + k) & 255}`, { flush: false }),
        ),
      );
    }
    world.advance(500);
    browse.stop();
    const last = browse.events.at(-1)?.instance.addresses ?? [];
    expect(last).toHaveLength(64);
    expect(last[0]?.address).toBe('198.18.0.20');
    const link = h1.mdns.metrics()['eth0/ipv4'];
    expect(link?.cache.counters.crowded).toBeGreaterThan(90);
    expect((link?.cache.counters.crowded ?? 0) + (link?.skipped ?? 0)).toBeGreaterThan(1_900);
  });
});
