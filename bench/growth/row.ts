/** What one packet takes among so many others: cached|watched|published SIZE. Writes it as JSON. On virtual time. */
import { createMdns, type Mdns } from '../../dist/index.js';
import type { ResourceRecord } from '../../src/protocol/record.js';
import { txtData } from '../../src/protocol/txt-strings.js';
import { encodeMessage } from '../../src/protocol/wire/encode.js';
import { QuietNetwork } from '../hostile/quiet-network.js';
import { announcement, asked, responseOf } from '../packets.js';
import { blocksOf } from './work.js';

export interface Grown {
  /** us of a packet, the median. */
  readonly us: number;
  /** Blocks of code that a packet enters. */
  readonly work: number;
  /** ms, p99.9 of the packets with which it grew, and what they caused. */
  readonly turn: number;
  /** KiB of the heap and of buffers for each of them. */
  readonly kibibytes: number;
}

const WARM = 1_000;
const TIMED = 2_000;
const COUNTED = 200;

const [what = '', size = ''] = process.argv.slice(2);
const count = Number(size);
const network = new QuietNetwork();
/** ms of each packet with which it grew. */
const growing: number[] = [];
const limits = { maxCacheRecords: 40 * count, maxCacheBytes: 2 ** 31 };
const mdns: Mdns = createMdns({ network, ipv6: false, announceHost: false, ...limits });
network.time.advance(1_000);

/** Grows, and says how packet `i` is heard, which concerns one of them. */
const rows: Readonly<Record<string, () => (i: number) => void>> = {
  cached: () => {
    // What nobody has asked for stays unread, so a browse asks while it comes.
    const browse = mdns.browse('other').subscribe();
    network.time.advance(1_000);
    for (let i = 0; i < count; i++) announce(i, '_other._tcp.local', 0);
    browse.unsubscribe();
    network.time.advance(1_000);
    const cached = Object.values(mdns.metrics()).reduce((sum, { cache }) => sum + cache.records, 0);
    if (cached < 8 * count) throw new Error(`of ${count} services, ${cached} records are cached`);
    return (i) => announce((i * 7_919) % count, '_other._tcp.local', i + 1);
  },
  watched: () => {
    let up = 0;
    mdns.browse('http').subscribe(({ event }) => {
      if (event === 'up') up++;
    });
    network.time.advance(1_000);
    for (let i = 0; i < count; i++) announce(i, '_http._tcp.local', 0);
    if (up !== count) throw new Error(`${up} of ${count} are up`);
    return (i) => announce((i * 7_919) % count, '_http._tcp.local', i + 1);
  },
  published: () => {
    for (let i = 0; i < count; i++) mdns.publish({ name: `Own ${i}`, type: 'own', port: 1 + (i % 60_000) });
    network.time.advance(20_000 + count);
    let sent = 0;
    network.onSent = () => sent++;
    return (i) => {
      const before = sent;
      network.hear(asked(`Own ${(i * 7_919) % count}._own._tcp.local`, 'SRV'), '198.18.0.2');
      network.time.advance(1_000);
      if (sent === before) throw new Error(`question ${i} is not answered`);
    };
  },
};

const grow = rows[what];
if (grow === undefined) throw new Error(`there is no such row: ${what}`);
const before = kept();
const packet = grow();
const turn = growing.sort((a, b) => a - b)[Math.floor(0.999 * growing.length)] ?? Number.NaN;
const kibibytes = (kept() - before) / 1_024 / count;
let next = 0;
for (; next < WARM; next++) packet(next);
const times: number[] = [];
for (; next < WARM + TIMED; next++) {
  const began = performance.now();
  packet(next);
  times.push(1_000 * (performance.now() - began));
}
const work = blocksOf(() => {
  for (; next < WARM + TIMED + COUNTED; next++) packet(next);
});
const us = times.sort((a, b) => a - b)[TIMED / 2] ?? Number.NaN;
const grown: Grown = { us, work: work / COUNTED, turn, kibibytes };
process.stdout.write(JSON.stringify(grown), () => process.exit());

/** One host announces its service, with TXT data of its state; nothing has to be asked or expires before the end. */
function announce(i: number, type: string, state: number): void {
  const records = announcement(i, type).map((record) => (record.type === 'TXT' ? withState(record, state) : record));
  const answers = records.map((record) => ({ ...record, ttl: 4_500 }));
  const bytes = encodeMessage(responseOf(answers));
  const began = performance.now();
  network.hear(bytes, `198.${18 + (i >> 16)}.${(i >> 8) & 0xff}.${i & 0xff}`);
  network.time.advance(1);
  if (state === 0) growing.push(performance.now() - began);
}

function withState(record: ResourceRecord, state: number): ResourceRecord {
  const { name, class: rrclass, cacheFlush, ttl } = record;
  return { name, class: rrclass, cacheFlush, ttl, ...txtData([new TextEncoder().encode(`state=${state}`)]) };
}

function kept(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
