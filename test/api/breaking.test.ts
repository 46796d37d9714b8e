/** When the engine breaks by a mistake of its own, everybody who waits hears of it, and the next engine works. */
import { describe, expect, it } from 'vitest';
import { createMdns } from '../../src/index.js';
import { startService } from '../support/actions.js';
import { breakBook } from '../support/broken-book.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type World } from '../support/world.js';

/** Makes the supervisor throw at the next report of a link. */
function breakEngine(world: World, host: TestHost): void {
  const spy = breakBook('place.changed');
  host.network.failWith('eth0', 'ENETUNREACH');
  world.advance(100);
  spy.mockRestore();
  host.network.heal('eth0');
}

describe('an engine that breaks', () => {
  scenario(
    'tells everybody who waits, and the status has the reason',
    async (world) => {
      const h1 = world.host('h1');
      const announced = startService(h1);
      world.advance(QUIET);
      const pending = h1.mdns.publish({ name: 'J', type: 't', port: 1 });
      const waits = [
        h1.mdns.lookup('nobody'),
        h1.mdns.resolve('N', 't'),
        h1.mdns.query('n.local', 'A'),
        h1.mdns.reverse('192.0.2.1'),
        h1.mdns.discover('t'),
        pending.announced,
      ].map((wait) =>
        wait.then(
          () => 'resolved',
          (error) => error.code,
        ),
      );
      const loop = (async () => {
        for await (const _ of h1.mdns.browse('t'));
      })().catch((error) => error.code);
      const watches = [h1.mdns.browse('t'), h1.mdns.browse(), h1.mdns.browseAll()].map((browse) =>
        world.record<object>(browse),
      );
      const changes = world.record(announced.changes$);
      const states = world.record(h1.mdns.status$);
      breakEngine(world, h1);
      expect(await Promise.all(waits)).toEqual(waits.map(() => 'internal'));
      expect(await loop).toBe('internal');
      expect(watches.map(({ error }) => error)).toEqual(
        watches.map(() => expect.objectContaining({ code: 'internal' })),
      );
      expect(changes.events.slice(-2)).toMatchObject([
        { event: 'failed', error: { code: 'internal' } },
        { event: 'withdrawn' },
      ]);
      expect([changes.completed, states.completed]).toEqual([true, true]);
      expect(h1.mdns.status).toMatchObject({ state: 'closed', reason: expect.stringMatching(/a bug/) });
      expect(() => h1.mdns.publish({ name: 'K', type: 't', port: 1 })).toThrow(
        expect.objectContaining({ code: 'internal' }),
      );
      await Promise.all([announced.withdraw(), h1.mdns.close(), h1.mdns.scanInterfaces()]);
    },
    { errors: true },
  );

  scenario(
    'rejects a withdrawal, a scan and a closing that were under way',
    async (world) => {
      const h1 = world.host('h1');
      const published = startService(h1);
      world.advance(QUIET);
      const withdrawn = published.withdraw();
      const scan = h1.mdns.scanInterfaces();
      const closed = h1.mdns.close();
      const spy = breakBook('publication.gone');
      world.advance(2_000);
      spy.mockRestore();
      await scan;
      await expect(withdrawn).rejects.toMatchObject({ code: 'internal' });
      await expect(closed).rejects.toMatchObject({ code: 'internal' });
      await h1.mdns.close();
    },
    { errors: true },
  );

  scenario(
    'makes room for the next one, on the same network',
    async (world) => {
      const h1 = world.host('h1');
      startService(h1);
      world.advance(QUIET);
      breakEngine(world, h1);
      expect(h1.network.openLinks).toBe(0);
      h1.start({ hostname: 'h1', ipv6: false });
      startService(h1);
      const h2 = world.host('h2');
      world.advance(QUIET);
      expect(await world.settle(h2.mdns.resolve('I', 't'))).toMatchObject({ port: 8085, host: 'h1.local' });
    },
    { errors: true },
  );

  it('works on the real network, too', async () => {
    const options = { interfaces: 'loopback', ipv4: '224.0.0.254:49151', ipv6: false } as const;
    const spy = breakBook('place.changed');
    const first = createMdns(options);
    await expect(first.lookup('nobody')).rejects.toMatchObject({ code: 'internal' });
    spy.mockRestore();
    const second = createMdns(options);
    const web = second.publish({ name: 'Web', type: 'http', port: 80 });
    await web.announced;
    await second.close();
  });
});
