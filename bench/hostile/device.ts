/** Small devices on real sockets: COUNT TTL ANNOUNCE-EVERY-MS (0: never) IPV4 ZONE, where no ZONE is no IPv6. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { SmallResponders, services } from './small-responder.js';

const [count, ttl, every, ipv4 = '', zone] = process.argv.slice(2);
const responder = new SmallResponders(services(Number(count), Number(ttl), Number(ttl)));
const groups = new Map<Socket, string>();
await open('udp4', '224.0.0.251', ipv4);
if (zone !== undefined) await open('udp6', `ff02::fb%${zone}`, `::%${zone}`);
console.log('open');
if (Number(every) > 0) setInterval(announce, Number(every));

async function open(type: 'udp4' | 'udp6', group: string, on: string): Promise<void> {
  const socket = createSocket({ type, reuseAddr: true, ipv6Only: type === 'udp6' });
  socket.bind(5_353);
  await once(socket, 'listening');
  socket.addMembership(group.split('%')[0] ?? '', on);
  socket.setMulticastInterface(on);
  socket.setMulticastTTL(255);
  socket.setMulticastLoopback(false);
  socket.on('message', (bytes, from) => answer(socket, bytes, from));
  groups.set(socket, group);
}

/** A shared answer waits for 20 to 120 ms (RFC 6762 section 6); so does this device with all. */
function answer(socket: Socket, bytes: Uint8Array, from: RemoteInfo): void {
  for (const { bytes: response, byUnicast } of responder.answers(bytes)) {
    const to = byUnicast ? from.address : groups.get(socket);
    setTimeout(() => socket.send(response, 5_353, to), 20 + 100 * Math.random());
  }
}

function announce(): void {
  for (const [socket, group] of groups) for (const bytes of responder.announcements()) socket.send(bytes, 5_353, group);
}
