import { afterAll, describe, expect, it } from 'vitest';
import { RCODE } from '../../../src/protocol/constants.js';
import { ZoneRecords } from '../../../src/testing/zone-records.js';
import { expectSilence } from '../../support/actors.js';
import { address, srv } from '../../support/records.js';
import { coverage, DOMAIN, eth0, host, RegistryBench, service, signer } from './registry-bench.js';

const announced = (id: string, revision = 0) => ({ type: 'publication.announced', link: DOMAIN, id, revision });
const added = (publication: ReturnType<typeof host> | ReturnType<typeof service>) =>
  ({ type: 'publication.added', publication }) as const;

function reports({ supervisor }: RegistryBench) {
  return supervisor.take().filter(({ type }) => type !== 'publication.probed');
}

/** The reason that is reported when a service is published. */
function refusal(bench: RegistryBench, parts = {}): unknown {
  const registry = bench.start(parts);
  registry.send(added(host()));
  bench.advance(20_000);
  const report = reports(bench).find(({ type }) => type === 'publication.refused');
  return report?.type === 'publication.refused' && [report.refusal.code, report.refusal.reason];
}

describe('registry', () => {
  expectSilence();

  it('finds the zone, registers a host and then its services, and withdraws all', () => {
    const bench = new RegistryBench();
    const registry = bench.start();
    registry.send(added(host()));
    registry.send(added(service('Web')));
    bench.advance(4);
    expect(bench.zone.lines).toEqual([`pi.${DOMAIN} A 198.18.0.1`]);
    bench.advance(2);
    expect(reports(bench)).toEqual([announced('host'), announced('Web')]);
    expect(bench.zone.records(`Web._http._tcp.${DOMAIN}`, 'SRV')).toMatchObject([{ target: `pi.${DOMAIN}`, ttl: 60 }]);
    registry.send({ type: 'registry.close' });
    bench.advance(10);
    expect(bench.zone.lines).toEqual([]);
    expect(reports(bench)).toEqual([
      { type: 'publication.gone', link: DOMAIN, id: 'host' },
      { type: 'publication.gone', link: DOMAIN, id: 'Web' },
    ]);
    expect(registry.getSnapshot()).toMatchObject({ status: 'done', output: { domain: DOMAIN } });
  });

  it('publishes in a domain within a zone', () => {
    const bench = new RegistryBench(new ZoneRecords('example'));
    bench.start({ domain: 'a.b.example' }).send(added(host()));
    bench.advance(10);
    expect(bench.zone.lines).toEqual(['pi.a.b.example A 198.18.0.1']);
  });

  it('DYN-07 finds the primary of the zone with the servers of the system, unless servers are given', () => {
    const bench = new RegistryBench();
    const registry = bench.start({ servers: undefined });
    registry.send(added(host()));
    bench.advance(100);
    expect(bench.supervisor.take()).toMatchObject([
      { refusal: { code: 'unanswered', reason: expect.stringContaining(`no address of its primary "ns.${DOMAIN}"`) } },
    ]);
    bench.zone.add(address(`ns.${DOMAIN}`, '198.18.0.53'));
    bench.advance(60_000);
    expect(bench.zone.records(`pi.${DOMAIN}`)).toHaveLength(1);
    expect([...bench.asked]).toEqual(['198.18.0.1', '198.18.0.53']);
  });

  it('reports a name of another host, and takes the one that it is assigned', () => {
    const bench = new RegistryBench();
    bench.zone.add(srv(`Web._http._tcp.${DOMAIN}`, `other.${DOMAIN}`));
    const registry = bench.start();
    registry.send(added(host()));
    registry.send(added(service('Web')));
    bench.advance(20);
    expect(reports(bench)).toEqual([
      announced('host'),
      { type: 'publication.lost', link: DOMAIN, id: 'Web', name: 'Web._http._tcp.local' },
    ]);
    const publication = service('Web', { instance: 'Web (2)', revision: 1 });
    registry.send({ type: 'publication.renamed', publication, holdOffMs: 0 });
    bench.advance(10);
    expect(reports(bench)).toEqual([announced('Web', 1)]);
  });

  it('follows a host to its new name, and publishes changes', () => {
    const bench = new RegistryBench();
    const registry = bench.start();
    registry.send(added(host()));
    registry.send(added(service('Web')));
    bench.advance(10);
    reports(bench);
    registry.send({ type: 'publication.renamed', publication: host('pi-2', { revision: 1 }), holdOffMs: 0 });
    registry.send({ type: 'publication.changed', publication: service('Web', { host: 'pi-2.local', revision: 1 }) });
    bench.advance(20);
    expect(reports(bench)).toEqual([announced('host', 1), announced('Web', 1)]);
    expect(bench.zone.lines).toContain(`web._http._tcp.${DOMAIN} SRV 0 0 80 pi-2.${DOMAIN}`);
    expect(bench.zone.records(`pi.${DOMAIN}`)).toEqual([]);
    registry.send({ type: 'publication.removed', id: 'Web' });
    bench.advance(10);
    expect(reports(bench)).toEqual([{ type: 'publication.gone', link: DOMAIN, id: 'Web' }]);
    expect(bench.zone.lines).toEqual([`pi-2.${DOMAIN} A 198.18.0.1`]);
  });

  it('publishes the addresses that reach beyond a link, and follows them', () => {
    const bench = new RegistryBench();
    const registry = bench.start({
      interfaces: [eth0('198.18.0.1', '169.254.0.1', 'fe80::1', 'fd00::1'), { ...eth0('127.0.0.1'), loopback: true }],
    });
    registry.send(added(host()));
    bench.advance(10);
    expect(bench.zone.lines).toEqual([`pi.${DOMAIN} A 198.18.0.1`, `pi.${DOMAIN} AAAA fd00::1`]);
    registry.send({ type: 'interfaces.changed', interfaces: [eth0('198.18.0.1', 'fd00::1')] });
    bench.advance(10);
    expect(bench.server.updates).toHaveLength(1);
    registry.send({ type: 'interfaces.changed', interfaces: [eth0('198.18.0.2')] });
    bench.advance(10);
    expect(bench.zone.lines).toEqual([`pi.${DOMAIN} A 198.18.0.2`]);
  });

  it('DYN-01 50 claims of one name at once: one holder', () => {
    const bench = new RegistryBench();
    const registries = Array.from({ length: 50 }, (_, i) => {
      const registry = bench.start({ interfaces: [eth0(`198.18.0.${i + 1}`)] });
      registry.send(added(host(`pi${i}`)));
      registry.send(added(service('Web', { host: `pi${i}.local` })));
      return registry;
    });
    bench.advance(1_000);
    const heard = reports(bench).filter((report) => 'id' in report && report.id === 'Web');
    expect(heard.filter(({ type }) => type === 'publication.announced')).toHaveLength(1);
    expect(heard.filter(({ type }) => type === 'publication.lost')).toHaveLength(49);
    expect(bench.zone.records(`Web._http._tcp.${DOMAIN}`, 'SRV')).toHaveLength(1);
    for (const registry of registries) registry.send({ type: 'registry.close' });
    bench.advance(1_000);
    expect(bench.zone.lines).toEqual([]);
  });
});

describe('a registry whose server does not do what it asks', () => {
  expectSilence();

  it('DYN-05 says why, for each reason', () => {
    const wrong = (change: (bench: RegistryBench) => unknown, parts = {}) => {
      const bench = new RegistryBench();
      change(bench);
      return refusal(bench, parts);
    };
    const because = (code: string, words: string) => [code, expect.stringContaining(words)];
    for (const [rcode, code] of [
      [RCODE.REFUSED, 'REFUSED'],
      [RCODE.NOTAUTH, 'NOTAUTH'],
      [RCODE.NOTZONE, 'NOTZONE'],
      [RCODE.SERVFAIL, 'SERVFAIL'],
    ] as const) {
      const refuse = (bench: RegistryBench) => Object.assign(bench.server, { refusal: rcode });
      expect(wrong(refuse)).toEqual(because(code, `(${code})`));
    }
    const nothing = () => {};
    expect(wrong(nothing, { signer: undefined })).toEqual(because('REFUSED', 'updates without a key'));
    expect(wrong(nothing, { signer: signer('other') })).toEqual(because('BADSIG', 'another secret'));
    expect(wrong(nothing, { signer: signer('secret', 'x') })).toEqual(because('BADKEY', 'does not know the key "x"'));
    expect(wrong((bench) => Object.assign(bench, { clockError: 600 }))).toEqual(
      because('BADTIME', 'clock is 10 min ahead'),
    );
    expect(wrong((bench) => Object.assign(bench.server, { signsReplies: false }))).toEqual(
      because('unsigned', 'not signed'),
    );
    expect(wrong((bench) => Object.assign(bench, { isUp: false }))).toEqual(
      because('unanswered', '198.18.0.53 is silent'),
    );
    expect(wrong(nothing, { domain: 'other.example' })).toEqual(because('REFUSED', 'other.example'));
  });

  it('reports a reason once, and goes on when the server does', () => {
    const bench = new RegistryBench();
    const registry = bench.start();
    bench.server.refusal = RCODE.SERVFAIL;
    registry.send(added(host()));
    bench.advance(60_000);
    expect(reports(bench)).toHaveLength(1);
    bench.server.refusal = undefined;
    bench.advance(120_000);
    expect(reports(bench)).toEqual([announced('host')]);
  });

  it('registers once a server that was down is up', () => {
    const bench = new RegistryBench();
    bench.isUp = false;
    const registry = bench.start();
    registry.send(added(host()));
    bench.advance(30_000);
    bench.isUp = true;
    bench.advance(120_000);
    expect(reports(bench).slice(-1)).toEqual([announced('host')]);
  });

  it('closes at once while there is no zone', () => {
    const bench = new RegistryBench();
    bench.isUp = false;
    for (const ms of [1, 10_000]) {
      const registry = bench.start();
      registry.send(added(host()));
      bench.advance(ms);
      registry.send({ type: 'registry.close' });
      expect(registry.getSnapshot().status).toBe('done');
    }
  });

  it('the 101st instance of a type is refused with what to do about it, and no other', () => {
    const bench = new RegistryBench();
    bench.zone.maxRecordsPerType = 100;
    const registry = bench.start();
    registry.send(added(host()));
    for (let i = 1; i <= 101; i++) registry.send(added(service(`Web ${i}`)));
    bench.advance(500);
    const heard = reports(bench);
    expect(heard.filter(({ type }) => type === 'publication.announced')).toHaveLength(101);
    expect(heard.filter(({ type }) => type === 'publication.refused')).toMatchObject([
      { refusal: { code: 'SERVFAIL', reason: expect.stringContaining('max-records-per-type 0') } },
    ]);
  });
});

afterAll(() => {
  expect(coverage.missingStates).toEqual([]);
});
