/** Resolving instances, and looking up addresses (RFC 6763 sections 5 and 6). */
import { describe, expect } from 'vitest';
import { txtData } from '../../src/protocol/txt-strings.js';
import { drawSrvs } from '../../src/protocol/view/srv-choice.js';
import { all, INSTANCE, idleHost, TYPE } from '../support/peer-service.js';
import { questionsOf } from '../support/questions.js';
import { address, nameAndType, nsec, ptr, service, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';

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
