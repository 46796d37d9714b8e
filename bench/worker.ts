/**
 * What a system in a worker is good for, and what it costs: how soon names are defended and questions answered while the main thread
 * is blocked, and the time and memory of a start. Everything is on the loopback interface.
 */
import { execFileSync } from 'node:child_process';
import { type Delays, delaysOf, median, PATIENCE } from '../test/threads/blocked.js';

const ROUNDS = Number(process.env.ROUNDS ?? 8);

const both = (delays: readonly number[]) => `${median(delays).toFixed(0)} / ${Math.max(...delays).toFixed(0)}`;

function row(title: string, { answers, defences, probes }: Delays): string {
  const cells = [answers, defences].flatMap((delays) => [
    both(delays),
    `${delays.filter((delay) => delay > PATIENCE).length} of ${delays.length}`,
  ]);
  return `| ${[title, ...cells, both(probes)].join(' | ')} |`;
}

console.log(
  `| main thread, system | answer: median / max, ms | later than ${PATIENCE} ms | defence | later | probes apart |`,
);
console.log('| --- | --- | --- | --- | --- | --- |');
for (const blocked of [0, 2_000]) {
  for (const worker of [false, true]) {
    const title = `${blocked === 0 ? 'idle' : 'blocked 2 of 2.5 s'}, ${worker ? 'worker' : 'in process'}`;
    console.log(row(title, await delaysOf(worker, ROUNDS, blocked)));
  }
}

/** Milliseconds until the status is up, and MiB of the process then. */
function start(worker: boolean): readonly [number, number] {
  const options = `{ interfaces: 'loopback', ipv4: '224.0.0.254:49610', ipv6: false, worker: ${worker || undefined} }`;
  const program = `
    import { createMdns } from '${new URL('../dist/index.js', import.meta.url)}';
    const began = performance.now();
    const mdns = createMdns(${options});
    mdns.status$.subscribe(({ state }) => {
      if (state !== 'up' && state !== 'degraded') return;
      console.log(JSON.stringify([performance.now() - began, process.memoryUsage.rss() / 2 ** 20]));
      process.exit();
    });
    setTimeout(() => {}, 60_000);`;
  return JSON.parse(String(execFileSync(process.execPath, ['--input-type=module', '--eval', program])));
}

const starts = [false, true].map((worker) => Array.from({ length: 7 }, () => start(worker)));
const of = (i: 0 | 1) => starts.map((each) => median(each.map((pair) => pair[i])));
const [soon = 0, later = 0] = of(0);
const [less = 0, more = 0] = of(1);
console.log(`\nup after ${soon.toFixed(0)} ms in process, ${later.toFixed(0)} ms in a worker`);
console.log(`memory ${less.toFixed(1)} MiB in process, ${more.toFixed(1)} MiB with a worker`);
