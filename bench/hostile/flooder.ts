/** Sends packets of a kind in turn from each of its addresses: small|large KIND PER-SECOND SECONDS ADDRESS ... */
import { setTimeout as sleep } from 'node:timers/promises';
import { evenly, openSender } from './pace.js';
import { hostilePacket } from './small.js';
import { type Kind, worstPacket } from './worst.js';

const GROUP = '224.0.0.251';
const [size = '', kind = '', perSecond, seconds, ...sources] = process.argv.slice(2);

const sockets = await Promise.all(sources.map(openSender));
const total = Number(perSecond) * Number(seconds);
await evenly(total, Number(perSecond), (i) => sockets[i % sockets.length]?.send(packet(i), 5_353, GROUP));
await sleep(200);
console.log(total);
for (const socket of sockets) socket.close();

/** Some kinds are both small and large. */
function packet(i: number): Uint8Array {
  return size === 'small' ? hostilePacket(kind, i) : worstPacket(kind as Kind, i);
}
