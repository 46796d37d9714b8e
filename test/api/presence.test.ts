/** What else there is to know of the services on a network: all of them, whatever their type, and when one was heard last. */
import { describe, expect } from 'vitest';
import { ptr } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

describe('browseAll', () => {
  scenario('finds the instances of every type, and those of types that come later', (world) => {
    const h1 = world.host('h1');
    const h2 = world.host('h2');
    const web = h1.mdns.publish({ name: 'Web', type: 'http', port: 80 });
    h1.mdns.publish({ name: 'Printer', type: 'ipp', port: 631 });
    world.advance(QUIET);
    const all = world.record(h2.mdns.browseAll());
    world.advance(QUIET);
    const told = () => all.events.map(({ event, instance }) => `${event} ${instance.name} ${instance.type}`);
    expect(told().sort()).toEqual(['up Printer _ipp._tcp', 'up Web _http._tcp']);

    h1.mdns.publish({ name: 'Music', type: 'daap', port: 3689 });
    world.advance(QUIET);
    expect(told().slice(2)).toEqual(['up Music _daap._tcp']);
    void web.withdraw();
    world.advance(QUIET);
    expect(told().slice(3)).toEqual(['down Web _http._tcp']);
    all.stop();
    const since = world.now;
    world.advance(4_000_000);
    expect(h2.sent({ kind: 'query', since })).toEqual([]);
  });
});

describe('watchHost', () => {
  scenario('follows the addresses of a host until it is gone', (world) => {
    const h1 = world.host('h1');
    const h2 = world.host('h2');
    const watch = world.record(h2.mdns.watchHost('box'));
    world.advance(QUIET);
    expect(watch.events).toEqual([]);
    const box = h1.mdns.publishHost({ name: 'box', addresses: ['198.18.0.77'] });
    world.advance(QUIET);
    expect(watch.events).toMatchObject([
      { event: 'found', host: 'box.local', addresses: [{ address: '198.18.0.77' }], ttlSeconds: 120 },
    ]);
    void box.withdraw();
    world.advance(QUIET);
    expect(watch.events.slice(1)).toMatchObject([{ event: 'lost', host: 'box.local', reason: 'goodbye' }]);
  });

  scenario('refuses names that Multicast DNS does not resolve', (world) => {
    const { mdns } = world.host('h1');
    expect(() => mdns.watchHost('a.example')).toThrow('not below ".local"');
    expect(() => mdns.watchHost('a', { timeout: 5 } as never)).toThrow('use lookup(), or a signal');
  });
});

describe('browseAll and peers that list nonsense', () => {
  scenario('goes on', (world) => {
    const h1 = world.host('h1');
    const h2 = world.host('h2');
    const peer = world.peer();
    const all = world.record(h2.mdns.browseAll());
    world.advance(1_000);
    for (const target of ['_a._b.local', 'x.local', '_http._daap.local', '.']) {
      peer.say([ptr('_services._dns-sd._udp.local', target)]);
    }
    h1.mdns.publish({ name: 'Web', type: 'http', port: 80 });
    world.advance(QUIET);
    expect(all.events.map(({ event, instance }) => `${event} ${instance.name}`)).toEqual(['up Web']);
  });
});

describe('lastSeen and metrics', () => {
  scenario('are right at the first reading, even for a listener that is being called', (world) => {
    const h1 = world.host('h1');
    const h2 = world.host('h2');
    const read: unknown[] = [];
    const browse = h2.mdns.browse('http').subscribe(({ instance }) => {
      read.push([h2.mdns.lastSeen(instance), h2.mdns.metrics()['eth0/ipv4']?.cache.counters.added]);
    });
    h1.mdns.publish({ name: 'Web', type: 'http', port: 80 });
    world.advance(QUIET);
    // The first announcement has six records: of the host A and PTR, of the service PTR, SRV, TXT and its type.
    expect(read).toEqual([[0, 6]]);
    browse.unsubscribe();
  });

  scenario('cost nothing once they are read, and change no more', (world) => {
    const h1 = world.host('h1');
    const peer = world.peer();
    world.advance(QUIET);
    const timers = h1.network.pendingTimers;
    const before = h1.mdns.metrics();
    const { received = Number.NaN } = before['eth0/ipv4'] ?? {};
    peer.say([ptr('_http._tcp.local', 'a._http._tcp.local')]);
    world.advance(QUIET);
    expect(before['eth0/ipv4']?.received).toBe(received);
    expect(h1.mdns.metrics()['eth0/ipv4']?.received).toBe(received + 1);
    expect(h1.network.pendingTimers).toBe(timers);
  });
});

describe('facts', () => {
  scenario('has the subtypes that were announced, and for how long the service is valid', (world) => {
    const h1 = world.host('h1');
    const h2 = world.host('h2');
    const browse = world.record(h2.mdns.browse('http'));
    const web = h1.mdns.publish({ name: 'Web', type: 'http', port: 80, subtypes: ['_a', '_B c'] });
    h1.mdns.publish({ name: 'Plain', type: 'http', port: 81 });
    world.advance(20_000);
    const [one, two] = browse.events.map(({ instance }) => instance).sort((a, b) => a.port - b.port);
    if (!one || !two) throw new Error('not found');
    expect(h2.mdns.facts(one)).toMatchObject({ subtypes: ['_a', '_B c'] });
    expect(h2.mdns.facts(two)).toMatchObject({ subtypes: [] });
    const { silenceMs = 0, ttlSeconds } = h2.mdns.facts(one) ?? {};
    expect(ttlSeconds).toBe(Math.round(120 - silenceMs / 1000));
    web.update({ subtypes: ['_B c'] });
    world.advance(QUIET);
    expect(h2.mdns.facts(one)?.subtypes).toEqual(['_B c']);
    browse.stop();
    void web.withdraw();
    world.advance(5_000_000);
    expect(h2.mdns.facts(one)).toBeUndefined();
  });
});

describe('lastSeen', () => {
  scenario('tells how long ago an instance was heard of, until it is forgotten', (world) => {
    const h1 = world.host('h1');
    const h2 = world.host('h2');
    h1.mdns.publish({ name: 'Web', type: 'http', port: 80 });
    const browse = world.record(h2.mdns.browse('http'));
    world.advance(QUIET);
    const instance = browse.events[0]?.instance;
    if (!instance) throw new Error('not found');
    browse.stop();
    const before = h2.mdns.lastSeen(instance) ?? Number.NaN;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(QUIET);
    world.advance(7_000);
    expect(h2.mdns.lastSeen(instance)).toBeCloseTo(before + 7_000);
    world.advance(4_500_000);
    expect(h2.mdns.lastSeen(instance)).toBeUndefined();
  });
});
