/** What the options that a caller gave become: requests and the supervisor's input. What is refused is in options.test.ts. */
import { describe, expect, it } from 'vitest';
import { parseGroup } from '../../src/api/group.js';
import { typeOf } from '../../src/api/publish.js';
import {
  browseAllRequest,
  browseRequest,
  hostRequest,
  serviceRequest,
  supervisorInput,
  ttlsOf,
} from '../../src/api/read-options.js';
import { NodeNetwork } from '../../src/index.js';

const TTLS = { host: 10, other: 20 };
const network = Object.assign(new NodeNetwork(), { hostname: () => 'Box' });
const ALL_V4 = { group: '224.0.0.251', port: 5353 };
const ALL_V6 = { group: 'ff02::fb', port: 5353 };

describe('supervisorInput', () => {
  it('has a value for all that is left out', () => {
    expect(supervisorInput({}, network)).toEqual({
      network,
      domains: [],
      hostname: 'Box-node.local',
      groups: { ipv4: ALL_V4, ipv6: ALL_V6 },
      interfaces: undefined,
      ttls: { host: 120, other: 4500 },
      addressFilter: undefined,
      announceHost: undefined,
      announcements: 2,
      reannounceMs: undefined,
      scanIntervalMs: 1_500,
      maxCacheRecords: 10_000,
      maxCacheBytes: undefined,
      keepAlive: true,
    });
  });

  it.each([
    [{ hostname: 'printer' }, { hostname: 'printer.local', announceHost: true }],
    [{ hostname: 'printer', announceHost: false }, { announceHost: false }],
    [{ ipv4: false as const }, { groups: { ipv6: ALL_V6 } }],
    [{ ipv6: '[ff05::FB]:53' }, { groups: { ipv4: ALL_V4, ipv6: { group: 'ff05::fb', port: 53 } } }],
    [{ reannounce: true }, { reannounceMs: 96_000 }],
    [
      { reannounce: true, ttl: { host: 10 } },
      { reannounceMs: 8_000, ttls: { host: 10, other: 4500 } },
    ],
    [{ reannounce: 5_000 }, { reannounceMs: 5_000 }],
    [
      { keepAlive: false, scanIntervalMs: 9_000 },
      { keepAlive: false, scanIntervalMs: 9_000 },
    ],
  ])('reads %o', (options, expected) => {
    expect(supervisorInput(options, network)).toMatchObject(expected);
    expect(Object.keys(supervisorInput(options, network).groups)).toEqual(
      Object.keys({ groups: { ipv4: ALL_V4, ipv6: ALL_V6 }, ...expected }.groups),
    );
  });

  it('refuses to be without any family', () => {
    expect(() => supervisorInput({ ipv4: false, ipv6: false }, network)).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining('at least one') }),
    );
  });
});

describe('parseGroup', () => {
  it('reads groups and ports of both families', () => {
    expect(parseGroup('ipv4', '239.1.2.3:1')).toEqual({ group: '239.1.2.3', port: 1 });
    expect(parseGroup('ipv6', '[FF02:0:0::FB]:65535')).toEqual({ group: 'ff02::fb', port: 65_535 });
  });

  it.each([
    ['ipv4', '224.0.0.251'],
    ['ipv4', '224.0.0.251:0'],
    ['ipv4', '224.0.0.251:65536'],
    ['ipv4', '0.0.0.0:5353'],
    ['ipv4', '[ff02::fb]:5353'],
    ['ipv6', 'ff02::fb:5353'],
    ['ipv6', '[::]:5353'],
    ['ipv6', '224.0.0.251:5353'],
  ] as const)('refuses for %s %s, with an example', (family, text) => {
    const example = family === 'ipv4' ? '224.0.0.251:5353' : '[ff02::fb]:5353';
    expect(() => parseGroup(family, text)).toThrow(`"${example}"`);
  });
});

describe('ttlsOf', () => {
  it('has one for all, one for each, or the default', () => {
    expect(ttlsOf(7)).toEqual({ host: 7, other: 7 });
    expect(ttlsOf({ other: 7 }, TTLS)).toEqual({ host: 10, other: 7 });
    expect(ttlsOf(undefined, TTLS)).toEqual(TTLS);
    expect(ttlsOf(undefined)).toEqual({ host: 120, other: 4500 });
  });
});

describe('requests', () => {
  it('publishes a service with what is left out', () => {
    expect(serviceRequest({ name: 'Cafe\u0301', type: 'http', port: 80 }, TTLS, () => {})).toEqual({
      kind: 'service',
      instance: 'Caf\u00e9',
      typeName: '_http._tcp.local',
      port: 80,
      priority: 0,
      weight: 0,
      host: undefined,
      addresses: undefined,
      addressFilter: undefined,
      txt: [],
      subtypes: [],
      extra: [],
      ttls: TTLS,
      onConflict: 'rename',
      interfaces: undefined,
    });
  });

  it('publishes a service with all that can be given', () => {
    const warnings: string[] = [];
    const request = serviceRequest(
      {
        name: 'Web',
        type: '_a._sub._http._tcp',
        port: 80,
        host: 'nas',
        addresses: ['FD00::1'],
        subtypes: ['_b'],
        txt: { path: '/', off: false },
        records: [{ type: 'HINFO', data: { cpu: 'C', os: 'O' } }],
        onConflict: () => 'other',
        interfaces: ['eth0'],
      },
      TTLS,
      (_what, { message }) => warnings.push(message),
    );
    expect(request).toMatchObject({
      host: 'nas.local',
      addresses: ['fd00::1'],
      subtypes: ['_b', '_a'],
      extra: [{ data: { type: 'HINFO', cpu: 'C', os: 'O' } }],
      onConflict: 'ask',
      interfaces: ['eth0'],
    });
    expect(request.txt.map((bytes) => Buffer.from(bytes).toString())).toEqual(['path=/']);
    expect(warnings).toEqual([]);
  });

  it('leaves a function to the engine, which names it', () => {
    const host = { name: 'lan', addressFilter: () => true };
    expect(hostRequest(host, TTLS)).toMatchObject({ kind: 'host', host: 'lan.local', addressFilter: undefined });
    const list = { ...host, addressFilter: ['fd00::/8'], onConflict: 'fail' as const };
    expect(hostRequest(list, TTLS)).toMatchObject({ addressFilter: ['fd00::/8'], onConflict: 'fail', ttls: TTLS });
  });

  it('browses with or without resolving, for one type or all', () => {
    expect(browseRequest('http', {})).toEqual({ kind: 'browse', typeName: '_http._tcp.local', subtype: undefined });
    expect(browseRequest('_a._sub._http._tcp', { resolve: false })).toEqual({
      kind: 'names',
      typeName: '_http._tcp.local',
      subtype: '_a',
    });
    expect(browseRequest('_a._sub._http._tcp', { subtype: '_b' }).subtype).toBe('_b');
    expect(browseAllRequest({ txt: { a: true } })).toEqual({ kind: 'all', domain: 'local', txt: { a: true } });
    expect(typeOf('_http._tcp.local')).toBe('_http._tcp');
  });
});
