/**
 * What each stage of a datagram costs, in microseconds of processor time for one response of ten records: those of 1,000 services
 * that are known already, in turn. Stages alone first, then the whole way from the socket to the views, with the bytes that it
 * allocates; then a question, from the socket to the answer that is handed to it; no sockets.
 */
import { createMdns } from '../src/index.js';
import { RecordCache } from '../src/protocol/cache/cache.js';
import { Repeats } from '../src/protocol/cache/repeats.js';
import { Relevance } from '../src/protocol/query/relevance.js';
import type { ResourceRecord } from '../src/protocol/record.js';
import { decodeMessage } from '../src/protocol/wire/decode.js';
import { encodeMessage } from '../src/protocol/wire/encode.js';
import { asked, responseOf } from './packets.js';
import { service, UNBROWSED, type Variant } from './peers/services.js';
import { StubNetwork } from './stub-network.js';

const SERVICES = 1_000;
const ROUNDS = 10;
const SOURCE = '198.18.0.1';

function records(i: number, type?: string, variant?: Variant): readonly ResourceRecord[] {
  const { pointer, own, further, host } = service(i, type, variant);
  return [pointer, ...further, ...own, ...host];
}

const numbers = Array.from({ length: SERVICES }, (_, i) => i);
const packetOf = (answers: readonly ResourceRecord[]) => Buffer.from(encodeMessage(responseOf(answers)));
const known = numbers.map((i) => packetOf(records(i)));

interface Cost {
  readonly us: number;
  readonly bytes: number;
}

/** The best of the rounds, each with every packet once; garbage collection is counted where it happens. */
function costOf(act: (i: number, round: number) => void, rounds = ROUNDS): Cost {
  let us = Infinity;
  let bytes = Infinity;
  for (let round = 0; round < rounds; round++) {
    const heap = process.memoryUsage().heapUsed;
    const before = process.cpuUsage();
    for (const i of numbers) act(i, round);
    const { user, system } = process.cpuUsage(before);
    us = Math.min(us, (user + system) / SERVICES);
    const grown = process.memoryUsage().heapUsed - heap;
    // Less where the collector ran.
    if (grown > 0) bytes = Math.min(bytes, grown / SERVICES);
  }
  return { us, bytes };
}

function report(what: string, { us, bytes }: Cost): void {
  console.log(`${what.padEnd(60)}${us.toFixed(1).padStart(8)} us ${bytes.toFixed(0).padStart(8)} bytes`);
}

function newCache(relevance = new Relevance()): RecordCache {
  const cache = new RecordCache({ random: Math.random, maxRecords: 100_000, maxPerSource: 100_000, relevance });
  cache.want({ name: '_http._tcp.local', type: 'PTR', class: 1, unicastResponse: false }, 0);
  return cache;
}

function stages(): void {
  const relevance = new Relevance();
  const cache = newCache(relevance);
  const decoded = known.map((bytes) => decodeMessage(bytes).message?.answers ?? []);
  const repeats = new Repeats();
  let now = 0;
  report(
    'look: is a name in it relevant',
    costOf((i) => relevance.concerns(known[i] ?? Buffer.alloc(0))),
  );
  report(
    'recognise: was it received before',
    costOf((i) => repeats.hear(known[i] ?? Buffer.alloc(0), SOURCE, 0)),
  );
  report(
    'decode',
    costOf((i) => decodeMessage(known[i] ?? Buffer.alloc(0))),
  );
  report(
    'cache, as records',
    costOf((i) => cache.put(decoded[i] ?? [], SOURCE, ++now)),
  );
  const memory = known.map((bytes, i) => {
    repeats.hear(bytes, SOURCE, now);
    const repeat = repeats.hear(bytes, SOURCE, now);
    cache.put(decoded[i] ?? [], SOURCE, now, repeat);
    return repeat;
  });
  report(
    'cache, as a response received before',
    costOf((i) => {
      const repeat = memory[i];
      if (repeat !== undefined) cache.putAgain(repeat, ++now);
    }),
  );
}

/** A system that browses, has found all, and hears packets, one each millisecond. */
function whole(what: string, packet: (i: number, round: number) => Buffer): void {
  const network = new StubNetwork();
  const mdns = createMdns({ network, ipv6: false, announceHost: false });
  network.clock.advance(1_000);
  let events = 0;
  mdns.browse('http').subscribe(() => events++);
  network.clock.advance(1_000);
  const hear = (bytes: Buffer) => {
    // The socket's buffer belongs to the datagram.
    network.hear(Buffer.from(bytes));
    network.clock.advance(1);
  };
  for (const bytes of known) hear(bytes);
  const packets = Array.from({ length: ROUNDS }, (_, round) => numbers.map((i) => packet(i, round)));
  const cost = costOf((i, round) => hear(packets[round]?.[i] ?? Buffer.alloc(0)));
  report(what, cost);
}

const variant = (round: number): Variant => ({ ttl: 4_499 - round, hostTtl: 120 - (round % 10), state: 1 + round });

stages();
whole('all of it: known services', (i) => known[i] ?? Buffer.alloc(0));
whole('all of it: known services, other TTLs and TXT data', (i, round) =>
  packetOf(records(i, undefined, variant(round))),
);
whole('all of it: a type not browsed', (i) => packetOf(records(i, UNBROWSED)));
whole('all of it: a type not browsed, other TTLs and TXT data', (i, round) =>
  packetOf(records(i, UNBROWSED, variant(round))),
);
whole('all of it: ten names without services', (i, round) =>
  packetOf(Array.from({ length: 10 }, (_, k) => service(SERVICES + (round * SERVICES + i) * 10 + k).pointer)),
);

/** A system that has published 1,000 services, and is asked about each every two seconds: its answers need no delay. */
function answered(): void {
  const network = new StubNetwork();
  const mdns = createMdns({ network, ipv6: false, announceHost: false });
  for (const i of numbers) mdns.publish({ name: `Own ${i}`, type: 'own', port: 80 });
  network.clock.advance(20_000);
  const questions = numbers.map((i) => Buffer.from(asked(`Own ${i}._own._tcp.local`, 'SRV')));
  const before = network.sent;
  const cost = costOf((i) => {
    network.hear(Buffer.from(questions[i] ?? Buffer.alloc(0)));
    network.clock.advance(2);
  });
  if (network.sent - before !== ROUNDS * SERVICES) throw new Error(`${network.sent - before} answers left`);
  report('a question about a published service, with its answer', cost);
}

answered();
