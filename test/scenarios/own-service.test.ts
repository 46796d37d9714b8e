/** A host finds what it publishes itself, and does so once (trap A-38). */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

describe('own services', () => {
  for (const [families, addresses] of [
    ['IPv4', ['198.18.0.1/24']],
    ['both families', ['198.18.0.1/24', 'fe80::1/64']],
  ] as const) {
    for (const order of ['browsing first', 'publishing first'] as const) {
      scenario(`A-38 is up once and down once over ${families}, ${order}`, (world) => {
        const h1 = world.host('h1', { addresses });
        const early = order === 'browsing first' ? world.record(h1.mdns.browse('t')) : undefined;
        const published = startService(h1);
        world.advance(QUIET);
        const seen = early ?? world.record(h1.mdns.browse('t'));
        world.advance(QUIET);
        expect(seen.events.filter(({ event }) => event !== 'changed').map(({ event }) => event)).toEqual(['up']);
        const found = seen.events.at(-1)?.instance;
        expect(found).toMatchObject({ name: 'I', host: 'h1.local', port: 8085, txt: { a: '1' } });
        expect(found?.addresses.map((each) => each.address).sort()).toEqual(
          addresses.map((each) => each.split('/')[0]).sort(),
        );
        void published.withdraw();
        world.advance(QUIET);
        expect(seen.events.filter(({ event }) => event !== 'changed').map(({ event }) => event)).toEqual([
          'up',
          'down',
        ]);
      });
    }
  }

  // Two processes of one address: the rate limit holds for each of them.
  const twoProcesses = { except: ['RSP-11'] } as const;

  scenario(
    'A-38 another process of the same host finds it, too',
    (world) => {
      const h1 = world.host('h1');
      startService(h1);
      world.advance(QUIET);
      const second = h1.start({ network: h1.network.process(), hostname: 'h1', ipv6: false });
      const seen = world.record(second.browse('t'));
      world.advance(QUIET);
      expect(seen.events.map(({ event }) => event)).toEqual(['up']);
      expect(second.hostname).toBe('h1.local');
    },
    twoProcesses,
  );

  scenario(
    'COP-02 one of two processes with one host name leaves, and takes nothing from the other',
    async (world) => {
      const h1 = world.host('h1');
      startService(h1);
      world.advance(QUIET);
      const second = h1.start({ network: h1.network.process(), hostname: 'h1', ipv6: false });
      startService(h1, { name: 'J' });
      const watching = world.host('watching');
      const seen = world.record(watching.mdns.browse('t'));
      world.advance(QUIET);
      await world.settle(second.close());
      world.advance(QUIET);
      const last = seen.events.filter(({ instance }) => instance.name === 'I').at(-1);
      expect(last).toMatchObject({ event: 'up', instance: { addresses: [{ address: '198.18.0.1' }] } });
      expect(seen.events.at(-1)).toMatchObject({ event: 'down', instance: { name: 'J' } });
      expect(await world.settle(watching.mdns.lookup('h1'))).toMatchObject({ addresses: [{ address: '198.18.0.1' }] });
    },
    twoProcesses,
  );

  scenario('A-38 resolves and looks up what it publishes', async (world) => {
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    expect(await world.settle(h1.mdns.resolve('I', 't'))).toMatchObject({ name: 'I', host: 'h1.local', port: 8085 });
    expect(await world.settle(h1.mdns.lookup('h1'))).toMatchObject({ addresses: [{ address: '198.18.0.1' }] });
  });
});
