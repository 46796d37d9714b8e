/** Any name, record and message that can be written. */
import fc from 'fast-check';
import { addressText } from '../../../src/ip/address.js';
import { labelsOf, nameFromLabels } from '../../../src/protocol/name.js';
import { nsecData } from '../../../src/protocol/nsec.js';
import type { Message, Question, RecordData, ResourceRecord } from '../../../src/protocol/record.js';
import { txtData } from '../../../src/protocol/txt-strings.js';
import { type OtherType, type RecordType, typeName, typeNumber } from '../../../src/protocol/types.js';

/** Few different short labels, so that names share their ends; and any bytes at all. */
const label = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('local', 'Local', '_tcp', '_http', 'a.b', 'a', 'b', 'x\\', 'ü')
      .map((text) => Buffer.from(text)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 63 }) },
);
export const name = fc.array(label, { maxLength: 6 }).map((labels) => nameFromLabels(fitting(labels)));

function fitting(labels: readonly Uint8Array[]): Uint8Array[] {
  let left = 255;
  return labels.filter((label) => {
    left -= label.length + 1;
    return left >= 0;
  });
}

const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const strings = fc
  .array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 })
  .map((strings) => (strings.length === 1 && strings[0]?.length === 0 ? [] : strings));

const ownOrNameBearing = new Set([1, 2, 5, 6, 12, 13, 15, 16, 17, 18, 21, 26, 28, 33, 36, 39, 47, 255]);
const rawType = fc
  .oneof(fc.constantFrom(10, 35, 41, 64, 65, 257), uint16)
  .filter((number) => !ownOrNameBearing.has(number));
const bitmapType = fc
  .oneof(fc.constantFrom(1, 12, 16, 28, 33), fc.integer({ min: 1, max: 248 }))
  .filter((number) => number !== 41);

/** The name uncompressed. */
function wire(name: string): number[] {
  return [...labelsOf(name).flatMap((label) => [label.length, ...label]), 0];
}

const other = (type: OtherType, ...parts: fc.Arbitrary<Iterable<number>>[]): fc.Arbitrary<RecordData> =>
  fc.tuple(...parts).map((parts) => ({ type, rdata: Uint8Array.from(parts.flatMap((part) => [...part])) }));
const wireName = name.map(wire);

const data: fc.Arbitrary<RecordData> = fc.oneof(
  bytes(4).map((bytes): RecordData => ({ type: 'A', address: addressText(bytes) })),
  bytes(16).map((bytes): RecordData => ({ type: 'AAAA', address: addressText(bytes) })),
  name.map((target): RecordData => ({ type: 'PTR', target })),
  name.map((target): RecordData => ({ type: 'CNAME', target })),
  fc.record({ type: fc.constant('SRV' as const), priority: uint16, weight: uint16, port: uint16, target: name }),
  strings.map(txtData),
  fc.record({ type: fc.constant('HINFO' as const), cpu: text, os: text }),
  fc.tuple(name, fc.uniqueArray(bitmapType, { maxLength: 8 })).map(
    ([next, numbers]): RecordData =>
      nsecData(
        next,
        numbers.map((n) => typeName(n) as RecordType),
      ),
  ),
  fc
    .tuple(rawType, fc.uint8Array({ maxLength: 40 }))
    .map(([number, rdata]): RecordData => ({ type: typeName(number) as OtherType, rdata })),
  other('NS', wireName),
  other('DNAME', wireName),
  other('SOA', wireName, wireName, bytes(20)),
  other('MX', bytes(2), wireName),
  other('KX', bytes(2), wireName),
  other('RP', wireName, wireName),
  other('PX', bytes(2), wireName, wireName),
);

export const record: fc.Arbitrary<ResourceRecord> = fc
  .tuple(name, fc.boolean(), fc.integer({ min: 0, max: 0x7fff }), uint32, data)
  .map(([name, cacheFlush, classNumber, ttl, data]) => {
    const pseudo = typeNumber(data.type) === 41;
    return { name, class: classNumber, cacheFlush: cacheFlush && !pseudo, ttl, ...data };
  });

export const question: fc.Arbitrary<Question> = fc.record({
  name,
  type: uint16.map(typeName),
  class: fc.integer({ min: 0, max: 0x7fff }),
  unicastResponse: fc.boolean(),
});

const records = fc.array(record, { maxLength: 5 });
const nibble = fc.integer({ min: 0, max: 15 });

export const message: fc.Arbitrary<Message> = fc.record({
  id: uint16,
  response: fc.boolean(),
  opcode: nibble,
  rcode: nibble,
  authoritative: fc.boolean(),
  truncated: fc.boolean(),
  questions: fc.array(question, { maxLength: 4 }),
  answers: records,
  authorities: records,
  additionals: records,
});
