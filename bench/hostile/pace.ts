/** Sends datagrams at an even rate, from an address of our choice. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** ms */
const MOST_BEHIND = 30;

/** Calls `send` for 0 to `total - 1`. A process that was kept waiting goes on from there, without a burst. */
export async function evenly(total: number, perSecond: number, send: (i: number) => void): Promise<void> {
  /** When the first packet would have been due. */
  let began = performance.now();
  for (let sent = 0; sent < total; ) {
    began = Math.max(began, performance.now() - (sent * 1_000) / perSecond - MOST_BEHIND);
    const due = Math.min(total, Math.ceil(((performance.now() - began) * perSecond) / 1_000));
    for (; sent < due; sent++) send(sent);
    await sleep(3);
  }
}

/** A socket that sends from port 5353 of an address, and hears no group. */
export async function openSender(address: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind({ address, port: 5_353 });
  await once(socket, 'listening');
  socket.setMulticastInterface(address);
  socket.setMulticastTTL(255);
  socket.setMulticastLoopback(false);
  return socket;
}
