/** Host names besides this host's own: aliases, and machines on whose behalf this one speaks. */
import { describe, expect } from 'vitest';
import { conflictsWith, startService } from '../support/actions.js';
import { address, srv } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

describe('publishHost', () => {
  scenario('an alias has the addresses of this host, and is found', async (world) => {
    const h1 = world.host('h1');
    const h2 = world.host('h2');
    const alias = h1.mdns.publishHost({ name: 'alias' });
    await world.settle(alias.announced);
    expect(alias.name).toBe('alias');
    expect(await world.settle(h2.mdns.lookup('alias'))).toMatchObject({
      host: 'alias.local',
      addresses: [{ address: '198.18.0.1' }],
    });
    expect(h1.mdns.hostname).toBe('h1.local');
  });

  scenario('another machine has the addresses that are given, without a reverse mapping', async (world) => {
    const h1 = world.host('h1');
    const printer = h1.mdns.publishHost({ name: 'printer', addresses: ['198.18.0.50', 'fe80::50'] });
    await world.settle(printer.announced);
    world.advance(QUIET);
    const answers = h1.sent({ kind: 'response', about: 'printer.local' }).flatMap(({ message }) => message.answers);
    expect(answers).toContainEqual(address('printer.local', '198.18.0.50'));
    expect(answers).toContainEqual(address('printer.local', 'fe80::50'));
    expect(h1.sent({ about: '50.0.18.198.in-addr.arpa' })).toEqual([]);
  });

  scenario('CNF-03 a host that is renamed moves its services, and no others', async (world) => {
    conflictsWith(world.peer(), (name) => name === 'printer.local');
    const h1 = world.host('h1');
    const printer = h1.mdns.publishHost({ name: 'printer', addresses: ['198.18.0.50'] });
    startService(h1, { host: 'printer' });
    startService(h1, { name: 'J' });
    const { events } = world.record(printer.changes$);
    await world.settle(printer.announced);
    world.advance(QUIET);
    expect(events.map(({ event, name }) => `${event} ${name}`)).toEqual([
      'probing printer',
      'renamed printer-2',
      'announced printer-2',
    ]);
    const answers = h1.sent({ kind: 'response' }).flatMap(({ message }) => message.answers);
    expect(answers).toContainEqual(srv('I._t._tcp.local', 'printer-2.local', 8085));
    expect(answers).toContainEqual(srv('J._t._tcp.local', 'h1.local', 8085));
  });

  scenario('CNF-03 under the policy "fail" its user is told, and the process goes on', async (world) => {
    conflictsWith(world.peer(), (name) => name === 'printer.local');
    const h1 = world.host('h1');
    const printer = h1.mdns.publishHost({ name: 'printer', onConflict: 'fail' });
    await expect(world.settle(printer.announced)).rejects.toMatchObject({ code: 'name-in-use' });
    world.advance(QUIET);
    expect(h1.mdns.status.state).toBe('up');
  });

  scenario('GBY-01 says goodbye when it is withdrawn, and when its signal is aborted', async (world) => {
    const h1 = world.host('h1');
    const stop = new AbortController();
    const withdrawn = h1.mdns.publishHost({ name: 'a' });
    const aborted = h1.mdns.publishHost({ name: 'b', signal: stop.signal });
    await world.settle(Promise.all([withdrawn.announced, aborted.announced]));
    await world.settle(withdrawn.withdraw());
    stop.abort();
    world.advance(10);
    const goodbyes = h1.sent({ kind: 'goodbye' }).flatMap(({ message }) => message.answers);
    expect(goodbyes).toContainEqual(address('a.local', '198.18.0.1', { ttl: 0 }));
    expect(goodbyes).toContainEqual(address('b.local', '198.18.0.1', { ttl: 0 }));
    expect(goodbyes.some(({ name }) => name === 'h1.local')).toBe(false);
  });

  scenario('GBY-01 a host that a service still needs stays until that is gone, too', async (world) => {
    const h1 = world.host('h1');
    const printer = h1.mdns.publishHost({ name: 'printer', addresses: ['198.18.0.50'] });
    const service = startService(h1, { host: 'printer' });
    world.advance(QUIET);
    void printer.withdraw();
    world.advance(QUIET);
    const peer = world.peer();
    const at = world.now;
    peer.ask({ questions: [{ name: 'printer.local', type: 'A', class: 1, unicastResponse: false }] });
    world.advance(100);
    expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toEqual([
      address('printer.local', '198.18.0.50'),
    ]);
    await world.settle(service.withdraw());
    world.advance(QUIET);
    const goodbyes = h1.sent({ kind: 'goodbye' }).flatMap(({ message }) => message.answers);
    expect(goodbyes).toContainEqual(address('printer.local', '198.18.0.50', { ttl: 0 }));
  });

  scenario('A-17 the same host twice is published once under its name and once under another', async (world) => {
    const h1 = world.host('h1');
    const hosts = ['h1', 'x', 'x'].map((name) => h1.mdns.publishHost({ name, addresses: ['198.18.0.50'] }));
    await world.settle(Promise.all(hosts.map(({ announced }) => announced)));
    expect(hosts.map(({ name }) => name)).toEqual(['h1-2', 'x', 'x-2']);
  });

  for (const [what, options, code] of [
    ['a name of two labels', { name: 'a.b' }, 'invalid-name'],
    ['an address that is none', { name: 'a', addresses: ['198.18.0'] }, 'invalid-option'],
    ['0.0.0.0 as an address', { name: 'a', addresses: ['0.0.0.0'] }, 'invalid-option'],
    ['a multicast group as an address', { name: 'a', addresses: ['198.18.0.50', 'FF02::FB'] }, 'invalid-option'],
    ['the broadcast address', { name: 'a', addresses: ['255.255.255.255'] }, 'invalid-option'],
    ['0.0.0.0 in an IPv6 address', { name: 'a', addresses: ['::ffff:0.0.0.0'] }, 'invalid-option'],
    ['a loopback address for others to hear', { name: 'a', addresses: ['127.0.0.1'] }, 'invalid-option'],
    ['a TTL below a second', { name: 'a', ttl: 0 }, 'invalid-option'],
  ] as const) {
    scenario(`refuses ${what}`, (world) => {
      const h1 = world.host('h1');
      expect(() => h1.mdns.publishHost(options)).toThrow(expect.objectContaining({ code }));
    });
  }
});
