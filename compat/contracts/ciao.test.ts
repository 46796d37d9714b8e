/** The contract of @homebridge/ciao 1: each test runs on the original and on the replacement, with Avahi as the client. */
import { beforeAll, describe, expect, it } from 'vitest';
import type formatter from '../../src/compat/ciao/lib/util/domain-formatter.js';
import { Avahi } from '../../test/interop/avahi.js';
import { describeInterop, useWorld } from '../../test/interop/suite.js';
import { both, filesOfBoth } from './both.js';
import { routeMulticast, said, startUser } from './program.js';

const FORMATTER = '@homebridge/ciao/lib/util/domain-formatter';

describe.each(both<typeof formatter>(FORMATTER))('%s', (_, names) => {
  it('has the network of an address', () => {
    expect(names.getNetAddress('192.168.1.23', '255.255.255.0')).toBe('192.168.1.0');
    expect(names.getNetAddress('10.1.130.7', '255.255.128.0')).toBe('10.1.128.0');
    expect(names.getNetAddress('fe80::1:2', 'ffff:ffff:ffff:ffff::')).toBe('fe80::');
    expect(() => names.getNetAddress('192.168.1.23', 'ffff::')).toThrow(/version must match/);
  });

  it('writes and reads names', () => {
    expect(names.stringify({ name: 'My Web', type: 'http' })).toBe('My Web._http._tcp.local.');
    expect(names.stringify({ subtype: 'printer', type: 'http', protocol: 'udp' })).toBe(
      '_printer._sub._http._udp.local.',
    );
    expect(names.parseFQDN('My.Web._http._tcp.local.')).toEqual({
      ...{ domain: 'local', protocol: 'tcp', type: 'http', name: 'My.Web' },
    });
    expect(names.parseFQDN('_p._sub._http._tcp.local.')).toMatchObject({ type: 'http', subtype: 'p' });
    expect(names.formatHostname('box')).toBe('box.local.');
    expect(names.formatHostname('box.local')).toBe('box.local.');
    expect(names.removeTLD('box.local.')).toBe('box');
    expect(() => names.stringify({ type: 'x'.repeat(16) })).toThrow(/longer than 15/);
  });

  it('writes and reads addresses', () => {
    expect(names.enlargeIPv6('fe80::1')).toBe('fe80:0000:0000:0000:0000:0000:0000:0001');
    expect(names.shortenIPv6('fe80:0000:0000:0000:0000:0000:0000:0001')).toBe('fe80::1');
    expect(names.shortenIPv6(['2001', '0db8', '0', '0', '0', '0', '0', '7'])).toBe('2001:db8::7');
    expect(names.formatMappedIPv4Address('192.0.2.1')).toBe('::ffff:c000:0201');
    const six = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.E.F.ip6.arpa';
    expect(names.formatReverseAddressPTRName('fe80::1')).toBe(six);
    expect(names.formatReverseAddressPTRName('192.0.2.1')).toBe('1.2.0.192.in-addr.arpa');
    expect(names.ipAddressFromReversAddressName(six)).toBe('fe80::1');
    expect(names.ipAddressFromReversAddressName('1.2.0.192.in-addr.arpa')).toBe('192.0.2.1');
    expect(() => names.formatReverseAddressPTRName('x')).toThrow(/illegal ip address/);
  });
});

/** What has been thrown, by its name and the beginning of its message. */
const THROWN = `const thrown = (run) => { try { run(); return 'nothing'; } catch (e) { return e.code + ': ' + e.message.split('\\n')[0]; } };`;

/** The original takes the name of a veth from `ip -o link`, which has `lan0@if5`. Without `ip` it asks Node.js. */
const WITHOUT_IP = "process.env.PATH = '/none';";

describeInterop('@homebridge/ciao on a network', () => {
  const { host } = useWorld({ hosts: ['device', 'client'] });
  let avahi: Avahi;
  beforeAll(async () => {
    routeMulticast(host('device'));
    avahi = await Avahi.start(host('client'));
  });

  describe.each(filesOfBoth('@homebridge/ciao'))('%s', (_, file) => {
    it('has words, names and refusals', async () => {
      const user = startUser(
        host('device'),
        file,
        `${WITHOUT_IP} ${THROWN}
         const responder = original.getResponder({});
         const same = original.default.getResponder({});
         const other = original.getResponder({ interface: 'lan0' });
         const web = responder.createService({ name: 'My Web', type: 'http', txt: { a: 1, b: true }, subtypes: ['P'] });
         const second = responder.createService({ name: 'Box (3)', type: 'hap', hostname: 'box', protocol: 'udp', port: 7 });
         say('words', original.ServiceType.HAP, original.Protocol.TCP, original.ServiceEvent, same === responder, other === responder);
         say('names', web.getFQDN(), web.getTypePTR(), web.getHostname(), web.getPort(), web.getTXT().map(String), web.isDestroyed(),
           web instanceof original.CiaoService, responder instanceof original.Responder);
         say('numbers', second.getFQDN(), second.getHostname(), second.getPort());
         say('refused', [
           () => responder.createService({ type: 'http' }),
           () => responder.createService({ name: 'a' }),
           () => responder.createService({ name: 'a', type: 'x'.repeat(16) }),
           () => responder.createService({ name: 'a', type: 'b', restrictedAddresses: [] }),
           () => web.advertise(),
           () => web.updateTxt(undefined),
         ].map(thrown));
         web.updatePort(80);
         say('port', web.getPort());
         web.destroy().then(() => say('destroyed', web.isDestroyed(), thrown(() => web.advertise()), thrown(() => web.end()), thrown(() => web.updateTxt({}))));
         Promise.all([same.shutdown(), other.shutdown()]).then(() => responder.shutdown()).then(() => say('over'));`,
      );
      expect(await said(user, 'words')).toEqual([
        ...['hap', 'tcp', { NAME_CHANGED: 'name-change', HOSTNAME_CHANGED: 'hostname-change' }],
        ...[true, false],
      ]);
      expect(await said(user, 'names')).toEqual([
        ...['My Web._http._tcp.local.', '_http._tcp.local.', 'My-Web.local.', -1, ['a=1', 'b=true'], false],
        ...[true, true],
      ]);
      expect(await said(user, 'numbers')).toEqual(['Box (3)._hap._udp.local.', 'box-(3).local.', 7]);
      const assertion = (text: string) => `ERR_ASSERTION: ${text}`;
      expect(await said(user, 'refused')).toEqual([
        [
          assertion("service options parameter 'name' is required"),
          assertion("service options parameter 'type' is required"),
          assertion("service options parameter 'type' must not be longer than 15 characters"),
          assertion("The service property 'restrictedAddresses' cannot be an empty array!"),
          assertion('Service port must be defined before advertising the service on the network!'),
          assertion('txt cannot be undefined'),
        ],
      ]);
      expect(await said(user, 'port')).toEqual([80]);
      expect(await said(user, 'destroyed')).toEqual([
        true,
        assertion('Cannot publish destroyed service!'),
        assertion('Cannot end destroyed service!'),
        assertion('Cannot update destroyed service!'),
      ]);
      await said(user, 'over');
    });

    it('advertises: resolved after probing, found with its host, changed, ended, and advertised again', async () => {
      const user = startUser(
        host('device'),
        file,
        `${WITHOUT_IP} ${THROWN}
         const responder = original.getResponder();
         const service = responder.createService({ name: 'My Bridge', type: 'hap', port: 51826, txt: { 'c#': 1, id: 'x' } });
         const began = performance.now();
         service.advertise().then(() => {
           say('advertised', performance.now() - began, service.serviceState, [...responder.getAnnouncedServices()].length,
             thrown(() => service.updatePort(1)));
         });
         process.on('SIGUSR2', () => { for (let n = 2; n <= 5; n++) service.updateTxt({ 'c#': n, id: 'x' }); say('updated', service.getTXT().map(String)); });
         process.once('SIGHUP', () => service.end().then(() => {
           say('ended', service.serviceState);
           process.once('SIGHUP', () => service.advertise().then(() => say('again')));
         }));
         process.once('SIGTERM', () => responder.shutdown().then(() => say('over')));`,
      );
      const [took, , announced, refused] = await said(user, 'advertised');
      expect(took).toBeGreaterThan(700);
      expect(took).toBeLessThan(3_000);
      expect(announced).toBe(1);
      expect(refused).toMatch(/cannot be changed when service is already advertised/);
      const browser = avahi.browse('_hap._tcp');
      const seen = await browser.sees('My Bridge', ({ addresses }) => addresses.length > 0);
      expect(seen).toMatchObject({ port: 51826, host: 'My-Bridge.local', txt: { 'c#': '1', id: 'x' } });
      await new Promise((later) => setTimeout(later, 3_500));
      user.signal('SIGUSR2');
      expect(await said(user, 'updated')).toEqual([['c#=5', 'id=x']]);
      // avahi-browse does not show changes.
      await new Promise((later) => setTimeout(later, 1_000));
      const changed = await avahi.browse('_hap._tcp').sees('My Bridge', ({ addresses }) => addresses.length > 0);
      expect(changed.txt).toEqual({ 'c#': '5', id: 'x' });
      user.signal('SIGHUP');
      expect(await said(user, 'ended')).toEqual(['unannounced']);
      await browser.loses('My Bridge');
      user.signal('SIGHUP');
      await said(user, 'again');
      await browser.sees('My Bridge');
      user.signal('SIGTERM');
      await said(user, 'over');
      await browser.loses('My Bridge');
      expect(await user.ended()).toMatchObject({ code: 0 });
    });

    it('renames the service and its host beside a rival', async () => {
      await avahi.publish({ name: 'Rival', type: '_hap._tcp', port: 1 });
      const user = startUser(
        host('device'),
        file,
        `${WITHOUT_IP}
         const responder = original.getResponder();
         const service = responder.createService({ name: 'Rival', type: 'hap', port: 2 });
         service.on('name-change', (name) => say('name', name));
         service.on('hostname-change', (name) => say('hostname', name));
         service.advertise().then(() => say('advertised', service.getFQDN(), service.getHostname()));
         process.once('SIGTERM', () => responder.shutdown());`,
      );
      expect(await said(user, 'advertised')).toEqual(['Rival (2)._hap._tcp.local.', 'Rival-(2).local.']);
      expect(await said(user, 'name')).toEqual(['Rival (2)']);
      expect(await said(user, 'hostname')).toEqual(['Rival-(2)']);
      const seen = await avahi.browse('_hap._tcp').sees('Rival (2)', ({ addresses }) => addresses.length > 0);
      // Avahi escapes the brackets.
      expect(seen).toMatchObject({ port: 2, host: expect.stringMatching(/^Rival-.*2.*\.local$/) });
      user.signal('SIGTERM');
      expect(await user.ended()).toMatchObject({ code: 0 });
    });

    it('leaves out IPv6 addresses, and takes only the given interface, and a port as text', async () => {
      const user = startUser(
        host('device'),
        file,
        `${WITHOUT_IP}
         const responder = original.getResponder();
         const options = { name: 'Four', type: 'http', port: '4', disabledIpv6: true, restrictedAddresses: ['lan0'] };
         responder.createService(options).advertise().then(() => say('advertised'));
         process.once('SIGTERM', () => responder.shutdown());`,
      );
      await said(user, 'advertised');
      const seen = await avahi.browse('_http._tcp').sees('Four', ({ addresses }) => addresses.length > 0);
      expect(seen.port).toBe(4);
      expect(seen.addresses.filter((address) => address.includes(':'))).toEqual([]);
      user.signal('SIGTERM');
      expect(await user.ended()).toMatchObject({ code: 0 });
    });
  });
});
