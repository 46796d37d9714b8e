/**
 * Browses in a worker, and sleeps once everything is found: node sleeper.mjs PORT COUNT SECONDS. Prints a line when it falls asleep,
 * and then, as JSON, the port of each service as it knows it once it is awake.
 */
import { setTimeout } from 'node:timers/promises';
import { createMdns } from '../../dist/index.js';

const [port, count, seconds] = process.argv.slice(2);
const mdns = createMdns({ interfaces: 'loopback', ipv4: `224.0.0.254:${port}`, ipv6: false, worker: true });
const ports = {};
let events = 0;
await new Promise((resolve) => {
  mdns.browse('http').subscribe(({ instance }) => {
    events++;
    ports[instance.name] = instance.port;
    if (Object.keys(ports).length === Number(count)) resolve();
  });
});
process.stdout.write('asleep\n');
events = 0;
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000 * Number(seconds));
await setTimeout(2_000);
process.stdout.write(`${JSON.stringify({ events, ports })}\n`, () => process.exit());
