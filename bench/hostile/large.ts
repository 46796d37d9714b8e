/** An honest host that publishes an instance with a TXT record of 8.6 kB. */
import { createMdns } from '../../dist/index.js';

const mdns = createMdns({ ipv6: false, hostname: 'large', keepAlive: true });
const txt = Object.fromEntries(Array.from({ length: 43 }, (_, i) => [`key${i}`, 'x'.repeat(192)]));
await mdns.publish({ name: 'Large', type: 'large', port: 80, txt }).announced;
console.log('announced');
