/**
 * What a service keeps in memory, `found` or `published`: bytes of the heap and of buffers, for each of 2,000 of one host. Prints it as
 * JSON.
 */
import { responseOf } from '../../bench/packets.ts';
import { service } from '../../bench/peers/services.ts';
import { StubNetwork } from '../../bench/stub-network.ts';
import { createMdns } from '../../src/index.ts';
import { encodeMessage } from '../../src/protocol/wire/encode.ts';

const SERVICES = 2_000;

const network = new StubNetwork();
const mdns = createMdns({ network, ipv6: false, announceHost: false, maxCacheRecords: 100_000 });
let up = 0;
const [what] = process.argv.slice(2);
if (what === 'found') {
  mdns.browse('http').subscribe(({ event }) => {
    if (event === 'up') up++;
  });
}
network.clock.advance(1_000);

/** The host's answer: four records for each service, and its addresses. */
function hear(first, count) {
  for (let i = first; i < first + count; i++) {
    const { pointer, own, host } = service(i);
    network.hear(Buffer.from(encodeMessage(responseOf([pointer, ...own, ...host]))));
    // A real clock has fractions, and each costs memory where it is kept.
    network.clock.advance(1.25);
  }
  network.clock.advance(1_000);
}

const published = [];
function publish(first, count) {
  for (let i = first; i < first + count; i++) {
    const service = mdns.publish({ name: `Own ${i}`, type: 'own', port: 80 });
    void service.probed.then(() => up++);
    published.push(service);
  }
  network.clock.advance(20_000);
}

const add = what === 'found' ? hear : publish;

async function kept() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

// Code and shapes first, so that they do not count. Tables double: twice as many services fill them as much.
add(0, SERVICES);
const before = await kept();
add(SERVICES, SERVICES);
const bytes = ((await kept()) - before) / SERVICES;
process.stdout.write(JSON.stringify({ up, bytes: Math.round(bytes) }), () => process.exit());
