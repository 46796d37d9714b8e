import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByData, ByTypeAndData } from '../../src/protocol/by-data.js';
import { nsecData } from '../../src/protocol/nsec.js';
import { dataKey, type RecordData, sameData } from '../../src/protocol/record.js';

const bytes = (...values: number[]) => Uint8Array.from(values);
const long = (last: number) => Uint8Array.from({ length: 100 }, (_, i) => (i === 99 ? last : 7));

/** Each differs from its neighbours in one field, or in the case of a name only. */
const data: readonly RecordData[] = [
  { type: 'A', address: '192.0.2.1' },
  { type: 'A', address: '192.0.2.2' },
  { type: 'AAAA', address: 'fe80::1' },
  { type: 'PTR', target: 'a.local' },
  { type: 'PTR', target: 'A.local' },
  { type: 'PTR', target: 'b.local' },
  { type: 'CNAME', target: 'a.local' },
  { type: 'SRV', priority: 0, weight: 0, port: 80, target: 'a.local' },
  { type: 'SRV', priority: 0, weight: 0, port: 80, target: 'A.local' },
  { type: 'SRV', priority: 0, weight: 0, port: 81, target: 'a.local' },
  { type: 'SRV', priority: 0, weight: 1, port: 80, target: 'a.local' },
  { type: 'SRV', priority: 1, weight: 0, port: 80, target: 'a.local' },
  { type: 'TXT', packed: bytes(1, 0x61) },
  { type: 'TXT', packed: bytes(1, 0x41) },
  { type: 'TXT', packed: bytes(0) },
  { type: 'TXT', packed: long(1) },
  { type: 'TXT', packed: long(2) },
  { type: 'TXT', packed: long(2) },
  nsecData('a.local', ['A']),
  nsecData('A.local', ['A']),
  nsecData('a.local', ['AAAA']),
  { ...nsecData('a.local', ['A']), beyond: true },
  { type: 'HINFO', cpu: 'a', os: 'b' },
  { type: 'HINFO', cpu: 'a', os: 'c' },
  { type: 'LOC', rdata: bytes(1) },
  { type: 'LOC', rdata: bytes(2) },
  { type: 'TYPE65280', rdata: bytes(1) },
];
const keyOf = (of: RecordData) => `${of.type} ${dataKey(of)}`;

it('two records are the same if type and rdata are, names without regard to case', () => {
  for (const a of data) for (const b of data) expect([a, b, sameData(a, b)]).toEqual([a, b, keyOf(a) === keyOf(b)]);
});

describe.each([
  ['of one type', ByData, 'SRV'],
  ['of several types', ByTypeAndData, undefined],
] as const)('records %s', (_, Kind, type) => {
  it('are found, added and deleted as in a Map with their rdata as the key', () => {
    const one = fc.constantFrom(...data.filter((each) => type === undefined || each.type === type));
    const steps = fc.array(fc.record({ record: one, adds: fc.boolean() }), { maxLength: 20 });
    fc.assert(
      fc.property(steps, (each) => {
        const [items, map] = [new Kind<{ readonly record: RecordData }>(), new Map<string, object>()];
        for (const { record, adds } of each) {
          const found = items.find(record);
          expect(found).toBe(map.get(keyOf(record)));
          const item = { record };
          if (!adds && found !== undefined) {
            items.delete(found);
            map.delete(keyOf(record));
          } else if (adds && found === undefined) {
            items.add(item);
            map.set(keyOf(record), item);
          }
          expect(items.size).toBe(map.size);
          expect([...items.values()]).toEqual([...map.values()]);
        }
      }),
    );
  });
});
