/** Large networks: a day of many hosts, and a power cut after which all of them start at once. */
import type { Observable, Subscription } from 'rxjs';
import { createMdns, type Mdns } from '../../src/index.js';
import { type Packet, SimulatedLan } from '../../src/testing.js';

const TYPE = '_sim._tcp';
/** A day of small packets has more of them than anyone wants to keep; the counts and the hash go on. */
const SECOND = 1_000;
/** Records that hosts keep of others when they watch nothing: the memory of one process has to do for all of them. */
const IDLE_CACHE_RECORDS = 200;

export interface ScaleOptions {
  readonly seed: number;
  readonly hosts: number;
  /** For each host. */
  readonly services: number;
  /** Of the hosts, those that browse. */
  readonly watchers: number;
  /** Whether they want all that there is to know, and keep it fresh; otherwise the names alone. */
  readonly resolve: boolean;
  readonly hours: number;
  /** Milliseconds in which all hosts start. */
  readonly startingTime: number;
}

/** What a run took, and how much was said. */
export interface ScaleResult {
  readonly packets: number;
  readonly bytes: number;
  /** Of any one second. */
  readonly mostPacketsInASecond: number;
  /** Milliseconds after the last start until every watcher saw every service; undefined when that did not happen. */
  readonly convergence: number | undefined;
  readonly packetsUntilConvergence: number;
  /** Of any watcher, after convergence. */
  readonly falseDowns: number;
  readonly renamed: number;
  readonly hash: string;
  /** Milliseconds of real time. */
  readonly wall: number;
  /** Bytes of the heap in the end. */
  readonly heap: number;
}

export function runScale(options: ScaleOptions, progress: (line: string) => void = () => {}): ScaleResult {
  const { seed, hosts, services, watchers, resolve, hours, startingTime } = options;
  const began = performance.now();
  const lan = new SimulatedLan({ seed });
  const counter = new PacketCounter(lan);
  const all: Mdns[] = [];
  const watching: { readonly seen: Set<string>; downs: number; readonly subscription: Subscription }[] = [];
  for (let n = 0; n < hosts; n++) {
    lan.clock.setTimeout(
      () => {
        const network = lan.host(`h${n}`, [`198.18.${n >> 8}.${n & 255}/15`]);
        const mdns = createMdns({
          network,
          hostname: `h${n}`,
          ipv6: false,
          scanIntervalMs: 60_000,
          ...(n < watchers ? {} : { maxCacheRecords: IDLE_CACHE_RECORDS }),
        });
        all.push(mdns);
        for (let s = 0; s < services; s++) mdns.publish({ name: `Service ${s} of ${n}`, type: TYPE, port: s + 1 });
        if (n >= watchers) return;
        const watch = { seen: new Set<string>(), downs: 0 };
        const browse: Observable<{ readonly event: string; readonly instance: { readonly name: string } }> = resolve
          ? mdns.browse(TYPE)
          : mdns.browse(TYPE, { resolve: false });
        const subscription = browse.subscribe(({ event, instance }) => {
          if (event === 'up') watch.seen.add(instance.name);
          else if (event === 'down') {
            watch.downs++;
            watch.seen.delete(instance.name);
          }
        });
        watching.push(Object.assign(watch, { subscription }));
      },
      hosts === 1 ? 0 : (startingTime * n) / (hosts - 1),
    );
  }
  lan.clock.advance(startingTime);
  const isConverged = () =>
    watching.length === watchers && watching.every(({ seen }) => seen.size === hosts * services);
  const convergenceLimit = startingTime + 600_000;
  while (!isConverged() && lan.clock.now() < convergenceLimit) lan.clock.advance(50);
  const convergence = isConverged() ? lan.clock.now() - startingTime : undefined;
  const packetsUntilConvergence = counter.packets;
  progress(`converged ${convergence === undefined ? 'never' : `after ${convergence} ms`}, ${counter.packets} packets`);
  const downsBefore = watching.reduce((sum, { downs }) => sum + downs, 0);
  for (let hour = Math.min(1, hours); hour <= hours && hour > 0; hour++) {
    lan.clock.runUntil(startingTime + hour * 3_600_000);
    progress(`hour ${hour}: ${counter.packets} packets, ${Math.round(performance.now() - began)} ms of real time`);
  }
  return {
    packets: counter.packets,
    bytes: counter.bytes,
    mostPacketsInASecond: counter.most,
    convergence,
    packetsUntilConvergence,
    falseDowns: watching.reduce((sum, { downs }) => sum + downs, 0) - downsBefore,
    renamed: all.filter(({ hostname }) => !/^h\d+\.local$/.test(hostname)).length,
    hash: lan.hash(),
    wall: performance.now() - began,
    heap: process.memoryUsage().heapUsed,
  };
}

class PacketCounter {
  packets = 0;
  bytes = 0;
  most = 0;
  #second = -1;
  #inSecond = 0;

  constructor(lan: SimulatedLan) {
    lan.onPacket((packet) => this.#count(packet));
  }

  #count({ time, bytes }: Packet): void {
    this.packets++;
    this.bytes += bytes.length;
    const second = Math.floor(time / SECOND);
    if (second !== this.#second) this.#inSecond = 0;
    this.#second = second;
    this.#inSecond++;
    this.most = Math.max(this.most, this.#inSecond);
  }
}
