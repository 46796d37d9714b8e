/** Sends packets of a kind in turn from each of its addresses: small|large KIND PER-SECOND SECONDS ADDRESS ... */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostilePacket } from './small.js';
import { type Kind, worstPacket } from './worst.js';

const GROUP = '224.0.0.251';
/** ms */
const MOST_BEHIND = 30;
const [size = '', kind = '', perSecond, seconds, ...sources] = process.argv.slice(2);

const sockets = await Promise.all(sources.map(open));
const total = Number(perSecond) * Number(seconds);
/** When the first packet would have been due; later when this process was kept waiting, which makes no burst. */
let began = performance.now();
for (let sent = 0; sent < total; ) {
  began = Math.max(began, performance.now() - (sent * 1_000) / Number(perSecond) - MOST_BEHIND);
  const due = Math.min(total, Math.ceil(((performance.now() - began) * Number(perSecond)) / 1_000));
  for (; sent < due; sent++) sockets[sent % sockets.length]?.send(packet(sent), 5_353, GROUP);
  await sleep(3);
}
await sleep(200);
console.log(total);
for (const socket of sockets) socket.close();

/** Some kinds are both small and large. */
function packet(i: number): Uint8Array {
  return size === 'small' ? hostilePacket(kind, i) : worstPacket(kind as Kind, i);
}

async function open(address: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind({ address, port: 5_353 });
  await once(socket, 'listening');
  socket.setMulticastInterface(address);
  socket.setMulticastTTL(255);
  socket.setMulticastLoopback(false);
  return socket;
}
