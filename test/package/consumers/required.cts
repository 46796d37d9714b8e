/** A CommonJS program that requires the package: Node.js has it from 20.19 on, TypeScript with `nodenext`. */
import mdnsActors = require('mdns-actors');

const mdns = mdnsActors.createMdns({ interfaces: 'loopback', ipv4: '224.0.0.254:49122', ipv6: false });
export const status: mdnsActors.Status = mdns.status;
const web = mdns.publish({ name: 'Web', type: 'http', port: 80 });
void web.announced.then(() => mdns.close()).then(() => console.log(JSON.stringify(mdns.status)));
