import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostPort, serviceUrl } from '../../../src/protocol/dns-sd/service-url.js';

const service = (type: string, port: number, txt: Record<string, string | true> = {}, host = 'till.local') =>
  serviceUrl({ type, host, port, txt });

describe('the URL of a service', () => {
  it.each([
    ['_http._tcp', 80, {}, 'http://till.local/'],
    ['_HTTP._tcp', 8080, { path: '/a b/ü' }, 'http://till.local:8080/a%20b/%C3%BC'],
    ['_https._tcp', 443, { path: 'status' }, 'https://till.local/status'],
    ['_ipp._tcp', 631, { rp: 'ipp/print', path: '/no' }, 'ipp://till.local/ipp/print'],
    ['_ssh._tcp', 2222, { path: '/no' }, 'ssh://till.local:2222/'],
    ['_smb._tcp', 445, {}, 'smb://till.local/'],
    ['_rfb._tcp', 5901, {}, 'vnc://till.local:5901/'],
    ['_http._tcp', 80, { path: true }, 'http://till.local/'],
    ['_http._tcp', 80, { path: '/%41%zz' }, 'http://till.local/%41%25zz'],
  ] as const)('%s, port %i, %j', (type, port, txt, url) => {
    expect(service(type, port, txt)).toBe(url);
  });

  it.each([
    ['_unknown._tcp', 1, 'till.local'],
    ['_http._tcp', 0, 'till.local'],
    ['_http._tcp', 80, 'a b.local'],
    ['_http._tcp', 80, 'evil.example/x.local'],
    ['_http._tcp', 80, 'user@evil.local'],
    ['_http._tcp', 80, 'bücher.local'],
    ['_http._tcp', 80, '.'],
  ])('%s, port %i, host %s has none', (type, port, host) => {
    expect(service(type, port, {}, host)).toBeUndefined();
  });

  it.each([
    '//evil.example/',
    '@evil.example',
    '\\\\evil.example',
    ':99/',
    'javascript:alert(1)',
    '/a\x1b]8;;x\x07\n\ud800',
  ])('has the scheme and host of SRV with the path %j', (path) => {
    const url = new URL(service('_http._tcp', 8080, { path }) ?? '');
    expect([url.protocol, url.hostname, url.port, url.username]).toEqual(['http:', 'till.local', '8080', '']);
  });

  it('is printable ASCII with that scheme and host, whatever the path is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        const text = service('_http._tcp', 8080, { path }) ?? '';
        expect(text).toMatch(/^http:\/\/till\.local:8080\/[\x21-\x7e]*$/);
        expect(new URL(text).host).toBe('till.local:8080');
      }),
    );
  });
});

describe('host and port', () => {
  const address = (text: string, family: 'ipv4' | 'ipv6', scopeId?: string) => ({
    address: text,
    family,
    interface: 'eth0',
    ...(scopeId !== undefined && { scopeId }),
  });

  it('are those of the first address, IPv6 in brackets and with its zone', () => {
    const [v4, v6] = [address('198.18.0.7', 'ipv4'), address('fd00::7', 'ipv6')];
    expect(hostPort({ addresses: [v4, v6], port: 80 })).toBe('198.18.0.7:80');
    expect(hostPort({ addresses: [v6, v4], port: 8080 })).toBe('[fd00::7]:8080');
    expect(hostPort({ addresses: [address('fe80::7', 'ipv6', 'eth0')], port: 1 })).toBe('[fe80::7%eth0]:1');
    expect(hostPort({ addresses: [], port: 1 })).toBeUndefined();
  });
});
