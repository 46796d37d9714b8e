import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  confirmedResult,
  findingResult,
  hostEventResult,
  hostResult,
  instanceResult,
  linkResult,
  nameResult,
  publicationResult,
  recordResult,
  typeResult,
} from '../../src/cli/print.js';
import { jsonLine, plain } from '../../src/cli/text.js';
import type { ServiceInstance } from '../../src/protocol/dns-sd/instance.js';
import { MdnsError } from '../../src/protocol/errors.js';
import type { PublicRecord } from '../../src/protocol/public-record.js';
import type { LookupEvent } from '../../src/protocol/view/lookup-view.js';

const ESC = '\x1b';

const instance: ServiceInstance = {
  name: 'Living Room',
  type: '_http._tcp',
  domain: 'local',
  fullName: 'Living Room._http._tcp.local',
  host: 'till.local',
  port: 80,
  txt: { path: '/', flag: true, note: 'two words' },
  txtStrings: [],
  url: undefined,
  hostPort: undefined,
  from: '198.18.0.7',
  ttlSeconds: 120,
  addresses: [
    { address: '192.0.2.1', family: 'ipv4', interface: 'eth0' },
    { address: 'fe80::1', family: 'ipv6', interface: 'eth0', scopeId: 'eth0' },
  ],
};

const json = {
  name: 'Living Room',
  type: '_http._tcp',
  host: 'till.local',
  port: 80,
  txt: instance.txt,
  addresses: instance.addresses,
  url: 'http://till.local/',
};

describe('services', () => {
  it('up', () => {
    const result = instanceResult({ event: 'up', instance });
    expect(result.json).toEqual({ event: 'up', ...json });
    expect(result.lines).toEqual([
      'up         Living Room               _http._tcp          till.local:80               192.0.2.1 fe80::1%eth0    path=/ flag "note=two words"',
    ]);
  });

  it('changed tells what changed', () => {
    const result = instanceResult({ event: 'changed', instance, previous: instance, changes: ['port', 'txt'] });
    expect(result.json).toEqual({ event: 'changed', ...json, changes: ['port', 'txt'] });
    expect(result.lines[0]).toMatch(/^changed .* till\.local:80 .*\(new: port, txt\)$/);
  });

  it('down tells why', () => {
    const result = instanceResult({ event: 'down', instance, reason: 'goodbye' });
    expect(result.json).toEqual({ event: 'down', ...json, reason: 'goodbye' });
    expect(result.lines).toEqual(['down       Living Room               _http._tcp          it said goodbye']);
  });

  it('an address that is seen on two interfaces is one for people, and two for programs', () => {
    const addresses = ['eth0', 'wlan0'].map((on) => ({ address: '192.0.2.1', family: 'ipv4', interface: on }) as const);
    const result = instanceResult({ event: 'up', instance: { ...instance, addresses } });
    expect(result.lines[0]?.match(/192\.0\.2\.1/g)).toHaveLength(1);
    expect(result.json).toMatchObject({ addresses });
  });

  it('service types', () => {
    expect(typeResult({ event: 'up', type: '_http._tcp', domain: 'local' })).toEqual({
      json: { event: 'up', type: '_http._tcp', domain: 'local' },
      lines: ['up         _http._tcp'],
    });
    const down = typeResult({ event: 'down', type: '_http._tcp', domain: 'local', reason: 'expired' });
    expect(down.json).toEqual({ event: 'down', type: '_http._tcp', domain: 'local' });
  });
});

it('a host has one line for each address', () => {
  const { addresses } = instance;
  const result = hostResult({ host: 'till.local', addresses, ttlSeconds: 120 });
  expect(result.json).toEqual({ event: 'found', host: 'till.local', addresses, ttl: 120 });
  expect(result.lines).toEqual([
    'till.local                192.0.2.1                 eth0        ttl 120',
    'till.local                fe80::1%eth0              eth0        ttl 120',
  ]);
});

it('the name of an address', () => {
  expect(nameResult('192.0.2.1', 'till.local')).toEqual({
    json: { event: 'found', address: '192.0.2.1', name: 'till.local' },
    lines: ['192.0.2.1                 till.local'],
  });
});

describe('a host that is watched', () => {
  const { addresses } = instance;
  it.each<[LookupEvent, object, string]>([
    [
      { event: 'found', host: 'till.local', addresses, ttlSeconds: 120 },
      { event: 'found', host: 'till.local', addresses, ttl: 120 },
      'found      till.local                192.0.2.1 fe80::1%eth0',
    ],
    [
      { event: 'lost', host: 'till.local', reason: 'goodbye' },
      { event: 'lost', host: 'till.local', reason: 'goodbye' },
      'lost       till.local                it said goodbye',
    ],
    [
      { event: 'denied' },
      { event: 'denied', host: 'till' },
      'denied     till                      it exists, but has no address on this network',
    ],
  ])('%j', (event, json, line) => {
    expect(hostEventResult('till', event)).toEqual({ json, lines: [line] });
  });
});

it('a service that still exists', () => {
  const result = confirmedResult(instance);
  expect(result.json).toEqual({ event: 'confirmed', ...json });
  expect(result.lines[0]).toMatch(/^confirmed +Living Room +_http\._tcp +till\.local:80 /);
});

it('what doctor finds has its remedy below it', () => {
  const finding = {
    interface: 'eth0',
    family: 'ipv4',
    verdict: 'broken',
    addresses: ['192.0.2.1'],
    text: 'it is off',
  } as const;
  expect(findingResult({ ...finding, remedy: 'Switch it on.' })).toEqual({
    json: {
      event: 'broken',
      interface: 'eth0',
      family: 'ipv4',
      addresses: ['192.0.2.1'],
      text: 'it is off',
      remedy: 'Switch it on.',
    },
    lines: ['broken     eth0        ipv4  192.0.2.1                 it is off', '  Switch it on.'],
    tone: 'bad',
  });
  expect(findingResult({ ...finding, remedy: undefined }).lines).toHaveLength(1);
});

type PublicData = PublicRecord extends infer R
  ? R extends PublicRecord
    ? Omit<R, keyof typeof recordHead>
    : never
  : never;
const recordHead = { name: 'a.local', class: 1, cacheFlush: true, ttl: 120 };

describe('records', () => {
  const bytes = (text: string) => Buffer.from(text);
  it.each<[PublicData, unknown, string]>([
    [{ type: 'A', address: '192.0.2.1' }, '192.0.2.1', '192.0.2.1'],
    [{ type: 'PTR', target: 'a.local' }, 'a.local', 'a.local'],
    [
      { type: 'SRV', priority: 1, weight: 2, port: 3, target: 'a.local' },
      { priority: 1, weight: 2, port: 3, target: 'a.local' },
      '1 2 3 a.local',
    ],
    [{ type: 'TXT', strings: [bytes('a=b c'), bytes('ü')] }, ['a=b c', 'ü'], '"a=b c" "ü"'],
    [{ type: 'NSEC', next: 'a.local', types: ['A', 'TXT'] }, { next: 'a.local', types: ['A', 'TXT'] }, 'a.local A TXT'],
    [{ type: 'HINFO', cpu: 'x', os: 'y' }, { cpu: 'x', os: 'y' }, 'x y'],
    [{ type: 'TYPE65', rdata: Uint8Array.of(0, 255) }, '00ff', '00ff'],
    [{ type: 'NS', rdata: bytes('\x02ns\x05local\0') }, 'ns.local', 'ns.local'],
    [
      { type: 'CAA', rdata: bytes('\0\x05issueca.example; x') },
      { flags: 0, tag: 'issue', value: 'ca.example; x', issuerCritical: false },
      'flags=0 tag=issue value="ca.example; x" issuerCritical=false',
    ],
    [
      { type: 'DS', rdata: Uint8Array.of(0, 7, 8, 2, 0xab) },
      { keyTag: 7, algorithm: 8, digestType: 2, digest: 'ab' },
      'keyTag=7 algorithm=8 digestType=2 digest=ab',
    ],
    [{ type: 'OPT', rdata: new Uint8Array(0) }, [], '[]'],
  ])('%j', (data, expected, text) => {
    const record = { ...recordHead, ...data } as PublicRecord;
    const result = recordResult({ record, interface: 'eth0', from: '198.18.0.7', ttlSeconds: 100 });
    expect(result.json).toEqual({
      event: 'found',
      name: 'a.local',
      type: data.type,
      ttl: 120,
      data: expected,
      interface: 'eth0',
    });
    expect(result.lines[0]).toMatch(/^a\.local +\S+ +ttl 120 +eth0 +/);
    expect(result.lines[0]?.endsWith(`  ${text}`)).toBe(true);
  });
});

describe('a record of a rare type', () => {
  it('says nothing that a terminal would obey', () => {
    const rdata = Buffer.from(`\0\x05issue${ESC}[2J`);
    const result = recordResult({
      record: { ...recordHead, type: 'CAA', rdata },
      interface: 'eth0',
      from: '198.18.0.7',
      ttlSeconds: 100,
    });
    expect(jsonLine(result.json)).not.toContain(ESC);
    expect(result.lines.join('')).not.toContain(ESC);
    expect(result.lines[0]).toContain('\\u001b[2J');
  });
});

describe('publications', () => {
  const published = { type: '_http._tcp', port: 80 };

  it('tell what becomes of them', () => {
    const announced = publicationResult(published, { event: 'announced', name: 'A', host: 'till.local' });
    expect(announced.json).toEqual({ event: 'announced', name: 'A', ...published, host: 'till.local' });
    expect(announced.lines[0]).toMatch(/^announced +A +_http\._tcp +till\.local:80$/);
    const renamed = publicationResult(published, { event: 'renamed', name: 'A (2)', from: 'A' });
    expect(renamed.json).toEqual({ event: 'renamed', name: 'A (2)', ...published, from: 'A' });
    expect(renamed.lines[0]).toMatch(/^renamed +A \(2\) .*instead of "A"$/);
    const updated = publicationResult(published, { event: 'updated', name: 'A', host: 'till-2.local' });
    expect(updated.json).toEqual({ event: 'updated', name: 'A', ...published, host: 'till-2.local' });
    for (const event of ['probing', 'updating', 'withdrawn'] as const) {
      expect(publicationResult(published, { event, name: 'A' }).json).toEqual({ event, name: 'A', ...published });
    }
  });

  it('tell why they failed', () => {
    const failed = { event: 'failed', name: 'A', error: new MdnsError('name-in-use', 'It is taken.') } as const;
    expect(publicationResult(published, failed).json).toEqual({
      event: 'failed',
      name: 'A',
      ...published,
      reason: 'It is taken.',
    });
  });
});

it('interfaces tell why they are not used', () => {
  const link = { interface: 'lo', family: 'ipv4', fault: undefined, addresses: ['127.0.0.1'] } as const;
  expect(linkResult({ ...link, state: 'up', reason: undefined })).toEqual({
    json: { interface: 'lo', family: 'ipv4', state: 'up', addresses: ['127.0.0.1'] },
    lines: ['lo          ipv4  up         127.0.0.1'],
    tone: 'good',
  });
  const unused = linkResult({ ...link, state: 'unused', reason: 'it is off' });
  expect(unused.json).toMatchObject({ state: 'unused', reason: 'it is off' });
  expect(unused.lines[0]).toMatch(/^lo +ipv4 +unused +127\.0\.0\.1 +it is off$/);
});

describe('text from the network', () => {
  it('cannot make a terminal obey, end a line, or turn the direction of text', () => {
    expect(plain(`a${ESC}[31m\r\n\x07\x7f\x9b2J\u2028\u202eb`)).toBe(
      'a\\u001b[31m\\u000d\\u000a\\u0007\\u007f\\u009b2J\\u2028\\u202eb',
    );
  });

  it('stays as it is otherwise', () => {
    const texts = ['Büro ☕ "2" \\ (2)', '日本語', '👨‍👩‍👧', '❤️‍🔥 ☕️ 1️⃣ 👨🏽‍💻', 'مرحبا', 'می\u200cخواهم', 'e\u0301'];
    for (const text of texts) expect(plain(text)).toBe(text);
  });

  it.each([
    ['a\u200bb', 'a\\u200bb'],
    ['a\u200cb\u200d', 'a\\u200cb\\u200d'],
    ['1\ufe0f', '1\\ufe0f'],
    ['soft\u00adhyphen', 'soft\\u00adhyphen'],
    ['\ufeff\u2060\u3164', '\\ufeff\\u2060\\u3164'],
    ['x\u{e0041}', 'x\\udb40\\udc41'],
  ])('shows what is not seen: %j', (text, shown) => {
    expect(plain(text)).toBe(shown);
    expect(JSON.parse(jsonLine({ text }))).toEqual({ text });
    expect(jsonLine({ text })).toContain(shown);
  });

  it('is safe in every place of a service', () => {
    const evil = `x${ESC}]0;pwned\x07\ny`;
    const event = {
      event: 'up',
      instance: { ...instance, name: evil, type: evil, host: evil, txt: { [evil]: evil } },
    } as const;
    const { lines, json } = instanceResult(event);
    for (const line of [...lines, jsonLine(json)]) expect(line).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(jsonLine(json))).toMatchObject({ name: evil, txt: { [evil]: evil } });
  });

  it('is the same after JSON, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const line = jsonLine({ name });
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]/u);
        expect(JSON.parse(line)).toEqual({ name });
      }),
    );
  });

  it('keeps columns apart when a word is too long', () => {
    const { lines } = instanceResult({
      event: 'down',
      instance: { ...instance, name: 'n'.repeat(63) },
      reason: 'expired',
    });
    expect(lines[0]).toContain(`${'n'.repeat(63)}  _http._tcp`);
  });
});
