/**
 * Looks into the actors with the Stately inspector: its WebSocket transport sends every actor, event and snapshot to a server,
 * here one of our own that counts them. `createWebSocketInspector` of `@statelyai/inspect` works with any such server.
 */
import type { AddressInfo } from 'node:net';
import { createWebSocketInspector } from '@statelyai/inspect';
import { createMdns } from 'mdns-actors';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
const actors = new Set<string>();
const counts = { '@xstate.actor': 0, '@xstate.event': 0, '@xstate.snapshot': 0 };
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as { readonly type: keyof typeof counts; readonly name?: string };
    counts[message.type]++;
    if (message.name !== undefined) actors.add(message.name);
  });
});
await new Promise((resolve) => server.once('listening', resolve));

const { port } = server.address() as AddressInfo;
const inspector = createWebSocketInspector({ url: `ws://127.0.0.1:${port}`, maxDeferredEvents: 10_000 });
const mdns = createMdns({ interfaces: 'loopback', ipv6: false, inspect: inspector.inspect });
const web = mdns.publish({ name: 'Seen', type: 'http', port: 3000 });
const watch = mdns.browse('http').subscribe();
await web.announced;
await mdns.resolve('Seen', 'http');
watch.unsubscribe();
await mdns.close();

await new Promise((resolve) => setTimeout(resolve, 500));
inspector.stop();
server.close();
for (const socket of server.clients) socket.terminate();
console.log('actors:', [...actors].sort().join(', '));
console.log('inspection events:', counts);

const expected = [
  'mdns',
  'interface-scanner',
  'place.lo/ipv4',
  'link.lo/ipv4',
  'socket-1',
  'record-cache',
  'querier',
  'responder',
  'publication-1',
];
const missing = expected.filter((name) => !actors.has(name));
if (missing.length > 0 || Object.values(counts).includes(0))
  throw new Error(`the inspector has not seen ${missing.join(', ')}`);
process.exit(0);
