/** Browsing (RFC 6763 section 4). */
import { describe, expect } from 'vitest';
import { nameFromLabels } from '../../src/protocol/name.js';
import { all, askedNames, IDLE, INSTANCE, idleHost, TYPE } from '../support/peer-service.js';
import { questionsOf } from '../support/questions.js';
import { address, nameAndType, nsec, ptr, service, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

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
