/**
 * From datagrams to `up`, for a browse whose type has many instances; and what it costs to hear what is none of its business.
 * Beside bonjour-service, which gets what multicast-dns would give it: each datagram read by dns-packet. No sockets in either.
 */
import { EventEmitter } from 'node:events';
import { Browser } from 'bonjour-service/dist/lib/browser.js';
import dnsPacket from 'dns-packet';
import { createMdns } from '../src/index.js';
import { microsecondsPerItem, report } from './measure.js';
import { announced } from './packets.js';
import { StubNetwork } from './stub-network.js';

function ours() {
  const network = new StubNetwork();
  const mdns = createMdns({ network, ipv6: false, announceHost: false, maxCacheRecords: 100_000 });
  network.clock.advance(1_000);
  const found = new Set<string>();
  mdns.browse('http').subscribe(({ event, instance }) => {
    if (event === 'up') found.add(instance.fullName);
  });
  network.clock.advance(1_000);
  return { hear: (bytes: Buffer, i: number) => network.hear(bytes, i), settle: () => network.clock.advance(0), found };
}

function bonjours() {
  const mdns = Object.assign(new EventEmitter(), { query: () => {} });
  const found = new Set<string>();
  const browser = new Browser(mdns, { type: 'http' });
  browser.on('up', ({ fqdn }: { fqdn: string }) => found.add(fqdn));
  const hear = (bytes: Buffer, i: number) => {
    const message = dnsPacket.decode(bytes);
    mdns.emit('response', message, { address: '198.18.0.1', port: 5353, i });
  };
  return { hear, settle: () => {}, found };
}

function hearing(start: typeof ours, datagrams: readonly Buffer[], expected: number): number {
  return microsecondsPerItem(datagrams.length, () => {
    const { hear, settle, found } = start();
    return () => {
      for (const [i, bytes] of datagrams.entries()) hear(bytes, i);
      settle();
      if (found.size !== expected) throw new Error(`${found.size} of ${expected} were found`);
    };
  });
}

for (const count of [100, 1_000, 5_000]) {
  const datagrams = Array.from({ length: count }, (_, i) => Buffer.from(announced(i)));
  report(`an instance, one of ${count}, from datagram to event`, hearing(ours, datagrams, count), {
    'bonjour-service': hearing(bonjours, datagrams, count),
  });
}
