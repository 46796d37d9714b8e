/** Publishing beyond the link, on virtual time: into a zone of a server that takes signed updates. */
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Mdns } from '../../src/api/mdns.js';
import { createMdns } from '../../src/api/mdns.js';
import type { MdnsOptions } from '../../src/api/options.js';
import { SimulatedLan } from '../../src/net/simulated/lan.js';
import { hmacWith, tsigKey } from '../../src/net/tsig-key.js';
import { RCODE } from '../../src/protocol/constants.js';
import '../../src/testing/dns-zone.js';
import { ZoneRecords } from '../../src/testing/zone-records.js';
import { srv } from '../support/records.js';
import { ZoneServer } from '../support/zone-server.js';

const DOMAIN = 'office.example';
const SERVER = '198.18.0.53';
const SECRET = 'b2ZmaWNlLXNlY3JldC1vZi10aGUtdGVzdHM=';
const key = { name: 'office-key', secret: SECRET };
const web = { name: 'Web', type: 'http', port: 80 };

class Office {
  readonly lan = new SimulatedLan();
  readonly zone = new ZoneRecords(DOMAIN);
  readonly server: ZoneServer;
  readonly open: Mdns[] = [];

  constructor() {
    const made = tsigKey(key.name, SECRET);
    const signer = { name: made.name, algorithm: made.algorithm, hmac: hmacWith(made) };
    this.server = new ZoneServer(this.zone, () => this.lan.clock.now() / 1000, signer);
    this.lan.dnsServer({ address: SERVER, answer: this.server.answer });
  }

  mdns(options: MdnsOptions = {}, label = 'pi', address = '198.18.0.7/24'): Mdns {
    const network = this.lan.host(label, [address]);
    const mdns = createMdns({ network, domains: [{ name: DOMAIN, server: SERVER, key }], ...options });
    this.open.push(mdns);
    return mdns;
  }

  settle<T>(promise: Promise<T>): Promise<T> {
    return this.lan.clock.settle(promise);
  }
}

const offices: Office[] = [];
const office = (): Office => {
  const made = new Office();
  offices.push(made);
  return made;
};
afterEach(async () => {
  for (const { open, lan } of offices.splice(0)) {
    for (const mdns of open) await lan.clock.settle(mdns.close());
    // The last packets arrive.
    lan.clock.advance(10);
    expect(lan.clock.pending).toBe(0);
  }
});

describe('publish with domains', () => {
  it.each([
    [['local', DOMAIN], 'pi-node.local'],
    [[DOMAIN], `pi-node.${DOMAIN}`],
  ])('reports the host where it is announced: %j', async (domains, host) => {
    const here = office();
    const published = here.mdns().publish({ ...web, domains });
    const announced = firstValueFrom(published.changes$.pipe(filter(({ event }) => event === 'announced')));
    expect(await here.settle(announced)).toMatchObject({ host });
  });

  it('is seen on the link and in the zone, and gone from both after close', async () => {
    const here = office();
    const mdns = here.mdns();
    const published = mdns.publish({ ...web, txt: { a: '1' }, subtypes: ['_printer'], domains: ['local', DOMAIN] });
    await here.settle(published.announced);
    expect(here.zone.lines).toEqual([
      `_http._tcp.${DOMAIN} PTR web._http._tcp.${DOMAIN}`,
      `_printer._sub._http._tcp.${DOMAIN} PTR web._http._tcp.${DOMAIN}`,
      `_services._dns-sd._udp.${DOMAIN} PTR _http._tcp.${DOMAIN}`,
      `pi-node.${DOMAIN} A 198.18.0.7`,
      `web._http._tcp.${DOMAIN} SRV 0 0 80 pi-node.${DOMAIN}`,
      expect.stringContaining(`web._http._tcp.${DOMAIN} TXT`),
    ]);
    const other = here.mdns({}, 'other', '198.18.0.8/24');
    const near = await here.settle(other.resolve('Web', 'http'));
    const far = await here.settle(other.resolve('Web', 'http', { domain: DOMAIN }));
    expect([near.host, far.host]).toEqual(['pi-node.local', `pi-node.${DOMAIN}`]);
    await here.settle(mdns.close());
    expect(here.zone.lines).toEqual([]);
  });

  it('alone leaves the link alone', async () => {
    const here = office();
    const published = here.mdns().publish({ ...web, domains: [DOMAIN] });
    await here.settle(published.announced);
    here.lan.clock.advance(5_000);
    const announced = here.lan.trace.filter(({ destination }) => destination.port === 5353);
    expect(announced).toEqual([]);
  });

  it('without domains stays on the link', async () => {
    const here = office();
    await here.settle(here.mdns().publish(web).announced);
    here.lan.clock.advance(5_000);
    expect(here.server.updates).toEqual([]);
  });

  it('takes one name everywhere: the next one when it is in use in the zone', async () => {
    const here = office();
    here.zone.add(srv(`Web._http._tcp.${DOMAIN}`, `other.${DOMAIN}`));
    const published = here.mdns().publish({ ...web, domains: ['local', DOMAIN] });
    await here.settle(published.announced);
    expect(published.name).toBe('Web (2)');
    expect(here.zone.records(`Web (2)._http._tcp.${DOMAIN}`, 'SRV')).toHaveLength(1);
    const failing = here.mdns({}, 'b', '198.18.0.9/24').publish({ ...web, domains: [DOMAIN], onConflict: 'fail' });
    await expect(here.settle(failing.announced)).rejects.toMatchObject({ code: 'name-in-use' });
  });

  it('follows updates and new names, and withdraws one service', async () => {
    const here = office();
    const mdns = here.mdns();
    const published = mdns.publish({ ...web, domains: ['local', DOMAIN] });
    const stays = mdns.publish({ ...web, name: 'Stays', domains: [DOMAIN] });
    await here.settle(Promise.all([published.announced, stays.announced]));
    published.update({ port: 81, name: 'Shop' });
    here.lan.clock.advance(10_000);
    expect(here.zone.records(`Shop._http._tcp.${DOMAIN}`, 'SRV')).toMatchObject([{ port: 81 }]);
    expect(here.zone.records(`Web._http._tcp.${DOMAIN}`)).toEqual([]);
    await here.settle(published.withdraw());
    expect(here.zone.records(`_http._tcp.${DOMAIN}`)).toHaveLength(1);
    expect(here.zone.records(`pi-node.${DOMAIN}`)).toHaveLength(1);
  });

  it('adopts what a crash left behind', async () => {
    const here = office();
    const network = here.lan.host('pi', ['198.18.0.7/24']);
    const domains = [{ name: DOMAIN, server: SERVER, key }];
    const first = createMdns({ network, domains });
    await here.settle(first.publish({ ...web, port: 79, domains: [DOMAIN] }).announced);
    network.crash();
    const second = createMdns({ network: here.lan.host('pi', ['198.18.0.7/24']), domains });
    here.open.push(second);
    const published = second.publish({ ...web, domains: [DOMAIN] });
    await here.settle(published.announced);
    expect(published.name).toBe('Web');
    expect(here.zone.records(`Web._http._tcp.${DOMAIN}`, 'SRV')).toMatchObject([{ port: 80 }]);
  });

  it('DYN-05 reports why a server refuses; the link does not wait for it', async () => {
    const here = office();
    here.server.refusal = RCODE.REFUSED;
    const warnings: string[] = [];
    const logger = { debug() {}, info() {}, error() {}, warn: (text: string) => void warnings.push(text) };
    const mdns = here.mdns({ logger });
    const published = mdns.publish({ ...web, domains: ['local', DOMAIN] });
    const events: string[] = [];
    published.changes$.subscribe(({ event }) => events.push(event));
    await here.settle(published.announced);
    expect(warnings).toContainEqual(expect.stringContaining('"allow-update"'));
    const reason = expect.stringContaining('does not let the key "office-key" change');
    expect(mdns.status).toMatchObject({ state: 'degraded', reason, domains: [{ refused: [{ name: 'Web', reason }] }] });
    const alone = here.mdns({}, 'b', '198.18.0.9/24').publish({ ...web, domains: [DOMAIN] });
    alone.changes$.subscribe(({ event }) => events.push(`alone ${event}`));
    await expect(here.settle(alone.whenAnnounced({ timeout: 3_000 }))).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('does not let the key "office-key" change'),
    });
    here.server.refusal = undefined;
    await here.settle(alone.announced);
    expect(here.zone.records(`Web._http._tcp.${DOMAIN}`, 'SRV')).toHaveLength(1);
    here.lan.clock.advance(3_600_000);
    expect(mdns.status).toMatchObject({ state: 'up', reason: undefined, domains: [{ refused: [] }] });
  });

  it('shows what is refused until it is withdrawn, and no more of it than the status bears', async () => {
    const here = office();
    const mdns = here.mdns();
    const states: number[] = [];
    const shown = () => mdns.status.domains?.[0]?.refused.map(({ name }) => name) ?? [];
    mdns.status$.subscribe(() => states.push(shown().length));
    here.server.refusal = RCODE.REFUSED;
    const many = Array.from({ length: 40 }, (_, number) =>
      mdns.publish({ ...web, name: `S${number}`, domains: ['local', DOMAIN] }),
    );
    await here.settle(Promise.all(many.map(({ announced }) => announced)));
    expect(shown()).toEqual(many.slice(0, 16).map(({ name }) => name));
    const before = states.length;
    await here.settle(Promise.all(many.slice(10).map((published) => published.withdraw())));
    expect(shown()).toHaveLength(10);
    here.lan.clock.advance(60_000);
    expect(states.length - before).toBeLessThan(60);
    await here.settle(Promise.all(many.slice(0, 10).map((published) => published.withdraw())));
    expect(mdns.status).toMatchObject({ state: 'up', domains: [{ refused: [] }] });
  });

  it('closes within 5 s when the server has gone, and its next run adopts what is left', async () => {
    const here = office();
    const mdns = here.mdns();
    await here.settle(mdns.publish({ ...web, domains: [DOMAIN] }).announced);
    here.server.isSilent = true;
    const start = here.lan.clock.now();
    await here.settle(mdns.close());
    expect(here.lan.clock.now() - start).toBeLessThanOrEqual(5_000);
    expect(here.zone.lines).toHaveLength(5);
    here.server.isSilent = false;
    const published = here.mdns({}, 'b').publish({ ...web, port: 81, domains: [DOMAIN], host: 'pi-node' });
    await here.settle(published.announced);
    expect(here.zone.records(`Web._http._tcp.${DOMAIN}`, 'SRV')).toMatchObject([{ port: 81 }]);
  });

  it('publishes hosts and aliases there, follows their names, and withdraws them', async () => {
    const here = office();
    here.zone.add(srv(`scanner.${DOMAIN}`, `other.${DOMAIN}`));
    const mdns = here.mdns();
    const scanner = mdns.publishHost({ name: 'scanner', addresses: ['198.18.0.9'], domains: ['local', DOMAIN] });
    const files = mdns.publishHost({ name: 'files', aliasOf: 'scanner', domains: [DOMAIN] });
    const far = mdns.publishHost({ name: 'far', aliasOf: 'nas', domains: [DOMAIN] });
    const announced = firstValueFrom(files.changes$.pipe(filter(({ event }) => event === 'announced')));
    await here.settle(Promise.all([scanner.announced, files.announced, far.announced]));
    expect(scanner.name).toBe('scanner-2');
    expect(await announced).toMatchObject({ name: 'files', host: `files.${DOMAIN}` });
    expect(here.zone.lines).toEqual(
      expect.arrayContaining([
        `scanner-2.${DOMAIN} A 198.18.0.9`,
        `files.${DOMAIN} CNAME scanner-2.${DOMAIN}`,
        `far.${DOMAIN} CNAME nas.${DOMAIN}`,
      ]),
    );
    const other = here.mdns({}, 'other', '198.18.0.8/24');
    const { addresses } = await here.settle(other.lookup(`scanner-2.${DOMAIN}`));
    expect(addresses.map(({ address }) => address)).toEqual(['198.18.0.9']);
    expect((await here.settle(other.lookup('scanner-2'))).addresses).toHaveLength(1);
    await here.settle(Promise.all([files.withdraw(), scanner.withdraw(), far.withdraw()]));
    // A host goes when nothing of ours points to it any more.
    here.lan.clock.advance(1_000);
    expect(here.zone.lines.filter((line) => /files|far|scanner-2/.test(line))).toEqual([]);
    expect(() => mdns.publishHost({ name: 'x', domains: ['lab.example'] })).toThrow(/name it in createMdns, too/);
    expect(() => mdns.publishHost({ name: 'x', domains: [] })).toThrow(/"domains" is empty/);
  });

  it('follows the addresses of the host', async () => {
    const here = office();
    const network = here.lan.host('pi', ['198.18.0.7/24']);
    const mdns = createMdns({ network, domains: [{ name: DOMAIN, server: SERVER, key }] });
    here.open.push(mdns);
    await here.settle(mdns.publish({ ...web, domains: [DOMAIN] }).announced);
    network.setAddresses('eth0', ['198.18.0.77/24']);
    here.lan.clock.advance(10_000);
    expect(here.zone.records(`pi-node.${DOMAIN}`)).toMatchObject([{ address: '198.18.0.77' }]);
  });

  it('refuses a domain that is not known, and keys that are none, without printing the secret', () => {
    const here = office();
    const mdns = here.mdns();
    expect(() => mdns.publish({ ...web, domains: ['lab.example'] })).toThrow(/name it in createMdns, too/);
    expect(() => mdns.publish({ ...web, domains: [] })).toThrow(/"domains" is empty/);
    expect(() => mdns.publish({ ...web, domains: ['all'] })).toThrow(/give the domain/);
    for (const bad of [{ name: 'k', secret: `${SECRET}!` }, { name: 'k' }, { name: 'k', secret: SECRET, file: 'x' }]) {
      try {
        here.mdns({ domains: [{ name: DOMAIN, key: bad as never }] }, 'c', '198.18.0.10/24');
        throw new Error('was not refused');
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid-option' });
        expect(String(error)).not.toContain(SECRET);
      }
    }
  });
});
