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
