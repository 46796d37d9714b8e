/** Fills a cache with records of one kind after the other, as they come from the wire, and prints what it counts and what the heap grew by. */
import { RecordCache } from '../../../src/protocol/cache/cache.ts';
import { decodeMessage } from '../../../src/protocol/wire/decode.ts';

const LABEL = 63;
/** How often each kind is measured; odd. */
const ROUNDS = 5;

function label(text) {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
}

function name(...labels) {
  return Buffer.concat([...labels.map(label), Buffer.from([0])]);
}

function u16(value) {
  return Buffer.from([value >> 8, value & 0xff]);
}

function response(records) {
  const parts = records.map(([owner, type, rdata]) =>
    Buffer.concat([owner, u16(type), u16(1), Buffer.from([0, 0, 0x11, 0x94]), u16(rdata.length), rdata]),
  );
  return Buffer.concat([u16(0), u16(0x8400), u16(0), u16(records.length), u16(0), u16(0), ...parts]);
}

/** A name of 255 bytes. */
function longName(i, fill) {
  const first = String(i).padEnd(LABEL, fill);
  return name(first, fill.repeat(LABEL), fill.repeat(LABEL), fill.repeat(61));
}

const srv = Buffer.from([0, 0, 0, 0, 0, 80]);
const bitmap = Buffer.concat(
  Array.from({ length: 255 }, (_, block) => Buffer.concat([Buffer.from([block, 32]), Buffer.alloc(32, 255)])),
);

/** By kind: how many datagrams, and the records of each. */
const kinds = {
  'addresses of hosts': [2000, (i) => [[name(`h${i}`, 'local'), 1, Buffer.from([192, 0, i >> 8, i & 255])]]],
  services: [
    500,
    (i) => {
      const instance = name(`Service ${i}`, '_t', '_tcp', 'local');
      const host = name(`h${i}`, 'local');
      return [
        [name('_t', '_tcp', 'local'), 12, instance],
        [instance, 33, Buffer.concat([srv, host])],
        [instance, 16, Buffer.concat([label('path=/'), label('id=4f:22'), label('version=1.2.3')])],
        [host, 1, Buffer.from([192, 0, i >> 8, i & 255])],
        [host, 28, Buffer.alloc(16, i)],
        [host, 47, Buffer.concat([host, Buffer.from([0, 4, 0x40, 0, 0, 8])])],
      ];
    },
  ],
  'pointers of one type': [
    2000,
    (i) => [[name('_t', '_tcp', 'local'), 12, name(`Some service ${i}`, '_t', '_tcp', 'local')]],
  ],
  'TXT of empty strings': [300, (i) => [[name(`t${i}`, 'local'), 16, Buffer.alloc(8800)]]],
  'small TXT': [2000, (i) => [[name(`t${i}`, 'local'), 16, label(`n=${i}`)]]],
  'NSEC of all types': [500, (i) => [[name(`n${i}`, 'local'), 47, Buffer.concat([name(`n${i}`, 'local'), bitmap])]]],
  'unknown types': [500, (i) => [[name(`u${i}`, 'local'), 0xff00, Buffer.alloc(2000, i)]]],
  'unknown types at one name': [
    50,
    (i) => Array.from({ length: 40 }, (_, j) => [name('u', 'local'), 0xf000 + i * 40 + j, Buffer.from([1])]),
  ],
  'pointers with long names': [
    40,
    (i) => Array.from({ length: 15 }, (_, j) => [longName(i * 15 + j, 'n'), 12, longName(i * 15 + j, 't')]),
  ],
  'pointers with long names of odd bytes': [
    40,
    (i) => Array.from({ length: 15 }, (_, j) => [longName(i * 15 + j, '\x01'), 12, longName(i * 15 + j, '\xff')]),
  ],
  'SRV with long names of capital letters': [
    40,
    (i) =>
      Array.from({ length: 15 }, (_, j) => [
        longName(i * 15 + j, 'N'),
        33,
        Buffer.concat([srv, longName(i * 15 + j, 'T')]),
      ]),
  ],
};

async function used() {
  for (let i = 0; i < 5; i++) {
    globalThis.gc();
    // Buffers are freed in the background.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function fill([count, records]) {
  const cache = new RecordCache({ random: () => 0.5, maxBytes: 2 ** 30, maxRecords: 100_000 });
  for (let i = 0; i < count; i++) {
    const { answers } = decodeMessage(response(records(i))).message;
    cache.put(answers, `192.0.2.${i % 50}`, i);
  }
  return cache;
}

// Code and shapes first, so that they count for nobody. What was measured stays, so that nothing else is freed meanwhile.
for (const kind of Object.values(kinds)) fill(kind);
const kept = [];
for (const [kind, what] of Object.entries(kinds)) {
  const growths = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = await used();
    kept.push(fill(what));
    growths.push((await used()) - before);
  }
  const [cache] = kept.slice(-1);
  // Node.js frees something of its own now and then: the median has none of it.
  const grown = growths.sort((a, b) => a - b)[(ROUNDS - 1) / 2];
  const { total: estimate } = cache.toJSON().bytes;
  process.stdout.write(`${JSON.stringify({ kind, records: cache.size, estimate, grown })}\n`);
}
