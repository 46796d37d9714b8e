/**
 * 400 services of a zone, on a BIND of this machine: how long until all are found and resolved, beside the same number of
 * questions sent by plain sockets, as many at once. Needs bind9 and bind9-dnsutils.
 */
import { createSocket } from 'node:dgram';
import { createMdns } from '../dist/index.js';
import { queryFor } from '../src/protocol/unicast/ask.js';
import { DOMAIN, freePort, Named } from '../test/domains/servers.js';

const SERVICES = 400;
const AT_ONCE = 64;
const ROUNDS = 5;
const TYPE = `_http._tcp.${DOMAIN}`;

function added(i: number): string {
  return [
    `update add ${TYPE}. 60 PTR web${i}.${TYPE}.`,
    `update add web${i}.${TYPE}. 60 SRV 0 0 80 h${i}.${DOMAIN}.`,
    `update add web${i}.${TYPE}. 60 TXT "n=${i}"`,
    `update add h${i}.${DOMAIN}. 60 A 192.0.2.${(i % 250) + 1}`,
  ].join('\n');
}

/** Milliseconds until the first and the last service is up. */
async function found(server: string): Promise<readonly [number, number]> {
  const start = performance.now();
  const loopback = { interfaces: 'loopback', ipv4: '224.0.0.254:5992', ipv6: false } as const;
  const mdns = createMdns({ ...loopback, domains: [{ name: DOMAIN, server }] });
  let first = 0;
  let count = 0;
  await new Promise<void>((resolve) => {
    mdns.browse('http', { domain: DOMAIN }).subscribe(({ event }) => {
      if (event !== 'up') return;
      if (count === 0) first = performance.now() - start;
      count += 1;
      if (count === SERVICES) resolve();
    });
  });
  const last = performance.now() - start;
  await mdns.close();
  return [first, last];
}

/** Milliseconds for three questions about each service, each with a socket of its own. */
async function plain(port: number): Promise<number> {
  const questions = Array.from({ length: SERVICES }, (_, i) => [
    queryFor({ name: `web${i}.${TYPE}`, type: 'SRV' }),
    queryFor({ name: `web${i}.${TYPE}`, type: 'TXT' }),
    queryFor({ name: `h${i}.${DOMAIN}`, type: 'AAAA' }),
  ]).flat();
  const start = performance.now();
  const ask = (message: Uint8Array) =>
    new Promise<void>((resolve) => {
      const socket = createSocket('udp4', () => {
        socket.close();
        resolve();
      });
      socket.connect(port, '127.0.0.1', () => socket.send(message));
    });
  const worker = async () => {
    for (let next = questions.pop(); next; next = questions.pop()) await ask(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return performance.now() - start;
}

const port = await freePort();
const server = new Named(port, { unlimited: true });
await server.start();
try {
  for (let from = 0; from < SERVICES; from += 50) {
    server.update(Array.from({ length: 50 }, (_, i) => added(from + i)).join('\n'));
  }
  const rounds: (readonly [number, number, number])[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [first, last] = await found(server.address);
    rounds.push([first, last, await plain(port)]);
  }
  const best = (column: number) => Math.round(Math.min(...rounds.map((round) => round[column] ?? 0)));
  const all = rounds.map(([, last]) => Math.round(last)).join(', ');
  console.log(
    `${SERVICES} services found and resolved: the first after ${best(0)} ms, all after ${best(1)} ms (${all})`,
  );
  console.log(`the questions alone, by plain sockets, ${AT_ONCE} at once: ${best(2)} ms`);
} finally {
  await server.stop();
}
