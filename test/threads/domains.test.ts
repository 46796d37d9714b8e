/** Domains beyond the link, for a system in a real worker. */
import { expect, it } from 'vitest';
import { encodeUnicast } from '../../src/protocol/wire/unicast.js';
import { DnsZone } from '../../src/testing/dns-zone.js';
import { LoopbackDnsServer } from '../support/dns-server.js';
import { DIST, onLoopback, until } from './loopback.js';

const { createMdns } = (await import(new URL('index.js', DIST).href)) as typeof import('../../src/index.js');

const DOMAIN = 'office.example';

it('a system in a worker finds what is in a domain', async () => {
  const zone = new DnsZone({ name: DOMAIN, ttl: 1 });
  const remove = zone.publish({ name: 'Office', type: 'ipp', port: 631, host: 'prn', addresses: ['192.0.2.9'] });
  zone.add({ name: `b._dns-sd._udp.${DOMAIN}`, type: 'PTR', class: 1, cacheFlush: false, ttl: 60, target: DOMAIN });
  const server = await LoopbackDnsServer.start((query, over) => {
    const reply = zone.answer(encodeUnicast(query), over, { address: '127.0.0.1', port: 1 });
    return reply ? [reply] : [];
  });
  const mdns = createMdns({
    ...onLoopback(),
    worker: true,
    domains: [{ name: DOMAIN, server: `127.0.0.1:${server.port}` }],
  });
  try {
    const events: string[] = [];
    mdns.browse('ipp', { domain: 'all' }).subscribe(({ event, instance }) => events.push(`${event} ${instance.name}`));
    await until('the printer', () => events.length > 0);
    expect(await mdns.resolve('Office', 'ipp', { domain: DOMAIN })).toMatchObject({ host: `prn.${DOMAIN}`, port: 631 });
    expect(await mdns.domains({ domain: DOMAIN })).toEqual([{ domain: DOMAIN, uses: ['browse'], listedBy: [DOMAIN] }]);
    expect(mdns.status.domains).toMatchObject([{ domain: DOMAIN, state: 'up' }]);
    remove();
    await until('its end', () => events.length > 1);
    expect(events).toEqual(['up Office', 'down Office']);
  } finally {
    await mdns.close();
    await server.close();
  }
});
