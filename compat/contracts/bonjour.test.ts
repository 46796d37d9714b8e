/** The contracts of bonjour 3 and bonjour-hap 3: each test runs on the originals and on the replacements. */
import { type EventEmitter, once } from 'node:events';
import { hostname, networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bonjour, RemoteService } from '../../src/compat/bonjour.js';
import type { Bonjour as Hap, PublishOptions } from '../../src/compat/bonjour-hap.js';
import type { QueryPacket, ResponsePacket } from '../../src/compat/multicast-dns.js';
import { both, freePort } from './both.js';

const OWN = Object.values(networkInterfaces()).flatMap((each = []) => each.filter(({ internal }) => !internal));
const ADDRESSES = [...new Set(OWN.map(({ address }) => address))].sort();

type Published = ReturnType<Hap['publish']>;
type Create = { (options: object): Hap; new (options: object): Hap };
const options = async () => ({ ip: '127.0.0.1', port: await freePort(), multicast: false });
const hear = async (emitter: object, event: string) => (await once(emitter as EventEmitter, event)) as RemoteService[];
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each([...both<Create>('bonjour'), ...both<Create>('bonjour-hap')])('%s', (title, create) => {
  const isHap = title.startsWith('bonjour-hap');
  let bonjour: Hap;

  beforeEach(async () => {
    bonjour = create(await options());
  });
  afterEach(() => bonjour.destroy());

  const up = async (
    config: Partial<Omit<PublishOptions, 'txt'>> & { txt?: Record<string, unknown> } = {},
  ): Promise<Published> => {
    const service = bonjour.publish({ name: 'Foo Bar', type: 'test', port: 3000, ...config } as PublishOptions);
    await once(service, 'up');
    return service;
  };

  it('is made with and without new', async () => {
    const made = new create(await options());
    expect(made).toBeInstanceOf(create);
    expect(bonjour).toBeInstanceOf(create);
    made.destroy();
  });

  it.each(['name', 'type', 'port'])('requires a %s', (what) => {
    const config = { name: 'a', type: 'b', port: 1, [what]: undefined } as unknown as PublishOptions;
    expect(() => bonjour.publish(config)).toThrow(new Error(`Required ${what} not given`));
  });

  it('publishes: up in a second, with the name as it is', async () => {
    const began = performance.now();
    const service = bonjour.publish({ name: 'Foo.Bar', type: 'test', port: 3000 });
    expect(service).toMatchObject({
      ...{ name: 'Foo.Bar', type: '_test._tcp', protocol: 'tcp', host: hostname(), port: 3000, published: false },
      ...{ fqdn: 'Foo.Bar._test._tcp.local', txt: null, subtypes: null },
    });
    await once(service, 'up');
    expect(service.published).toBe(true);
    expect(performance.now() - began).toBeGreaterThan(700);
  });

  it('unpublishes all, and says when', async () => {
    await new Promise<void>((unpublished) => bonjour.unpublishAll(unpublished));
    const service = await up();
    await new Promise<void>((unpublished) => bonjour.unpublishAll(unpublished));
    expect(service.published).toBe(false);
    // bonjour 3 wants to be told again whether to probe.
    (service.start as (options: object) => void)({ probe: true });
    await once(service, 'up');
    await new Promise<void>((stopped) => service.stop(stopped));
    expect(service.published).toBe(false);
  });

  it('finds what is published', async () => {
    await Promise.all([
      up(),
      up({ name: 'Invalid', type: 'test2' }),
      up({ name: 'Baz', txt: { Foo: 'bar', n: 1 }, host: 'my-host.local' }),
    ]);
    const found = new Map<string, RemoteService>();
    const browser = bonjour.find({ type: 'test' });
    await new Promise<void>((both) => {
      browser.on('up', (service) => found.set(service.name, service as unknown as RemoteService).size === 2 && both());
    });
    expect(found.get('Foo Bar')).toMatchObject({
      ...{ fqdn: 'Foo Bar._test._tcp.local', host: hostname(), port: 3000, type: 'test', protocol: 'tcp' },
      ...{ txt: {}, subtypes: [] },
      referer: { address: '127.0.0.1', family: 'IPv4', port: expect.any(Number), size: expect.any(Number) },
    });
    const { addresses } = found.get('Foo Bar') ?? {};
    expect([...new Set(addresses)].sort()).toEqual(ADDRESSES);
    const raw = ['Foo=bar', 'n=1'].map((each) => Buffer.from(each));
    expect(found.get('Baz')).toMatchObject({
      ...{ host: 'my-host.local', txt: { foo: 'bar', n: '1' } },
      rawTxt: isHap ? raw : Buffer.from('\x07Foo=bar\x03n=1'),
    });
    expect(browser.services).toHaveLength(2);
    browser.stop();
  });

  it('takes a port as text, as the environment has it', async () => {
    await up({ port: '8080' as unknown as number });
    const found = await new Promise((resolve) => bonjour.find({ type: 'test' }, resolve));
    expect(found).toMatchObject({ name: 'Foo Bar', port: 8080 });
  });

  it('finds services of all types', async () => {
    const { mdns } = (bonjour as unknown as Bonjour)._server;
    const all = '_services._dns-sd._udp.local';
    mdns.on('query', ({ questions }: QueryPacket) => {
      if (!questions.some(({ name }) => name === all)) return;
      mdns.respond([{ name: all, type: 'PTR', ttl: 120, data: '_first._tcp.local' }]);
    });
    await up({ type: 'first' });
    const found = await new Promise((resolve) => bonjour.find({}, resolve));
    expect(found).toMatchObject({ name: 'Foo Bar', type: 'first' });
  });

  it('has values as bytes if they are asked for', async () => {
    await up({ txt: { bar: 'buz' } });
    const [service] = await hear(bonjour.find({ type: 'test', txt: { binary: true } }), 'up');
    expect(service?.txt).toEqual({ bar: Buffer.from('buz') });
  });

  it('tells when a service goes', async () => {
    const service = await up();
    const browser = bonjour.find({ type: 'test' });
    const [found] = await hear(browser, 'up');
    service.stop(() => {});
    expect((await hear(browser, 'down'))[0]).toBe(found);
    expect(browser.services).toEqual([]);
  });

  it('finds one service', async () => {
    await up();
    const found = await new Promise((resolve) => bonjour.findOne({ type: 'test' }, resolve));
    expect(found).toMatchObject({ name: 'Foo Bar', port: 3000 });
    expect(await hear(bonjour.findOne({ type: 'test' }), 'up')).toMatchObject([{ name: 'Foo Bar' }]);
  });

  it('emits an error when the name is taken, and stops', async () => {
    const { mdns } = (bonjour as unknown as Bonjour)._server;
    const taken = 'Foo Bar._test._tcp.local';
    mdns.on('query', ({ questions }: QueryPacket) => {
      if (!questions.some(({ name }) => name === taken)) return;
      mdns.respond([{ name: taken, type: 'SRV', ttl: 120, data: { port: 9, target: 'rival.local' } }]);
    });
    const service = bonjour.publish({ name: 'Foo Bar', type: 'test', port: 3000 });
    const [error] = (await once(service, 'error', { signal: AbortSignal.timeout(5_000) }).catch((thrown) => [
      thrown,
    ])) as Error[];
    expect(error?.message).toMatch(/^Service name (?:"Foo Bar" )?is already in use on the network$/);
    expect(service.published).toBe(false);
  });
});

describe.each(both<Create>('bonjour-hap'))('%s', (_, create) => {
  let bonjour: Hap;
  const isDestroyed = new WeakSet<Hap>();

  beforeEach(async () => {
    bonjour = create(await options());
  });
  afterEach(() => {
    if (!isDestroyed.has(bonjour)) bonjour.destroy();
  });

  const up = async (config: Partial<PublishOptions> = {}): Promise<Published> => {
    const service = bonjour.publish({ name: 'Bridge', type: 'hap', port: 3000, txt: { 'c#': '1' }, ...config });
    await once(service, 'up');
    return service;
  };

  it('changes TXT data: browsers get an update', async () => {
    const service = await up();
    const browser = bonjour.find({ type: 'hap' });
    await hear(browser, 'up');
    const updated = hear(browser, 'update');
    service.updateTxt({ 'c#': '2' });
    expect(service.txt).toEqual({ 'c#': '2' });
    expect(await updated).toMatchObject([{ name: 'Bridge', txt: { 'c#': '2' } }]);
    expect(browser.services).toMatchObject([{ txt: { 'c#': '2' } }]);
  });

  it('changes TXT data silently: answers have it, and nothing is announced', async () => {
    const service = await up();
    await pause(1_500);
    const { mdns } = (bonjour as unknown as Bonjour)._server;
    const said: unknown[] = [];
    mdns.on('response', ({ answers }: ResponsePacket) => {
      for (const each of answers) if (each.type === 'TXT') said.push(String(each.data));
    });
    service.updateTxt({ 'c#': '3' }, true);
    await pause(1_000);
    expect(said).toEqual([]);
    mdns.query(service.fqdn, 'TXT');
    await pause(800);
    expect(said).toEqual(['c#=3']);
  });

  it('says when it is destroyed', async () => {
    const service = await up();
    isDestroyed.add(bonjour);
    await new Promise<void>((destroyed) => bonjour.destroy(destroyed));
    expect(service.published).toBe(false);
    expect(service.listenerCount('up')).toBe(0);
  });

  it('finds nothing once it is destroyed', async () => {
    const before = bonjour.find({ type: 'hap' });
    isDestroyed.add(bonjour);
    await new Promise<void>((destroyed) => bonjour.destroy(destroyed));
    const browser = bonjour.find({ type: 'hap' });
    for (const each of [before, browser]) {
      each.update();
      each.stop();
      each.start();
    }
    expect(browser.services).toEqual([]);
    bonjour.findOne({ type: 'hap' }).stop();
  });

  it('refuses restrictions that make no sense', () => {
    const publish = (restrictedAddresses: string[]) => () =>
      bonjour.publish({ name: 'a', type: 'b', port: 1, restrictedAddresses });
    expect(publish([])).toThrow(/cannot be an empty array/);
    expect(publish(['0.0.0.0'])).toThrow(/Unspecified ip address/);
    expect(publish(['192.0.2.77'])).toThrow(/could not resolve it to an interface name/);
  });

  it('stops at once what is not started', async () => {
    const service = await up();
    await new Promise<void>((stopped) => service.stop(stopped));
    let isStopped = false;
    service.stop(() => {
      isStopped = true;
    });
    expect(isStopped).toBe(true);
  });
});
