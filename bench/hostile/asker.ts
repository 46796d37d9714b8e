/**
 * Asks for services, one after the other, and writes how long each answer took: ADDRESS PER-SECOND SECONDS, and for
 * questions that are all from port 5353, how many services there are.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Draft, labels, SHARED, TYPES, UNIQUE } from './draft.js';

const GROUP = '224.0.0.251';
/** Whoever comes later than this does not come. */
const PATIENCE = 900;
const [address = '', perSecond, seconds, services] = process.argv.slice(2);

/** From port 5353 with the QU bit (RFC 6762 section 5.4), and from another one (section 6.7): both are answered at once by unicast. */
const modern = await open(address, 5_353);
const legacy = await open(address, 0);
/** An answer that the whole group is given at that moment is not repeated for us. */
const group = await open(GROUP, 5_353);
group.addMembership(GROUP, address);
const waiting = new Map<string, number>();
const delays: number[] = [];
for (const socket of [modern, group]) {
  socket.on('message', (bytes) => {
    if (((bytes[2] ?? 0) & 0x80) !== 0) for (const name of servicesIn(bytes)) heard(name);
  });
}
legacy.on('message', (bytes) => heard(`id ${bytes.readUInt16BE(0)}`));

const total = Number(perSecond) * Number(seconds);
const began = performance.now();
for (let i = 0; i < total; i++) {
  const due = began + (i * 1_000) / Number(perSecond);
  await sleep(Math.max(0, due - performance.now()));
  const service = `Own ${services === undefined ? (i >> 1) % 10 : i % Number(services)}`;
  const name = [service, ...labels('_own._tcp.local')];
  const isLegacy = services === undefined && i % 2 === 1;
  const question = new Draft(0, isLegacy ? i + 1 : 0).question(name, TYPES.SRV, isLegacy ? SHARED : UNIQUE).done();
  const key = isLegacy ? `id ${i + 1}` : service;
  waiting.set(key, performance.now());
  setTimeout(() => waiting.delete(key), PATIENCE);
  (isLegacy ? legacy : modern).send(question, 5_353, GROUP);
}
await sleep(PATIENCE);
console.log(JSON.stringify([...delays, ...Array.from({ length: total - delays.length }, () => Infinity)]));
modern.close();
legacy.close();
group.close();

function heard(key: string): void {
  const since = waiting.get(key);
  if (since === undefined) return;
  waiting.delete(key);
  delays.push(performance.now() - since);
}

/** `Own 3` and the others that it names, wherever they stand: answers to the group that are due together share a packet. */
function servicesIn(bytes: Uint8Array): string[] {
  return (
    Buffer.from(bytes)
      .toString('latin1')
      .match(/Own \d+/g) ?? []
  );
}

async function open(bound: string, port: number) {
  const socket = createSocket({ type: 'udp4', reuseAddr: port !== 0 });
  socket.bind({ address: bound, port });
  await once(socket, 'listening');
  socket.setMulticastInterface(address);
  socket.setMulticastTTL(255);
  return socket;
}
