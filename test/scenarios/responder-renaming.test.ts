/** What becomes of names that others have, as users want it: renamed, chosen, given up, waited for (RFC 6762 section 9). */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const HOST = 'h1.local';
const TYPE = '_t._tcp.local';

describe('names in use', () => {
  for (const [policy, taken, name, last] of [
    ['rename', ['alias'], 'alias-2', 'announced'],
    [(own: string) => `${own}-mine`, ['alias'], 'alias-mine', 'announced'],
    [() => undefined, ['alias'], 'alias', 'withdrawn'],
    ['fail', ['alias'], 'alias', 'withdrawn'],
    ['keep-trying', ['alias'], 'alias', 'probing'],
  ] as const) {
    scenario(
      `CNF-03 CNF-04 policy ${typeof policy === 'function' ? (policy('alias') ?? 'to give up') : policy}`,
      (world) => {
        const holder = world.host('holder');
        for (const each of taken) holder.mdns.publishHost({ name: each });
        world.advance(QUIET);
        const h1 = world.host('h1');
        const alias = h1.mdns.publishHost({ name: 'alias', onConflict: policy });
        const { events } = world.record(alias.changes$);
        world.advance(QUIET);
        expect(alias.name).toBe(name);
        expect(events.at(-1)?.event).toBe(last);
        expect(h1.sent({ kind: 'response', about: 'alias.local' })).toEqual([]);
        expect(h1.mdns.hostname).toBe(HOST);
      },
    );
  }

  scenario('CNF-03 whoever is refused a name of our own leaves it to its holder', async (world) => {
    const h1 = world.host('h1');
    const holder = startService(h1);
    world.advance(QUIET);
    const refused = startService(h1, { onConflict: 'fail' });
    await expect(world.settle(refused.announced)).rejects.toMatchObject({ code: 'name-in-use' });
    const third = startService(h1);
    expect([holder.name, third.name]).toEqual(['I', 'I (2)']);
    world.advance(QUIET);
    expect([holder.name, third.name]).toEqual(['I', 'I (2)']);
  });

  scenario('CNF-07 a host that is renamed takes its services along, once', (world) => {
    const holder = world.host('holder');
    holder.mdns.publishHost({ name: 'shared' });
    world.advance(QUIET);
    const h1 = world.host('h1');
    const services = ['I', 'J'].map((name) => startService(h1, { name, host: 'shared' }));
    world.advance(QUIET);
    expect(services.map(({ name }) => name)).toEqual(['I', 'J']);
    const targets = h1
      .sent({ kind: 'response' })
      .flatMap(({ message }) => message.answers)
      .flatMap((record) => (record.type === 'SRV' ? [record.target] : []));
    expect(targets).toEqual(Array.from({ length: 4 }, () => 'shared-2.local'));
  });

  scenario('UTF-01 CNF-03 the name that a function chooses is composed', (world) => {
    const holder = world.host('holder');
    startService(holder);
    holder.mdns.publishHost({ name: 'alias' });
    world.advance(QUIET);
    const h1 = world.host('h1');
    const onConflict = () => 'Cafe\u0301';
    const published = [startService(h1, { onConflict }), h1.mdns.publishHost({ name: 'alias', onConflict })];
    world.advance(QUIET);
    expect(published.map(({ name }) => name)).toEqual(['Caf\u00e9', 'Caf\u00e9']);
    expect(h1.sent({ about: 'Caf\u00e9.local', kind: 'response' })).not.toEqual([]);
  });

  for (const chosen of ['', 'x'.repeat(64), 'line\nfeed']) {
    scenario(
      `CNF-03 SIN-02 a function that chooses ${JSON.stringify(chosen)} ends the publication, and nothing else`,
      (world) => {
        const holder = world.host('holder');
        startService(holder);
        holder.mdns.publishHost({ name: 'alias' });
        world.advance(QUIET);
        const h1 = world.host('h1');
        const service = startService(h1, { onConflict: () => chosen });
        const alias = h1.mdns.publishHost({ name: 'alias', onConflict: () => chosen });
        const other = startService(h1, { name: 'J' });
        const recordings = [service, alias].map(({ changes$ }) => world.record(changes$));
        world.advance(QUIET);
        for (const { events } of recordings) {
          expect(events.map(({ event }) => event)).toEqual(['probing', 'failed', 'withdrawn']);
          expect(events[1]).toMatchObject({ error: { code: 'invalid-name' } });
        }
        expect(other.name).toBe('J');
        expect(h1.sent({ kind: 'response', about: `J.${TYPE}` })).not.toEqual([]);
      },
    );
  }

  scenario('CNF-05 a user who is told the new name can start with it, and nothing is renamed again', async (world) => {
    const holder = world.host('holder', { hostname: 'printer' });
    startService(holder);
    world.advance(QUIET);
    const h1 = world.host('h1', { hostname: 'printer' });
    const told: string[] = [];
    h1.mdns.hostname$.subscribe((name) => told.push(name));
    const published = startService(h1);
    const { events } = world.record(published.changes$);
    world.advance(QUIET);
    expect(told).toEqual(['printer.local', 'printer-2.local']);
    expect(events.filter(({ event }) => event === 'renamed')).toMatchObject([{ from: 'I', name: 'I (2)' }]);

    await world.settle(h1.mdns.close());
    const at = world.now;
    h1.start({ hostname: h1.mdns.hostname, ipv6: false });
    const again = startService(h1, { name: published.name });
    world.advance(QUIET);
    expect([h1.mdns.hostname, again.name]).toEqual(['printer-2.local', 'I (2)']);
    const probed = h1
      .sent({ since: at, kind: 'probe' })
      .flatMap(({ message }) => message.questions.map(({ name }) => name));
    expect(new Set(probed)).toEqual(new Set(['printer-2.local', `I (2).${TYPE}`]));
  });
});
