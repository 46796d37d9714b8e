/** So many browses of one type, opened and closed: SIZE. Writes what they take as JSON. On virtual time. */
import { createMdns } from '../../dist/index.js';
import { QuietNetwork } from '../hostile/quiet-network.js';

export interface Browses {
  /** ms of CPU to open all of them, and to close them. */
  readonly opening: number;
  readonly closing: number;
  /** Questions that were sent before the back-off asks again. */
  readonly questions: number;
  /** KiB of the heap for each. */
  readonly kibibytes: number;
  /** KiB for each that are kept after all are closed. */
  readonly left: number;
  /** ms */
  readonly longestTurn: number;
}

const [size = ''] = process.argv.slice(2);
const count = Number(size);
const network = new QuietNetwork();
const mdns = createMdns({ network, ipv6: false, announceHost: false });
network.time.advance(1_000);
mdns.browse('warm').subscribe().unsubscribe();
network.time.advance(1_000);
let questions = 0;
network.onSent = () => questions++;
network.longestTurn = 0;
const before = kept();
let began = process.cpuUsage();
const subscriptions = Array.from({ length: count }, () => mdns.browse('http').subscribe());
network.time.advance(500);
const opening = since(began);
const asked = questions;
const open = kept();
began = process.cpuUsage();
for (const each of subscriptions.splice(0)) each.unsubscribe();
network.time.advance(5_000);
const closing = since(began);
const each = (bytes: number) => bytes / 1_024 / count;
const { longestTurn } = network;
const result: Browses = {
  opening,
  closing,
  questions: asked,
  kibibytes: each(open - before),
  left: each(kept() - before),
  longestTurn,
};
process.stdout.write(JSON.stringify(result), () => process.exit());

function since(then: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(then);
  return (user + system) / 1_000;
}

function kept(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
