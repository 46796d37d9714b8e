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
