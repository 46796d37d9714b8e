import { afterAll, describe, expect, it } from 'vitest';
import type { Port, WatcherEvent } from '../../../src/actors/messages.js';
import type { Publication } from '../../../src/actors/publication.js';
import { expectSilence } from '../../support/actors.js';
import { address, ptr, query, question, response, srv } from '../../support/records.js';
import { answers, coverage, eth0, HOST, probes, serviceOf, setup } from './multicast-interface-bench.js';
import { whenItIsClosed } from './multicast-interface-closing.js';

describe('multicast-interface', () => {
  expectSilence();

  it('SEC-02 reports too many datagrams, with the source', () => {
    const { bench, actor, told } = setup();
    bench.clock.advance(1_000);
    told();
    actor.send({ type: 'datagrams.throttled', source: '198.18.0.9' });
    expect(told()).toEqual(['throttled 198.18.0.9']);
  });

  it('opens, goes up, claims and announces what is published, and reports it', () => {
    const { bench, value, messages, told } = setup([HOST, serviceOf('I')]);
    expect(value()).toBe('opening');
    expect(told()).toEqual(['opening']);
    bench.clock.advance(1);
    expect(value()).toBe('up');
    expect(told()).toEqual(['up']);
    bench.clock.advance(10_000);
    expect(told()).toEqual([
      'publication.probed host',
      'publication.probed I',
      'publication.announced host',
      'publication.announced I',
    ]);
    expect(probes(messages())).toHaveLength(3);
    expect(messages()).toHaveLength(5);
  });

  it('publishes what comes later, changes it, renames it and withdraws it', () => {
    const { bench, actor, messages, told } = setup();
    bench.clock.advance(1_000);
    actor.send({ type: 'publication.added', publication: HOST });
    actor.send({ type: 'publication.added', publication: serviceOf('I', 's') });
    bench.clock.advance(10_000);
    expect(told()).toEqual([
      'opening',
      'up',
      'publication.probed host',
      'publication.probed s',
      'publication.announced host',
      'publication.announced s',
    ]);

    actor.send({
      type: 'publication.changed',
      publication: { ...serviceOf('I', 's'), port: 2, revision: 1 } as Publication,
    });
    bench.clock.advance(1);
    expect(answers(messages(11_000))).toEqual([srv('I._t._tcp.local', 'h.local', 2)]);

    bench.clock.advance(10_000);
    const renamedAt = bench.clock.now();
    actor.send({ type: 'publication.renamed', publication: { ...serviceOf('J', 's'), revision: 2 }, holdOffMs: 5_000 });
    bench.clock.advance(5_000);
    expect(probes(messages(renamedAt))).toEqual([]);
    bench.clock.advance(3_000);
    expect(probes(messages(renamedAt))).toHaveLength(3);
    expect(told()).toEqual(['publication.announced s', 'publication.probed s', 'publication.announced s']);

    const removedAt = bench.clock.now();
    actor.send({ type: 'publication.removed', id: 's' });
    actor.send({ type: 'publication.removed', id: 's' });
    bench.clock.advance(1);
    expect(answers(messages(removedAt)).map(({ ttl }) => ttl)).toEqual([0, 0, 0, 0]);
    expect(new Set(told())).toEqual(new Set(['publication.gone s']));
    actor.send({ type: 'publication.changed', publication: serviceOf('I', 's') });
    bench.clock.advance(10_000);
    // The goodbye leaves twice.
    expect(messages(removedAt)).toHaveLength(2);
  });

  it('removes a publication whose announcer is not spawned yet', () => {
    const { bench, actor, messages, told } = setup();
    bench.clock.advance(1);
    told();
    actor.send({ type: 'publication.added', publication: HOST });
    actor.send({ type: 'publication.changed', publication: HOST });
    actor.send({ type: 'publication.removed', id: 'host' });
    bench.clock.advance(10_000);
    expect(told()).toEqual(['publication.gone host']);
    expect(messages()).toEqual([]);
  });

  it('removes a publication that is about to probe, while its probe waits for others', () => {
    const { bench, actor, told } = setup([HOST]);
    bench.clock.advance(0);
    const { probeAt = 0 } = actor.getSnapshot().context;
    // After the announcer's timer, and before the packet.
    bench.clock.setTimeout(() => actor.send({ type: 'publication.removed', id: 'host' }), probeAt);
    bench.clock.advance(1_000);
    expect(told()).toEqual(['opening', 'up', 'publication.gone host']);
  });

  it('reports lost names', () => {
    const { bench, lan, told } = setup([HOST]);
    bench.clock.advance(300);
    lan.peer({ address: '198.18.0.9' }).multicast(response({ answers: [address('h.local', '198.18.0.9')] }));
    bench.clock.advance(10);
    expect(told()).toEqual(['opening', 'up', 'publication.lost host']);
  });

  it('gives up the reverse mapping when another host has it, on this link for good', () => {
    const { bench, lan, actor, messages } = setup([HOST]);
    bench.clock.advance(10_000);
    const rival = ptr('1.0.18.198.in-addr.arpa', 'other.local', { flush: true });
    lan.peer({ address: '198.18.0.9' }).multicast(response({ answers: [rival] }));
    bench.clock.advance(10_000);
    const at = bench.clock.now();
    actor.send({ type: 'publication.renamed', publication: { ...HOST, host: 'x.local' } as Publication, holdOffMs: 0 });
    bench.clock.advance(10_000);
    expect(answers(messages(at)).some(({ type, ttl }) => type === 'PTR' && ttl > 0)).toBe(false);
  });

  it('passes questions and received answers to its cache, by multicast and by unicast', () => {
    const { bench, lan, actor } = setup();
    const watcher = bench.recorder<WatcherEvent>();
    const questions = [question('_t._tcp.local', 'PTR')];
    actor.send({ type: 'questions.opened', watcher: 'w', port: watcher.port as Port<WatcherEvent>, questions });
    bench.clock.advance(130);
    const peer = lan.peer({ address: '198.18.0.9' });
    peer.multicast(response({ answers: [ptr('_t._tcp.local', 'I._t._tcp.local')] }));
    peer.unicast(response({ answers: [ptr('_t._tcp.local', 'J._t._tcp.local')] }), {
      address: '198.18.0.1',
      port: 5353,
    });
    bench.clock.advance(10);
    const added = watcher.take().flatMap((event) => (event.type === 'records.changed' ? event.changes.added : []));
    expect(added.map((record) => 'target' in record && record.target)).toEqual(['I._t._tcp.local', 'J._t._tcp.local']);
    actor.send({ type: 'records.doubted', records: added });
    actor.send({ type: 'questions.repeated', questions });
    actor.send({ type: 'questions.closed', watcher: 'w', questions });
    actor.send({ type: 'watcher.gone', watcher: 'w' });
    bench.clock.advance(20_000);
    expect(watcher.events).toEqual([]);
  });

  it('counts what it cannot read, and goes on', () => {
    const { bench, lan, actor, value } = setup();
    bench.clock.advance(1);
    const peer = lan.peer({ address: '198.18.0.9' });
    peer.multicast(new Uint8Array(3));
    peer.multicast(new Uint8Array(12).fill(255));
    peer.multicast(query({ opcode: 5, questions: [question('h.local', 'A')] }));
    peer.multicast(response({ rcode: 3 }));
    peer.multicast(query({ questions: [question('h.local', 'A')] }).subarray(0, 20));
    bench.clock.advance(10);
    expect(actor.getSnapshot().context.counters).toMatchObject({ received: 5, malformed: 2, ignored: 3 });
    expect(value()).toBe('up');
  });

  it('tries again with growing pauses when its socket fails, and reports why', () => {
    const { bench, host, value, told, actor } = setup([HOST]);
    bench.clock.advance(10_000);
    told();
    host.failWith('eth0', 'ENETUNREACH');
    bench.clock.advance(1);
    expect(value()).toBe('retrying');
    const opened: number[] = [];
    let last = bench.clock.now();
    for (let i = 0; i < 9; i++) {
      const { opened: before } = actor.getSnapshot().context.counters;
      while (actor.getSnapshot().context.counters.opened === before) bench.clock.advance(10);
      opened.push(bench.clock.now() - last);
      last = bench.clock.now();
    }
    for (const [i, expected] of [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000].entries()) {
      expect(Math.abs((opened[i] ?? 0) - expected)).toBeLessThan(30);
    }
    expect(told()[0]).toBe('retrying ENETUNREACH');
    host.heal('eth0');
    bench.clock.advance(30_000 + 2_000);
    expect(value()).toBe('up');
    expect(
      told()
        .filter((report) => !report.startsWith('retrying'))
        .slice(-3),
    ).toEqual(['up', 'publication.probed host', 'publication.announced host']);
    expect(actor.getSnapshot().context.fault).toBeUndefined();
    // Proven: the next failure is a first one.
    bench.clock.advance(30_000);
    expect(actor.getSnapshot().context.attempts).toBe(0);
  });

  it('tries again when it cannot send', () => {
    const { bench, host, value, told, actor } = setup();
    bench.clock.advance(1_000);
    told();
    host.failWith('eth0', 'EPERM', 'send');
    actor.send({ type: 'publication.added', publication: HOST });
    bench.clock.advance(300);
    expect(value()).toBe('retrying');
    expect(told()).toEqual(['retrying EPERM']);
  });

  it('fails to open, and tries again', () => {
    const { bench, host, value, told } = setup();
    host.failWith('eth0', 'EADDRINUSE');
    bench.clock.advance(1);
    expect(value()).toBe('retrying');
    expect(told()).toEqual(['opening', 'retrying EADDRINUSE']);
    host.heal('eth0');
    bench.clock.advance(501);
    expect(value()).toBe('up');
  });

  it('reports that it is up only when it can send again', () => {
    const { bench, host, told } = setup([HOST]);
    bench.clock.advance(100);
    host.failWith('eth0', 'EPERM', 'send');
    bench.clock.advance(20_000);
    expect(new Set(told().slice(2))).toEqual(new Set(['retrying EPERM', 'opening EPERM']));
    host.heal('eth0');
    bench.clock.advance(30_000);
    expect(told()).toContain('up');
  });

  it('retries soon when the interface has changed, not when only the other family has', () => {
    const { bench, host, value, changed } = setup();
    host.failWith('eth0', 'EADDRNOTAVAIL');
    bench.clock.advance(20_000);
    host.heal('eth0');
    host.setAddresses('eth0', ['198.18.0.1/24', 'fe80::1/64']);
    changed();
    expect(value()).toBe('retrying');
    host.setAddresses('eth0', ['198.18.0.2/24']);
    changed();
    expect(value()).toBe('settling');
    bench.clock.advance(1_001);
    expect(value()).toBe('up');
  });

  it('opens an interface once that changes several times within a second', () => {
    for (const [what, own] of [
      ['another address', (i: number) => [`198.18.0.${i}/24`]],
      ['more addresses', (i: number) => ['198.18.0.1/24', `198.18.0.${i}/24`]],
    ] as const) {
      const { bench, host, actor, changed, value } = setup([HOST]);
      const opened = () => actor.getSnapshot().context.counters.opened;
      const change = (i: number) => {
        host.setAddresses('eth0', own(i));
        changed();
      };
      // While it is opened for the first time, and again when it is up.
      for (let i = 2; i < 6; i++) change(i);
      expect([value(), opened()], what).toEqual(['settling', 1]);
      bench.clock.advance(10_000);
      expect([value(), opened()], what).toEqual(['up', 2]);
      for (let i = 6; i < 10; i++) {
        change(i);
        bench.clock.advance(200);
      }
      bench.clock.advance(10_000);
      expect([value(), opened(), host.openLinks], what).toEqual(['up', 3, 1]);
    }
  });

  it('keeps its socket when the interface soon changes back', () => {
    const { bench, host, actor, changed, value } = setup([HOST]);
    bench.clock.advance(10_000);
    host.setAddresses('eth0', ['198.18.0.1/24', '198.18.0.2/24']);
    changed();
    bench.clock.advance(300);
    host.setAddresses('eth0', ['198.18.0.1/24']);
    changed();
    bench.clock.advance(10_000);
    expect([value(), actor.getSnapshot().context.counters.opened]).toEqual(['up', 1]);
  });

  it('forgets the queries that were heard when its interface changes: who is on the link may be others', () => {
    const { bench, lan, host, actor, changed } = setup([HOST]);
    bench.clock.advance(10_000);
    lan.peer({ address: '198.18.0.9' }).multicast(query({ questions: [question('h.local', 'A')] }));
    bench.clock.advance(1_000);
    const kept = () => JSON.stringify(actor.getSnapshot().context.queries);
    expect(kept()).toBe('{"queries":1}');
    changed({ ...eth0(host), carrierChanges: 1 });
    expect(kept()).toBe('{"queries":0}');
  });

  it('opens an interface that keeps changing at once, then at most once a second', () => {
    const { bench, actor, changed, value } = setup();
    bench.clock.advance(10_000);
    for (let i = 0; i < 9; i++) {
      actor.send({ type: 'interface.vanished' });
      bench.clock.advance(50);
      changed();
      bench.clock.advance(50);
    }
    bench.clock.advance(5_000);
    expect([value(), actor.getSnapshot().context.counters.opened]).toEqual(['up', 3]);
    changed();
    actor.send({ type: 'interface.vanished' });
    changed();
    bench.clock.advance(10);
    actor.send({ type: 'interface.vanished' });
    changed();
    expect(value()).toBe('settling');
    actor.send({ type: 'interface.vanished' });
    expect(value()).toBe('absent');
  });

  it('SIZ-01 fits its packets to another MTU', () => {
    const services = Array.from({ length: 20 }, (_, i) => serviceOf(`A service with a long name ${i}`));
    const { bench, host, actor, changed, messages, lan } = setup([HOST, ...services]);
    bench.clock.advance(10_000);
    const at = bench.clock.now();
    changed({ ...eth0(host), mtu: 600 });
    lan.peer({ address: '198.18.0.9' }).multicast(query({ questions: [question('_t._tcp.local', 'PTR')] }));
    bench.clock.advance(10_000);
    expect(actor.getSnapshot().context.counters.opened).toBe(1);
    expect(answers(messages(at))).toHaveLength(20);
    for (const { bytes, time } of lan.trace) if (time > at) expect(bytes.length).toBeLessThanOrEqual(600 - 28);
  });

  it('CFL-07 with another address it probes again, with one more it does not', () => {
    const { bench, host, changed, messages } = setup([HOST]);
    for (const [own, expected] of [
      [['198.18.0.1/24', '198.18.0.2/24'], 0],
      [['198.18.0.1/24'], 0],
      [['198.18.0.2/24'], 3],
    ] as const) {
      bench.clock.advance(20_000);
      const at = bench.clock.now();
      host.setAddresses('eth0', own);
      changed();
      bench.clock.advance(10_000);
      expect(probes(messages(at)), own.join()).toHaveLength(expected);
    }
  });

  it('UPD-01 announces new addresses, and opens another socket only when it has to', () => {
    const { bench, host, actor, changed, messages, value } = setup([HOST]);
    bench.clock.advance(10_000);
    // Something else about the interface.
    changed({ ...eth0(host), multicast: false });
    expect(actor.getSnapshot().context.counters.opened).toBe(1);
    host.setAddresses('eth0', ['198.18.0.1/24', '198.18.0.2/24']);
    const at = bench.clock.now();
    changed();
    expect(value()).toBe('up');
    bench.clock.advance(10_000);
    expect(actor.getSnapshot().context.counters.opened).toBe(2);
    expect(probes(messages(at))).toEqual([]);
    expect(answers(messages(at))).toContainEqual(address('h.local', '198.18.0.2'));
    expect(host.openLinks).toBe(1);
  });

  it('PRB-01 starts over on an interface that was replaced', () => {
    const { bench, lan, host, changed, messages, value } = setup([HOST]);
    changed();
    expect(value()).toBe('opening');
    bench.clock.advance(10_000);
    host.unplug('eth0');
    host.plug('eth0', lan, { addresses: ['198.18.0.1/24'] });
    const at = bench.clock.now();
    changed();
    expect([value(), host.openLinks]).toEqual(['settling', 1]);
    bench.clock.advance(10_000);
    expect(probes(messages(at))).toHaveLength(3);
    expect(host.openLinks).toBe(1);
  });

  for (const state of ['opening', 'up', 'retrying'] as const) {
    it(`TOP-01 waits five seconds for an interface that vanishes while ${state}`, () => {
      for (const [pause, end] of [
        [4_999, 'up'],
        [5_000, 'closed'],
      ] as const) {
        const { bench, host, actor, changed, value, told } = setup([HOST]);
        if (state === 'retrying') host.failWith('eth0', 'EIO');
        if (state !== 'opening') bench.clock.advance(10_000);
        if (state === 'retrying') host.heal('eth0');
        actor.send({ type: 'interface.vanished' });
        expect(value()).toBe('absent');
        expect(told().at(-1)).toMatch(/^absent/);
        bench.clock.advance(pause);
        if (end === 'up') changed();
        bench.clock.advance(1);
        expect(value()).toBe(end);
        expect(told().at(-1)).toMatch(new RegExp(`^${end}`));
        expect(host.openLinks).toBe(end === 'up' ? 1 : 0);
      }
    });
  }

  describe('when it is closed', whenItIsClosed);

  it('breaks when the network does, and frees what it had', () => {
    let calls = 0;
    const { bench, actor, host } = setup([HOST], (inner) => ({
      clock: inner.clock,
      random: () => 0.5,
      hostname: () => 'h',
      interfaces: () => inner.interfaces(),
      onWake: (woke) => inner.onWake(woke),
      keepAlive: () => inner.keepAlive(),
      openLink: (options, handlers) => {
        if (++calls === 2) throw new Error('a bug');
        return inner.openLink(options, handlers);
      },
    }));
    const errors: unknown[] = [];
    actor.subscribe({ error: (error) => errors.push(error) });
    bench.clock.advance(10_000);
    host.failWith('eth0', 'EIO');
    bench.clock.advance(10_000);
    expect(errors).toMatchObject([{ message: 'a bug' }]);
    expect([host.openLinks, bench.clock.pending]).toEqual([0, 0]);
  });

  afterAll(() => {
    expect(coverage.missingStates).toEqual([]);
    expect(coverage.missingTransitions).toEqual([]);
  });
});
