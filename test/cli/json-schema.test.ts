/** The JSON schema of the lines of `--json` says what the command line prints: nothing less, and nothing more. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/cli/diagnosis.js';
import { report } from '../../src/cli/doctor.js';
import * as print from '../../src/cli/print.js';
import type { Result } from '../../src/cli/text.js';
import type { ServiceInstance } from '../../src/protocol/dns-sd/instance.js';
import { MdnsError } from '../../src/protocol/errors.js';

const schema = JSON.parse(readFileSync(new URL('../../docs/cli-json.schema.json', import.meta.url), 'utf8'));
const admits = new Ajv2020({ allowUnionTypes: true }).compile(schema);

/** The schema without the room that it leaves for additions. */
const closed = structuredClone(schema);
for (const part of Object.values(closed.$defs) as { type?: string; additionalProperties?: boolean }[])
  if (part.type === 'object') part.additionalProperties = false;
closed.$defs.addresses.items.additionalProperties = false;
const describes = new Ajv2020({ allowUnionTypes: true }).compile(closed);

const instance: ServiceInstance = {
  name: 'Living Room',
  type: '_http._tcp',
  domain: 'local',
  fullName: 'Living Room._http._tcp.local',
  host: 'till.local',
  port: 80,
  txt: { path: '/', flag: true },
  txtStrings: [],
  url: undefined,
  hostPort: undefined,
  from: '192.0.2.1',
  ttlSeconds: 120,
  addresses: [
    { address: '192.0.2.1', family: 'ipv4', interface: 'eth0' },
    { address: 'fe80::1', family: 'ipv6', interface: 'eth0', scopeId: 'eth0' },
  ],
};
const { addresses } = instance;
const published = { type: '_http._tcp', port: 80 };
const link = {
  interface: 'lo',
  family: 'ipv4',
  fault: undefined,
  addresses: ['127.0.0.1'],
  reason: undefined,
} as const;
const noticed = { sent: 1, unsent: undefined, hearsItself: false, portShared: false, others: new Set<string>() };
const head = { name: 'a.local', class: 1, cacheFlush: true, ttl: 120 };
const record = (data: object) =>
  print.recordResult({ record: { ...head, ...data } as never, interface: 'eth0', from: '192.0.2.1', ttlSeconds: 100 });

const results: Readonly<Record<string, Result>> = {
  up: print.instanceResult({ event: 'up', instance }),
  changed: print.instanceResult({ event: 'changed', instance, previous: instance, changes: ['txt', 'addresses'] }),
  down: print.instanceResult({ event: 'down', instance, reason: 'goodbye' }),
  confirmed: print.confirmedResult(instance),
  'a type': print.typeResult({ event: 'up', type: '_http._tcp', domain: 'local' }),
  probing: print.publicationResult(published, { event: 'probing', name: 'A' }),
  announced: print.publicationResult(published, { event: 'announced', name: 'A', host: 'till.local' }),
  updating: print.publicationResult(published, { event: 'updating', name: 'A' }),
  renamed: print.publicationResult(published, { event: 'renamed', name: 'A (2)', from: 'A' }),
  failed: print.publicationResult(published, { event: 'failed', name: 'A', error: new MdnsError('timeout', 'No.') }),
  withdrawn: print.publicationResult(published, { event: 'withdrawn', name: 'A' }),
  'a host': print.hostResult({ host: 'till.local', addresses, ttlSeconds: 120 }),
  'a host that is watched': print.hostEventResult('till', { event: 'found', host: 'a', addresses, ttlSeconds: 1 }),
  'a host that is lost': print.hostEventResult('till', { event: 'lost', host: 'a', reason: 'expired' }),
  'a host without addresses': print.hostEventResult('till', { event: 'denied' }),
  'a name': print.nameResult('192.0.2.1', 'till.local'),
  'an address record': record({ type: 'A', address: '192.0.2.1' }),
  'an SRV record': record({ type: 'SRV', priority: 1, weight: 2, port: 3, target: 'a.local' }),
  'a TXT record': record({ type: 'TXT', strings: [Buffer.from('a=b')] }),
  'a record of bytes': record({ type: 'TYPE65', rdata: Uint8Array.of(0, 255) }),
  'a link': print.linkResult({ ...link, state: 'up' }),
  'a link that is not used': print.linkResult({ ...link, state: 'unused', reason: 'it is off' }),
  'a finding': print.findingResult(diagnose({ ...link, state: 'up' }, noticed)),
  'a finding without a remedy': print.findingResult(diagnose({ ...link, state: 'unused' }, noticed)),
};

describe('the JSON schema', () => {
  it.each(Object.entries(results))('describes %s with all of its fields', (_, { json }) => {
    const line = JSON.parse(JSON.stringify(json));
    expect(describes(line), JSON.stringify(describes.errors)).toBe(true);
    expect(admits({ ...line, later: 'an addition' })).toBe(true);
  });

  it('describes the last line of doctor', () => {
    expect(describes(report([]).at(-1)?.json)).toBe(true);
  });

  it.each([{}, { event: 'up' }, { ...results.up?.json, port: '80' }, { ...results.up?.json, event: 'upp' }, 'up'])(
    'does not admit %j',
    (line) => {
      expect(admits(line)).toBe(false);
    },
  );

  it('knows every reason of a loss', () => {
    expect(schema.$defs.loss.enum).toEqual(Object.keys(print.losses));
  });
});
