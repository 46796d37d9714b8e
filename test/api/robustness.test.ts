/** What users do wrong, and what their functions throw, harms nobody but themselves. */
import { setTimeout as sleep } from 'node:timers/promises';
import { config } from 'rxjs';
import { describe, expect } from 'vitest';
import { conflictsWith, startService } from '../support/actions.js';
import { ptr } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const TYPE = '_t._tcp.local';
const oops = (): never => {
  throw new Error('a mistake of the user');
};

describe('robustness', () => {
  scenario('a logger that throws', (world) => {
    const h1 = world.host('h1', { logger: { debug: oops, info: oops, warn: oops, error: oops } });
    startService(h1);
    world.advance(QUIET);
    expect(h1.sent({ kind: 'response' })).toHaveLength(2);
  });

  scenario('listeners that throw', async (world) => {
    // RxJS tells of them in a turn of their own, where they would end the process.
    const told: unknown[] = [];
    config.onUnhandledError = (error) => told.push(error);
    const h1 = world.host('h1');
    const published = startService(h1);
    published.changes$.subscribe(oops);
    h1.mdns.status$.subscribe(oops);
    h1.mdns.hostname$.subscribe(oops);
    h1.mdns.browse('t').subscribe(oops);
    const seen = world.record(h1.mdns.browse('t'));
    world.advance(QUIET);
    expect(h1.sent({ kind: 'response' }).length).toBeGreaterThan(1);
    expect(seen.events.map(({ event }) => event)).toEqual(['up']);
    expect(h1.mdns.status.state).toBe('up');
    await world.close();
    await sleep(5);
    config.onUnhandledError = null;
    expect(told.length).toBeGreaterThan(3);
  });

  scenario('a loop that throws ends its watch', async (world) => {
    const h1 = world.host('h1');
    startService(world.host('h2'));
    const loop = (async () => {
      for await (const _ of h1.mdns.browse('t')) oops();
    })();
    await expect(world.settle(loop)).rejects.toThrow('a mistake of the user');
    world.advance(QUIET);
    const at = world.now;
    world.advance(QUIET);
    expect(h1.sent({ since: at, kind: 'query' })).toEqual([]);
  });

  scenario('an interfaces function that throws leaves the interface out, and the status says so', (world) => {
    const h1 = world.host('h1', { interfaces: oops });
    world.advance(1_000);
    expect(h1.mdns.status).toMatchObject({
      state: 'down',
      links: [{ state: 'unused', reason: expect.stringMatching(/a mistake of the user/) }, {}],
    });
  });

  scenario(
    'an inspector that throws',
    (world) => {
      const h1 = world.host('h1', { inspect: oops });
      startService(h1);
      world.advance(QUIET);
      expect(h1.sent({ kind: 'response' })).toHaveLength(2);
      const errors = h1.lines.filter(({ level }) => level === 'error');
      expect(errors.map(({ message }) => message)).toEqual([
        expect.stringMatching(/inspector threw.*a mistake of the user/),
      ]);
    },
    { errors: true },
  );

  scenario('a logger whose promises reject', async (world) => {
    const reject = () => Promise.reject(new Error('a mistake of the user'));
    const h1 = world.host('h1', { logger: { debug: reject, info: reject, warn: reject, error: reject } });
    startService(h1);
    await world.pass(QUIET);
    expect(h1.sent({ kind: 'response' })).toHaveLength(2);
  });

  for (const [what, rejecting] of [
    ['rejects', () => Promise.reject(new Error('a mistake of the user'))],
    // biome-ignore lint/suspicious/noThenProperty: what is like a promise may be anything
    ['has a then that throws', () => ({ then: oops })],
  ] as const) {
    scenario(
      `an inspector whose result ${what} is left out`,
      async (world) => {
        let calls = 0;
        const inspect = () => {
          calls++;
          return rejecting() as unknown as undefined;
        };
        const h1 = world.host('h1', { inspect });
        startService(h1);
        await world.pass(QUIET);
        const heard = calls;
        startService(h1, { name: 'J' });
        await world.pass(QUIET);
        expect(calls).toBe(heard);
        const errors = h1.lines.filter(({ level }) => level === 'error');
        expect(errors.map(({ message }) => message)).toEqual([
          expect.stringMatching(/inspector threw.*a mistake of the user/),
        ]);
      },
      { errors: true },
    );
  }

  scenario('functions that change what they get change nothing of ours', (world) => {
    const spoil = (on: object) => {
      for (const key of Object.keys(on)) Reflect.set(on, key, undefined);
      return true;
    };
    const addressFilter = (address: object, on: object) => spoil(address) && spoil(on);
    const h1 = world.host('h1', { interfaces: spoil, addressFilter });
    startService(h1);
    world.advance(QUIET);
    expect(h1.mdns.status.links[0]).toMatchObject({ interface: 'eth0', addresses: ['198.18.0.1'], state: 'up' });
    expect(h1.sent({ kind: 'response' }).flatMap(({ message }) => message.answers)).toContainEqual(
      expect.objectContaining({ name: 'h1.local', type: 'A', address: '198.18.0.1' }),
    );
  });

  scenario(
    'an interfaces function that returns a promise leaves the interface out, and the status says so',
    async (world) => {
      const choose = () => Promise.reject(new Error('a mistake of the user')) as unknown as boolean;
      const h1 = world.host('h1', { interfaces: choose });
      await world.pass(1_000);
      expect(h1.mdns.status.links[0]).toMatchObject({
        state: 'unused',
        reason: expect.stringMatching(/returned a promise/),
      });
    },
  );

  scenario(
    'an onConflict function that keeps returning a taken name fails after 15 of them',
    async (world) => {
      conflictsWith(world.peer(), (name) => name.endsWith(TYPE));
      const h1 = world.host('h1');
      const chosen: string[] = [];
      const onConflict = (name: string) => {
        chosen.push(name);
        return 'I';
      };
      const published = startService(h1, { onConflict });
      const { events } = world.record(published.changes$);
      await expect(world.settle(published.announced, 600_000)).rejects.toMatchObject({
        code: 'name-in-use',
        message: expect.stringMatching(/chose 15 names/),
      });
      world.advance(QUIET);
      expect(chosen).toHaveLength(15);
      expect(events.slice(-2).map(({ event }) => event)).toEqual(['failed', 'withdrawn']);
      expect(h1.mdns.status.state).toBe('up');
    },
    { errors: true },
  );

  for (const [what, onConflict, code] of [
    ['throws', oops, 'name-in-use'],
    ['returns a promise that rejects', () => Promise.reject(new Error('no')) as unknown as string, 'invalid-option'],
    ['returns a number', () => 5 as unknown as string, 'invalid-name'],
    ['returns a full name', () => 'J._t._tcp.local', 'invalid-name'],
    ['returns a name with a control character', () => 'a\nb', 'invalid-name'],
    ['returns an empty name', () => '', 'invalid-name'],
    ['returns a name that is too long', () => 'x'.repeat(64), 'invalid-name'],
  ] as const) {
    scenario(`an onConflict function that ${what} ends the publication`, async (world) => {
      conflictsWith(world.peer(), (name) => name === `I.${TYPE}`);
      const h1 = world.host('h1');
      const published = startService(h1, { onConflict });
      const { events } = world.record(published.changes$);
      await expect(world.settle(published.announced)).rejects.toMatchObject({ code });
      world.advance(QUIET);
      expect(events.map(({ event }) => event)).toEqual(['probing', 'failed', 'withdrawn']);
      expect(h1.mdns.status.state).toBe('up');
    });
  }

  for (const subtype of ['x'.repeat(64), ''] as const) {
    scenario(`a subtype of ${subtype.length} bytes is refused where it is given`, async (world) => {
      const h1 = world.host('h1');
      expect(() => h1.mdns.browse('t', { subtype })).toThrow(expect.objectContaining({ code: 'invalid-name' }));
      await expect(h1.mdns.discover('t', { subtype })).rejects.toMatchObject({ code: 'invalid-name' });
      world.advance(1_000);
      expect(h1.mdns.status.state).toBe('up');
    });
  }

  scenario('a signal that is aborted in the middle of an event', (world) => {
    const h1 = world.host('h1');
    const stop = new AbortController();
    const seen: string[] = [];
    h1.mdns.browse('t', { signal: stop.signal, resolve: false }).subscribe(({ instance }) => {
      seen.push(instance.name);
      stop.abort();
    });
    world.advance(1_000);
    const peer = world.peer();
    peer.say([ptr(TYPE, `I.${TYPE}`), ptr(TYPE, `J.${TYPE}`)]);
    world.advance(1_000);
    peer.say([ptr(TYPE, `K.${TYPE}`)]);
    world.advance(1_000);
    expect(seen).toEqual(['I']);
  });

  scenario('closing in the middle of an event', (world) => {
    const h1 = world.host('h1');
    const published = startService(h1);
    published.changes$.subscribe(({ event }) => {
      if (event === 'announced') void h1.mdns.close();
    });
    world.advance(QUIET);
    expect(h1.mdns.status.state).toBe('closed');
  });

  scenario('withdrawing and publishing in the middle of an event', (world) => {
    const h1 = world.host('h1');
    const published = startService(h1);
    published.changes$.subscribe(({ event }) => {
      if (event !== 'announced') return;
      void published.withdraw();
      startService(h1, { name: 'J' });
    });
    world.advance(QUIET);
    expect(h1.sent({ kind: 'response', about: `J.${TYPE}` })).toHaveLength(2);
  });
});
