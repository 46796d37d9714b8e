/** What an inspector sees of a system, and that it costs nothing while no one looks. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MOST_CALLS } from '../../src/inspector/collector.js';
import { LookedAt } from './world.js';

function watched(): LookedAt {
  const at = new LookedAt();
  at.advance(5_000);
  at.watch();
  at.advance(1_000);
  return at;
}

describe('the collector', () => {
  it('begins with all actors, parents first', () => {
    const at = watched();
    const [first] = at.frames;
    const actors = first?.whole ?? [];
    const names = actors.map(({ name }) => name);
    expect(names.slice(0, 4)).toEqual(['mdns', 'interface-scanner', 'place.eth0/ipv4', 'link.eth0/ipv4']);
    expect(actors.find(({ name }) => name === 'link.eth0/ipv4')).toMatchObject({
      chart: 'multicast-interface',
      state: 'up.steady',
    });
    for (const [index, { parent }] of actors.entries()) {
      const place = actors.findIndex(({ id }) => id === parent);
      expect(place).toBeLessThan(index);
      expect(place === -1).toBe(index === 0);
    }
    expect(at.frames.filter(({ whole }) => whole)).toHaveLength(1);
  });

  it('shows each state of a publication with the transition that led there, as in the charts', () => {
    const at = watched();
    at.publish('Web');
    at.advance(5_000);
    const steps = at.steps('Web');
    const states = steps.map(([state]) => state);
    expect(at.log).toContainEqual(
      expect.objectContaining({ kind: 'actor', actor: expect.objectContaining({ name: 'Web', chart: 'announcer' }) }),
    );
    for (const state of ['probing', 'held.series.announcing held.news.told']) expect(states).toContain(state);
    expect(states.at(-1)).toBe('held.series.established held.news.told');
    const chart = readFileSync(new URL('../../docs/machines/announcer.svg', import.meta.url), 'utf8');
    const known = new Set([...chart.matchAll(/data-transition="([^"]*)"/g)].flatMap(([, ids = '']) => ids.split(' ')));
    const taken = steps.flatMap(([, by]) => by.split(' ')).filter(Boolean);
    expect(taken).toContain('announcer.waiting:woken:1');
    expect(taken.filter((id) => !known.has(id))).toEqual([]);
  });

  it('shows messages in short, and packets decoded, with their bytes', () => {
    const at = watched();
    at.publish('<b>Web</b>');
    at.advance(5_000);
    expect(at.log).toContainEqual(
      expect.objectContaining({
        kind: 'message',
        type: 'datagram.send',
        data: expect.stringMatching(/^bytes: <\d+ B>/),
      }),
    );
    const packets = at.frames.flatMap((frame) => frame.packets);
    const probe = packets.find(
      ({ about }) => about.startsWith('probe: ') && about.includes('<b>Web</b>._http._tcp.local'),
    );
    expect(probe).toMatchObject({ link: 'eth0/ipv4', way: 'out', address: '224.0.0.251', port: 5353, to: 'group' });
    expect(Buffer.from(probe?.bytes ?? '', 'base64')).toHaveLength(probe?.size ?? -1);
    expect(probe?.sections.map(({ title }) => title)).toEqual(['header', 'questions', 'proposed records']);
    const lines = packets.flatMap(({ sections }) => sections.flatMap((section) => section.lines));
    expect(lines).toContain('<b>Web</b>._http._tcp.local TXT, TTL 4500 s, unique: "path=/"');
  });

  it('counts questions, answers and packets once a second', () => {
    const at = watched();
    at.another();
    at.publish('Web', at.another(at.lan.host('three', ['198.18.0.3/24'])));
    at.browse();
    at.advance(10_000);
    const samples = at.frames.flatMap(({ sample }) => sample ?? []);
    const sum = (key: 'packetsIn' | 'packetsOut' | 'questions' | 'answers') =>
      samples.reduce((all, sample) => all + sample[key], 0);
    expect(samples.length).toBeGreaterThanOrEqual(10);
    for (const key of ['packetsIn', 'packetsOut', 'questions', 'answers'] as const) expect(sum(key)).toBeGreaterThan(0);
    expect(samples.at(-1)?.records).toBeGreaterThan(2);
  });

  it('notices what ends', () => {
    const at = watched();
    at.publish('Web');
    at.advance(5_000);
    at.system.send({ type: 'publication.withdraw', id: 'Web' });
    at.advance(5_000);
    const actor = at.log.find((entry) => entry.kind === 'actor' && entry.actor.name === 'Web');
    const id = actor?.kind === 'actor' ? actor.actor.id : '';
    expect(at.log).toContainEqual(expect.objectContaining({ kind: 'gone', id }));
    expect(at.steps('Web').map(([state]) => state)).toContain('withdrawn');
  });

  it('is attached only while anyone watches', () => {
    const at = new LookedAt();
    at.advance(5_000);
    expect(at.observed).toBe(0);
    const timers = at.host.pendingTimers;
    at.watch();
    expect(at.observed).toBe(1);
    const end = at.collector.watch(() => {});
    end();
    end();
    expect(at.observed).toBe(1);
    at.unwatch();
    expect(at.observed).toBe(0);
    expect(at.host.pendingTimers).toBe(timers);
    const { length } = at.frames;
    at.publish('Web');
    at.advance(5_000);
    expect(at.frames).toHaveLength(length);
  });

  it('looks at the first events of a storm, says so, and has the right states all the same', () => {
    const at = watched();
    at.frames.length = 0;
    for (let index = 0; index < 200; index++) at.publish(`Web ${index}`);
    at.advance(100);
    const [storm] = at.frames;
    expect(storm?.log.filter(({ kind }) => kind === 'message').length).toBeLessThan(MOST_CALLS);
    expect(storm?.looked).toBeLessThan(storm?.span ?? 0);
    at.advance(20_000);
    at.frames.length = 0;
    at.collector.refresh();
    at.advance(100);
    const announcers = at.frames[0]?.whole?.filter(({ name }) => name.startsWith('Web ')) ?? [];
    expect(announcers).toHaveLength(200);
    expect(new Set(announcers.map(({ state }) => state))).toEqual(new Set(['held.series.established held.news.told']));
    const packets = at.frames.map((frame) => frame.packets.length);
    expect(Math.max(...packets)).toBeLessThanOrEqual(20);
  });

  it('does no harm to the actors if something cannot be described', () => {
    const at = watched();
    const hostile = {
      type: 'publication.withdraw',
      id: 'none',
      get trap(): string {
        throw new Error('Not to be read.');
      },
    } as const;
    at.system.send(hostile);
    at.publish('Web');
    at.advance(5_000);
    expect(at.steps('Web').at(-1)?.[0]).toBe('held.series.established held.news.told');
  });
});

describe('what is looked up', () => {
  it('are the services of all caches, with addresses and times', async () => {
    const at = watched();
    at.publish('Web <i>', at.another());
    at.browse();
    at.advance(5_000);
    const { rows, more } = await at.collector.view({ kind: 'services' });
    expect(more).toBe(0);
    expect(rows).toEqual([
      expect.objectContaining({
        name: 'Web <i>',
        type: '_http._tcp',
        port: 80,
        txt: ['path=/'],
        phase: 'fresh',
        addresses: [{ link: 'eth0/ipv4', address: '198.18.0.2' }],
      }),
    ]);
    expect(await at.collector.view({ kind: 'services', filter: 'WEB' })).toMatchObject({ rows: [{ port: 80 }] });
    expect(await at.collector.view({ kind: 'services', filter: 'other' })).toMatchObject({ rows: [] });
  });

  it('are our publications, with the state of each announcer', async () => {
    const at = watched();
    at.publish('Web');
    at.advance(5_000);
    const { rows } = await at.collector.view({ kind: 'publications', filter: 'web' });
    const held = { link: 'eth0/ipv4', state: 'held.series.established held.news.told' };
    expect(rows).toEqual([
      expect.objectContaining({
        name: 'Web',
        type: '_http._tcp.local',
        txt: ['path=/'],
        links: [held],
        isAnnounced: true,
        addresses: [{ link: 'eth0/ipv4', address: '198.18.0.1' }],
      }),
    ]);
  });

  it('are cached records, of one link and with a text', async () => {
    const at = watched();
    at.publish('Web', at.another());
    at.browse();
    at.advance(5_000);
    const types = async (request: { link?: string; filter?: string }) => {
      const { rows } = await at.collector.view({ kind: 'cache', ...request });
      return new Set(rows.map((row) => ('ttl' in row ? row.type : '')));
    };
    expect(await types({})).toEqual(new Set(['PTR', 'SRV', 'TXT', 'A', 'NSEC']));
    expect(await types({ filter: 'path=/' })).toEqual(new Set(['TXT']));
    expect(await types({ link: 'eth1/ipv4' })).toEqual(new Set());
  });

  it('are the interfaces, used or not, with the reason', async () => {
    const at = watched();
    at.host.failWith('eth0', 'ENETUNREACH');
    at.advance(3_000);
    const { rows } = await at.collector.view({ kind: 'links' });
    expect(rows).toContainEqual(expect.objectContaining({ link: 'eth0/ipv4', reason: expect.any(String) }));
    expect(rows).toContainEqual(expect.objectContaining({ link: 'eth0/ipv6', state: 'unused' }));
    const counters = expect.objectContaining({ opened: expect.any(Number), unsent: 0 });
    expect(rows).toContainEqual(expect.objectContaining({ kind: 'link', name: 'eth0 ipv4', counters }));
  });
});
