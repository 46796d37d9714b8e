import { describe, expect, it } from 'vitest';
import {
  enumeratedType,
  instanceName,
  parseInstanceName,
  parseServiceType,
  type ServiceSpec,
  serviceRecordSet,
  subtypeName,
  typeEnumerationName,
} from '../../../src/protocol/dns-sd/service.js';
import { MdnsError } from '../../../src/protocol/errors.js';
import { nameFromLabels } from '../../../src/protocol/name.js';
import { txtData } from '../../../src/protocol/txt-strings.js';

function refusal(run: () => unknown): MdnsError {
  try {
    run();
  } catch (error) {
    if (error instanceof MdnsError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('parseServiceType', () => {
  it.each([
    ['_http._tcp', '_http._tcp'],
    ['_http._tcp.', '_http._tcp'],
    ['_http._tcp.local', '_http._tcp'],
    ['_http._tcp.local.', '_http._tcp'],
    ['_http._tcp.LOCAL', '_http._tcp'],
    ['_HTTP._TCP', '_HTTP._TCP'],
    ['http._tcp', '_http._tcp'],
    ['http.udp', '_http._udp'],
    ['http', '_http._tcp'],
    ['_http', '_http._tcp'],
    ['veyronns', '_veyronns._tcp'],
    ['_a._udp', '_a._udp'],
    ['x-1', '_x-1._tcp'],
    ['9p2000', '_9p2000._tcp'],
    ['abcdefghijklmno', '_abcdefghijklmno._tcp'],
  ])('SVC-01 takes "%s" for %s', (text, type) => {
    const parsed = { type, domain: 'local', name: `${type}.local`, browseName: `${type}.local` };
    expect(parseServiceType(text, { strict: true })).toEqual(parsed);
    expect(parseServiceType(text, { strict: false })).toEqual(parsed);
  });

  it.each([
    ['_printer._sub._http._tcp', '_printer', '_printer._sub._http._tcp.local'],
    ['printer._SUB.http._tcp.local.', 'printer', 'printer._sub._http._tcp.local'],
    ['a\\.b._sub._http', 'a.b', 'a\\.b._sub._http._tcp.local'],
    ['\\255._sub._http._tcp', '\ufffd', '\\255._sub._http._tcp.local'],
  ])('SUB-02 finds the subtype of "%s"', (text, subtype, browseName) => {
    expect(parseServiceType(text, { strict: true })).toEqual({
      type: '_http._tcp',
      domain: 'local',
      name: '_http._tcp.local',
      subtype,
      browseName,
    });
  });

  it.each([
    ['_abcdefghijklmnop._tcp', /16.*15/],
    ['_80._tcp', /letter/],
    ['_-a._tcp', /hyphen/],
    ['_a-._tcp', /hyphen/],
    ['_a--b._tcp', /hyphen/],
    ['_a_b._tcp', /letters/],
    ['_a b._tcp', /letters/],
    ['_ä._tcp', /letters/],
    ['_._tcp', /letters/],
    ['__a._tcp', /letters/],
    ['_http._sctp', /_tcp.*_udp/],
  ])('SVC-01 SVC-02 SVC-03 does not publish "%s", but browses it', (text, reason) => {
    const error = refusal(() => parseServiceType(text, { strict: true }));
    expect(error.code).toBe('invalid-type');
    expect(error.message).toMatch(reason);
    expect(error.message).toContain('"_http._tcp"');
    expect(parseServiceType(text, { strict: false }).name).toBe(`${text}.local`);
  });

  it('NAM-04 refuses a type that the added underscore makes too long', () => {
    expect(refusal(() => parseServiceType('x'.repeat(63), { strict: false })).code).toBe('invalid-type');
    expect(parseServiceType('x'.repeat(62), { strict: false }).type).toBe(`_${'x'.repeat(62)}._tcp`);
  });

  it.each([
    '',
    '.',
    '..',
    '_http..local',
    'http.local',
    '_http._tcp.example.com',
    '_http._daap._tcp',
    '_x._sub',
    'a.b.c',
  ])('SVC-02 refuses "%s" in any case', (text) => {
    for (const strict of [true, false]) {
      const error = refusal(() => parseServiceType(text, { strict }));
      expect(error).toMatchObject({ code: 'invalid-type', message: expect.stringContaining('_http._tcp') });
    }
  });
});

describe('enumeratedType', () => {
  it.each([
    ['_http._tcp.local', '_http._tcp'],
    ['_Http._TCP.example.com', '_Http._TCP'],
    ['_odd-and-much-too-long._udp.local', '_odd-and-much-too-long._udp'],
    ['_http._sctp.local', undefined],
    ['_printer._sub._http._tcp.local', undefined],
    ['_http._tcp', '_http._tcp'],
    ['http.local', undefined],
    ['_http.local', undefined],
    ['_http', undefined],
    ['.', undefined],
  ])('ENU-03 reads the first two labels of %s', (target, type) => {
    expect(enumeratedType(target)).toBe(type);
  });
});

describe('names', () => {
  it('ENU-01 enumerates the types of a domain', () => {
    expect(typeEnumerationName()).toBe('_services._dns-sd._udp.local');
    expect(typeEnumerationName('example.com')).toBe('_services._dns-sd._udp.example.com');
    expect(typeEnumerationName('.')).toBe('_services._dns-sd._udp');
  });

  it('SUB-02 takes any bytes for a subtype', () => {
    expect(subtypeName('_printer', '_http._tcp.local')).toBe('_printer._sub._http._tcp.local');
    expect(subtypeName('a.b', '_http._tcp.local')).toBe('a\\.b._sub._http._tcp.local');
    expect(subtypeName(Uint8Array.of(0xff), '_http._tcp.local')).toBe('\\255._sub._http._tcp.local');
    expect(refusal(() => subtypeName('', '_http._tcp.local')).code).toBe('invalid-name');
    expect(refusal(() => subtypeName('x'.repeat(64), '_http._tcp.local')).code).toBe('invalid-name');
  });

  it.each([
    ['Web', 'Web._t._tcp.local'],
    ['A.b\\c  ü', 'A\\.b\\\\c  ü._t._tcp.local'],
    ['e\u0301', 'é._t._tcp.local'],
    ['x'.repeat(63), `${'x'.repeat(63)}._t._tcp.local`],
    ['\u0085', '\u0085._t._tcp.local'],
  ])('SIN-02 SIN-04 makes "%s" one label', (instance, name) => {
    expect(instanceName(instance, '_t._tcp.local')).toBe(name);
  });

  it.each(['', '\n', 'a\x7fb', '\0', 'x'.repeat(64), 'é'.repeat(32), '\ud800'])('SIN-02 refuses %j', (instance) => {
    expect(refusal(() => instanceName(instance, '_t._tcp.local')).code).toBe('invalid-name');
  });

  it.each([
    ['Web._http._tcp.local', { instance: 'Web', type: '_http._tcp', domain: 'local' }],
    ['Dr\\. Foo\\\\Bar._T._udp.example.com', { instance: 'Dr. Foo\\Bar', type: '_T._udp', domain: 'example.com' }],
    ['_x._http._tcp.local', { instance: '_x', type: '_http._tcp', domain: 'local' }],
    ['a\\.b._http._tcp', { instance: 'a.b', type: '_http._tcp', domain: '.' }],
    ['\\255._http._tcp.local', { instance: '\ufffd', type: '_http._tcp', domain: 'local' }],
    ['_http._tcp.local', undefined],
    ['_printer._sub._http._tcp.local', undefined],
    ['host.local', undefined],
    ['a.b.c.local', undefined],
    ['.', undefined],
  ])('SIN-01 SIN-04 takes %s apart by labels', (name, parts) => {
    expect(parseInstanceName(name)).toEqual(parts);
  });

  it('SIN-04 takes apart what it joined', () => {
    for (const instance of ['Dr. Foo\\Bar', '\\.', '\\046', 'a b', '日本']) {
      const name = instanceName(instance, '_t._tcp.local');
      expect(parseInstanceName(name)).toEqual({ instance, type: '_t._tcp', domain: 'local' });
      expect(name).toBe(nameFromLabels([instance, '_t', '_tcp', 'local']));
    }
  });
});

describe('serviceRecordSet', () => {
  const spec: ServiceSpec = {
    id: 's1',
    instance: 'I',
    typeName: '_t._tcp.local',
    port: 8085,
    host: 'h.local',
    txt: [Uint8Array.of(0x61)],
    subtypes: [],
  };
  const pointer = (name: string, target: string) => ({
    name,
    class: 1,
    cacheFlush: false,
    ttl: 4500,
    type: 'PTR',
    target,
  });
  const name = 'I._t._tcp.local';

  it('PSR-01 PSR-02 TTL-01 TTL-02 NAM-06 ENU-01 has PTR, SRV and TXT, and claims the instance name', () => {
    expect(serviceRecordSet(spec)).toEqual({
      id: 's1',
      claims: [name],
      records: [
        pointer('_t._tcp.local', name),
        pointer('_services._dns-sd._udp.local', '_t._tcp.local'),
        {
          name,
          class: 1,
          cacheFlush: true,
          ttl: 120,
          type: 'SRV',
          priority: 0,
          weight: 0,
          port: 8085,
          target: 'h.local',
        },
        { name, class: 1, cacheFlush: true, ttl: 4500, ...txtData([Uint8Array.of(0x61)]) },
      ],
    });
  });

  it('TXT-01 has a TXT record of one empty string when there are no attributes', () => {
    const txt = serviceRecordSet({ ...spec, txt: [] }).records.find((record) => record.type === 'TXT');
    expect(txt).toMatchObject({ packed: Uint8Array.of(0) });
  });

  it('SUB-01 SUB-02 SUB-03 has a PTR for each subtype, once, to the unchanged instance name', () => {
    const { records } = serviceRecordSet({ ...spec, subtypes: ['_color', 'a.b', '_COLOR'] });
    expect(records.filter((record) => record.type === 'PTR')).toEqual([
      pointer('_t._tcp.local', name),
      pointer('_color._sub._t._tcp.local', name),
      pointer('a\\.b._sub._t._tcp.local', name),
      pointer('_services._dns-sd._udp.local', '_t._tcp.local'),
    ]);
  });

  it('A-20 takes other TTLs, priorities and further records', () => {
    const extra = { ttl: 10, data: { type: 'TYPE300', rdata: Uint8Array.of(1) } } as const;
    const { records } = serviceRecordSet({
      ...spec,
      ttl: { host: 60, other: 75 },
      priority: 1,
      weight: 2,
      extra: [extra],
    });
    expect(records.map((record) => [record.type, record.ttl])).toEqual([
      ['PTR', 75],
      ['PTR', 75],
      ['SRV', 60],
      ['TXT', 75],
      ['TYPE300', 10],
    ]);
    expect(records[2]).toMatchObject({ priority: 1, weight: 2 });
  });
});
