import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultHostName,
  hostRecordSet,
  parseHostName,
  parseServiceHost,
  reverseName,
} from '../../../src/protocol/dns-sd/host.js';
import { MdnsError } from '../../../src/protocol/errors.js';

const mistake = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('parseHostName', () => {
  it.each([
    ['host', 'host.local'],
    ['host.', 'host.local'],
    ['host.local', 'host.local'],
    ['host.local.', 'host.local'],
    ['Host.LOCAL', 'Host.local'],
    ['local.local', 'local.local'],
    ['a\\.b', 'a\\.b.local'],
    ['u\u0308', 'ü.local'],
    ['x'.repeat(63), `${'x'.repeat(63)}.local`],
    ['git.nas.local', 'git.nas.local'],
    ['a.b.c.LOCAL.', 'a.b.c.local'],
  ])('NAM-05 takes "%s" for %s', (text, name) => {
    expect(parseHostName(text)).toBe(name);
  });

  it.each(['a.b', 'host.example.com', 'local', 'LOCAL.', '.'])('NAM-05 refuses "%s"', (text) => {
    expect(() => parseHostName(text)).toThrow(mistake('invalid-name', /one label/));
  });

  it.each(['Web._http._tcp.local', '_x._UDP.local'])('NAM-05 refuses "%s", which is a service', (text) => {
    expect(() => parseHostName(text)).toThrow(mistake('invalid-name', /name of a service/));
  });

  it.each(['', 'a\nb', 'a.b\nc.local', 'a\\010b', 'x'.repeat(64), '.local', 'a..local'])(
    'NAM-04 refuses %j',
    (text) => {
      expect(() => parseHostName(text)).toThrow(mistake('invalid-name', /./));
    },
  );
});

describe('parseServiceHost', () => {
  it.each([
    ['nas', 'nas.local'],
    ['nas.local', 'nas.local'],
    ['nas\\.', 'nas\\..local'],
    ['nas.', 'nas'],
    ['nas.local.', 'nas.local'],
    ['nas.example.com.', 'nas.example.com'],
    ['Nas.LOCAL.', 'Nas.LOCAL'],
    ['a\\.b.', 'a\\.b'],
    ['a\\\\.', 'a\\\\'],
  ])('takes "%s" for %s: a final dot makes it exact', (text, name) => {
    expect(parseServiceHost(text)).toBe(name);
  });

  it.each(['.', 'local.', 'a.b', 'a\nb.', '_http._tcp.'])('refuses %j', (text) => {
    expect(() => parseServiceHost(text)).toThrow(mistake('invalid-name', /./));
  });
});

describe('defaultHostName', () => {
  it.each([
    ['box', 'box-node.local'],
    ['Box.local', 'Box-node.local'],
    ['box.example.com', 'box-node.local'],
    ['my_box!', 'my-box-node.local'],
    ['--box--', 'box-node.local'],
    ['Müller', 'Muller-node.local'],
    ['localhost', 'localhost-node.local'],
    ['', 'node.local'],
    ['日本', 'node.local'],
    ['...', 'node.local'],
    ['x'.repeat(100), `${'x'.repeat(58)}-node.local`],
    [`${'x'.repeat(57)}-y`, `${'x'.repeat(57)}-node.local`],
  ])('A-75 SIN-03 makes of "%s" %s', (os, name) => {
    expect(defaultHostName(os)).toBe(name);
  });

  it('A-75 is a valid host name, and not the system its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 90 }), (os) => {
        const name = defaultHostName(os);
        expect(name).toMatch(/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.local$/);
        expect(parseHostName(name)).toBe(name);
        expect(name.split('.')[0]?.toLowerCase()).not.toBe(os.split('.')[0]?.toLowerCase());
        expect(defaultHostName(os)).toBe(name);
      }),
    );
  });
});

describe('reverseName', () => {
  it.each([
    ['192.0.2.10', '10.2.0.192.in-addr.arpa'],
    ['169.254.1.2', '2.1.254.169.in-addr.arpa'],
    ['fe80::1', `1.${'0.'.repeat(28)}8.e.f.ip6.arpa`],
    ['2001:db8::567:89ab', 'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'],
  ])('NAM-03 of %s', (address, name) => {
    expect(reverseName(address)).toBe(name);
  });

  it('refuses what is no address', () => {
    expect(() => reverseName('x')).toThrow(mistake('invalid-option', /not an IP address/));
  });
});

describe('hostRecordSet', () => {
  const unique = { class: 1, cacheFlush: true, ttl: 120 };
  const addresses = [
    { address: '192.0.2.10' },
    { address: 'FE80::10%eth0' },
    { address: '2001:db8::10' },
    { address: 'fe80::10' },
  ];

  it('ADR-01 ADR-04 NAM-06 NAM-09 TTL-01 has all addresses and their reverse mapping, unique', () => {
    expect(hostRecordSet({ id: 'h', host: 'h.local', addresses: addresses.slice(0, 2), reverse: true })).toEqual({
      id: 'h',
      claims: ['h.local'],
      records: [
        { name: 'h.local', ...unique, type: 'A', address: '192.0.2.10' },
        { name: 'h.local', ...unique, type: 'AAAA', address: 'fe80::10' },
        { name: '10.2.0.192.in-addr.arpa', ...unique, type: 'PTR', target: 'h.local' },
        { name: `0.1.${'0.'.repeat(27)}8.e.f.ip6.arpa`, ...unique, type: 'PTR', target: 'h.local' },
      ],
    });
  });

  it('A-20 leaves out the reverse mapping, repeated addresses, and takes another TTL', () => {
    const { records } = hostRecordSet({ id: 'h', host: 'h.local', addresses, reverse: false, ttl: 60 });
    expect(records).toEqual([
      { name: 'h.local', ...unique, ttl: 60, type: 'A', address: '192.0.2.10' },
      { name: 'h.local', ...unique, ttl: 60, type: 'AAAA', address: 'fe80::10' },
      { name: 'h.local', ...unique, ttl: 60, type: 'AAAA', address: '2001:db8::10' },
    ]);
  });

  it('claims nothing without an address', () => {
    expect(hostRecordSet({ id: 'h', host: 'h.local', addresses: [], reverse: true })).toEqual({
      id: 'h',
      claims: [],
      records: [],
    });
  });

  it('refuses what is no address', () => {
    const spec = { id: 'h', host: 'h.local', addresses: [{ address: 'h.local' }], reverse: false };
    expect(() => hostRecordSet(spec)).toThrow(MdnsError);
    expect(() => hostRecordSet(spec)).toThrow(mistake('invalid-option', /"h.local"/));
  });
});
