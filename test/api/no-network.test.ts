/** No network is not an empty network, and an interface that is not there yet is waited for. */
import { describe, expect } from 'vitest';
import type { Mdns } from '../../src/index.js';
import { startService } from '../support/actions.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const waits: Readonly<
  Record<string, (mdns: Mdns, options: { timeout?: number; interfaces?: string[] }) => Promise<unknown>>
> = {
  discover: (mdns, options) => mdns.discover('t', options),
  resolve: (mdns, options) => mdns.resolve('I', 't', options),
  lookup: (mdns, options) => mdns.lookup('h2', options),
  query: (mdns, options) => mdns.query('h2', 'A', options),
  reverse: (mdns, options) => mdns.reverse('198.18.0.2', options),
};

describe('without a network', () => {
  for (const [name, wait] of Object.entries(waits)) {
    scenario(`${name} ends with no-network and the reason of status, at its timeout`, async (world) => {
      const h1 = world.host('h1', { interfaces: 'loopback' });
      const at = world.now;
      await expect(world.settle(wait(h1.mdns, { timeout: 2_000 }))).rejects.toMatchObject({
        code: 'no-network',
        message: expect.stringContaining(h1.mdns.status.reason ?? 'a reason'),
      });
      expect(world.now - at).toBeGreaterThanOrEqual(2_000);
    });

    scenario(`${name} is served by a link that comes up in time`, async (world) => {
      const h1 = world.host('h1', { interfaces: ['eth1'] });
      startService(world.host('h2', { announceHost: true }));
      world.advance(QUIET);
      const found = wait(h1.mdns, { timeout: 10_000 });
      world.advance(4_000);
      h1.network.plug('eth1', world.lan, { addresses: ['198.18.0.9/24'] });
      await expect(world.settle(found)).resolves.toBeDefined();
    });

    scenario(`${name} on an interface that is not there names it, and those that are`, async (world) => {
      const h1 = world.host('h1');
      world.advance(QUIET);
      await expect(world.settle(wait(h1.mdns, { timeout: 500, interfaces: ['eth7'] }))).rejects.toMatchObject({
        code: 'no-network',
        message: expect.stringMatching(/There is no interface "eth7"; there are eth0\./),
      });
    });
  }

  scenario('an empty network is no reason to fail', async (world) => {
    const h1 = world.host('h1');
    expect(await world.settle(h1.mdns.discover('t', { timeout: 500 }))).toEqual([]);
    await expect(world.settle(h1.mdns.resolve('I', 't', { timeout: 500 }))).rejects.toMatchObject({ code: 'timeout' });
  });

  scenario('a network that went meanwhile counts', async (world) => {
    const h1 = world.host('h1');
    world.advance(QUIET);
    const found = h1.mdns.discover('t', { timeout: 5_000 });
    world.advance(100);
    h1.network.unplug('eth0');
    expect(await world.settle(found)).toEqual([]);
  });

  scenario('resolve waits for ever with timeout Infinity', async (world) => {
    const h1 = world.host('h1', { interfaces: ['eth1'] });
    startService(world.host('h2'));
    const found = h1.mdns.resolve('I', 't', { timeout: Number.POSITIVE_INFINITY });
    world.advance(3_600_000);
    h1.network.plug('eth1', world.lan, { addresses: ['198.18.0.9/24'] });
    expect(await world.settle(found)).toMatchObject({ port: 8085 });
  });
});

describe('whenAnnounced', () => {
  scenario('resolves when it is announced, at once when it has been', async (world) => {
    const published = startService(world.host('h1'));
    await world.settle(published.whenAnnounced({ timeout: 5_000 }));
    await published.whenAnnounced({ timeout: 1 });
    await published.whenAnnounced();
  });

  scenario('rejects with no-network and the reason of status when no link was usable', async (world) => {
    const h1 = world.host('h1', { interfaces: ['eth1'] });
    const published = startService(h1);
    await expect(world.settle(published.whenAnnounced({ timeout: 2_000 }))).rejects.toMatchObject({
      code: 'no-network',
      message: expect.stringContaining(h1.mdns.status.reason ?? 'a reason'),
    });
    // It is published all the same, as soon as there is a network.
    h1.network.plug('eth1', world.lan, { addresses: ['198.18.0.9/24'] });
    await world.settle(published.whenAnnounced({ timeout: 10_000 }));
  });

  scenario('waits without a timeout, as announced does', async (world) => {
    const h1 = world.host('h1', { interfaces: ['eth1'] });
    const published = startService(h1);
    const announced = [published.announced, published.whenAnnounced()];
    world.advance(3_600_000);
    h1.network.plug('eth1', world.lan, { addresses: ['198.18.0.9/24'] });
    await world.settle(Promise.all(announced));
  });

  scenario('rejects with timeout when the time was too short', async (world) => {
    const published = startService(world.host('h1'));
    await expect(world.settle(published.whenAnnounced({ timeout: 100 }))).rejects.toMatchObject({ code: 'timeout' });
    await world.settle(published.announced);
  });

  scenario('ends with its signal, and leaves no timer', async (world) => {
    const h1 = world.host('h1', { interfaces: ['eth1'] });
    const published = startService(h1);
    const stop = new AbortController();
    const announced = published.whenAnnounced({ signal: stop.signal, timeout: 1_000_000 });
    stop.abort('enough');
    await expect(announced).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    await expect(published.whenAnnounced({ signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
  });

  scenario('rejects as announced does', async (world) => {
    const published = startService(world.host('h1'));
    const announced = expect(published.whenAnnounced({ timeout: 60_000 })).rejects.toMatchObject({ code: 'closed' });
    await world.settle(published.withdraw());
    await announced;
  });
});

describe('the name of an interface that is not there', () => {
  scenario('waits, and log and status name it beside those that are', (world) => {
    const other = world.newLan('other');
    const h1 = world.host('h1', { interfaces: ['eth0', 'eth1'] });
    world.advance(1_000);
    const sentence = 'There is no interface "eth1"; there are eth0. It is used as soon as it appears.';
    expect(h1.mdns.status).toMatchObject({ state: 'degraded', reason: sentence });
    expect(h1.lines).toContainEqual({ level: 'warn', message: sentence, details: { interfaces: ['eth0'] } });
    h1.network.plug('eth1', other, { addresses: ['198.19.0.1/24'] });
    world.advance(QUIET);
    expect(h1.mdns.status).toMatchObject({ state: 'up', reason: undefined });
  });

  for (const [what, use] of [
    ['a publication', (mdns: Mdns) => mdns.publish({ name: 'I', type: 't', port: 1, interfaces: ['eth0', 'eth7'] })],
    ['a host', (mdns: Mdns) => mdns.publishHost({ name: 'alias', interfaces: ['eth7'] })],
    [
      'a browse',
      (mdns: Mdns) =>
        mdns
          .browse('t', { interfaces: ['eth7'] })
          .subscribe()
          .add(() => {}),
    ],
  ] as const) {
    scenario(`is in the log for ${what}`, (world) => {
      const h1 = world.host('h1');
      world.advance(1_000);
      use(h1.mdns);
      const warnings = h1.lines.filter(({ level }) => level === 'warn');
      expect(warnings).toMatchObject([{ message: expect.stringMatching(/no interface "eth7"; there are eth0\./) }]);
    });
  }

  scenario('may be loopback, in a list with others', (world) => {
    const h1 = world.host('h1', { lo: true, interfaces: ['loopback', 'eth0'] });
    world.advance(1_000);
    const up = h1.mdns.status.links.filter(({ state }) => state === 'up');
    expect(up.map((link) => link.interface)).toEqual(['eth0', 'lo']);
  });
});
