/**
 * Publishes one service while its main thread is blocked for two of every two and a half seconds, as by a synchronous call: no
 * processor is used, so that what others see is about the thread and not about the machine. Prints lines of JSON.
 * node busy.mjs <entry of the library> <worker|process> <service name> <service type>
 */
import { setTimeout } from 'node:timers/promises';

const BLOCKED = 2_000;
const FREE = 500;

const [entry = '', where = '', name = '', type = ''] = process.argv.slice(2);
const { createMdns } = await import(entry);
const print = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const block = () => {
  print({ event: 'blocked' });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED);
};

const mdns = createMdns({ keepAlive: true, ...(where === 'worker' && { worker: true }) });
process.once('SIGTERM', () => void mdns.close().then(() => process.exit()));
while (mdns.status.state !== 'up') await setTimeout(10);
const service = mdns.publish({ name, type, port: 80 });
service.changes$.subscribe(({ event, name }) => print({ event, name }));
for (;;) {
  block();
  await setTimeout(FREE);
}
