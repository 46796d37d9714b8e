/** What is bundled: publishes on loopback, finds itself, and closes. */
import { createMdns } from 'mdns-actors';
import { SimulatedLan } from 'mdns-actors/testing';
import { firstValueFrom } from 'rxjs';

const mdns = createMdns({ interfaces: 'loopback', ipv4: process.env.MDNS_GROUP, ipv6: false });
mdns.publish({ name: 'Bundled', type: 'http', port: 3000 });
const { instance } = await firstValueFrom(mdns.browse('http'));
await mdns.close();
const lan = new SimulatedLan({ seed: 1 });
console.log(JSON.stringify({ found: instance.name, simulated: lan.clock.now() }));
