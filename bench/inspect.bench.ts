/**
 * What it costs to look at a system with the page: services found, and a flood, as fast as the processor allows. Processor time is
 * what counts, and what the clock of the system follows, so that there are as many frames as on a machine with nothing else to do;
 * each frame is made into the text that a page gets.
 */
import { ActorSystem } from '../src/actors/supervisor/actor-system.js';
import { Collector } from '../src/inspector/collector.js';
import { browseCommand, supervisorOptions } from '../src/xstate.js';
import { announced, asked } from './packets.js';
import { StubNetwork } from './stub-network.js';

const ROUNDS = Number(process.env.ROUNDS ?? 15);
const PACKETS = 1_000;

type Way = 'no one looks' | 'a page was open before' | 'an inspector that does nothing' | 'a page is open';
const ways: readonly Way[] = [
  'no one looks',
  'a page was open before',
  'an inspector that does nothing',
  'a page is open',
];

const loads: Readonly<Record<string, (i: number) => Uint8Array>> = {
  'a thousand services found': announced,
  'a flood: half announcements, half questions': (i) => (i % 2 === 0 ? announced(i) : asked('_http._tcp.local', 'PTR')),
};

interface Round {
  readonly ms: number;
  /** Bytes of all frames. */
  readonly sent: number;
  /** Of the time, how much messages were recorded in. */
  readonly looked: number;
}

function run(way: Way, packet: (i: number) => Uint8Array): Round {
  const network = new StubNetwork();
  const inspect = way === 'an inspector that does nothing' ? () => {} : undefined;
  const input = supervisorOptions({ network, ipv6: false, announceHost: false, maxCacheRecords: 100_000 });
  const system = new ActorSystem(input, { emitted() {}, ended() {}, inspect });
  system.start();
  network.clock.advance(1_000);
  system.send(browseCommand('browse', 'http'));
  network.clock.advance(1_000);
  const collector = new Collector(ActorSystem.rootOf(system), network.clock);
  let [sent, looked, span] = [0, 0, 0];
  const watch = () =>
    collector.watch((frame) => {
      sent += JSON.stringify(frame).length;
      looked += frame.looked;
      span += frame.span;
    });
  if (way === 'a page was open before') watch()();
  if (way === 'a page is open') watch();
  const datagrams = Array.from({ length: PACKETS }, (_, i) => packet(i));
  const start = processorMs();
  let last = start;
  for (const [i, bytes] of datagrams.entries()) {
    network.hear(bytes, i);
    const now = processorMs();
    network.clock.advance(now - last);
    last = now;
  }
  network.clock.advance(0);
  return { ms: processorMs() - start, sent, looked: span === 0 ? 1 : looked / span };
}

/** Of all threads of this process, the garbage collector's included. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

for (const [load, packet] of Object.entries(loads)) {
  const rounds = new Map(ways.map((way) => [way, [] as Round[]]));
  // The first rounds are for the compiler.
  for (let round = -3; round < ROUNDS; round++)
    for (const way of ways) {
      const result = run(way, packet);
      if (round >= 0) rounds.get(way)?.push(result);
    }
  const of = (way: Way) => rounds.get(way) ?? [];
  const times = (way: Way) => of(way).map(({ ms }) => ms);
  const base = 'no one looks' as const;
  for (const way of ways) {
    const more = (by: (values: readonly number[]) => number) =>
      ((by(times(way)) / by(times(base)) - 1) * 100).toFixed(0);
    const least = (values: readonly number[]) => Math.min(...values);
    const looked = median(of(way).map((each) => each.looked)) * 100;
    const kB = median(of(way).map(({ sent }) => sent)) / 1_000;
    const detail =
      way === 'a page is open' ? `, detail for ${looked.toFixed(0)} % of the time, ${kB.toFixed(0)} kB` : '';
    console.log(`${load}, ${way}: ${more(median)} % more (median), ${more(least)} % (least)${detail}`);
  }
}
