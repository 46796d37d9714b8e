/** Names of several labels, aliases (CNAME) for hosts, and services of hosts that another program publishes. */
import { describe, expect } from 'vitest';
import { conflictsWith, startService } from '../support/actions.js';
import { address, all, cname, srv, told } from '../support/alias-peers.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost } from '../support/world.js';

const saidOf = (host: TestHost, name: string) =>
  host
    .sent({ kind: 'response', about: name })
    .flatMap(({ message }) => [...message.answers, ...message.additionals])
    .filter((record) => record.name === name);

describe('a host name of several labels', () => {
  scenario('is claimed, found, and renamed in its first label', async (world) => {
    conflictsWith(world.peer(), (name) => name === 'git.nas.local');
    const [h1, h2] = [world.host('h1'), world.host('h2')];
    const git = h1.mdns.publishHost({ name: 'git.nas.local' });
    await world.settle(git.announced);
    expect(git.name).toBe('git-2');
    await expect(world.settle(h2.mdns.lookup('git-2.nas.local'))).resolves.toMatchObject({
      host: 'git-2.nas.local',
      addresses: [{ address: '198.18.0.1' }],
    });
  });
});

describe('an alias', () => {
  scenario('leads to this host: one query, one answer with the alias and the addresses', async (world) => {
    const [h1, h2] = [world.host('h1'), world.host('h2')];
    const git = h1.mdns.publishHost({ name: 'git.nas.local', aliasOf: 'h1' });
    const { events } = world.record(git.changes$);
    await world.settle(git.announced);
    expect(events).toMatchObject([{ event: 'probing' }, { event: 'announced', name: 'git', host: 'git.nas.local' }]);
    world.advance(QUIET);
    const since = world.now;
    await expect(world.settle(h2.mdns.lookup('git.nas.local'))).resolves.toMatchObject({
      host: 'h1.local',
      addresses: [{ address: '198.18.0.1' }],
    });
    expect(world.now - since).toBeLessThan(400);
    expect(saidOf(h1, 'git.nas.local')).toContainEqual(cname('git.nas.local', 'h1.local'));
    await world.settle(git.withdraw());
    expect(saidOf(h1, 'git.nas.local').at(-1)).toEqual(cname('git.nas.local', 'h1.local', { ttl: 0 }));
  });

  scenario('follows the host when that is renamed, and is announced after its host', async (world) => {
    conflictsWith(world.peer(), (name) => name === 'h1.local');
    const h1 = world.host('h1', { hostname: 'h1' });
    const www = h1.mdns.publishHost({ name: 'www', aliasOf: 'h1' });
    await world.settle(www.announced);
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe('h1-2.local');
    expect(saidOf(h1, 'www.local')).not.toContainEqual(cname('www.local', 'h1.local'));
    expect(saidOf(h1, 'www.local')).toContainEqual(cname('www.local', 'h1-2.local'));
  });

  scenario('is probed for, and renamed when another host has the name', async (world) => {
    conflictsWith(world.peer(), (name) => name === 'www.local');
    const h1 = world.host('h1');
    const www = h1.mdns.publishHost({ name: 'www', aliasOf: 'h1' });
    await world.settle(www.announced);
    expect(www.name).toBe('www-2');
    await expect(world.settle(h1.mdns.query('www-2', 'CNAME'))).resolves.toMatchObject([
      { record: { target: 'h1.local' } },
    ]);
  });

  scenario('may lead to a host of another machine, whose addresses are asked of that machine', async (world) => {
    const [h1, h2] = [world.host('h1'), world.host('h2')];
    const peer = world.peer();
    told(peer, [address('nas.local', '198.18.0.99')]);
    const www = h1.mdns.publishHost({ name: 'www', aliasOf: 'nas' });
    await world.settle(www.announced);
    await expect(world.settle(h2.mdns.lookup('www'))).resolves.toMatchObject({
      host: 'nas.local',
      addresses: [{ address: '198.18.0.99' }],
    });
    expect(saidOf(h1, 'nas.local')).toEqual([]);
  });

  scenario('of an alias follows it; a service at an alias points to the host itself (RFC 2782)', async (world) => {
    const h1 = world.host('h1');
    h1.mdns.publishHost({ name: 'one', aliasOf: 'h1' });
    const two = h1.mdns.publishHost({ name: 'two', aliasOf: 'one' });
    const service = startService(h1, { host: 'two' });
    await world.settle(Promise.all([two.announced, service.announced]));
    world.advance(QUIET);
    expect(saidOf(h1, 'two.local')).toContainEqual(cname('two.local', 'one.local'));
    expect(saidOf(h1, 'I._t._tcp.local')).toContainEqual(srv('I._t._tcp.local', 'h1.local', 8085));
    await expect(world.settle(world.host('h2').mdns.lookup('two'))).resolves.toMatchObject({ host: 'h1.local' });
  });

  scenario('aliases in a circle lead nowhere, and cost a bounded number of packets', async (world) => {
    const [h1, h2] = [world.host('h1'), world.host('h2')];
    const one = h1.mdns.publishHost({ name: 'one', aliasOf: 'two' });
    const two = h1.mdns.publishHost({ name: 'two', aliasOf: 'one' });
    const service = startService(h1, { host: 'one' });
    await world.settle(Promise.all([one.announced, two.announced, service.announced]));
    const since = world.now;
    await expect(world.settle(h2.mdns.lookup('one'))).rejects.toMatchObject({ code: 'timeout' });
    expect(world.log.packets.filter(({ time }) => time >= since).length).toBeLessThan(20);
  });
});

describe('an SRV record whose target is an alias, which RFC 2782 forbids', () => {
  scenario('is resolved, and its instance is up with the addresses of the host behind', async (world) => {
    const h1 = world.host('h1');
    told(world.peer(), [...all, cname('p.local', 'q.local'), cname('q.local', 'r.local')]);
    told(world.peer(), [address('r.local', '198.18.0.77')]);
    const { events } = world.record(h1.mdns.browse('t'));
    await expect(world.settle(h1.mdns.resolve('I', 't'))).resolves.toMatchObject({
      host: 'p.local',
      addresses: [{ address: '198.18.0.77' }],
    });
    world.advance(5_000);
    expect(events).toMatchObject([{ event: 'up', instance: { addresses: [{ address: '198.18.0.77' }] } }]);
  });
});

describe('claimHost: false', () => {
  scenario('a service of a host that another program publishes neither claims nor awaits it', async (world) => {
    told(world.peer(), [address('box.local', '198.18.0.99')]);
    const h1 = world.host('h1', { announceHost: false });
    const service = startService(h1, { host: 'box', claimHost: false });
    const { events } = world.record(service.changes$);
    await world.settle(service.announced);
    expect(events.at(-1)).toMatchObject({ event: 'announced', name: 'I', host: 'box.local' });
    world.advance(QUIET);
    expect(h1.sent().filter(({ message }) => message.authorities.some(({ type }) => type === 'A'))).toEqual([]);
    expect(saidOf(h1, 'box.local')).toEqual([]);
    await expect(world.settle(world.host('h2').mdns.resolve('I', 't'))).resolves.toMatchObject({
      host: 'box.local',
      addresses: [{ address: '198.18.0.99' }],
    });
  });

  scenario('with a name of our own it is the same as without', async (world) => {
    const h1 = world.host('h1');
    const service = startService(h1, { host: 'h1', claimHost: false });
    await world.settle(service.announced);
    await expect(world.settle(world.host('h2').mdns.resolve('I', 't'))).resolves.toMatchObject({ host: 'h1.local' });
  });
});
