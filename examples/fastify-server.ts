/** Fastify servers that publish themselves while they listen, and list their peers at `/peers`. */
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { createMdns, type Mdns, type PublishedService } from 'mdns-actors';

/** A Fastify plugin in all but name: the server is published when it listens, and withdrawn when it closes. */
function publishServer(server: FastifyInstance, mdns: Mdns, name: string): void {
  let peers: string[] = [];
  let published: PublishedService | undefined;
  const watch = mdns.browse('peer-demo').services$.subscribe((services) => {
    peers = [...services.values()].map((peer) => peer.name).filter((peer) => peer !== name);
  });
  server.get('/peers', async () => peers.sort());
  server.addHook('onListen', async () => {
    const { port } = server.server.address() as AddressInfo;
    published = mdns.publish({ name, type: 'peer-demo', port, txt: { path: '/peers' } });
    await published.announced;
  });
  server.addHook('onClose', async () => {
    watch.unsubscribe();
    await published?.withdraw();
  });
}

const mdns = createMdns({ interfaces: 'loopback' });
const servers = ['Ada', 'Grace', 'Edsger'].map((name) => {
  const server = Fastify();
  publishServer(server, mdns, name);
  return { name, server };
});
const close = async () => {
  await Promise.all(servers.map(({ server }) => server.close()));
  await mdns.close();
};
// Ctrl-C says goodbye, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => close().finally(() => process.kill(process.pid, signal)));
await Promise.all(servers.map(({ server }) => server.listen({ host: '127.0.0.1', port: 0 })));

for (const { name, server } of servers) {
  // The last server may have been announced this very moment: ask until all are there.
  let peers: string[] = [];
  for (let attempt = 0; peers.length < servers.length - 1; attempt++) {
    if (attempt === 100) throw new Error(`${name} sees only ${peers.join(', ') || 'nobody'}`);
    const { port } = server.server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/peers`);
    peers = (await response.json()) as string[];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  console.log(`${name} sees ${peers.join(' and ')}`);
}
await close();
