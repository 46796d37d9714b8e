/** Sends responses of ten records from one host, written beforehand: ADDRESS KIND TOTAL PER-SECOND. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResourceRecord } from '../../src/protocol/record.js';
import { encodeMessage } from '../../src/protocol/wire/encode.js';
import { evenly, openSender } from '../hostile/pace.js';
import { responseOf } from '../packets.js';
import { BROWSED, service, UNBROWSED, type Variant } from './services.js';

const GROUP = '224.0.0.251';
const SERVICES = 1_000;
const POINTERS = 10;

/** The records of packet `i`, by what the rows call the flood. */
const kinds: Readonly<Record<string, (i: number) => readonly ResourceRecord[]>> = {
  known: (i) => records(i, BROWSED),
  unbrowsed: (i) => records(i, UNBROWSED),
  'known-shuffled': (i) => shuffled(records(i, BROWSED, variant(i)), i),
  'unbrowsed-shuffled': (i) => shuffled(records(i, UNBROWSED, variant(i)), i),
  invented: (i) => Array.from({ length: POINTERS }, (_, k) => service(SERVICES + i * POINTERS + k).pointer),
};

const [address = '', kind = '', total, perSecond] = process.argv.slice(2);
const recordsOf = kinds[kind];
if (recordsOf === undefined) throw new Error(`no flood is called ${kind}, only ${Object.keys(kinds).join(', ')}`);
const packets = Array.from({ length: Number(total) }, (_, i) => encodeMessage(responseOf(recordsOf(i))));
const socket = await openSender(address);
await evenly(packets.length, Number(perSecond), (i) => {
  if (2 * i === packets.length) console.log(JSON.stringify({ event: 'half' }));
  socket.send(packets[i] ?? '', 5_353, GROUP);
});
await sleep(200);
console.log(JSON.stringify({ event: 'flooded', packets: packets.length }));
socket.close();

function records(i: number, type: string, variant?: Variant): readonly ResourceRecord[] {
  const { pointer, own, further, host } = service(i % SERVICES, type, variant);
  return [pointer, ...further, ...own, ...host];
}

/** Each round through the services has lifetimes and TXT data of its own. */
function variant(i: number): Variant {
  const round = 1 + Math.floor(i / SERVICES);
  return { ttl: 4_500 - round, hostTtl: 120 - (round % 10), state: round };
}

/** In an order that is another one for each seed. */
function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  const result = [...items];
  let random = seed + 1;
  for (let i = result.length - 1; i > 0; i--) {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    const k = Math.floor((random / 2 ** 32) * (i + 1));
    [result[i], result[k]] = [result[k] as T, result[i] as T];
  }
  return result;
}
