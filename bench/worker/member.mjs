/**
 * One of several processes of a program: node member.mjs PORT system|idle WEB. With a system it publishes and browses, and prints its name
 * and how many services it has found once a second; without one it only exists.
 */
const [port, role, web] = process.argv.slice(2);
if (role === 'system') {
  const { createMdns } = await import('../../dist/index.js');
  const mdns = createMdns({ interfaces: 'loopback', ipv4: `224.0.0.254:${port}`, ipv6: false });
  const service = mdns.publish({ name: 'Web', type: 'http', port: Number(web) });
  const found = new Set();
  mdns.browse('http').subscribe(({ event, instance }) => {
    if (event === 'down') found.delete(instance.name);
    else found.add(instance.name);
  });
  setInterval(() => process.stdout.write(`${JSON.stringify({ name: service.name, found: found.size })}\n`), 1_000);
} else setInterval(() => {}, 1_000);
