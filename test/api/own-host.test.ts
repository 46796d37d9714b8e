/** Hosts of services: one of its own that is renamed with the service, and names outside of `.local`. */
import { describe, expect } from 'vitest';
import { AS_OTHERS_DO } from '../../src/api/publish.js';
import { conflictsWith, startService } from '../support/actions.js';
import { address, srv } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost } from '../support/world.js';

function said(host: TestHost) {
  return host.sent({ kind: 'response' }).flatMap(({ message }) => message.answers);
}

describe('ownHost', () => {
  for (const lost of ['I._t._tcp.local', 'cam.local']) {
    scenario(`CNF-03 a service and its host are renamed together when ${lost} is taken`, async (world) => {
      conflictsWith(world.peer(), (name) => name === lost);
      const h1 = world.host('h1');
      const service = startService(h1, { host: 'cam', ownHost: true });
      const other = startService(h1, { name: 'Other', host: 'h1' });
      const { events } = world.record(service.changes$);
      await world.settle(Promise.all([service.announced, other.announced]));
      world.advance(QUIET);
      expect(events).toMatchObject([
        { event: 'probing', name: 'I' },
        { event: 'renamed', name: 'I (2)', from: 'I' },
        { event: 'host-renamed', name: 'I (2)', host: 'cam-2.local', from: 'cam.local' },
        { event: 'announced', name: 'I (2)', host: 'cam-2.local' },
      ]);
      expect(said(h1)).toContainEqual(srv('I (2)._t._tcp.local', 'cam-2.local', 8085));
      expect(said(h1)).toContainEqual(address('cam-2.local', '198.18.0.1'));
      expect(said(h1)).toContainEqual(srv('Other._t._tcp.local', 'h1.local', 8085));
      expect(said(h1).filter(({ name }) => name === 'cam.local')).toEqual([]);
    });
  }

  scenario('CNF-03 both are renamed once when both are taken', async (world) => {
    conflictsWith(world.peer(), (name) => ['I._t._tcp.local', 'cam.local'].includes(name));
    const h1 = world.host('h1');
    const service = startService(h1, { host: 'cam', ownHost: true });
    const { events } = world.record(service.changes$);
    await world.settle(service.announced);
    expect(events.filter(({ event }) => event === 'renamed')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ event: 'announced', name: 'I (2)', host: 'cam-2.local' });
  });

  scenario('is not shared: the next service that names it gets another one', async (world) => {
    const h1 = world.host('h1');
    const first = startService(h1, { name: 'A', host: 'cam', ownHost: true });
    const second = startService(h1, { name: 'B', host: 'cam', ownHost: true });
    const third = startService(h1, { name: 'C', host: 'cam' });
    const { events } = world.record(second.changes$);
    await world.settle(Promise.all([first, second, third].map(({ announced }) => announced)));
    expect(events.at(-1)).toMatchObject({ event: 'announced', host: 'cam-2.local' });
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'host-renamed', from: 'cam.local', host: 'cam-2.local' }),
    );
    expect(said(h1)).toContainEqual(srv('A._t._tcp.local', 'cam.local', 8085));
  });

  scenario('goes with its service', async (world) => {
    const h1 = world.host('h1');
    const service = startService(h1, { host: 'cam', ownHost: true });
    await world.settle(service.announced);
    await world.settle(service.withdraw());
    const goodbyes = h1.sent({ kind: 'goodbye' }).flatMap(({ message }) => message.answers);
    expect(goodbyes).toContainEqual(address('cam.local', '198.18.0.1', { ttl: 0 }));
  });

  scenario('gets a new name also when the user chooses that of the service', async (world) => {
    conflictsWith(world.peer(), (name) => name === 'cam.local');
    const h1 = world.host('h1');
    const service = startService(h1, { host: 'cam', ownHost: true, onConflict: (name) => `${name} here` });
    const { events } = world.record(service.changes$);
    await world.settle(service.announced);
    expect(events.at(-1)).toMatchObject({ event: 'announced', name: 'I here', host: 'cam-2.local' });
  });

  scenario('fails with its service when its name is taken and the policy is "fail"', async (world) => {
    conflictsWith(world.peer(), (name) => name === 'cam.local');
    const h1 = world.host('h1');
    const service = startService(h1, { host: 'cam', ownHost: true, onConflict: 'fail' });
    await expect(world.settle(service.announced)).rejects.toMatchObject({ code: 'name-in-use' });
  });

  scenario('keeps trying for both names under that policy', async (world) => {
    const stop = conflictsWith(world.peer(), (name) => name === 'cam.local');
    const h1 = world.host('h1');
    const service = startService(h1, { host: 'cam', ownHost: true, onConflict: 'keep-trying' });
    world.advance(20_000);
    stop();
    await world.settle(service.announced);
    expect(service.name).toBe('I');
    expect(said(h1)).toContainEqual(srv('I._t._tcp.local', 'cam.local', 8085));
  });

  scenario('the replacement for ciao writes its number in brackets', async (world) => {
    conflictsWith(world.peer(), (name) => name.startsWith('I.'));
    const h1 = world.host('h1');
    const options = { host: 'cam', ownHost: true, [AS_OTHERS_DO]: { bracketed: true } };
    const service = startService(h1, options);
    await world.settle(service.announced);
    expect(said(h1)).toContainEqual(srv('I (2)._t._tcp.local', 'cam-(2).local', 8085));
  });
});

describe('the exact name of a host', () => {
  for (const [host, target] of [
    ['nas.', 'nas'],
    ['nas.example.com.', 'nas.example.com'],
  ] as const) {
    scenario(`"${host}" is in the SRV record as ${target}, with the addresses of this machine`, async (world) => {
      const h1 = world.host('h1');
      const watching = world.host('watching');
      const seen = world.record(watching.mdns.browse('t'));
      await world.settle(startService(h1, { host }).announced);
      world.advance(QUIET);
      expect(said(h1)).toContainEqual(srv('I._t._tcp.local', target, 8085));
      expect(said(h1)).toContainEqual(address(target, '198.18.0.1'));
      expect(seen.events).toMatchObject([
        { event: 'up', instance: { host: target, addresses: [{ address: '198.18.0.1' }] } },
      ]);
    });
  }

  scenario('is claimed like any other', async (world) => {
    conflictsWith(world.peer(), (name) => name === 'nas');
    const h1 = world.host('h1');
    await world.settle(startService(h1, { host: 'nas.' }).announced);
    expect(said(h1)).toContainEqual(srv('I._t._tcp.local', 'nas-2', 8085));
  });
});
