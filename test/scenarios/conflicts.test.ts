/** Names that turn out to be taken after all (RFC 6762 section 9). */
import { describe, expect } from 'vitest';
import { partition } from '../../src/net/simulated/index.js';
import { conflictsWith, startService } from '../support/actions.js';
import { address, goodbye, ptr, question, service, srv, txt } from '../support/records.js';
import { scenario, scenarioForSeeds } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const HOST = 'h1.local';
const INSTANCE = 'I._t._tcp.local';

describe('conflicts', () => {
  for (const section of ['answers', 'additionals', 'authorities'] as const) {
    scenario(`CNF-01 other data in the ${section} of a response leads back to probing, for the same name`, (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      world.advance(QUIET);
      const at = world.now;
      peer.say([ptr('_x._tcp.local', 'X._x._tcp.local')], { [section]: [address(HOST, '198.18.0.99')] });
      world.advance(QUIET);
      const probes = h1.sent({ kind: 'probe', since: at });
      expect(probes.map(({ message }) => message.questions[0]?.name)).toEqual([HOST, HOST, HOST]);
      expect(probes[0]?.time).toBeLessThanOrEqual(at + 2);
      // Nobody defended it: it is ours, and everybody is told.
      expect(h1.mdns.hostname).toBe(HOST);
      expect(h1.sent({ kind: 'response', since: at, about: HOST })).toHaveLength(2);
    });
  }

  for (const [what, record] of [
    ['our own data', address(HOST, '198.18.0.1')],
    ['our own data in other letters', srv('i._T._tcp.local', 'H1.local', 8085)],
    ['a goodbye', address(HOST, '198.18.0.99', { ttl: 0 })],
    ['a type that we do not have', txt(HOST, ['x'])],
    ['a shared record', ptr('_t._tcp.local', 'J._t._tcp.local')],
  ] as const) {
    scenario(`CNF-02 ${what} is no conflict`, (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      startService(h1);
      world.advance(QUIET);
      const at = world.now;
      peer.say([record]);
      world.advance(QUIET);
      expect(h1.sent({ kind: 'probe', since: at })).toEqual([]);
      expect(h1.mdns.hostname).toBe(HOST);
    });
  }

  scenario('CNF-02 our own announcement, come back from elsewhere, is none', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    const at = world.now;
    const [announcement] = h1.sent({ kind: 'response' });
    if (announcement) peer.send(announcement.bytes);
    world.advance(QUIET);
    expect(h1.sent({ since: at })).toEqual([]);
  });

  scenarioForSeeds('CNF-03 two networks become one: of two holders of a name exactly one renames', 10, (world) => {
    const heal = world.lan.addReceiverRule(partition('h1'));
    const hosts = [world.host('h1', { hostname: 'same' }), world.host('h2', { hostname: 'same' })];
    const services = hosts.map((host) => startService(host));
    world.advance(QUIET);
    expect(hosts.map(({ mdns }) => mdns.hostname)).toEqual(['same.local', 'same.local']);
    heal();
    // A query makes both of them speak.
    world.peer().ask({ questions: [question('same.local', 'A'), question(INSTANCE, 'SRV')] });
    world.advance(QUIET);
    expect(hosts.map(({ mdns }) => mdns.hostname).sort()).toEqual(['same-2.local', 'same.local']);
    expect(services.map(({ name }) => name).sort()).toEqual(['I', 'I (2)']);
  });

  scenario('CNF-03 the loser stops using the name, tells its user, and announces the new one', async (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const published = startService(h1);
    const { events } = world.record(published.changes$);
    world.advance(QUIET);
    const at = world.now;
    conflictsWith(peer, (name) => name === INSTANCE);
    peer.say([srv(INSTANCE, 'peer.local', 1)]);
    world.advance(QUIET);

    expect(published.name).toBe('I (2)');
    expect(events.map(({ event, name }) => `${event} ${name}`)).toEqual([
      'probing I',
      'announced I',
      'renamed I (2)',
      'announced I (2)',
    ]);
    const [announced] = h1.sent({ kind: 'response', since: at });
    expect(announced?.message.answers).toContainEqual(srv('I (2)._t._tcp.local', HOST, 8085));
    expect(h1.sent({ kind: 'response', since: at, about: INSTANCE })).toEqual([]);
    peer.ask({ questions: [question(INSTANCE, 'SRV')] });
    world.advance(QUIET);
    expect(h1.sent({ kind: 'response', about: INSTANCE, since: at })).toEqual([]);
  });

  scenario('CNF-04 goes on until a name is free', (world) => {
    const peer = world.peer();
    conflictsWith(peer, (name) => ['h1.local', 'h1-2.local', 'h1-3.local'].includes(name));
    const h1 = world.host('h1');
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe('h1-4.local');
  });

  scenario('CNF-04 A-62 a full label is cut where a character ends', (world) => {
    const peer = world.peer();
    const full = 'é'.repeat(31);
    conflictsWith(peer, (name) => name.startsWith(full));
    const published = startService(world.host('h1'), { name: full });
    world.advance(QUIET);
    expect(published.name).toBe(`${'é'.repeat(29)} (2)`);
  });

  scenario('CNF-04 a name that another service of ours has is not taken', (world) => {
    const peer = world.peer();
    conflictsWith(peer, (name) => name === INSTANCE);
    const h1 = world.host('h1');
    const second = startService(h1, { name: 'I (2)' });
    const first = startService(h1);
    world.advance(QUIET);
    expect([first.name, second.name]).toEqual(['I (3)', 'I (2)']);
  });

  scenario(
    'CNF-06 a minute without a free name is reported as an error, and the search goes on',
    (world) => {
      const peer = world.peer();
      const stop = conflictsWith(peer, () => true);
      const h1 = world.host('h1');
      world.advance(70_000);
      const told = h1.lines.filter(({ level }) => level === 'error');
      expect(told.map(({ message }) => message)).toEqual([expect.stringMatching(/in use, most recently "h1-\d+"/)]);
      stop();
      world.advance(QUIET);
      expect(h1.sent({ kind: 'response' })).not.toEqual([]);
    },
    { errors: true },
  );

  scenario('CNF-07 a renamed host moves its services: SRV records and reverse mapping follow', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const published = startService(h1);
    world.advance(QUIET);
    const at = world.now;
    conflictsWith(peer, (name) => name === HOST);
    peer.say([address(HOST, '198.18.0.200')]);
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe('h1-2.local');
    expect(published.name).toBe('I');
    const answers = h1.sent({ kind: 'response', since: at }).flatMap(({ message }) => message.answers);
    expect(answers).toContainEqual(srv(INSTANCE, 'h1-2.local', 8085));
    expect(answers).toContainEqual(ptr('1.0.18.198.in-addr.arpa', 'h1-2.local', { ttl: 120, flush: true }));
    expect(answers).toContainEqual(address('h1-2.local', '198.18.0.1'));
  });

  scenario('CNF-07 A-12 while the host name is disputed no service points to it', (world) => {
    const peer = world.peer();
    const watching = world.host('watching');
    const h1 = world.host('h1');
    startService(h1);
    const seen = world.record(watching.mdns.browse('t'));
    world.advance(QUIET);
    conflictsWith(peer, (name) => name === HOST);
    peer.say([address(HOST, '198.18.0.200')]);
    world.advance(QUIET);
    const last = seen.events.at(-1);
    expect(last).toMatchObject({ event: 'changed', instance: { host: 'h1-2.local' } });
    expect(last?.instance.addresses.map((each) => each.address)).toEqual(['198.18.0.2']);
  });

  scenario('CNF-07 UPD-02 an instance that its user renames says goodbye to its old name', (world) => {
    const h1 = world.host('h1');
    const published = startService(h1, { subtypes: ['_printer'] });
    world.advance(QUIET);
    const at = world.now;
    published.update({ name: 'J' });
    world.advance(QUIET);
    const goodbyes = h1.sent({ kind: 'goodbye', since: at }).flatMap(({ message }) => message.answers);
    expect(goodbyes).toEqual(
      expect.arrayContaining(
        goodbye([
          ptr('_t._tcp.local', INSTANCE),
          ptr('_printer._sub._t._tcp.local', INSTANCE),
          srv(INSTANCE, HOST, 8085),
          txt(INSTANCE, ['a=1']),
        ]),
      ),
    );
    expect(h1.sent({ kind: 'probe', since: at, about: 'J._t._tcp.local' })).toHaveLength(3);
    expect(published.name).toBe('J');
  });

  scenario('CNF-03 under the policy "fail" the service ends and its user is told', async (world) => {
    const peer = world.peer();
    conflictsWith(peer, (name) => name === INSTANCE);
    const published = startService(world.host('h1'), { onConflict: 'fail' });
    const { events, ...recording } = world.record(published.changes$);
    await expect(world.settle(published.announced)).rejects.toMatchObject({ code: 'name-in-use' });
    world.advance(QUIET);
    expect(events.map(({ event }) => event)).toEqual(['probing', 'failed', 'withdrawn']);
    expect(recording.completed || world.record(published.changes$).completed).toBe(true);
  });

  scenario('CNF-03 under the policy "keep-trying" it has its name when the other one leaves', (world) => {
    const peer = world.peer();
    const stop = conflictsWith(peer, (name) => name === INSTANCE);
    const h1 = world.host('h1');
    const published = startService(h1, { onConflict: 'keep-trying' });
    world.advance(30_000);
    expect(h1.sent({ kind: 'response', about: INSTANCE })).toEqual([]);
    stop();
    world.advance(QUIET);
    expect(published.name).toBe('I');
    expect(h1.sent({ kind: 'response', about: INSTANCE })).not.toEqual([]);
  });

  scenario('CNF-03 the user chooses another name, or gives up', (world) => {
    const peer = world.peer();
    conflictsWith(peer, (name) => name.startsWith('I'));
    const h1 = world.host('h1');
    const asked: string[][] = [];
    const renamed = startService(h1, {
      onConflict: (name, proposal) => {
        asked.push([name, proposal]);
        return 'Mine';
      },
    });
    const givenUp = startService(h1, { name: 'Iota', onConflict: () => undefined });
    const { events } = world.record(givenUp.changes$);
    world.advance(QUIET);
    expect(asked).toEqual([['I', 'I (2)']]);
    expect(renamed.name).toBe('Mine');
    expect(events.map(({ event }) => event)).toEqual(['probing', 'failed', 'withdrawn']);
  });

  scenario('CNF-03 the winner keeps its services while another network with the same ones joins', (world) => {
    const peer = world.peer();
    const watching = world.host('watching');
    const h1 = world.host('h1');
    const published = startService(h1);
    const seen = world.record(watching.mdns.browse('t'));
    world.advance(QUIET);
    // It claims all that is ours, once, and goes away again.
    peer.say(service('I', '_t._tcp.local', HOST, 1, { addresses: ['198.18.0.200'] }));
    world.advance(QUIET);
    expect([h1.mdns.hostname, published.name]).toEqual([HOST, 'I']);
    expect(seen.events.at(-1)?.instance).toMatchObject({ port: 8085, addresses: [{ address: '198.18.0.2' }] });
  });
});
