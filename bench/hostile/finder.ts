/** Browses on real sockets and writes what is up with all that there is to know, and what is down. */
import { createMdns } from '../../dist/index.js';

const mdns = createMdns({ keepAlive: true });
const complete = new Set<string>();
mdns.browse('http').subscribe(({ event, instance }) => {
  if (event === 'down') console.log(`down ${instance.name}`);
  else if (instance.addresses.length > 0 && 'n' in instance.txt) complete.add(instance.name);
  console.log(`complete ${complete.size} ${Math.round(performance.now() - began)}`);
});
const began = performance.now();
console.log('browsing');
