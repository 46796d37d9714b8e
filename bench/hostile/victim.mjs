/** The process under test on real sockets: it browses, it publishes ten services, and on SIGUSR2 it resolves a large one. */
import { createMdns } from '../../dist/index.js';

const mdns = createMdns({ ipv6: false, hostname: 'victim', keepAlive: true });
mdns.browse('http').subscribe();
const services = Array.from({ length: 10 }, (_, i) =>
  mdns.publish({ name: `Own ${i}`, type: 'own', port: 1, ttl: 4_500 }),
);
process.on('SIGUSR2', async () => {
  const began = performance.now();
  const { txt } = await mdns.resolve('Large', 'large', { timeout: 10_000 });
  if (Object.keys(txt).length === 43) console.log(`resolved ${Math.round(performance.now() - began)}`);
});
process.on('unhandledRejection', (error) => console.error(error));
await Promise.all(services.map(({ announced }) => announced));
console.log(`ready ${process.pid}`);
