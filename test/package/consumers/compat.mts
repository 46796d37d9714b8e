/** The same as an ES module. */
import multicastDns, { type Answer, type MulticastDNS, type ResponsePacket } from 'mdns-actors/compat/multicast-dns';

const port = 49_152 + (process.pid % 10_000);
const mdns: MulticastDNS = multicastDns({ ip: '127.0.0.1', port, multicast: false });
const answer: Answer = { name: 'a.local', type: 'SRV', data: { port: 80, target: 'h.local' } };
mdns.once('query', () => mdns.respond({ answers: [answer] }));
mdns.once('response', ({ answers }: ResponsePacket) => {
  const [first] = answers;
  const target: string | undefined = first?.type === 'SRV' ? first.data.target : undefined;
  mdns.destroy(() => console.log(JSON.stringify({ asked: target && first?.name })));
});
mdns.query([{ name: 'a.local', type: 'SRV' }], (error) => error && console.error(error));

import dnssd, { Advertisement, type Service, tcp } from 'mdns-actors/compat/dnssd';
import { type AdvertiseOptions, advertise } from 'mdns-actors/compat/dnssd-advertise';
import nodeMdns, { createAdvertisement, type Step, tcp as tcpType } from 'mdns-actors/compat/mdns';

const ad: Advertisement = new Advertisement(tcp('http'), 80);
const service: Promise<Service> | undefined = ad.port === 80 ? undefined : dnssd.resolveService('A._http._tcp.local.');
const options: AdvertiseOptions = {
  name: 'Web',
  type: 'http',
  protocol: 'tcp',
  port: 80,
  txt: { path: '/', open: true },
};
const steps: readonly Step[] = nodeMdns.Browser.defaultResolverSequence;
const other = createAdvertisement(
  tcpType('http'),
  80,
  { txtRecord: { path: '/' } },
  (error, { name }) => error ?? name,
);
if (service || !advertise || !options || steps.length !== 3 || !other) process.exitCode = 1;
