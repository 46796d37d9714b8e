/** What users of the Go service had, and what stands in its place: one group of tests for each row of that table. */
import { describe, expect, it } from 'vitest';
import { createMdns, MdnsError, type MdnsOptions, type Network } from '../../src/index.js';
import { SimulatedHost, SimulatedLan, VirtualClock } from '../../src/net/simulated/index.js';
import { startService } from '../support/actions.js';
import { recordsOf } from '../support/packet-log.js';
import { address, ptr, question } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { thrownBy } from '../support/thrown-by.js';
import { QUIET, type TestHost } from '../support/world.js';

const TYPE = '_t._tcp.local';
const INSTANCE = `I.${TYPE}`;
const DAY = 24 * 3_600_000;

describe('NewMDNS -> createMdns', () => {
  scenario('takes a host name', (world) => {
    const h1 = world.host('h1', { hostname: 'Kitchen.local' });
    expect(h1.mdns.hostname).toBe('Kitchen.local');
    world.advance(QUIET);
    expect(h1.sent({ about: 'Kitchen.local' })).not.toEqual([]);
  });

  it('A-75 has a host name of its own, not the one of the system', () => {
    const network = new SimulatedHost({ clock: new VirtualClock(), hostname: 'kitchen' });
    const mdns = createMdns({ network });
    expect(mdns.hostname).toBe('kitchen-node.local');
    void mdns.close();
  });

  scenario('NAM-01 QRY-02 uses the groups and the port of Multicast DNS', (world) => {
    const h1 = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64'] });
    world.advance(QUIET);
    const ends = h1
      .sent()
      .map(({ source, destination }) => `${source.port} ${destination.address} ${destination.port}`);
    expect(new Set(ends)).toEqual(new Set(['5353 224.0.0.251 5353', '5353 ff02::fb 5353']));
  });

  scenario('takes other groups and ports', (world) => {
    const groups = { ipv4: '224.0.0.254:9999', ipv6: '[ff02::ff]:9998' } as const;
    const h1 = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64'], ...groups });
    const h2 = world.host('h2', { addresses: ['198.18.0.2/24', 'fe80::2/64'], ...groups });
    startService(h1);
    const seen = world.record(h2.mdns.browse('t'));
    world.advance(QUIET);
    const ends = h1.sent().map(({ destination }) => `${destination.address} ${destination.port}`);
    expect(new Set(ends)).toEqual(new Set(['224.0.0.254 9999', 'ff02::ff 9998']));
    expect(seen.events.find(({ event }) => event === 'up')).toMatchObject({ instance: { port: 8085 } });
  });

  for (const off of ['ipv4', 'ipv6'] as const) {
    scenario(`switches ${off} off`, (world) => {
      const h1 = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64'], [off]: false });
      world.advance(QUIET);
      expect(h1.sent({ family: off })).toEqual([]);
      expect(h1.sent()).not.toEqual([]);
      const records = h1.sent({ kind: 'response' }).flatMap(({ message }) => recordsOf(message));
      expect(records.some(({ type }) => type === (off === 'ipv4' ? 'A' : 'AAAA'))).toBe(false);
    });
  }

  for (const [what, interfaces, used] of [
    ['all but loopback', undefined, ['eth0', 'eth1']],
    ['loopback alone', 'loopback', ['lo']],
    ['those of a list, by name or address', ['eth1', '127.0.0.1'], ['eth1', 'lo']],
    ['those that a function picks', ({ name }: { name: string }) => name === 'eth0', ['eth0']],
  ] as const) {
    scenario(`uses ${what}`, (world) => {
      const eth1 = { lan: world.newLan('other'), addresses: ['198.19.0.1/24'] };
      const h1 = world.host('h1', { lo: true, nics: { eth1 }, ...(interfaces && { interfaces }) });
      world.advance(1_000);
      const up = h1.mdns.status.links.filter(({ state }) => state === 'up');
      expect(up.map((link) => link.interface)).toEqual(used);
      for (const { state, reason } of h1.mdns.status.links) if (state === 'unused') expect(reason).toMatch(/\w/);
    });
  }

  scenario('tells a logger what happens, and none is needed', (world) => {
    const h1 = world.host('h1');
    world.advance(QUIET);
    expect(h1.lines).toContainEqual(expect.objectContaining({ level: 'debug', message: 'link eth0/ipv4 is up' }));
  });

  for (const [what, options] of [
    ['a host name of two labels', { hostname: 'a.b' }],
    ['an address that no host can have', { ipv4: '0.0.0.0:5353' }],
    ['a group without a port', { ipv6: 'ff02::fb' }],
    ['a port out of range', { ipv4: '224.0.0.251:65536' }],
    ['no family at all', { ipv4: false, ipv6: false }],
    ['one announcement', { announcements: 1 }],
    ['a TTL of nothing', { ttl: 0 }],
    ['no time between scans', { scanIntervalMs: 0 }],
    ['a cache of nothing', { maxCacheRecords: 0 }],
    ['half a record in the cache', { maxCacheRecords: 0.5 }],
    ['a cache without room for one large record', { maxCacheBytes: 8_900 }],
  ] as const satisfies readonly (readonly [string, MdnsOptions])[]) {
    it(`refuses ${what}, and says what would be right`, () => {
      const network = new SimulatedHost({ clock: new VirtualClock() });
      const error = thrownBy(() => createMdns({ network, ...options }));
      expect(error).toBeInstanceOf(MdnsError);
      expect((error as MdnsError).code).toMatch(/^invalid-(option|name)$/);
      expect((error as MdnsError).message).toMatch(/give|write|leave/);
    });
  }
});

describe('ScanInterfaces -> automatic, and scanInterfaces', () => {
  scenario('notices by itself what appears, changes and vanishes', (world) => {
    const h1 = world.host('h1');
    world.advance(QUIET);
    h1.network.plug('eth1', world.newLan('other'), { addresses: ['198.19.0.1/24'] });
    world.advance(2_000);
    expect(linksUp(h1)).toEqual(['eth0', 'eth1']);
    h1.network.unplug('eth1');
    world.advance(QUIET);
    expect(linksUp(h1)).toEqual(['eth0']);
  });

  scenario('looks at once when it is asked to', async (world) => {
    const h1 = world.host('h1', { scanIntervalMs: DAY });
    world.advance(QUIET);
    const at = world.now;
    h1.network.plug('eth1', world.newLan('other'), { addresses: ['198.19.0.1/24'] });
    await world.settle(h1.mdns.scanInterfaces());
    world.advance(10);
    expect(world.now - at).toBeLessThan(50);
    expect(linksUp(h1)).toEqual(['eth0', 'eth1']);
  });

  scenario('answers a request that comes before the first scan, and one after closing', async (world) => {
    const h1 = world.host('h1');
    await world.settle(h1.mdns.scanInterfaces());
    await world.settle(h1.mdns.close());
    await world.settle(h1.mdns.scanInterfaces());
  });

  scenario('tells of interfaces that it does not use, too', async (world) => {
    const h1 = world.host('h1');
    world.advance(QUIET);
    h1.network.plug('docker0', world.newLan('other'), { addresses: ['198.19.0.1/24'] });
    await world.settle(h1.mdns.scanInterfaces());
    expect(h1.mdns.status.links.filter((link) => link.interface === 'docker0').map(({ state }) => state)).toEqual([
      'unused',
      'unused',
    ]);
    h1.network.unplug('docker0');
    await world.settle(h1.mdns.scanInterfaces());
    expect(h1.mdns.status.links.map((link) => link.interface)).not.toContain('docker0');
  });
});

describe('one multicastIfc per interface and family -> one link each', () => {
  scenario('nothing leaks from one interface to the other', async (world) => {
    const other = world.newLan('other');
    const h1 = world.host('h1', { nics: { eth1: { lan: other, addresses: ['198.19.0.1/24'] } } });
    const left = world.host('left');
    const right = world.host('right', { lan: other, addresses: ['198.19.0.2/24'] });
    startService(left, { name: 'L' });
    startService(right, { name: 'R' });
    world.advance(QUIET);
    const onlyOn = async (nic: string) => {
      const found = await world.settle(h1.mdns.discover('t', { timeout: 500, interfaces: [nic] }));
      return found.map(({ name }) => name);
    };
    expect([await onlyOn('eth0'), await onlyOn('eth1')]).toEqual([['L'], ['R']]);
    // Neither neighbour hears of the other.
    expect(await world.settle(left.mdns.discover('t', { timeout: 500 }))).toMatchObject([{ name: 'L' }]);
    expect(world.log.find({ lan: 'other', about: `L.${TYPE}` })).toEqual([]);
    expect(Object.keys(h1.mdns.metrics())).toEqual(['eth0/ipv4', 'eth1/ipv4']);
  });

  scenario('counts what happens on each link', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    world.advance(QUIET);
    peer.send(new Uint8Array(5));
    world.advance(10);
    expect(h1.mdns.metrics()['eth0/ipv4']).toMatchObject({ sent: 5, received: 6, malformed: 1, opened: 1, unsent: 0 });
  });
});

describe('SetOutgoingTTL -> ttl', () => {
  scenario('TTL-01 TTL-02 is 120 s for what has a host name in it and 4500 s for the rest', (world) => {
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    expect(ttls(h1)).toEqual({ A: [120], PTR: [120, 4500], SRV: [120], TXT: [4500] });
  });

  scenario('is one number for all, or one for each kind', (world) => {
    const h1 = world.host('h1', { ttl: 60 });
    const h2 = world.host('h2', { ttl: { other: 600 } });
    startService(h1);
    startService(h2, { name: 'J' });
    world.advance(QUIET);
    expect(ttls(h1)).toEqual({ A: [60], PTR: [60], SRV: [60], TXT: [60] });
    expect(ttls(h2)).toEqual({ A: [120], PTR: [120, 600], SRV: [120], TXT: [600] });
  });

  scenario('can differ for a publication', (world) => {
    const h1 = world.host('h1', { announceHost: false });
    startService(h1, { ttl: { host: 30, other: 300 } });
    world.advance(QUIET);
    expect(ttls(h1)).toEqual({ A: [120], PTR: [120, 300], SRV: [30], TXT: [300] });
  });
});

describe('the refresh alarm -> none, and reannounce', () => {
  scenario('ANN-03 A-25 nothing is announced again in a day', (world) => {
    const h1 = world.host('h1', { scanIntervalMs: 600_000 });
    startService(h1);
    world.advance(QUIET);
    world.advance(DAY);
    expect(h1.sent({ since: QUIET })).toEqual([]);
  });

  for (const [what, reannounce, gap] of [
    ['when 80 % of the host TTL have passed', true, 96_000],
    ['as often as it is told to', 30_000, 30_000],
  ] as const) {
    scenario(`announces everything again ${what}, for listeners that never ask`, (world) => {
      const h1 = world.host('h1', { reannounce });
      startService(h1);
      world.advance(QUIET);
      const last = h1.sent({ kind: 'response' }).at(-1)?.time ?? 0;
      world.runUntil(last + 10 * gap + 2_000);
      const again = h1.sent({ kind: 'response', since: QUIET });
      expect(again).toHaveLength(10);
      for (const { message } of again) expect(message.answers).toHaveLength(6);
      for (const [i, { time }] of again.entries()) expect(Math.abs(time - last - (i + 1) * gap)).toBeLessThan(1_100);
    });
  }
});

describe('the cleanup alarm -> deadlines of the records', () => {
  scenario('QRY-08 a record that is asked for in vain is gone when its time is over', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const seen = world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(2_000);
    const at = world.now;
    peer.say([ptr(TYPE, INSTANCE, { ttl: 100 })]);
    world.advance(101_000);
    expect(seen.events).toMatchObject([{ event: 'up' }, { event: 'down', reason: 'expired', at: at + 100_001 }]);
    const refreshes = h1
      .sent({ kind: 'query', since: at + 70_000 })
      .map(({ time }) => (time - at - 1) / 1_000)
      .filter((seconds) => seconds < 99);
    expect(refreshes).toHaveLength(4);
    for (const [i, seconds] of refreshes.entries()) {
      expect(seconds).toBeGreaterThanOrEqual(80 + 5 * i);
      expect(seconds).toBeLessThanOrEqual(82.1 + 5 * i);
    }
  });

  scenario('QRY-08 an answer to a refresh lets it live on', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const seen = world.record(h1.mdns.browse('t', { resolve: false }));
    peer.onHeard(({ message }) => {
      const isAsked = message.questions.some(({ name }) => name === TYPE);
      if (isAsked && message.answers.length === 0) peer.say([ptr(TYPE, INSTANCE, { ttl: 100 })]);
    });
    world.advance(1_000_000);
    expect(seen.events.map(({ event }) => event)).toEqual(['up']);
  });
});

describe('short names -> accepted beside full ones', () => {
  scenario('types, hosts and instances', async (world) => {
    const h1 = world.host('h1');
    startService(world.host('h2'), { type: 'http' });
    world.advance(QUIET);
    for (const type of ['http', '_http', 'http._tcp', '_http._tcp', '_http._tcp.local', '_HTTP._tcp.local.']) {
      expect(await world.settle(h1.mdns.discover(type, { timeout: 300 })), type).toMatchObject([{ name: 'I' }]);
      expect(await world.settle(h1.mdns.resolve('I', type)), type).toMatchObject({ host: 'h2.local' });
    }
    for (const host of ['h2', 'h2.local', 'h2.local.', 'H2']) {
      expect(await world.settle(h1.mdns.lookup(host)), host).toMatchObject({ host: 'h2.local' });
      expect(await world.settle(h1.mdns.query(host, 'A')), host).toMatchObject([{ record: { type: 'A' } }]);
    }
    expect(await world.settle(h1.mdns.query('I._http._tcp.local', 'srv'))).toMatchObject([{ record: { port: 8085 } }]);
  });

  scenario('of what is published, too', (world) => {
    const h1 = world.host('h1', { hostname: 'h1.local.' });
    const types = ['x', '_x._udp', 'y._tcp.local'].map((type) => startService(h1, { type }).type);
    expect(types).toEqual(['_x._tcp', '_x._udp', '_y._tcp']);
    expect(h1.mdns.hostname).toBe('h1.local');
  });
});

describe('Hostname and Stop -> hostname and close', () => {
  scenario('the host name is that in use, now and whenever it changes', (world) => {
    const h1 = world.host('h1');
    const names: string[] = [];
    h1.mdns.hostname$.subscribe((name) => names.push(name));
    world.advance(QUIET);
    const peer = world.peer();
    peer.onHeard(({ message }) => {
      if (message.authorities.some(({ name }) => name === 'h1.local')) peer.say([address('h1.local', '198.18.0.200')]);
    });
    peer.say([address('h1.local', '198.18.0.200')]);
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe('h1-2.local');
    expect(names).toEqual(['h1.local', 'h1-2.local']);
  });

  for (const how of ['close', 'asyncDispose'] as const) {
    scenario(`${how}: goodbyes leave first, then everything ends`, async (world) => {
      const h1 = world.host('h1');
      startService(h1);
      world.advance(QUIET);
      const at = world.now;
      await world.settle(how === 'close' ? h1.mdns.close() : h1.mdns[Symbol.asyncDispose]());
      expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers.map(({ ttl }) => ttl))).toEqual(
        Array.from({ length: 6 }, () => 0),
      );
      expect(h1.mdns.status).toEqual({ state: 'closed', reason: undefined, links: [] });
      expect(h1.network.openLinks).toBe(0);
      await world.settle(h1.mdns.close());
    });
  }

  scenario('closing before anything has begun, at once', async (world) => {
    const h1 = world.host('h1');
    await world.settle(h1.mdns.close());
    expect(h1.sent()).toEqual([]);
  });

  it('takes no more than 1.5 s, even when a socket never closes', async () => {
    const clock = new VirtualClock();
    const lan = new SimulatedLan({ clock });
    const host = lan.host('h1', ['198.18.0.1/24']);
    const network: Network = {
      clock,
      random: () => host.random(),
      hostname: () => host.hostname(),
      interfaces: () => host.interfaces(),
      onWake: (woke) => host.onWake(woke),
      keepAlive: () => host.keepAlive(),
      openLink: (options, handlers) => {
        const link = host.openLink(options, handlers);
        return { send: link.send.bind(link), close: () => link.close(() => {}) };
      },
    };
    const mdns = createMdns({ network, hostname: 'h1' });
    clock.advance(QUIET);
    let closed = false;
    mdns.status$.subscribe({
      complete: () => {
        closed = true;
      },
    });
    void mdns.close();
    clock.advance(1_500);
    expect(closed).toBe(true);
  });
});

describe('the rules of the cache', () => {
  scenario('CFL-01 a unique record takes the place of older ones, after a second', async (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    world.advance(QUIET);
    peer.say([address('peer.local', '198.18.0.200')]);
    world.advance(5_000);
    peer.say([address('peer.local', '198.18.0.201')]);
    const known = async () => {
      const found = await world.settle(h1.mdns.query('peer', 'A', { timeout: 10 }));
      return found.map(({ record }) => 'address' in record && record.address).sort();
    };
    world.advance(500);
    expect(await known()).toEqual(['198.18.0.200', '198.18.0.201']);
    world.advance(600);
    expect(await known()).toEqual(['198.18.0.201']);
  });

  scenario('CFL-01 shared records stand beside each other', async (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    world.advance(QUIET);
    peer.say([ptr(TYPE, INSTANCE)]);
    world.advance(5_000);
    peer.say([ptr(TYPE, `J.${TYPE}`)]);
    world.advance(5_000);
    expect(await world.settle(h1.mdns.discover('t', { timeout: 10, resolve: false }))).toHaveLength(2);
  });

  scenario('GBY-02 a goodbye is believed after a second', async (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    world.advance(QUIET);
    peer.say([ptr(TYPE, INSTANCE)]);
    world.advance(5_000);
    peer.say([ptr(TYPE, INSTANCE, { ttl: 0 })]);
    const count = async () => (await world.settle(h1.mdns.discover('t', { timeout: 5, resolve: false }))).length;
    world.advance(900);
    expect(await count()).toBe(1);
    world.advance(200);
    expect(await count()).toBe(0);
  });

  scenario('SEC-02 a TTL of more than 75 minutes is not believed', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', { scanIntervalMs: 600_000 });
    const seen = world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(2_000);
    const at = world.now;
    peer.say([ptr(TYPE, INSTANCE, { ttl: 1_000_000 })]);
    world.advance(4_600_000);
    expect(seen.events).toMatchObject([{ event: 'up' }, { event: 'down', reason: 'expired', at: at + 4_500_001 }]);
  });

  scenario('SEC-02 the cache is bounded, and what is watched stays', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', { maxCacheRecords: 100 });
    const seen = world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(2_000);
    peer.say([ptr(TYPE, INSTANCE)]);
    for (let i = 0; i < 2_000; i += 20) {
      peer.say(Array.from({ length: 20 }, (_, k) => address(`flood-${i + k}.local`, '198.18.0.9')));
    }
    world.advance(2_000);
    expect(seen.events.map(({ event }) => event)).toEqual(['up']);
    const at = world.now;
    peer.ask({ questions: [question('h1.local', 'A')] });
    world.advance(100);
    expect(h1.sent({ kind: 'response', since: at })).toHaveLength(1);
  });
});

function linksUp({ mdns }: TestHost): string[] {
  return mdns.status.links.filter(({ state }) => state === 'up').map((link) => link.interface);
}

/** The TTLs with which a host announced its records, by type. */
function ttls(host: TestHost): Record<string, number[]> {
  const found: Record<string, Set<number>> = {};
  for (const { message } of host.sent({ kind: 'response' })) {
    for (const { type, ttl } of message.answers) {
      const values = found[type] ?? new Set<number>();
      found[type] = values.add(ttl);
    }
  }
  const sorted = Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([type, values]) => [type, [...values].sort((a, b) => a - b)]));
}
