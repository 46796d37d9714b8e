/**
 * The contract of mdns 2.7 (node_mdns). The original is native, needs a library of the system, and ends Node.js 20 at the
 * first service that it finds; what of it is JavaScript runs beside ours.
 */
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import type mdns from '../../src/compat/mdns.js';
import { Avahi } from '../../test/interop/avahi.js';
import { describeInterop, useWorld } from '../../test/interop/suite.js';
import { said, startUser } from './program.js';

const require = createRequire(new URL('../package.json', import.meta.url));
const file = createRequire(new URL('../../package.json', import.meta.url)).resolve('mdns-actors/compat/mdns');
const ours = createRequire(import.meta.url)(file) as typeof mdns;

type Types = Pick<typeof mdns, 'ServiceType' | 'makeServiceType'> & {
  protocolHelper(protocol: 'tcp' | 'udp'): (typeof mdns)['tcp'];
};
const rows: [string, Types][] = [
  ['the original', require('mdns/lib/service_type') as Types],
  ['the replacement', { ...ours, protocolHelper: (protocol) => ours[protocol] }],
];

describe.each(rows)('types of mdns, %s', (_, { ServiceType, makeServiceType, protocolHelper }) => {
  const [tcp, udp] = [protocolHelper('tcp'), protocolHelper('udp')];

  it.each([
    [['_http._tcp,_foo,_bar'], '_http._tcp,_foo,_bar'],
    [['http', 'tcp', 'foo', 'bar'], '_http._tcp,_foo,_bar'],
    [['_http', '_tcp', '_foo'], '_http._tcp,_foo'],
    [[['http', 'udp', 'foo']], '_http._udp,_foo'],
    [[{ name: 'http', protocol: 'tcp', subtypes: ['foo'] }], '_http._tcp,_foo'],
    [['_http._tcp.'], '_http._tcp.'],
    [['_services._dns-sd._udp.'], '_services._dns-sd._udp.'],
  ])('makeServiceType(...%j)', (args, text) => {
    expect(String(makeServiceType(...(args as [string])))).toBe(text);
  });

  it('has helpers for protocols, and arrays and objects of types', () => {
    expect(String(tcp('http', 'blogapi', 'newblogapi'))).toBe('_http._tcp,_blogapi,_newblogapi');
    expect(String(udp('osc'))).toBe('_osc._udp');
    const type = tcp('http', 'one');
    expect(makeServiceType(type)).toBe(type);
    expect(type.toArray()).toEqual(['http', 'tcp', 'one']);
    expect(String(new ServiceType(JSON.parse(JSON.stringify(type))))).toBe('_http._tcp,_one');
    expect(type.matches(tcp('http'))).toBe(true);
    expect(type.matches(udp('http'))).toBe(false);
    expect(new ServiceType('_services._dns-sd._udp.').isWildcard()).toBe(true);
  });

  it.each([
    [['http', 'icmp'], "protocol must be either '_tcp' or '_udp' but is 'icmp'"],
    [['_http._icmp'], "protocol must be either '_tcp' or '_udp' but is '_icmp'"],
    [['sixteen-letters-x', 'tcp'], 'type sixteen-letters-x has more than 15 characters'],
    [['ht_tp', 'tcp'], 'type ht_tp may only contain alphanumeric characters and hyphens'],
    [['_http._tcp.local'], "trailing tokens 'local' in service type string '_http._tcp.local'"],
    [[{ name: 'http' }], 'required property protocol is missing'],
    [[7], 'argument must be a string, array or object'],
  ])('refuses %j', (args, message) => {
    expect(() => makeServiceType(...(args as [string]))).toThrow(message);
  });

  it('refuses a protocol twice', () => {
    expect(() => tcp('http', 'udp')).toThrow("duplicate protocol 'udp' in arguments");
  });
});

describe('mdns, the replacement', () => {
  it('has the constants of dns_sd.h', () => {
    expect(ours).toMatchObject({
      kDNSServiceErr_NoError: 0,
      kDNSServiceErr_Unknown: -65_537,
      kDNSServiceErr_AlreadyRegistered: -65_547,
      kDNSServiceErr_NoSuchRecord: -65_554,
      kDNSServiceErr_Timeout: -65_568,
      kDNSServiceFlagsAdd: 2,
      kDNSServiceFlagsNoAutoRename: 8,
      kDNSServiceType_AAAA: 28,
      kDNSServiceType_SRV: 33,
      kDNSServiceType_NSEC: 47,
      kDNSServiceType_TKEY: 249,
      kDNSServiceType_ANY: 255,
      kDNSServiceInterfaceIndexLocalOnly: 4_294_967_295,
      isAvahi: false,
    });
    expect('DNSServiceGetAddrInfo' in ours.dns_sd).toBe(true);
  });

  it('refuses what cannot be, and to start twice', () => {
    expect(() => ours.createAdvertisement(ours.tcp('http'), 1, { txtRecord: { 'a=': 1 } })).toThrow('key must be all');
    expect(() => ours.createBrowser(ours.tcp('http'), { networkInterface: 'nowhere0' })).toThrow('nowhere0');
    const browser = ours.createBrowser(ours.tcp('http'), { networkInterface: ours.loopbackInterface() });
    browser.start();
    expect(() => browser.start()).toThrow('mdns service already started');
    browser.stop();
    browser.stop();
  });
});

describeInterop('mdns, the replacement, on a network', () => {
  const { host } = useWorld({ hosts: ['device', 'peer'] });
  let avahi: Avahi;
  beforeAll(async () => {
    avahi = await Avahi.start(host('peer'));
  });

  it('advertises from start to stop, with a callback', async () => {
    const user = startUser(
      host('device'),
      file,
      `const options = { name: 'My Web', txtRecord: { path: '/x', n: 5, bare: undefined }, context: 'ours' };
       const ad = original.createAdvertisement(original.tcp('http', 'site'), 8080, options, function (error, service, context) {
         say('registered', error === undefined, service.name, String(service.type), service.domain, context, this === ad);
       });
       ad.start();
       process.once('SIGTERM', () => ad.stop());`,
    );
    const browser = avahi.browse('_http._tcp', '_site');
    const seen = await browser.sees('My Web', ({ addresses }) => addresses.length > 0);
    expect(seen).toMatchObject({ port: 8080, host: 'device.local', txt: { path: '/x', n: '5', bare: true } });
    expect(await said(user, 'registered')).toEqual([true, 'My Web', '_http._tcp,_site', 'local.', 'ours', true]);
    expect(await user.stop()).toMatchObject({ code: 0 });
    await browser.loses('My Web');
  });

  it('finds services with the default sequence, and with the one that half of its users have', async () => {
    const txt = { color: 'T', bare: true } as const;
    const { program } = await avahi.publish({ name: 'My Printer', type: '_ipp._tcp', port: 631, txt });
    const user = startUser(
      host('device'),
      file,
      `const { rst } = original;
       const resolverSequence = [
         rst.DNSServiceResolve(),
         'DNSServiceGetAddrInfo' in original.dns_sd ? rst.DNSServiceGetAddrInfo() : rst.getaddrinfo({ families: [4] }),
         rst.makeAddressesUnique(),
         rst.filterAddresses((address) => !address.includes(':')),
         (service, next) => { service.mine = true; next(); },
       ];
       const browser = original.createBrowser(original.tcp('ipp'), { resolverSequence, context: 7 });
       browser.on('serviceUp', (service, context) => say('up', service, String(service.type), context));
       browser.on('serviceDown', (service) => { say('down', service.name, service.flags); browser.stop(); });
       browser.start();
       const plain = original.createBrowser('_ipp._tcp');
       plain.on('serviceChanged', ({ flags }) => say('changed', flags));
       plain.on('serviceUp', ({ addresses }) => { say('plain', addresses.length > 1); plain.stop(); });
       plain.start();`,
    );
    const [service, type, context] = await said(user, 'up');
    expect(service).toMatchObject({
      name: 'My Printer',
      fullname: 'My\\032Printer._ipp._tcp.local.',
      host: 'peer.local.',
      port: 631,
      replyDomain: 'local.',
      networkInterface: 'lan0',
      flags: 2,
      addresses: [host('peer').ipv4],
      txtRecord: { color: 'T' },
      mine: true,
    });
    expect([type, context]).toEqual(['_ipp._tcp', 7]);
    expect(await said(user, 'changed')).toEqual([2]);
    await said(user, 'plain');
    await program.stop();
    expect(await said(user, 'down')).toEqual(['My Printer', 0]);
    expect(await user.ended()).toMatchObject({ code: 0 });
  });

  it('finds types, and resolves a service that was found without a sequence', async () => {
    await avahi.publish({ name: 'My Printer', type: '_ipp._tcp', port: 631 });
    const user = startUser(
      host('device'),
      file,
      `const all = original.browseThemAll();
       all.on('serviceUp', ({ type, name }) => say('type', String(type), name === undefined));
       all.start();
       const browser = original.createBrowser(original.tcp('ipp'), { resolverSequence: [] });
       browser.on('serviceUp', (service) => {
         say('found', service.name, service.host === undefined);
         original.resolve(service, (error, { host, port }) => { say('resolved', host, port); all.stop(); browser.stop(); });
       });
       browser.start();`,
    );
    expect(await said(user, 'type')).toEqual(['_ipp._tcp', true]);
    expect(await said(user, 'found')).toEqual(['My Printer', true]);
    expect(await said(user, 'resolved')).toEqual(['peer.local.', 631]);
    expect(await user.ended()).toMatchObject({ code: 0 });
  });
});
