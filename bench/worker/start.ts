/** How soon a system is up, and the memory of its process then: in a worker and in process, in turns. On the loopback interface. */
import { execFileSync } from 'node:child_process';
import { median } from '../../test/threads/blocked.js';
import type { Line } from '../hostile/line.js';

interface Started {
  readonly ms: number;
  readonly mebibytes: number;
}

export async function* start(runs: number): AsyncIterable<Line> {
  const all = Array.from({ length: runs }, () => ({ alone: started(false), worker: started(true) }));
  const line = (what: string, unit: string, bound: number, read: (each: Started) => number): Line => {
    const [alone, worker] = [median(all.map((each) => read(each.alone))), median(all.map((each) => read(each.worker)))];
    const note = `${alone.toFixed(0)} and ${worker.toFixed(0)} ${unit}`;
    return { item: '', what, value: worker - alone, unit, bound, note };
  };
  yield line('start of a worker: up later', 'ms', 150, ({ ms }) => ms);
  yield line('start of a worker: memory, more', 'MiB', 20, ({ mebibytes }) => mebibytes);
}

function started(worker: boolean): Started {
  const options = `{ interfaces: 'loopback', ipv4: '224.0.0.254:49610', ipv6: false, worker: ${worker || undefined} }`;
  const program = `
    import { createMdns } from '${new URL('../../dist/index.js', import.meta.url)}';
    const began = performance.now();
    const mdns = createMdns(${options});
    mdns.status$.subscribe(({ state }) => {
      if (state !== 'up' && state !== 'degraded') return;
      console.log(JSON.stringify({ ms: performance.now() - began, mebibytes: process.memoryUsage.rss() / 2 ** 20 }));
      process.exit();
    });
    setTimeout(() => {}, 60_000);`;
  return JSON.parse(String(execFileSync(process.execPath, ['--input-type=module', '--eval', program])));
}
