/** When a program claims and announces the name of its host: `announceHost`. */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type World } from '../support/world.js';

const NAME = 'machine-node.local';

/** A host under its default name. */
function unnamed(world: World, announceHost?: boolean): TestHost {
  const host = world.host('machine', { announceHost: false });
  void host.mdns.close();
  world.advance(QUIET);
  host.start({ ipv6: false, ...(announceHost !== undefined && { announceHost }) });
  return host;
}

/** Whether the name of the host was probed for and announced within the next ten seconds. */
function announces(world: World, host: TestHost): boolean {
  const since = world.now;
  world.advance(QUIET);
  const probes = host.sent({ kind: 'probe', about: NAME, since });
  const answers = host.sent({ kind: 'response', since }).flatMap(({ message }) => message.answers);
  const announced = answers.filter(({ name, type }) => name === NAME && type === 'A');
  expect([0, 3]).toContain(probes.length);
  expect(announced.length).toBe(probes.length === 0 ? 0 : 2);
  return probes.length > 0;
}

describe('announceHost', () => {
  scenario('a program that only browses sends nothing but questions', (world) => {
    const host = unnamed(world);
    world.record(host.mdns.browse('t'));
    world.record(host.mdns.browseAll());
    const since = world.now;
    expect(announces(world, host)).toBe(false);
    expect(host.sent({ since }).every(({ message }) => !message.response && message.authorities.length === 0)).toBe(
      true,
    );
    expect(host.mdns.hostname).toBe(NAME);
  });

  scenario('by default the host is announced with the first service', (world) => {
    const host = unnamed(world);
    expect(announces(world, host)).toBe(false);
    startService(host);
    expect(announces(world, host)).toBe(true);
  });

  scenario('by default the host is announced with another name of it, and not with another machine', (world) => {
    const host = unnamed(world);
    host.mdns.publishHost({ name: 'printer', addresses: ['198.18.0.50'] });
    startService(host, { host: 'scanner', addresses: ['198.18.0.51'] });
    expect(announces(world, host)).toBe(false);
    host.mdns.publishHost({ name: 'alias' });
    expect(announces(world, host)).toBe(true);
  });

  scenario('the host has the first choice of its own name', async (world) => {
    const host = unnamed(world);
    const twin = host.mdns.publishHost({ name: 'machine-node' });
    await world.settle(twin.announced);
    expect([host.mdns.hostname, twin.name]).toEqual([NAME, 'machine-node-2']);
  });

  scenario('the host stays when its last service goes', async (world) => {
    const host = unnamed(world);
    const service = startService(host);
    expect(announces(world, host)).toBe(true);
    await world.settle(service.withdraw());
    startService(host, { name: 'J' });
    expect(announces(world, host)).toBe(false);
  });

  scenario('with a hostname, or with true, the host is announced from the start', (world) => {
    expect(announces(world, unnamed(world, true))).toBe(true);
    const named = world.host('h2');
    world.advance(QUIET);
    expect(named.sent({ kind: 'probe', about: 'h2.local' })).toHaveLength(3);
  });

  scenario('with false, the host is announced for a service of its own alone', (world) => {
    const host = unnamed(world, false);
    host.mdns.publishHost({ name: 'alias' });
    expect(announces(world, host)).toBe(false);
    startService(host);
    expect(announces(world, host)).toBe(true);
  });
});
