import { afterAll, describe, expect, it } from 'vitest';
import { fromCallback } from 'xstate';
import type { WatchRequest } from '../../../src/actors/commands.js';
import type { NetworkInterface } from '../../../src/net/network.js';
import { MAX_BROWSED_TYPES } from '../../../src/protocol/view/browsed-types.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { expectSilence } from '../../support/actors.js';
import { address, ptr, response, service } from '../../support/records.js';
import { BROWSE, coverage, REQUEST, setup, withLink } from './supervisor-bench.js';
import { whenAChildBreaks } from './supervisor-children.js';
import { withDomains } from './supervisor-domains.js';

describe('supervisor', () => {
  expectSilence();

  it('finds the interfaces, runs a link on each, and reports', () => {
    const { bench, status, actor } = setup();
    bench.clock.advance(1);
    expect(status()).toMatchObject({
      state: 'up',
      links: [
        { interface: 'eth0', family: 'ipv4', state: 'up' },
        { interface: 'eth0', family: 'ipv6', state: 'unused', reason: 'this IP family is switched off' },
      ],
    });
    expect(Object.keys(actor.getSnapshot().children).sort()).toEqual(['interface-scanner', 'place.eth0/ipv4']);
  });

  it('starts a link for an interface that appears, and ends the link of one that stays away', () => {
    const { bench, lan, host, actor, status } = setup();
    bench.clock.advance(1);
    host.plug('eth1', lan, { addresses: ['198.18.0.2/24'] });
    bench.clock.advance(1_600);
    expect(status()).toMatchObject({ state: 'up', links: { length: 4 } });
    host.unplug('eth1');
    bench.clock.advance(1_600);
    expect(status()).toMatchObject({ state: 'up', links: { length: 2 } });
    expect(actor.getSnapshot().children['place.eth1/ipv4']).toBeDefined();
    bench.clock.advance(5_000);
    expect(actor.getSnapshot().children['place.eth1/ipv4']).toBeUndefined();
    expect([...actor.getSnapshot().context.links.keys()]).toEqual(['eth0/ipv4']);
  });

  it('tells the link when the interface changes, and ends it when its family is gone', () => {
    const { bench, host, status } = setup();
    bench.clock.advance(1);
    host.setAddresses('eth0', ['198.18.0.7/24']);
    bench.clock.advance(2_600);
    expect(status()?.links[0]).toMatchObject({ state: 'up', addresses: ['198.18.0.7'] });
    host.setAddresses('eth0', ['fe80::1/64']);
    bench.clock.advance(10_000);
    expect(status()).toMatchObject({
      state: 'down',
      links: [{ state: 'unused', reason: 'it has no IPv4 address' }, {}],
    });
    host.setAddresses('eth0', ['198.18.0.7/24']);
    bench.clock.advance(1_600);
    expect(status()).toMatchObject({ state: 'up' });
  });

  it('keeps the place of an interface that vanishes, appears and vanishes again before its first report is processed', () => {
    let isUsed = false;
    const { bench, host, actor } = setup({ interfaces: () => isUsed });
    bench.clock.advance(1);
    const [on] = host.interfaces() as [NetworkInterface];
    actor.on('interfaces.scanned', () => {
      isUsed = true;
      for (const type of ['interface.vanished', 'interface.appeared', 'interface.vanished'] as const) {
        actor.send({ type, interface: on });
      }
    });
    actor.send({ type: 'interfaces.scan', request: 'now' });
    // Its link has the time to leave that every link has.
    bench.clock.advance(1_000);
    expect(actor.getSnapshot().children['place.eth0/ipv4']?.getSnapshot()).toMatchObject({ value: 'leaving' });
    bench.clock.advance(5_000);
    expect(actor.getSnapshot().context.places.size).toBe(0);
    expect(actor.getSnapshot().children['place.eth0/ipv4']).toBeUndefined();
    expect(host.openLinks).toBe(0);
  });

  it('scans when requested, and reports it', () => {
    const { bench, actor, take } = setup();
    bench.clock.advance(10);
    actor.send({ type: 'interfaces.scan', request: 'now' });
    expect(take('interfaces.scanned')).toEqual([{ type: 'interfaces.scanned', request: 'now' }]);
  });

  it('publishes, updates, renames and withdraws, and reports each step', () => {
    const { bench, actor, take, messages } = setup();
    actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
    expect(take('publication.probing')).toEqual([{ type: 'publication.probing', id: 'p', name: 'I' }]);
    bench.clock.advance(10_000);
    expect(take('publication.announced')).toMatchObject([{ id: 'p', name: 'I', host: 'h.local' }]);
    const at = bench.clock.now();
    actor.send({ type: 'publication.update', id: 'p', changes: { port: 2 } });
    bench.clock.advance(10);
    expect(messages(at)[0]?.answers).toMatchObject([{ type: 'SRV', port: 2 }]);
    actor.send({ type: 'publication.rename', id: 'p', label: 'J' });
    bench.clock.advance(10_000);
    expect(take('publication.renamed')).toMatchObject([{ id: 'p', from: 'I', name: 'J' }]);
    expect(take('publication.announced')).toMatchObject([{ id: 'p', name: 'J' }]);
    actor.send({ type: 'publication.withdraw', id: 'p' });
    bench.clock.advance(10);
    expect(take('publication.withdrawn')).toMatchObject([{ id: 'p' }]);
    for (const type of ['publication.withdraw', 'publication.rename', 'publication.update'] as const) {
      actor.send({ type, id: 'p', label: 'K', changes: { port: 3 } });
    }
    bench.clock.advance(10_000);
    expect(actor.getSnapshot().status).toBe('active');
  });

  it('CNF-03 lets its user decide about a lost name, under the policy ask', () => {
    const { bench, actor, take, peer } = setup();
    actor.send({ type: 'publication.publish', id: 'p', request: { ...REQUEST, onConflict: 'ask' } });
    bench.clock.advance(300);
    const records = service('I', '_t._tcp.local', 'peer.local', 80);
    peer.multicast(response({ answers: records }));
    bench.clock.advance(10);
    expect(take('publication.conflicted')).toEqual([
      { type: 'publication.conflicted', id: 'p', name: 'I', suggested: 'I (2)' },
    ]);
    bench.clock.advance(60_000);
    actor.send({ type: 'publication.rename', id: 'p', label: 'Mine' });
    bench.clock.advance(2_000);
    expect(take('publication.announced')).toMatchObject([{ name: 'Mine' }]);
  });

  it('watches for its users, on the interfaces that they name', () => {
    const { bench, lan, host, actor, take, peer, messages } = setup();
    host.plug('eth1', lan, { addresses: ['198.18.0.2/24'] });
    bench.clock.advance(2_000);
    const options = { once: false, timeoutMs: undefined, interfaces: ['eth1'] };
    actor.send({ type: 'watch.open', id: 'w', request: BROWSE, options });
    bench.clock.advance(200);
    peer.multicast(response({ answers: [ptr('_t._tcp.local', 'I._t._tcp.local')] }));
    bench.clock.advance(10);
    expect(take('watch.saw')).toMatchObject([{ id: 'w', events: [{ event: 'up', instance: { name: 'I' } }] }]);
    const asking = lan.trace.filter(({ bytes }) => decodeMessage(bytes).message?.questions[0]?.type === 'PTR');
    expect(new Set(asking.map(({ from }) => from))).toEqual(new Set(['h/eth1']));
    const again = bench.clock.now();
    for (const id of ['w', 'unknown']) actor.send({ type: 'watch.refresh', id });
    bench.clock.advance(300);
    const asked = messages(again).flatMap(({ questions }) => questions.map(({ name, type }) => `${name} ${type}`));
    expect(asked.filter((question) => question.endsWith(' PTR'))).toEqual(['_t._tcp.local PTR']);
    actor.send({ type: 'watch.close', id: 'w' });
    actor.send({ type: 'watch.close', id: 'w' });
    expect(take('watch.ended')).toEqual([{ type: 'watch.ended', id: 'w', reason: 'stopped' }]);
    const at = bench.clock.now();
    bench.clock.advance(60_000);
    expect(messages(at).filter(({ questions }) => questions[0]?.type === 'PTR')).toEqual([]);
    expect(actor.getSnapshot().context.watchers.size).toBe(0);
  });

  it('has a thousand watches in groups, and no group without one', () => {
    const { bench, actor, take } = setup();
    bench.clock.advance(10);
    const options = { once: false, timeoutMs: undefined, interfaces: undefined };
    const ids = Array.from({ length: 1_000 }, (_, i) => `w${i}`);
    const groups = () => Object.keys(actor.getSnapshot().children).filter((id) => id.startsWith('watchers.'));
    for (const id of ids) actor.send({ type: 'watch.open', id, request: BROWSE, options });
    expect(groups()).toHaveLength(40);
    for (const id of ids) actor.send({ type: 'watch.close', id });
    expect(take('watch.ended')).toHaveLength(1_000);
    expect(groups()).toHaveLength(0);
    actor.send({ type: 'watch.open', id: 'w', request: BROWSE, options });
    expect(groups()).toHaveLength(1);
    actor.send({ type: 'mdns.close' });
    bench.clock.advance(10);
    expect(bench.clock.pending).toBe(0);
  });

  it('SEC-02 logs that a link drops datagrams, with one of the sources', () => {
    const { bench, actor, take } = setup();
    bench.clock.advance(1_000);
    take('log');
    actor.send({ type: 'link.throttled', link: 'eth0/ipv4', source: '198.18.0.9' });
    const details = { link: 'eth0/ipv4', source: '198.18.0.9' };
    expect(take('log')).toEqual([
      { type: 'log', level: 'warn', message: expect.stringContaining('198.18.0.9'), details },
    ]);
  });

  it('counts the service types that a full browse for all types leaves out, and logs it once', () => {
    const { bench, actor, take, peer } = setup();
    const request: WatchRequest = { kind: 'all', domain: 'local', subtype: undefined };
    bench.clock.advance(10);
    actor.send({
      type: 'watch.open',
      id: 'w',
      request,
      options: { once: false, timeoutMs: undefined, interfaces: undefined },
    });
    bench.clock.advance(200);
    for (let i = 0; i < MAX_BROWSED_TYPES + 2; i++) {
      peer.multicast(response({ answers: [ptr('_services._dns-sd._udp.local', `_t${i}._tcp.local`)] }));
      bench.clock.advance(1);
    }
    const { links } = actor.getSnapshot().context;
    expect(links.get('eth0/ipv4')?.typesLeftOut).toBe(2);
    expect(take('log').filter(({ level }) => level === 'warn')).toMatchObject([{ details: { id: 'w' } }]);
    actor.send({ type: 'watch.close', id: 'w' });
  });

  it('RCF-01 queries doubted records', () => {
    const { bench, actor, peer, messages } = setup();
    bench.clock.advance(10);
    const record = address('peer.local', '198.18.0.9');
    peer.multicast(response({ answers: [record] }));
    bench.clock.advance(1_000);
    actor.send({ type: 'records.doubt', records: [record] });
    bench.clock.advance(100);
    expect(messages().flatMap(({ questions }) => questions.map(({ name }) => name))).toContain('peer.local');
  });

  it('closes: goodbyes, then sockets, then the final state', () => {
    const { bench, host, actor, take, messages } = setup();
    actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
    actor.send({
      type: 'watch.open',
      id: 'w',
      request: BROWSE,
      options: { once: false, timeoutMs: undefined, interfaces: undefined },
    });
    bench.clock.advance(10_000);
    const at = bench.clock.now();
    actor.send({ type: 'mdns.close' });
    expect(actor.getSnapshot().value).toBe('closing');
    // Nothing of this is of any use now, nor does it do harm.
    actor.send({ type: 'mdns.close' });
    actor.send({ type: 'publication.publish', id: 'q', request: REQUEST });
    actor.send({ type: 'publication.withdraw', id: 'p' });
    actor.send({ type: 'watch.close', id: 'w' });
    bench.clock.advance(100);
    expect(actor.getSnapshot()).toMatchObject({ value: 'closed', status: 'done' });
    expect(messages(at).map(({ answers }) => answers.map(({ ttl }) => ttl))).toEqual([[0, 0, 0, 0, 0, 0]]);
    expect(take('watch.ended')).toMatchObject([{ id: 'w', reason: 'stopped' }]);
    expect(take('publication.withdrawn')).toMatchObject([{ id: 'p' }]);
    expect(take('status.changed').at(-1)?.status.state).toBe('closed');
    expect([host.openLinks, bench.clock.pending]).toEqual([0, 0]);
  });

  it('closes at once when there is nothing to close', () => {
    const { actor, bench } = setup({ interfaces: [] });
    actor.send({ type: 'mdns.close' });
    expect(actor.getSnapshot().status).toBe('done');
    expect(bench.clock.pending).toBe(0);
  });

  it('closes in 1.5 s whatever its links do', () => {
    const deaf = fromCallback(() => {});
    const { actor, bench } = setup({ logic: withLink(deaf) });
    bench.clock.advance(10);
    actor.send({ type: 'mdns.close' });
    bench.clock.advance(1_499);
    expect(actor.getSnapshot().value).toBe('closing');
    bench.clock.advance(1);
    expect(actor.getSnapshot().value).toBe('closed');
    expect(bench.clock.pending).toBe(0);
  });

  describe('when a child breaks', whenAChildBreaks);
  describe('with domains', withDomains);

  afterAll(() => {
    expect(coverage.missingStates).toEqual([]);
    expect(coverage.missingTransitions).toEqual([]);
  });
});
