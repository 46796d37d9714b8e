/** Domains of the supervisor, as tests of `supervisor.test.ts`: that file counts which transitions were taken. */
import { expect, it, vi } from 'vitest';
import { HostNames } from '../../../src/actors/host-names.js';
import type { DnsNetwork } from '../../../src/net/dns.js';
import { isReplyTo } from '../../../src/net/dns-match.js';
import type { Clock } from '../../../src/net/network.js';
import { RCODE } from '../../../src/protocol/constants.js';
import { PollPlan } from '../../../src/protocol/unicast/poll-plan.js';
import '../../../src/testing/dns-zone.js';
import { ZoneRecords } from '../../../src/testing/zone-records.js';
import { ZoneServer } from '../../support/zone-server.js';
import { REQUEST, setup } from './supervisor-bench.js';

const DOMAIN = 'office.example';
const IN_DOMAIN = { ...REQUEST, domains: [DOMAIN] };

/** A supervisor that knows a domain, and its server. */
function withDomain() {
  const server = new ZoneServer(new ZoneRecords(DOMAIN), () => 0);
  const domains = [{ name: DOMAIN, servers: [{ address: '198.18.0.53', port: 53 }] }];
  const made = setup({ domains, spoil: ({ clock }) => ({ dns: dnsOf(server, clock) }) });
  made.bench.clock.advance(10);
  return { ...made, server };
}

function dnsOf(server: ZoneServer, clock: Clock): DnsNetwork {
  return {
    settings: () => ({ servers: [], search: [] }),
    epochSeconds: () => 0,
    exchange: ({ message, over }, done) => {
      const timer = clock.setTimeout(() => {
        const reply = server.answer(message, over);
        if (reply && isReplyTo(message, reply)) done({ reply, fault: undefined, ignored: 0 });
      }, 1);
      return () => clock.clearTimeout(timer);
    },
  };
}

function throwsOnce(what: 'put' | 'delete'): void {
  vi.spyOn(HostNames.prototype, what).mockImplementationOnce(() => {
    throw new Error('a bug');
  });
}

export function withDomains(): void {
  it('publishes in a domain, and withdraws from it when it closes', () => {
    const { actor, bench, take, server } = withDomain();
    actor.send({ type: 'publication.publish', id: 'p', request: IN_DOMAIN });
    bench.clock.advance(100);
    expect(take('publication.announced')).toMatchObject([{ id: 'p' }]);
    expect(server.zone.lines).toHaveLength(5);
    actor.send({ type: 'mdns.close' });
    bench.clock.advance(100);
    expect(actor.getSnapshot()).toMatchObject({ value: 'closed', status: 'done' });
    expect(server.zone.lines).toEqual([]);
    expect(bench.clock.pending).toBe(0);
  });

  it('reports the refusal of a host to the services that wait for it', () => {
    const { actor, bench, take, server } = withDomain();
    server.refusal = RCODE.REFUSED;
    actor.send({ type: 'publication.publish', id: 'p', request: IN_DOMAIN });
    bench.clock.advance(100);
    expect(take('publication.refused')).toMatchObject([{ id: 'p', name: 'I', domain: DOMAIN }]);
    expect(take('log').filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('refuses a domain that it does not know', () => {
    const { actor, take } = withDomain();
    actor.send({ type: 'publication.publish', id: 'p', request: { ...REQUEST, domains: ['lab.example'] } });
    expect(take('publication.failed')).toMatchObject([
      { id: 'p', code: 'invalid', message: expect.stringContaining('"lab.example"') },
    ]);
  });

  it('replaces a registry that breaks, and adopts what it has published', () => {
    const { actor, bench, take, server } = withDomain();
    actor.send({ type: 'publication.publish', id: 'p', request: IN_DOMAIN });
    bench.clock.advance(100);
    throwsOnce('put');
    actor.send({ type: 'publication.update', id: 'p', changes: { port: 2 } });
    bench.clock.advance(100);
    expect(take('log').filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(server.zone.records(`I._t._tcp.${DOMAIN}`, 'SRV')).toMatchObject([{ port: 1 }]);
    bench.clock.advance(2_000);
    expect(take('publication.updated')).toMatchObject([{ id: 'p' }]);
    expect(server.zone.records(`I._t._tcp.${DOMAIN}`, 'SRV')).toMatchObject([{ port: 2 }]);
  });

  it('closes although a registry breaks meanwhile', () => {
    const { actor, bench } = withDomain();
    actor.send({ type: 'publication.publish', id: 'p', request: IN_DOMAIN });
    bench.clock.advance(100);
    throwsOnce('delete');
    actor.send({ type: 'mdns.close' });
    bench.clock.advance(100);
    expect(actor.getSnapshot().value).toBe('closed');
  });

  it('replaces a domain that breaks, and asks its questions again', () => {
    const { actor, bench, take } = withDomain();
    vi.spyOn(PollPlan.prototype, 'want').mockImplementationOnce(() => {
      throw new Error('a bug');
    });
    const request = { kind: 'records', name: `x.${DOMAIN}`, type: 'A' } as const;
    const options = { once: false, timeoutMs: undefined, interfaces: undefined };
    actor.send({ type: 'watch.open', id: 'w', request, options });
    bench.clock.advance(100);
    expect(take('log').filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(take('watch.saw')).toEqual([]);
    bench.clock.advance(2_000);
    expect(take('watch.saw')).toMatchObject([{ events: [{ event: 'denied' }] }]);
  });
}
