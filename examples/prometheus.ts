/** Serves the counters to Prometheus, and publishes the address at which it does so. */
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMdns, OPEN_METRICS_TYPE, openMetrics } from 'mdns-actors';

// On loopback, so that it runs anywhere; leave `interfaces` out to use your network.
const mdns = createMdns({ interfaces: 'loopback' });
const server = createServer((request, response) => {
  if (request.url !== '/metrics') response.writeHead(404).end();
  else response.setHeader('content-type', OPEN_METRICS_TYPE).end(openMetrics(mdns.metrics(), mdns.domainMetrics()));
});
await new Promise<void>((resolve) => server.listen(0, resolve));
const { port } = server.address() as AddressInfo;
const published = mdns.publish({ name: 'Metrics', type: 'prometheus-http', port, txt: { path: '/metrics' } });
await published.announced;

// What Prometheus does, with `scrape_configs: [{ job_name: mdns, static_configs: [{ targets: ['host:port'] }] }]`.
const text = await new Promise<string>((resolve) => {
  get({ port, path: '/metrics' }, (response) => {
    let body = '';
    response.on('data', (part) => {
      body += part;
    });
    response.on('end', () => resolve(body));
  });
});
console.log(text.split('\n').slice(0, 4).join('\n'));
await mdns.close();
server.close();
