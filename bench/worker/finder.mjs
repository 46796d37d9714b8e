/**
 * Finds so many services, with the system in this process or in a worker, and prints what that took as JSON:
 * node finder.mjs process|worker COUNT
 */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { createMdns } from '../../dist/index.js';

/** Milliseconds of processor time of the main thread: on a busy machine its event loop is busy while it waits for a processor. */
const ofMainThread = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

const [where, count] = process.argv.slice(2);
const mdns = createMdns({ ipv6: false, keepAlive: true, ...(where === 'worker' && { worker: true }) });
while (mdns.status.state !== 'up') await setTimeout(5);
const before = { cpu: process.cpuUsage(), main: ofMainThread(), at: performance.now() };
const up = [];
await new Promise((resolve) => {
  mdns.browse('http').subscribe(({ event }) => {
    if (event === 'up') up.push(performance.now() - before.at);
    if (up.length === Number(count)) resolve();
  });
});
await setTimeout(1_000);
const { user, system } = process.cpuUsage(before.cpu);
const busy = ofMainThread() - before.main;
const { rss } = process.memoryUsage();
process.stdout.write(
  JSON.stringify({
    busy,
    cpu: (user + system) / 1_000,
    up: up[up.length >> 1],
    last: up.at(-1),
    mebibytes: rss / 2 ** 20,
  }),
  () => process.exit(),
);
