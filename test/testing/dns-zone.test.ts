/** The zone that users test their programs with: it takes updates, as a DNS server does. */
import { describe, expect, it } from 'vitest';
import { createMdns, type MdnsOptions } from '../../src/index.js';
import { DnsZone, type DnsZoneOptions, SimulatedLan } from '../../src/testing.js';

const DOMAIN = 'office.example';
const SERVER = '198.18.0.53';
const key = { name: 'office-key', secret: 'b2ZmaWNlLXNlY3JldC1vZi10aGUtdGVzdHM=' };
const web = { name: 'Web', type: 'http', port: 80, domains: ['local', DOMAIN] };

async function office(
  zoneOptions: Partial<DnsZoneOptions>,
  domain: Partial<NonNullable<MdnsOptions['domains']>[number]>,
  test: (zone: DnsZone, mdns: ReturnType<typeof createMdns>, lan: SimulatedLan) => Promise<void>,
): Promise<void> {
  const lan = new SimulatedLan();
  const zone = new DnsZone({ name: DOMAIN, ...zoneOptions });
  lan.dnsServer({ address: SERVER, answer: zone.answer });
  const network = lan.host('pi', ['198.18.0.7/24']);
  const mdns = createMdns({ network, domains: [{ name: DOMAIN, server: SERVER, ...domain }] });
  await test(zone, mdns, lan);
  await lan.clock.settle(mdns.close());
}

const services = (zone: DnsZone) =>
  zone.records.flatMap((record) => (record.type === 'SRV' ? `${record.name}:${record.port}` : []));

describe('DnsZone', () => {
  it.each([
    ['without a signature', {}, {}],
    ['signed by its key', { key }, { key }],
    [
      'signed by its key, with SHA-512',
      { key: { ...key, algorithm: 'hmac-sha512' } },
      { key: { ...key, algorithm: 'hmac-sha512' } },
    ],
  ] as const)('DYN-01 takes what is published, changed and withdrawn: %s', (_, zoneOptions, domain) =>
    office(zoneOptions, domain, async (zone, mdns, lan) => {
      const published = mdns.publish(web);
      await lan.clock.settle(published.announced);
      expect(services(zone)).toEqual([`Web._http._tcp.${DOMAIN}:80`]);
      const found = await lan.clock.settle(mdns.resolve('Web', 'http', { domain: DOMAIN }));
      expect(found.addresses.map(({ address }) => address)).toEqual(['198.18.0.7']);
      published.update({ port: 81, name: 'Shop' });
      lan.clock.advance(10_000);
      expect(services(zone)).toEqual([`Shop._http._tcp.${DOMAIN}:81`]);
      expect(mdns.status.domains).toMatchObject([{ refused: [] }]);
      await lan.clock.settle(published.withdraw());
      expect(services(zone)).toEqual([]);
      await lan.clock.settle(mdns.close());
      expect(zone.records).toEqual([]);
    }),
  );

  it('DYN-02 refuses a name that it has already, so that another one is taken', () =>
    office({}, {}, async (zone, mdns, lan) => {
      zone.publish({ name: 'Web', type: 'http', port: 8080, host: 'other', addresses: ['198.18.0.9'] });
      const published = mdns.publish(web);
      await lan.clock.settle(published.announced);
      expect(published.name).toBe('Web (2)');
      expect(services(zone).sort()).toEqual([`Web (2)._http._tcp.${DOMAIN}:80`, `Web._http._tcp.${DOMAIN}:8080`]);
    }));

  it.each([
    ['is not signed', undefined, /without a key/],
    ['is signed by another key', { ...key, name: 'other-key' }, /BADKEY/],
    ['has the wrong secret', { ...key, secret: 'b3RoZXI=' }, /BADSIG/],
  ])('DYN-05 changes nothing when an update %s', (_, wrong, reason) =>
    office({ key }, wrong ? { key: wrong } : {}, async (zone, mdns, lan) => {
      await lan.clock.settle(mdns.publish(web).announced);
      expect(zone.records).toEqual([]);
      expect(mdns.status.domains).toMatchObject([
        { refused: [{ name: 'Web', reason: expect.stringMatching(reason) }] },
      ]);
      lan.clock.advance(1_000);
    }),
  );
});
