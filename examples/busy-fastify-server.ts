/** A Fastify server that does heavy work in its main thread, and keeps its name: Multicast DNS runs in a worker. */

import { pbkdf2Sync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { createMdns } from 'mdns-actors';

const mdns = createMdns({ interfaces: 'loopback', worker: true });
const server = Fastify();
// Nothing else of this process runs meanwhile.
server.get('/work', async () => pbkdf2Sync('secret', 'salt', 2_000_000, 32, 'sha256').toString('hex'));
await server.listen({ host: '127.0.0.1', port: 0 });
const { port } = server.server.address() as AddressInfo;

const published = mdns.publish({ name: 'Busy Server', type: 'busy-demo', port, onConflict: 'fail' });
const close = async () => {
  await published.withdraw();
  await mdns.close();
  await server.close();
};
// Ctrl-C says goodbye, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => close().finally(() => process.kill(process.pid, signal)));
await published.announced;

// What another program would do: it finds the server, and has work done.
const { name, port: found } = await mdns.resolve('Busy Server', 'busy-demo');
const began = performance.now();
const response = await fetch(`http://127.0.0.1:${found}/work`);
console.log(
  `${name} has worked for ${(performance.now() - began).toFixed(0)} ms: ${(await response.text()).slice(0, 8)}`,
);
console.log(`and it is still called ${published.name}`);
await close();
