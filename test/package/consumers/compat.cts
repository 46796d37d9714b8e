/** Strict CommonJS with the types of the replaced packages, which have `export =`. */
import multicastDns = require('mdns-actors/compat/multicast-dns');

const port = 49_152 + (process.pid % 10_000);
const options: multicastDns.Options = { ip: '127.0.0.1', port, multicast: false };
const mdns: multicastDns.MulticastDNS = multicastDns(options);
mdns.once('query', (query: multicastDns.QueryPacket, { address }) => {
  const [question] = query.questions;
  mdns.respond([{ name: 'a.local', type: 'A', ttl: 120, data: address }]);
  mdns.destroy(() => console.log(JSON.stringify({ asked: question?.name })));
});
mdns.query('a.local', 'A');

import dnssd = require('mdns-actors/compat/dnssd');
import dnssdAdvertise = require('mdns-actors/compat/dnssd-advertise');
import nodeMdns = require('mdns-actors/compat/mdns');

const type: dnssd.ServiceType = dnssd.tcp('http', 'site');
const ad: dnssd.Advertisement = dnssd.Advertisement(type, 80, { name: 'Web', txt: { path: '/', open: true } });
ad.on('instanceRenamed', (name: string) => name);
const browser: dnssd.Browser = new dnssd.Browser(dnssd.all());
const resolved: Promise<string> = ad.state === 'started' ? dnssd.resolveA('a.local') : Promise.resolve('');
const advertise: (options: dnssdAdvertise.AdvertiseOptions) => () => Promise<void> = dnssdAdvertise.advertise;
const step: nodeMdns.Step = (service, next) => next(service.host === undefined ? new Error('no host') : undefined);
const found: nodeMdns.Browser = nodeMdns.createBrowser(nodeMdns.udp('osc'), {
  resolverSequence: [nodeMdns.rst.DNSServiceResolve(), step],
});
found.on('serviceUp', ({ port }: nodeMdns.Service) => port);
const added: number | undefined = nodeMdns.kDNSServiceFlagsAdd;
if (!resolved || !advertise || !browser || added !== 2) process.exitCode = 1;
