/** `probed`: the name is ours, and the first announcement is about to leave. */
import { describe, expect } from 'vitest';
import { conflictsWith, startService } from '../support/actions.js';
import { scenario } from '../support/scenario.js';

describe('probed', () => {
  scenario('resolves after the last probe and before announced, also for a host and an alias', async (world) => {
    const h1 = world.host('h1');
    const published = [
      startService(h1),
      h1.mdns.publishHost({ name: 'other' }),
      h1.mdns.publishHost({ name: 'www', aliasOf: 'h1' }),
    ];
    const order: string[] = [];
    for (const [i, each] of published.entries()) {
      each.probed.then(() => order.push(`probed ${i}`));
      each.announced.then(() => order.push(`announced ${i}`));
    }
    world.advance(700);
    await Promise.resolve();
    expect(order).toEqual([]);
    await world.settle(Promise.all(published.map(({ announced }) => announced)));
    expect(h1.sent({ kind: 'probe' })).toHaveLength(3);
    for (const i of published.keys())
      expect(order.indexOf(`probed ${i}`)).toBeLessThan(order.indexOf(`announced ${i}`));
    expect(order).toHaveLength(6);
  });

  scenario('is about the name that was found after a conflict', async (world) => {
    conflictsWith(world.peer(), (name) => name.startsWith('I.'));
    const h1 = world.host('h1');
    const service = startService(h1);
    await world.settle(service.probed);
    expect(service.name).toBe('I (2)');
  });

  scenario('waits for every interface that works', async (world) => {
    const h1 = world.host('h1');
    h1.network.plug('eth1', world.newLan('other'), { addresses: ['198.19.0.1/24'] });
    world.advance(3_000);
    const service = startService(h1);
    await world.settle(service.probed);
    const links = new Set(h1.sent({ kind: 'probe', about: 'I._t._tcp.local' }).map(({ from }) => from));
    expect(links).toEqual(new Set(['h1/eth0', 'h1/eth1']));
  });

  scenario('rejects when the name is taken, or the service is withdrawn before', async (world) => {
    conflictsWith(world.peer(), (name) => name.startsWith('I.'));
    const h1 = world.host('h1');
    const failing = startService(h1, { onConflict: 'fail' });
    await expect(world.settle(failing.probed)).rejects.toMatchObject({ code: 'name-in-use' });
    const leaving = startService(h1, { name: 'J' });
    void leaving.withdraw();
    await expect(world.settle(leaving.probed)).rejects.toMatchObject({ code: 'closed' });
    // Nothing awaits this one: it causes no unhandled rejection.
    void startService(h1, { name: 'K' }).withdraw();
    world.advance(1_000);
  });
});
