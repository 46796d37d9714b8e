/** What is bundled: publishes on loopback, in a worker if MDNS_WORKER is set, finds itself, and closes. */
import { createMdns } from 'mdns-actors';
import { SimulatedLan } from 'mdns-actors/testing';
import { firstValueFrom } from 'rxjs';

const { MDNS_GROUP, MDNS_WORKER } = process.env;
const where = MDNS_WORKER ? { worker: true } : {};
const mdns = createMdns({ interfaces: 'loopback', ipv4: MDNS_GROUP, ipv6: false, ...where });
mdns.publish({ name: 'Bundled', type: 'http', port: 3000 });
const { instance } = await firstValueFrom(mdns.browse('http'));
await mdns.close();
const lan = new SimulatedLan({ seed: 1 });
console.log(JSON.stringify({ found: instance.name, simulated: lan.clock.now() }));
