/** Publishes a service, finds it again, and leaves with a goodbye. */
import { createMdns } from 'mdns-actors';

// On loopback, so that it runs anywhere; leave `interfaces` out to use your network.
const mdns = createMdns({ interfaces: 'loopback' });
const web = mdns.publish({ name: 'My Web', type: 'http', port: 3000, txt: { path: '/' } });

for await (const { event, instance } of mdns.browse('http')) {
  console.log(event, instance.name, `${instance.host}:${instance.port}`, instance.txt);
  if (instance.name === web.name) break;
}
await mdns.close();
