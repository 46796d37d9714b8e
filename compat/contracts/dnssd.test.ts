/** The contract of dnssd 0.4: each test runs on the original and on the replacement, with Avahi as the peer. */
import { beforeAll, describe, expect, it } from 'vitest';
import type dnssd from '../../src/compat/dnssd.js';
import { Avahi } from '../../test/interop/avahi.js';
import { describeInterop, useWorld } from '../../test/interop/suite.js';
import { both, filesOfBoth } from './both.js';
import { routeMulticast, said, startUser } from './program.js';

describe.each(both<typeof dnssd>('dnssd'))('%s', (_, { ServiceType, tcp, udp, all, validate, ...rest }) => {
  it.each([
    [['_http._tcp'], '_http._tcp'],
    [['http.tcp'], '_http._tcp'],
    [['_http._tcp, one,two,'], '_http._tcp,one,two'],
    [[['_http', '_tcp', ['one', 'two']]], '_http._tcp,one,two'],
    [['_http', '_udp', 'one'], '_http._udp,one'],
    [[{ name: 'http', protocol: 'tcp', subtypes: 'one' }], '_http._tcp,one'],
  ])('reads a type from %j', (args, text) => {
    expect(String(new ServiceType(...(args as [string])))).toBe(text);
  });

  it('has types by protocol, and one for all', () => {
    expect(String(tcp('http', 'one'))).toBe('_http._tcp,one');
    expect(String(udp('sleep-proxy'))).toBe('_sleep-proxy._udp');
    expect(all()).toMatchObject({ name: '_services._dns-sd', protocol: '_udp', isEnumerator: true, subtypes: [] });
    expect(tcp('http')).toMatchObject({ name: '_http', protocol: '_tcp', subtypes: [], isEnumerator: false });
  });

  it.each([[7], [''], ['_http._xyz'], ['_sixteen-letters-x._tcp'], ['_a--b._tcp'], [{ name: 1, protocol: 'tcp' }]])(
    'refuses the type %j with the same words',
    (input) => {
      expect(() => new ServiceType(input as never)).toThrow(
        expect.objectContaining({ name: 'ValidationError', message: expect.stringMatching(REFUSALS) }),
      );
    },
  );

  it.each<[keyof typeof validate, unknown, string]>([
    ['port', 0, 'Port must be an integer between 0 and 65535, got 0'],
    ['port', '80', 'Port must be an integer between 0 and 65535, got 80'],
    ['txt', { abcdefghij: 1 }, "Key 'abcdefghij' in TXT is > 9 chars"],
    ['txt', { a: null }, 'TXT values must be a string, buffer, number, or boolean. got object'],
    ['txt', { a: 'x'.repeat(253) }, 'Each key/value in TXT must be < 255 bytes'],
    ['label', 'a'.repeat(64), `label must be <= 63 bytes. ${'a'.repeat(64)} is 64`],
    ['label', '', "label name can't be an empty string"],
  ])('validate.%s refuses %j', (what, value, message) => {
    expect(() => validate[what](value as never)).toThrow(message);
  });

  it('refuses what no service can have, with and without new', () => {
    const { Advertisement, Browser } = rest;
    expect(() => Advertisement('http.tcp', 0)).toThrow('Port must be');
    expect(() => new Advertisement('http.tcp', 80, { txt: { 'a=': '' } })).toThrow("contains a '='");
    expect(() => new Browser('http.tcp,one,two')).toThrow('Too many subtypes. Can only browse one at a time.');
    expect(() => new Browser('http.tcp', { interface: 'nowhere0' })).toThrow(
      "Can't find an interface named 'nowhere0'",
    );
    expect(Advertisement('http.tcp', 80)).toBeInstanceOf(Advertisement);
    expect(Browser('http.tcp')).toBeInstanceOf(Browser);
    expect(() => rest.resolve('', 'A')).toThrow("Name can't be empty");
    expect(() => rest.resolve('x.local', 'NOPE')).toThrow('Unknown query type, got "NOPE"');
  });
});

const REFUSALS =
  /Argument must be string, obj, or array. got number|Service name can't be empty|Protocol must be _tcp or _udp|> 15 bytes|consecutive hyphens|Service name must be a string/;

describeInterop('dnssd on a network', () => {
  const { host } = useWorld({ hosts: ['device', 'peer'] });
  let avahi: Avahi;
  beforeAll(async () => {
    routeMulticast(host('device'));
    avahi = await Avahi.start(host('peer'));
  });

  describe.each(filesOfBoth('dnssd'))('%s', (_, file) => {
    it('advertises until it is stopped: active, updated, gone, stopped', async () => {
      const user = startUser(
        host('device'),
        file,
        `const ad = new original.Advertisement(original.tcp('http'), 8080, {
           name: 'Web', txt: { path: '/x', open: true, closed: false }, subtypes: ['_site'],
         });
         ad.on('active', () => say('active', ad.instanceName, ad.state));
         ad.on('stopped', () => say('stopped'));
         say('returned', ad.start() === ad, ad.start() === ad);
         process.once('SIGUSR2', () => {
           ad.updateTXT({ path: '/y' });
           setTimeout(() => say('updated'), 1500);
         });
         process.once('SIGTERM', () => ad.stop(false, () => say('called back')));`,
      );
      const browser = avahi.browse('_http._tcp', '_site');
      const seen = await avahi.browse('_http._tcp').sees('Web', ({ addresses }) => addresses.length > 0);
      expect(seen).toMatchObject({ port: 8080, host: 'device.local', txt: { path: '/x', open: true } });
      expect(await said(user, 'returned')).toEqual([true, true]);
      expect(await said(user, 'active')).toEqual(['Web', 'started']);
      user.signal('SIGUSR2');
      await said(user, 'updated');
      await avahi.browse('_http._tcp').sees('Web', ({ txt }) => txt.path === '/y');
      user.signal('SIGTERM');
      await said(user, 'stopped');
      await browser.settles('none', (all) => all.length === 0);
      expect(await user.ended()).toMatchObject({ code: 0 });
    });

    it('takes another name when there is a rival', async () => {
      await avahi.publish({ name: 'Rival', type: '_http._tcp', port: 1 });
      const user = startUser(
        host('device'),
        file,
        `original.Advertisement('_http._tcp', 2, { name: 'Rival' })
           .on('instanceRenamed', (name) => say('renamed', name)).start();`,
      );
      expect(await said(user, 'renamed')).toEqual(['Rival (2)']);
      await avahi.browse('_http._tcp').sees('Rival (2)', ({ port }) => port === 2);
    });

    it('finds services, as one object each, and reports their changes and their end', async () => {
      const service = { name: 'Printer', type: '_ipp._tcp', port: 631, txt: { color: 'T', duplex: true } } as const;
      const { program } = await avahi.publish({ ...service, txt: service.txt });
      const user = startUser(
        host('device'),
        file,
        `const browser = new original.Browser(original.tcp('ipp'));
         let seen;
         browser.on('serviceUp', (service) => { seen = service; say('up', service, browser.list().length); });
         browser.on('serviceDown', (service) => { say('down', service.name, service === seen); browser.stop(); });
         browser.start();`,
      );
      const [up, listed] = await said(user, 'up');
      expect(up).toMatchObject({
        fullname: 'Printer._ipp._tcp.local.',
        name: 'Printer',
        type: { name: 'ipp', protocol: 'tcp' },
        domain: 'local',
        host: 'peer.local.',
        port: 631,
        txt: { color: 'T', duplex: true },
        txtRaw: { color: { type: 'Buffer', data: [84] }, duplex: true },
      });
      expect((up as { addresses: string[] }).addresses).toContain(host('peer').ipv4);
      expect(listed).toBe(1);
      await program.stop();
      expect(await said(user, 'down')).toEqual(['Printer', true]);
      expect(await user.ended()).toMatchObject({ code: 0 });
    });

    it('finds names alone with resolve: false, and types', async () => {
      await avahi.publish({ name: 'Printer', type: '_ipp._tcp', port: 631 });
      const user = startUser(
        host('device'),
        file,
        `new original.Browser('_ipp._tcp', { resolve: false }).on('serviceUp', (name) => say('name', name)).start();
         new original.Browser(original.all()).on('serviceUp', (type) => say('type', type)).start();`,
      );
      expect(await said(user, 'name')).toEqual(['Printer']);
      expect(await said(user, 'type')).toEqual([{ name: 'ipp', protocol: 'tcp' }]);
    });

    it('resolves names, types and services, or rejects in time', async () => {
      await avahi.publish({ name: 'Printer', type: '_ipp._tcp', port: 631, txt: { color: 'T' } });
      const user = startUser(
        host('device'),
        file,
        `(async () => {
           const name = 'Printer._ipp._tcp.local.';
           say('a', (await original.resolve('peer.local.', 'A')).answer);
           say('srv', await original.resolveSRV(name));
           say('txt', (await original.resolveTXT(name)).txt);
           const { host, port, fullname } = await original.resolveService(name);
           say('service', host, port, fullname);
           await original.resolve('absent.local.', 'A', { timeout: 300 }).catch((error) => say('late', error.message));
         })();`,
      );
      const a = { name: 'peer.local.', rrtype: 1, rrclass: 1, address: host('peer').ipv4 };
      expect((await said(user, 'a'))[0]).toMatchObject(a);
      expect(await said(user, 'srv')).toEqual([{ target: 'peer.local.', port: 631 }]);
      expect(await said(user, 'txt')).toEqual([{ color: 'T' }]);
      expect(await said(user, 'service')).toEqual(['peer.local.', 631, 'Printer._ipp._tcp.local.']);
      expect(await said(user, 'late')).toEqual(['Resolve query timed out']);
      expect(await user.ended()).toMatchObject({ code: 0 });
    });
  });
});
