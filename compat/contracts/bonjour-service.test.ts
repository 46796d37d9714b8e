/** The contract of bonjour-service 1: each test runs on the original and on the replacement. */
import { execFile } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { hostname, networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type BonjourService from '../../src/compat/bonjour-service.js';
import type { Browser, Service, ServiceConfig } from '../../src/compat/bonjour-service.js';
import type { QueryPacket, ResponsePacket } from '../../src/compat/multicast-dns.js';
import { both, filesOfBoth, freePort } from './both.js';

const run = promisify(execFile);
const OWN = Object.values(networkInterfaces()).flatMap((each = []) => each.filter(({ internal }) => !internal));
const ADDRESSES = [...new Set(OWN.map(({ address }) => address))].sort();

describe.each(both<typeof BonjourService>('bonjour-service'))('%s', (_, Bonjour) => {
  let bonjour: BonjourService;
  const browsers: Browser[] = [];

  beforeEach(async () => {
    bonjour = new Bonjour({ ip: '127.0.0.1', port: await freePort(), multicast: false });
  });
  afterEach(async () => {
    for (const each of browsers.splice(0)) each.stop();
    await new Promise((destroyed) => bonjour.destroy(destroyed));
  });

  const up = async (config: Partial<ServiceConfig> = {}): Promise<Service> => {
    const service = bonjour.publish({ name: 'Foo Bar', type: 'test', port: 3000, ...config });
    await once(service, 'up');
    return service;
  };
  const find = (...options: Parameters<BonjourService['find']>): Browser => {
    const browser = bonjour.find(...options);
    browsers.push(browser);
    return browser;
  };
  /** Answers what it hears itself, as a peer would. */
  const say = (port: number, txt: string[]): void => {
    bonjour.server.mdns.respond({
      answers: [{ name: '_test._tcp.local', type: 'PTR', ttl: 120, data: 'Peer._test._tcp.local' }],
      additionals: [
        { name: 'Peer._test._tcp.local', type: 'SRV', ttl: 120, flush: true, data: { port, target: 'peer.local' } },
        { name: 'Peer._test._tcp.local', type: 'TXT', ttl: 120, flush: true, data: txt },
        { name: 'peer.local', type: 'A', ttl: 120, flush: true, data: '192.0.2.9' },
      ],
    });
  };
  const once2 = async (emitter: object, event: string) => (await once(emitter as EventEmitter, event)) as Service[];

  it('is a class with its parts on it', () => {
    expect(Bonjour.Bonjour).toBe(Bonjour);
    expect(Bonjour.default).toBe(Bonjour);
    expect(bonjour).toBeInstanceOf(Bonjour);
    expect(find({ type: 'x' })).toBeInstanceOf(Bonjour.Browser);
    expect(bonjour.publish({ name: 'a', type: 'b', port: 1 })).toBeInstanceOf(Bonjour.Service);
  });

  it('publishes: up in a second', async () => {
    const began = performance.now();
    const service = bonjour.publish({ name: 'foo', type: 'bar', port: 3000 });
    expect(service).toMatchObject({ published: false, activated: true, destroyed: false });
    await once(service, 'up');
    expect(service.published).toBe(true);
    expect(performance.now() - began).toBeGreaterThan(700);
    expect(performance.now() - began).toBeLessThan(2_500);
  });

  it('publishes at once without probing', async () => {
    const began = performance.now();
    const queries: string[] = [];
    bonjour.server.mdns.on('query', ({ questions }: QueryPacket) => queries.push(...questions.map(({ name }) => name)));
    await up({ probe: false });
    expect(performance.now() - began).toBeLessThan(700);
    expect(queries).toEqual([]);
  });

  it.each([
    ['name', { type: 'http', port: 1 }],
    ['type', { name: 'a', port: 1 }],
    ['port', { name: 'a', type: 'http' }],
    ['port', { name: 'a', type: 'http', port: 0 }],
  ])('requires a %s', (what, config) => {
    const message = `ServiceConfig requires \`${what}\` property to be set`;
    expect(() => bonjour.publish(config as ServiceConfig)).toThrow(message);
    expect(
      () =>
        new Bonjour.Service(
          config as ServiceConfig,
          () => {},
          () => {},
        ),
    ).toThrow(message);
  });

  it('describes a service', () => {
    const [start, stop] = [() => {}, () => {}];
    const service = new Bonjour.Service({ name: 'Foo.Bar', type: 'http', port: 3000 }, start, stop);
    expect(service).toMatchObject({
      ...{ name: 'Foo-Bar', protocol: 'tcp', type: '_http._tcp', host: hostname(), port: 3000, start, stop },
      ...{
        fqdn: 'Foo-Bar._http._tcp.local',
        txt: undefined,
        subtypes: undefined,
        published: false,
        disableIPv6: false,
      },
    });
    const config = { name: 'a', type: 'http', port: 1, host: 'example.com', protocol: 'udp' } as const;
    const other = new Bonjour.Service({ ...config, txt: { a: 'b' }, subtypes: ['x', 'y'] }, start, stop);
    expect(other).toMatchObject({ host: 'example.com', type: '_http._udp', txt: { a: 'b' }, subtypes: ['x', 'y'] });
    const fqdn = 'a._http._udp.local';
    const records = other.records();
    expect(records.slice(0, 6)).toEqual([
      { name: '_http._udp.local', type: 'PTR', ttl: 28_800, data: fqdn },
      { name: fqdn, type: 'SRV', ttl: 120, data: { port: 1, target: 'example.com' } },
      { name: fqdn, type: 'TXT', ttl: 4_500, data: [Buffer.from('a=b')] },
      { name: '_services._dns-sd._udp.local', type: 'PTR', ttl: 120, data: '_http._udp.local' },
      { name: '_x._sub._http._udp.local', type: 'PTR', ttl: 28_800, data: fqdn },
      { name: '_y._sub._http._udp.local', type: 'PTR', ttl: 28_800, data: fqdn },
    ]);
    expect([...new Set(records.slice(6).map(({ data }) => data))].sort()).toEqual(ADDRESSES);
    expect(records.slice(6).every(({ name, ttl }) => name === 'example.com' && ttl === 120)).toBe(true);
  });

  it('unpublishes all, and says when', async () => {
    await new Promise((unpublished) => bonjour.unpublishAll(unpublished));
    const service = await up();
    await new Promise<void>((unpublished) =>
      bonjour.unpublishAll((error?: Error) => {
        expect(error ?? null).toBeNull();
        expect(service).toMatchObject({ published: false, activated: false });
        unpublished();
      }),
    );
  });

  it('stops a service and starts it again', async () => {
    const service = await up();
    await new Promise<void>((stopped) => service.stop(stopped));
    expect(service).toMatchObject({ published: false, activated: false });
    await new Promise<void>((stopped) => service.stop(stopped));
    service.start();
    await once(service, 'up');
    expect(service.published).toBe(true);
  });

  it('finds what is published, as plain objects', async () => {
    await Promise.all([
      up({ name: 'Foo Bar' }),
      up({ name: 'Invalid', type: 'test2' }),
      up({ name: 'B.az', txt: { foo: 'bar', n: 1, t: true }, host: 'my-host.local' }),
    ]);
    const found = new Map<string, Service>();
    const browser = find({ type: 'test' });
    await new Promise<void>((both) =>
      browser.on('up', (service) => found.set(service.name, service).size === 2 && both()),
    );
    const foo = found.get('Foo Bar');
    expect(foo).toMatchObject({
      ...{ fqdn: 'Foo Bar._test._tcp.local', host: hostname(), port: 3000, type: 'test', protocol: 'tcp' },
      ...{ txt: {}, rawTxt: [], subtypes: [] },
      referer: { address: '127.0.0.1', family: 'IPv4', port: expect.any(Number), size: expect.any(Number) },
      ...{ ttl: expect.any(Number), lastSeen: expect.any(Number) },
    });
    expect([...new Set(foo?.addresses)].sort()).toEqual(ADDRESSES);
    expect(foo).not.toBeInstanceOf(Bonjour.Service);
    expect(found.get('B-az')).toMatchObject({
      ...{ fqdn: 'B-az._test._tcp.local', host: 'my-host.local', txt: { foo: 'bar', n: '1', t: 'true' } },
      rawTxt: ['foo=bar', 'n=1', 't=true'].map((each) => Buffer.from(each)),
    });
    expect(browser.services.map(({ name }) => name).sort()).toEqual(['B-az', 'Foo Bar']);
    browser.expire();
    expect(browser.services).toHaveLength(2);
  });

  it('takes a port as text, as the environment has it', async () => {
    await up({ port: '8080' as unknown as number });
    const found = await new Promise((resolve) => find({ type: 'test' }, resolve));
    expect(found).toMatchObject({ name: 'Foo Bar', port: 8080 });
  });

  it('finds only services with the given attributes, compared loosely', async () => {
    await Promise.all([up({ name: 'One', txt: { n: 1 } }), up({ name: 'Two', txt: { n: 2 } })]);
    const browser = find({ type: 'test', txt: { n: 2, binary: true } });
    const [service] = await once2(browser, 'up');
    expect(service?.name).toBe('Two');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(browser.services.map(({ name }) => name)).toEqual(['Two']);
  });

  it('finds services of all types', async () => {
    await up({ name: 'One', type: 'first' });
    const names = new Set<string>();
    const browser = find(null, ({ type }) => names.add(type));
    await vi.waitFor(() => expect(names).toContain('first'), { timeout: 5_000 });
    expect(browser.services.map(({ name }) => name)).toContain('One');
  });

  it('tells when a service goes', async () => {
    const service = await up();
    const browser = find({ type: 'test' });
    const [found] = await once2(browser, 'up');
    service.stop();
    const [gone] = await once2(browser, 'down');
    expect(gone).toBe(found);
    expect(browser.services).toEqual([]);
  });

  it('tells of new data, once for each change', async () => {
    const browser = find({ type: 'test' });
    const events: unknown[] = [];
    for (const event of ['up', 'txt-update', 'srv-update', 'down'] as const) {
      browser.on(event, (now: Service, before?: Service) => events.push([event, now.port, now.txt, before?.port]));
    }
    for (const [port, txt] of [
      [1, ['a=1']],
      [1, ['a=1']],
      [1, ['a=2']],
      [2, ['a=2']],
    ] as const) {
      say(port, [...txt]);
      await new Promise((resolve) => setTimeout(resolve, 1_300));
    }
    expect(events).toEqual([
      ['up', 1, { a: '1' }, undefined],
      ['txt-update', 1, { a: '2' }, 1],
      ['srv-update', 2, { a: '2' }, 1],
    ]);
    expect(browser.services).toMatchObject([{ port: 2, txt: { a: '2' }, addresses: ['192.0.2.9'] }]);
  });

  it('stops and starts a browser', async () => {
    await up();
    const browser = find({ type: 'test' });
    await once2(browser, 'up');
    browser.stop();
    browser.start();
    browser.update();
    const later = find({ type: 'test' });
    await once2(later, 'up');
    expect(browser.services).toHaveLength(1);
  });

  it('finds one service, or null when the time is over', async () => {
    await up();
    expect(await new Promise((found) => bonjour.findOne({ type: 'test' }, 5_000, found))).toMatchObject({
      ...{ name: 'Foo Bar', port: 3000 },
    });
    const began = performance.now();
    expect(await new Promise((found) => bonjour.findOne({ type: 'nothing' }, 300, found))).toBeNull();
    expect(performance.now() - began).toBeGreaterThan(290);
    const emitter = bonjour.findOne({ type: 'test' });
    expect(await once2(emitter, 'up')).toMatchObject([{ name: 'Foo Bar' }]);
  });

  it('says on the console that the name is taken, and stops', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const taken = 'Foo Bar._test._tcp.local';
    bonjour.server.mdns.on('query', ({ questions }: QueryPacket) => {
      if (!questions.some(({ name }) => name === taken)) return;
      bonjour.server.mdns.respond([{ name: taken, type: 'SRV', ttl: 120, data: { port: 9, target: 'rival.local' } }]);
    });
    const service = bonjour.publish({ name: 'Foo Bar', type: 'test', port: 3000 });
    await vi.waitFor(() => expect(log).toHaveBeenCalled(), { timeout: 5_000 });
    const [[error]] = log.mock.calls as [[Error]];
    log.mockRestore();
    expect(error).toEqual(new Error('Service name is already in use on the network'));
    expect(service).toMatchObject({ name: 'Foo Bar', published: false, activated: false });
  });

  it('says the same of a name that it has itself', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const first = await up();
    const second = bonjour.publish({ name: 'Foo Bar', type: 'test', port: 3001 });
    expect(log).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(log).toHaveBeenCalledTimes(1), { timeout: 5_000 });
    log.mockRestore();
    expect([first.published, second.published, second.activated]).toEqual([true, false, false]);
  });

  it('has an mdns with queries and responses, also its own', async () => {
    const { mdns } = bonjour.server;
    expect(mdns).toBeInstanceOf(EventEmitter);
    const heard = once(mdns, 'query');
    find({ type: 'test' });
    const [{ questions }] = (await heard) as [QueryPacket];
    expect(questions).toMatchObject([{ name: '_test._tcp.local', type: 'PTR' }]);
    await up({ subtypes: ['web'] });
    mdns.query('_web._sub._test._tcp.local', 'PTR');
    const answered = new Promise((resolve) =>
      mdns.on('response', ({ answers }: ResponsePacket) => {
        const mine = answers.find(({ name }) => name === '_web._sub._test._tcp.local');
        if (mine && 'data' in mine) resolve(mine.data);
      }),
    );
    expect(await answered).toBe('Foo Bar._test._tcp.local');
  });
});

describe.each(filesOfBoth('bonjour-service'))('%s', (_, file) => {
  /** Runs a program that has a `bonjour`; a second is a long time for what is to end by itself. */
  const program = async (code: string): Promise<{ killed?: boolean }> => {
    const options = JSON.stringify({ ip: '127.0.0.1', port: await freePort(), multicast: false });
    const text = `const bonjour = new (require(${JSON.stringify(file)}))(${options}); ${code}`;
    return run(process.execPath, ['--eval', text], { timeout: 4_000 }).then(
      () => ({ killed: false }),
      (error: { killed?: boolean }) => error,
    );
  };

  it('keeps the process alive until it is destroyed, or its mdns is', async () => {
    expect(await program('')).toMatchObject({ killed: true });
    expect(await program('bonjour.destroy();')).toEqual({ killed: false });
    expect(await program('bonjour.server.mdns.destroy();')).toEqual({ killed: false });
    expect(await program("bonjour.find({ type: 'x' }); setTimeout(() => bonjour.destroy(), 300);")).toEqual({
      killed: false,
    });
  });
});
