/** What does not concern us: how fast it is told, and how much of a busy link it is. */
import dnsPacket from 'dns-packet';
import { createMdns } from '../src/index.js';
import { Relevance } from '../src/protocol/query/relevance.js';
import { decodeMessage } from '../src/protocol/wire/decode.js';
import { microseconds, microsecondsPerItem, report } from './measure.js';
import { announced, asked } from './packets.js';
import { StubNetwork } from './stub-network.js';

const relevance = new Relevance();
relevance.acceptsUnasked = false;
for (let i = 0; i < 1_000; i++) relevance.names.add(`mine-${i}.local`);

for (const [what, bytes] of [
  ['an announcement of nine records', announced(1)],
  ['a query of one question', asked('_http._tcp.local', 'PTR')],
] as const) {
  const buffer = Buffer.from(bytes);
  report(
    `skip ${what}`,
    microseconds(() => relevance.concerns(bytes)),
    { decoding: microseconds(() => decodeMessage(bytes)), 'dns-packet': microseconds(() => dnsPacket.decode(buffer)) },
  );
}

/** A link of 2,000 hosts that offer 50 types and ask for them: what a host hears that browses for one of these. */
const HOSTS = 2_000;
const TYPES = 50;
const typeOf = (i: number) => `_type${i % TYPES}._tcp.local`;
const traffic: Uint8Array[] = [];
for (let i = 0; i < HOSTS; i++) {
  traffic.push(announced(i, typeOf(i)));
  for (let j = 1; j <= 4; j++) traffic.push(asked(typeOf(i * 7 + j), 'PTR'));
}

function hearAll(maxCacheRecords: number) {
  const network = new StubNetwork();
  const mdns = createMdns({ network, ipv6: false, announceHost: false, maxCacheRecords });
  network.clock.advance(1_000);
  const found = { up: 0 };
  mdns.browse('type7').subscribe(({ event }) => {
    if (event === 'up') found.up++;
  });
  network.clock.advance(1_000);
  const run = () => {
    for (const [i, bytes] of traffic.entries()) network.hear(bytes, i);
  };
  return { run, found, metrics: () => mdns.metrics()['eth0/ipv4'] };
}

const summary: string[] = [];
const [roomy, tight] = [100_000, 2_000].map((size) =>
  microsecondsPerItem(traffic.length, () => {
    const heard = hearAll(size);
    return () => {
      heard.run();
      const { irrelevant = 0, cache } = heard.metrics() ?? {};
      summary.push(
        `  cache of ${size}: ${heard.found.up} found, ${Math.round((100 * irrelevant) / traffic.length)} % skipped, ${cache?.records} records kept`,
      );
    };
  }),
);
console.log(`a busy link, ${traffic.length} datagrams, one of ${TYPES} types browsed for`);
for (const line of new Set(summary)) console.log(line);
report('  each, with little room for what nobody asked for', tight ?? Number.NaN, {
  'with room for all': roomy ?? Number.NaN,
});
