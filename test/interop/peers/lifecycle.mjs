/**
 * Publishes and watches until it is told to stop, and prints what the library says of its links: lines of JSON.
 * node lifecycle.mjs <entry of the library> <service name> <service type>
 */
import { setTimeout } from 'node:timers/promises';

const [entry = '', name = '', type = ''] = process.argv.slice(2);
const { createMdns } = await import(entry);
const print = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const silent = () => {};
const error = (message) => print({ error: message });

const mdns = createMdns({ keepAlive: true, logger: { debug: silent, info: silent, warn: silent, error } });
mdns.status$.subscribe(({ state, reason, links }) => print({ state, reason, links }));
mdns.publish({ name, type, port: 8085 });
mdns.browse(type).subscribe(({ event, instance }) => print({ event, name: instance.name }));
process.once('SIGTERM', async () => {
  await mdns.close();
  // What has been closed is listed until the end of the turn.
  await setTimeout(1);
  print({ handles: process.getActiveResourcesInfo().filter((kind) => kind === 'UDPWrap' || kind === 'Timeout') });
});
