/**
 * What the record cache costs, in microseconds per call, at three sizes.
 * The numbers are to be compared with each other, not with those of another machine.
 */
import { RecordCache } from '../src/protocol/cache/cache.js';
import { DeadlineHeap, Scheduled } from '../src/protocol/deadline-heap.js';
import type { ResourceRecord } from '../src/protocol/record.js';

const SOURCE = '192.0.2.20';
const SIZES = [1_000, 10_000, 100_000];

class Item extends Scheduled {}

function address(i: number): ResourceRecord {
  return { name: `h${i}.local`, type: 'A', class: 1, cacheFlush: true, ttl: 120, address: '192.0.2.1' };
}

function pointer(i: number): ResourceRecord {
  const target = `x${i}._t._tcp.local`;
  return { name: '_t._tcp.local', type: 'PTR', class: 1, cacheFlush: false, ttl: 4500, target };
}

/** Microseconds per call, the best of five rounds of n calls. */
function measure(n: number, prepare: () => (i: number) => void): number {
  let best = Infinity;
  for (let round = 0; round < 5; round++) {
    const act = prepare();
    const start = performance.now();
    for (let i = 0; i < n; i++) act(i);
    best = Math.min(best, ((performance.now() - start) * 1000) / n);
  }
  return best;
}

function newCache(n: number): RecordCache {
  return new RecordCache({ random: Math.random, maxRecords: n, maxPerName: n, maxPerSource: n });
}

function filled(n: number, record: (i: number) => ResourceRecord): RecordCache {
  const cache = newCache(n);
  cache.want({ name: '_t._tcp.local', type: 'PTR', class: 1, unicastResponse: false }, 0);
  for (let i = 0; i < n; i++) cache.put([record(i)], SOURCE, i / 100);
  return cache;
}

type Row = [name: string, prepare: (n: number) => (i: number) => void];

const rows: Row[] = [
  [
    'put, new name',
    (n) => {
      const records = Array.from({ length: n }, (_, i) => [address(i)]);
      const cache = newCache(n);
      return (i) => cache.put(records[i] ?? [], SOURCE, i / 100);
    },
  ],
  [
    'put, new name, cache full',
    (n) => {
      const records = Array.from({ length: n }, (_, i) => [address(n + i)]);
      const cache = filled(n, address);
      return (i) => cache.put(records[i] ?? [], SOURCE, n + i / 100);
    },
  ],
  [
    'put, renewal with flush',
    (n) => {
      const records = Array.from({ length: n }, (_, i) => [address((i * 7919) % n)]);
      const cache = filled(n, address);
      return (i) => cache.put(records[i] ?? [], SOURCE, n + i / 100);
    },
  ],
  [
    'put, renewal, wanted, one name',
    (n) => {
      const records = Array.from({ length: n }, (_, i) => [pointer((i * 7919) % n)]);
      const cache = filled(n, pointer);
      return (i) => cache.put(records[i] ?? [], SOURCE, n + i / 100);
    },
  ],
  [
    'lookup',
    (n) => {
      const cache = filled(n, address);
      const keys = Array.from(
        { length: n },
        (_, i) => ({ name: `h${(i * 7919) % n}.local`, type: 'A', class: 1 }) as const,
      );
      return (i) => cache.lookup(keys[i] ?? { name: '.', type: 'A', class: 1 }, 0);
    },
  ],
  [
    'expire, per record',
    (n) => {
      const cache = filled(n, address);
      return () => {
        if (cache.size > 0) cache.due(1e9);
      };
    },
  ],
  [
    'move a deadline to the end',
    (n) => {
      const heap = new DeadlineHeap<Item>();
      const items = Array.from({ length: n }, () => new Item());
      for (const item of items) heap.set(item, Math.random());
      return (i) => {
        const item = items[(i * 7919) % n];
        if (item !== undefined) heap.set(item, 1 + i);
      };
    },
  ],
];

console.log(`${''.padEnd(32)}${SIZES.map((n) => `${n}`.padStart(12)).join('')}   us per call`);
for (const [name, prepare] of rows) {
  const cells = SIZES.map((n) =>
    measure(n, () => prepare(n))
      .toFixed(2)
      .padStart(12),
  );
  console.log(`${name.padEnd(32)}${cells.join('')}`);
}
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});
collect();
const before = process.memoryUsage().heapUsed;
const cache = filled(10_000, address);
collect();
const mebibytes = ((process.memoryUsage().heapUsed - before) / 2 ** 20).toFixed(1);
console.log(`10,000 hosts: ${mebibytes} MiB (${cache.size} records, one timer at ${cache.nextDeadline()} ms)`);
