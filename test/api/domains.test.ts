/** Domains beyond the link, on virtual time: a zone in memory, found by what users call. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Mdns } from '../../src/api/mdns.js';
import { createMdns } from '../../src/api/mdns.js';
import type { MdnsOptions } from '../../src/api/options.js';
import { SimulatedLan } from '../../src/net/simulated/lan.js';
import type { InstanceEvent } from '../../src/protocol/view/instance-view.js';
import { DnsZone } from '../../src/testing/dns-zone.js';

const DOMAIN = 'office.example';
const SERVER = '198.18.0.53';

class Office {
  readonly lan = new SimulatedLan();
  readonly zone: DnsZone;
  readonly open: Mdns[] = [];

  constructor(ttl = 60) {
    this.zone = new DnsZone({ name: DOMAIN, ttl });
    this.lan.dnsServer({ address: SERVER, answer: this.zone.answer });
  }

  mdns(options: MdnsOptions = {}, address = '198.18.0.7/24'): Mdns {
    const network = this.lan.host(`host${this.open.length}`, [address]);
    const mdns = createMdns({ network, domains: [{ name: DOMAIN, server: SERVER }], ...options });
    this.open.push(mdns);
    return mdns;
  }

  /** Lets the code of domains load, and time pass. */
  async pass(ms: number): Promise<void> {
    for (let step = 0; step < 20; step++) await new Promise((resolve) => setImmediate(resolve));
    this.lan.clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }

  settle<T>(promise: Promise<T>): Promise<T> {
    return this.lan.clock.settle(promise);
  }
}

const printer = {
  name: 'Printer 1.2',
  type: 'ipp',
  port: 631,
  host: 'prn',
  addresses: ['198.18.0.9'],
  txt: { rp: 'q' },
};
const offices: Office[] = [];
const office = (ttl?: number): Office => {
  const made = new Office(ttl);
  offices.push(made);
  return made;
};
afterEach(async () => {
  for (const { open, lan } of offices.splice(0)) {
    for (const mdns of open) await lan.clock.settle(mdns.close());
    lan.clock.advance(100);
    expect(lan.clock.pending).toBe(0);
  }
});

function log(events: string[]) {
  return ({ event, instance, ...rest }: InstanceEvent) => {
    const what = 'changes' in rest ? ` ${rest.changes.join()}` : 'reason' in rest ? ` ${rest.reason}` : '';
    events.push(`${event} ${instance.fullName} ${instance.host}:${instance.port}${what}`);
  };
}

describe('a domain beyond the link', () => {
  it('UNI-01 is browsed like a link: up, changed, down', async () => {
    const here = office();
    const remove = here.zone.publish(printer);
    const mdns = here.mdns();
    const events: string[] = [];
    mdns.browse('ipp', { domain: DOMAIN }).subscribe(log(events));
    await here.pass(1_000);
    const name = `Printer 1\\.2._ipp._tcp.${DOMAIN}`;
    expect(events.splice(0)).toEqual([`up ${name} prn.${DOMAIN}:631`]);
    here.zone.remove(name, 'SRV');
    here.zone.publish({ ...printer, port: 632 });
    await here.pass(60_000);
    expect(events.splice(0)).toEqual([`changed ${name} prn.${DOMAIN}:632 port`]);
    remove();
    await here.pass(60_000);
    expect(events).toEqual([`down ${name} prn.${DOMAIN}:632 goodbye`]);
  });

  it('UNI-01 is resolved, looked up and queried by name', async () => {
    const here = office();
    here.zone.publish(printer);
    const mdns = here.mdns();
    const found = await here.settle(mdns.resolve('Printer 1.2', 'ipp', { domain: DOMAIN }));
    expect(found).toMatchObject({ domain: DOMAIN, port: 631, txt: { rp: 'q' }, host: `prn.${DOMAIN}` });
    expect(found.addresses).toEqual([{ address: '198.18.0.9', family: 'ipv4', interface: DOMAIN }]);
    const { addresses } = await here.settle(mdns.lookup(`prn.${DOMAIN}`));
    expect(addresses.map(({ address }) => address)).toEqual(['198.18.0.9']);
    const records = await here.settle(mdns.query(`_ipp._tcp.${DOMAIN}`, 'PTR'));
    expect(records.map(({ record }) => record.type)).toEqual(['PTR']);
    await expect(here.settle(mdns.query(`prn.${DOMAIN}`, 'AAAA'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(here.settle(mdns.lookup(`none.${DOMAIN}`))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is watched: a record comes and goes', async () => {
    const here = office(10);
    const mdns = here.mdns();
    const events: string[] = [];
    mdns.watch(`prn.${DOMAIN}`, 'A').subscribe(({ event }) => events.push(event));
    await here.pass(1_000);
    here.zone.publish(printer);
    await here.pass(20_000);
    here.zone.remove(`prn.${DOMAIN}`);
    await here.pass(20_000);
    expect(events).toEqual(['denied', 'found', 'lost', 'denied']);
  });

  it('UNI-01 sends nothing about it to the group', async () => {
    const here = office();
    here.zone.publish(printer);
    const mdns = here.mdns();
    mdns.browse('ipp', { domain: DOMAIN }).subscribe();
    await here.pass(5_000);
    const groups = here.lan.trace.filter(({ destination }) => destination.port === 5353);
    expect(groups).toEqual([]);
  });

  it('with "all" a service on the link and in the domain is one instance', async () => {
    const here = office();
    const name = `Web._http._tcp.${DOMAIN}`;
    const remove = here.zone.publish({ name: 'Web', type: 'http', port: 80, host: 'web', addresses: ['198.18.0.8'] });
    here.zone.publish({ name: 'Far', type: 'http', port: 80, host: 'far', addresses: ['198.51.100.1'] });
    const mdns = here.mdns();
    const events: string[] = [];
    mdns.browse('http', { domain: 'all' }).subscribe(log(events));
    await here.pass(1_000);
    expect(events.splice(0).sort()).toEqual([
      `up Far._http._tcp.${DOMAIN} far.${DOMAIN}:80`,
      `up ${name} web.${DOMAIN}:80`,
    ]);
    const publisher = here.mdns({ domains: [], hostname: 'web' }, '198.18.0.8/24');
    publisher.publish({ name: 'Web', type: 'http', port: 80 });
    await here.pass(5_000);
    expect(events.splice(0)).toEqual([]);
    remove();
    await here.pass(70_000);
    expect(events).toEqual([`down ${name} web.${DOMAIN}:80 goodbye`, 'up Web._http._tcp.local web.local:80']);
  });

  it('DOM-01 names its domains', async () => {
    const here = office();
    const list = (label: string, target: string) =>
      here.zone.add({
        name: `${label}._dns-sd._udp.${DOMAIN}`,
        type: 'PTR',
        class: 1,
        cacheFlush: false,
        ttl: 60,
        target,
      });
    list('b', DOMAIN);
    list('lb', DOMAIN);
    list('b', 'lab.example');
    const mdns = here.mdns();
    expect(await here.settle(mdns.domains({ domain: DOMAIN }))).toEqual([
      { domain: DOMAIN, uses: ['browse', 'browse-automatic'], listedBy: [DOMAIN] },
      { domain: 'lab.example', uses: ['browse'], listedBy: [DOMAIN] },
    ]);
  });

  it('UNI-02 asks for nothing below local, wherever a record leads', async () => {
    const here = office();
    here.zone.publish(printer);
    const name = `Printer 1\\.2._ipp._tcp.${DOMAIN}`;
    here.zone.remove(name, 'SRV');
    const head = { name, class: 1, cacheFlush: false, ttl: 60 } as const;
    here.zone.add({ ...head, type: 'SRV', priority: 0, weight: 0, port: 80, target: 'victim.local' });
    const mdns = here.mdns();
    const events: string[] = [];
    mdns.browse('ipp', { domain: DOMAIN }).subscribe(log(events));
    await here.pass(10_000);
    expect(events).toEqual([]);
    const asked = here.lan.trace.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
    expect(asked.filter((packet) => packet.includes('\x06victim')).length).toBe(1);
  });

  it('takes no address of this machine, or of a link, from a server elsewhere', async () => {
    const here = office();
    here.zone.publish({ ...printer, addresses: ['127.0.0.1', '169.254.1.1', '198.18.0.9', 'fe80::1'] });
    const { addresses } = await here.settle(here.mdns().lookup(`prn.${DOMAIN}`));
    expect(addresses.map(({ address }) => address)).toEqual(['198.18.0.9']);
  });

  it('DOM-01 DOM-02 reads the lists of the search domains and subnets of the system, not of link-local ones', async () => {
    const here = office();
    const head = { class: 1, cacheFlush: false, ttl: 60, type: 'PTR' } as const;
    const answers: string[] = [];
    const reverse = new DnsZone({ name: '0.18.198.in-addr.arpa' });
    reverse.add({ ...head, name: 'lb._dns-sd._udp.0.0.18.198.in-addr.arpa', target: DOMAIN });
    here.zone.add({ ...head, name: `r._dns-sd._udp.${DOMAIN}`, target: DOMAIN });
    here.lan.dnsServer({
      address: '198.18.0.54',
      answer: (bytes, over, from) => {
        answers.push(Buffer.from(bytes).toString('latin1'));
        const isReverse = Buffer.from(bytes).includes('in-addr');
        return (isReverse ? reverse : here.zone).answer(bytes, over, from);
      },
    });
    const network = here.lan.host('searching', ['198.18.0.7/24', '169.254.3.4/16']);
    network.dns.system = { servers: [{ address: '198.18.0.54', port: 53 }], search: [DOMAIN] };
    const mdns = here.mdns({ network, domains: [] });
    await here.pass(2_000);
    expect(await here.settle(mdns.domains())).toEqual([
      { domain: DOMAIN, uses: ['register', 'browse-automatic'], listedBy: [DOMAIN, '0.0.18.198.in-addr.arpa'] },
    ]);
    expect(answers.filter((packet) => packet.includes('169'))).toEqual([]);
    expect(mdns.status.domains).toBeUndefined();
  });

  it('counts what was asked, is kept and was refused', async () => {
    const here = office();
    here.zone.publish(printer);
    const mdns = here.mdns({ maxCacheRecords: 2 });
    mdns.browse('ipp', { domain: DOMAIN }).subscribe();
    await here.pass(2_000);
    const { [DOMAIN]: metrics } = mdns.domainMetrics();
    expect(metrics).toMatchObject({
      timeouts: 0,
      faults: 0,
      refusals: 0,
      ignored: 0,
      overTcp: 0,
      failed: 0,
      records: 2,
    });
    expect(metrics?.asked).toBe(metrics?.answered);
    expect(metrics?.refused).toBeGreaterThan(0);
    expect(metrics?.bytes).toBeGreaterThan(500);
  });

  it('knows how long ago a service was heard of, and asks again when it is doubted', async () => {
    const here = office();
    const remove = here.zone.publish(printer);
    const mdns = here.mdns();
    const events: string[] = [];
    mdns.browse('ipp', { domain: DOMAIN }).subscribe(log(events));
    await here.pass(10_000);
    const found = await here.settle(mdns.resolve('Printer 1.2', 'ipp', { domain: DOMAIN }));
    expect(mdns.lastSeen(found)).toBeGreaterThan(5_000);
    expect(mdns.facts(found)?.ttlSeconds).toBeLessThan(60);
    remove();
    events.length = 0;
    mdns.reconfirm(found);
    await here.pass(1_000);
    expect(events).toEqual([`down ${found.fullName} ${found.host}:631 goodbye`]);
  });

  it('asks nothing on the link about a domain that the system does not know', async () => {
    const here = office();
    const mdns = here.mdns();
    const client = createMdns({ port: mdns.connect() });
    const errors: unknown[] = [];
    client.browse('ipp', { domain: 'other.example' }).subscribe({ error: (error) => errors.push(error) });
    for (let turn = 0; turn < 50 && errors.length === 0; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      here.lan.clock.advance(10);
    }
    expect(errors).toMatchObject([{ code: 'invalid-option', message: expect.stringContaining('other.example') }]);
    expect(() => mdns.browse('ipp', { domain: 'other.example' })).toThrow(/name it in createMdns/);
    await client.close();
    await here.pass(3_000);
    expect(here.lan.trace.filter(({ destination }) => destination.port === 5353)).toEqual([]);
  });
});
