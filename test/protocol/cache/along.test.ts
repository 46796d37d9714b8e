/** What a watcher that resolves gets along with a record that leads to others. */
import { expect, it } from 'vitest';
import { MAX_ALONG, recordsAlong } from '../../../src/protocol/cache/along.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { address, ptr, service, srv } from '../../support/records.js';
import { newCache, SOURCE } from './cache-fixture.js';

const TYPE = '_t._tcp.local';
const records = service('I', TYPE, 'h.local', 80, { addresses: ['192.0.2.1', 'fd00::1'] });
const [pointer] = records as [ResourceRecord];

function along(known: readonly ResourceRecord[], added: readonly ResourceRecord[], asked: readonly string[] = []) {
  const cache = newCache();
  cache.put(known, SOURCE, 1_000);
  const found = recordsAlong(cache, added, ({ name, type }) => asked.includes(`${name} ${type}`), 2_000);
  return found.map(({ record, firstHeardAt }) => `${record.name} ${record.type} ${firstHeardAt}`);
}

it('with a pointer goes all that it leads to, each with the time of its arrival', () => {
  expect(along(records, [pointer])).toEqual([
    `I.${TYPE} SRV 1000`,
    `I.${TYPE} TXT 1000`,
    'h.local A 1000',
    'h.local AAAA 1000',
  ]);
});

it('with an SRV record go the addresses of its host', () => {
  expect(along(records, [srv(`I.${TYPE}`, 'h.local', 80)])).toEqual(['h.local A 1000', 'h.local AAAA 1000']);
});

it('nothing goes along that the cache has not, that has expired, or that the watcher asks for already', () => {
  expect(along([pointer], [pointer])).toEqual([]);
  const old = records.map((record) => (record.type === 'SRV' ? { ...record, ttl: 1 } : record));
  expect(along(old, [pointer])).toEqual([`I.${TYPE} TXT 1000`]);
  expect(along(records, [pointer], [`I.${TYPE} TXT`, 'h.local A'])).toEqual([
    `I.${TYPE} SRV 1000`,
    'h.local AAAA 1000',
  ]);
});

it('the addresses of a host go once, however many instances lead to it', () => {
  const others = service('J', TYPE, 'h.local', 81);
  expect(along([...records, ...others], [pointer, ...others]).filter((line) => line.startsWith('h.local'))).toEqual([
    'h.local A 1000',
    'h.local AAAA 1000',
  ]);
});

it('a packet of pointers to one another does not lead around in circles, nor to more than can be looked at', () => {
  const crowd = Array.from({ length: 20 }, (_, host) => [
    ...Array.from({ length: 60 }, (_, i) => address(`h${host}.local`, `192.0.${host}.${i}`)),
    srv(`I${host}.${TYPE}`, `h${host}.local`, 80),
    ptr(TYPE, `I${host}.${TYPE}`),
  ]).flat();
  expect(along(crowd, crowd)).toHaveLength(MAX_ALONG);
  const circle = [srv('a.local', 'b.local', 1), srv('b.local', 'a.local', 1), ptr(TYPE, TYPE)];
  expect(along(circle, circle)).toEqual([]);
});
