import { afterAll, describe, expect, it, vi } from 'vitest';
import { type AnyActorLogic, assign, fromCallback } from 'xstate';
import type { ServiceRequest, Status, SupervisorEmitted, WatchRequest } from '../../../src/actors/commands.js';
import { SetIndex } from '../../../src/actors/link/set-index.js';
import type { SupervisorInput } from '../../../src/actors/supervisor/input.js';
import { KeepAlive } from '../../../src/actors/supervisor/keep-alive.js';
import { placeMachine } from '../../../src/actors/supervisor/place.js';
import { stopsItsChildren } from '../../../src/actors/supervisor/stops-its-children.js';
import { guardedSupervisor, supervisorMachine } from '../../../src/actors/supervisor/supervisor.js';
import type { Network, NetworkInterface } from '../../../src/net/network.js';
import { SimulatedLan } from '../../../src/net/simulated/index.js';
import type { Message } from '../../../src/protocol/record.js';
import { MAX_BROWSED_TYPES } from '../../../src/protocol/view/browsed-types.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { supervisorOptions } from '../../../src/xstate.js';
import { Bench, Coverage, expectSilence } from '../../support/actors.js';
import { breakBook } from '../../support/broken-book.js';
import { address, ptr, response, service } from '../../support/records.js';

const coverage = new Coverage(supervisorMachine);

/** The supervisor with another logic for its links. */
function withLink(link: AnyActorLogic): Logic {
  const place = placeMachine.provide({ actors: { link: link as never } });
  return supervisorMachine.provide({ actors: { place } });
}

type PlaceActions = NonNullable<Parameters<typeof placeMachine.provide>[0]['actions']>;

function breakablePlace(actions: PlaceActions): typeof placeMachine {
  return stopsItsChildren(placeMachine.provide({ actions }));
}

type Emitted<T extends SupervisorEmitted['type']> = Extract<SupervisorEmitted, { type: T }>;
type Logic = typeof supervisorMachine;

const REQUEST: ServiceRequest = {
  kind: 'service',
  instance: 'I',
  typeName: '_t._tcp.local',
  port: 1,
  priority: 0,
  weight: 0,
  host: undefined,
  addresses: undefined,
  txt: [],
  subtypes: [],
  extra: [],
  ttls: { host: 120, other: 4500 },
  onConflict: 'rename',
  interfaces: undefined,
};
const BROWSE: WatchRequest = { kind: 'names', typeName: '_t._tcp.local', subtype: undefined };

interface Options extends Partial<SupervisorInput> {
  readonly logic?: Logic;
  /** Spoils the network. */
  readonly spoil?: (network: Network) => Partial<Network>;
}

function setup({ logic = supervisorMachine, spoil, ...over }: Options = {}) {
  const bench = new Bench();
  const lan = new SimulatedLan({ clock: bench.clock });
  const host = lan.host('h', ['198.18.0.1/24']);
  const sound: Network = {
    clock: host.clock,
    random: () => host.random(),
    hostname: () => 'h',
    interfaces: () => host.interfaces(),
    openLink: (options, handlers) => host.openLink(options, handlers),
    onWake: (woke) => host.onWake(woke),
    keepAlive: () => host.keepAlive(),
  };
  const network = { ...sound, ...spoil?.(sound) };
  const input = { ...supervisorOptions({ network, hostname: 'h', ipv6: false }), ...over };
  const emitted: SupervisorEmitted[] = [];
  const actor = bench.start(logic, { input, inspect: coverage.inspect }, (starting) => {
    starting.on('*', (event) => emitted.push(event));
  });
  /** What was emitted of a type since the last time. */
  const take = <T extends SupervisorEmitted['type']>(type: T): Emitted<T>[] => {
    const found = emitted.filter((event): event is Emitted<T> => event.type === type);
    for (const event of found) emitted.splice(emitted.indexOf(event), 1);
    return found;
  };
  const status = (): Status | undefined => take('status.changed').at(-1)?.status;
  const messages = (since = 0): Message[] =>
    lan.trace
      .filter(({ from, time }) => from.startsWith('h/') && time >= since)
      .flatMap(({ bytes }) => decodeMessage(bytes).message ?? []);
  const peer = lan.peer({ address: '198.18.0.9' });
  return { bench, lan, host, actor, take, status, messages, peer };
}

describe('supervisor', () => {
  expectSilence();

  it('finds the interfaces, runs a link on each, and tells', () => {
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

  it('starts a link for an interface that appears, and ends that of one that stays away', () => {
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

  it('keeps the place of an interface that went, came and went again before the first was looked at', () => {
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

  it('scans when it is asked to, and says so', () => {
    const { bench, actor, take } = setup();
    bench.clock.advance(10);
    actor.send({ type: 'interfaces.scan', request: 'now' });
    expect(take('interfaces.scanned')).toEqual([{ type: 'interfaces.scanned', request: 'now' }]);
  });

  it('publishes, updates, renames and withdraws, and tells of each step', () => {
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

  it('CNF-03 lets its user decide about a lost name, when asked to', () => {
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
    actor.send({ type: 'watch.close', id: 'w' });
    actor.send({ type: 'watch.close', id: 'w' });
    expect(take('watch.ended')).toEqual([{ type: 'watch.ended', id: 'w', reason: 'stopped' }]);
    const at = bench.clock.now();
    bench.clock.advance(60_000);
    expect(messages(at).filter(({ questions }) => questions[0]?.type === 'PTR')).toEqual([]);
    expect(Object.keys(actor.getSnapshot().children)).not.toContain('watcher.w');
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

  it('counts the service types for which a browse for all of them has no place, and says so once', () => {
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

  it('RCF-01 asks about records that are in doubt', () => {
    const { bench, actor, peer, messages } = setup();
    bench.clock.advance(10);
    const record = address('peer.local', '198.18.0.9');
    peer.multicast(response({ answers: [record] }));
    bench.clock.advance(1_000);
    actor.send({ type: 'records.doubt', records: [record] });
    bench.clock.advance(100);
    expect(messages().flatMap(({ questions }) => questions.map(({ name }) => name))).toContain('peer.local');
  });

  it('closes: goodbyes, then sockets, then it is done', () => {
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

  it('closes at once where there is nothing to close', () => {
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

  describe('when a child breaks', () => {
    it('reports a link, replaces it with growing pauses, and publishes on it again', () => {
      let broken = true;
      const opened: number[] = [];
      const { bench, actor, take, messages, status } = setup({
        spoil: (network) => ({
          openLink: (options, handlers) => {
            opened.push(network.clock.now());
            if (broken) throw new Error('a bug');
            return network.openLink(options, handlers);
          },
        }),
      });
      actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
      bench.clock.advance(20_000);
      expect(opened).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
      const errors = take('log').filter(({ level }) => level === 'error');
      expect(errors).toHaveLength(5);
      expect(errors[0]).toMatchObject({ message: expect.stringMatching(/eth0\/ipv4 broke .* a bug/) });
      expect(status()).toMatchObject({ state: 'down', reason: expect.stringMatching(/^eth0\/ipv4 broke/) });
      expect(messages()).toEqual([]);
      broken = false;
      bench.clock.advance(20_000);
      expect(take('publication.announced')).toMatchObject([{ id: 'p' }]);
      expect(status()).toMatchObject({ state: 'up' });
    });

    it('leaves nothing of a link open that broke while it was up', () => {
      const { bench, host, actor, take } = setup();
      bench.clock.advance(1_000);
      const spy = vi.spyOn(SetIndex.prototype, 'put').mockImplementationOnce(() => {
        throw new Error('a bug');
      });
      actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
      bench.clock.advance(1);
      spy.mockRestore();
      expect(take('log').filter(({ level }) => level === 'error')).toHaveLength(1);
      expect(host.openLinks).toBe(0);
      bench.clock.advance(10_000);
      expect(host.openLinks).toBe(1);
      expect(take('publication.announced')).toMatchObject([{ id: 'p' }]);
    });

    it('leaves the other links alone', () => {
      const { bench, lan, host, actor, take } = setup({
        spoil: (network) => ({
          openLink: (options, handlers) => {
            if (options.interface.name === 'eth1') throw new Error('a bug');
            return network.openLink(options, handlers);
          },
        }),
      });
      host.plug('eth1', lan, { addresses: ['198.18.0.2/24'] });
      actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
      bench.clock.advance(10_000);
      expect(take('publication.announced')).toMatchObject([{ id: 'p' }]);
      expect(take('log').filter(({ level }) => level === 'error').length).toBeGreaterThan(1);
    });

    it('does not replace a link that is no longer wanted', () => {
      let opened = 0;
      const { bench, host, actor, status } = setup({
        spoil: () => ({
          openLink: () => {
            opened++;
            throw new Error('a bug');
          },
        }),
        scanIntervalMs: 100,
      });
      bench.clock.advance(100);
      host.setAddresses('eth0', ['fe80::1/64']);
      bench.clock.advance(60_000);
      expect(opened).toBe(1);
      expect(actor.getSnapshot().context.links.size).toBe(0);
      expect(status()?.links[0]).toMatchObject({ state: 'unused', reason: 'it has no IPv4 address' });
    });

    it('ends a watch as failed, and goes on', () => {
      const broken = fromCallback(({ receive }) =>
        receive(() => {
          throw new Error('a bug');
        }),
      );
      const { bench, actor, take } = setup({
        logic: supervisorMachine.provide({ actors: { watcher: broken as never } }),
      });
      bench.clock.advance(10);
      const options = { once: false, timeoutMs: undefined, interfaces: undefined };
      actor.send({ type: 'watch.open', id: 'w', request: BROWSE, options });
      bench.clock.advance(10_000);
      expect(take('watch.ended')).toEqual([{ type: 'watch.ended', id: 'w', reason: 'failed' }]);
      expect(take('log').filter(({ level }) => level === 'error')).toHaveLength(1);
      expect(actor.getSnapshot().status).toBe('active');
      expect(actor.getSnapshot().context.watchers.size).toBe(0);
    });

    it('replaces the scanner, which then notices what went meanwhile', () => {
      let broken = false;
      const { bench, lan, host, actor, take, status } = setup({
        spoil: (network) => ({
          interfaces: () => {
            if (broken) throw new Error('a bug');
            return network.interfaces();
          },
        }),
      });
      host.plug('eth1', lan, { addresses: ['198.18.0.2/24'] });
      bench.clock.advance(2_000);
      broken = true;
      bench.clock.advance(1_500);
      host.unplug('eth1');
      // Who asks for a scan now has to wait for it.
      actor.send({ type: 'interfaces.scan', request: 'now' });
      bench.clock.advance(400);
      broken = false;
      expect(take('interfaces.scanned')).toEqual([]);
      bench.clock.advance(10_000);
      expect(take('interfaces.scanned')).toEqual([{ type: 'interfaces.scanned', request: 'now' }]);
      expect(take('log').filter(({ level }) => level === 'error')).toHaveLength(1);
      expect(status()?.links.map((link) => link.interface)).toEqual(['eth0', 'eth0']);
      expect(actor.getSnapshot().context.links.size).toBe(1);
    });

    it('opens a link anew that ended while its interface is there', () => {
      const ending = fromCallback(() => {});
      const { bench, actor } = setup({ logic: withLink(ending) });
      bench.clock.advance(10);
      const before = actor.getSnapshot().context.links.get('eth0/ipv4')?.ref;
      // What a link reports that closed by itself while its interface came back.
      const place = actor.getSnapshot().children['place.eth0/ipv4'];
      place?.send({ type: 'xstate.done.actor.link.eth0/ipv4' });
      const after = actor.getSnapshot().context.links.get('eth0/ipv4')?.ref;
      expect(after).toBeDefined();
      expect(after).not.toBe(before);
    });

    it('reports a place, replaces it with growing pauses, and forgets the pauses once its link is up', () => {
      let broken = true;
      const breakable = breakablePlace({
        noteLink: assign(({ context }, { state, fault }) => {
          if (broken) throw new Error('a bug');
          return { link: context.link && { ...context.link, state, fault } };
        }),
      });
      const { bench, actor, take, status } = setup({
        logic: supervisorMachine.provide({ actors: { place: breakable } }),
      });
      actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
      const brokeAt: number[] = [];
      for (let ms = 0; ms < 8_000; ms += 500) {
        for (const { level } of take('log')) if (level === 'error') brokeAt.push(bench.clock.now());
        bench.clock.advance(500);
      }
      expect(brokeAt).toEqual([0, 1_000, 3_000, 7_000]);
      expect(actor.getSnapshot().context.links.size).toBe(0);
      broken = false;
      bench.clock.advance(20_000);
      expect(take('publication.announced')).toMatchObject([{ id: 'p' }]);
      expect(status()).toMatchObject({ state: 'up' });
      expect(actor.getSnapshot().context.breakdowns.size).toBe(0);
    });

    it('closes when a place breaks meanwhile', () => {
      const breakable = breakablePlace({
        closeLink: () => {
          throw new Error('a bug');
        },
      });
      const { bench, actor, take } = setup({ logic: supervisorMachine.provide({ actors: { place: breakable } }) });
      actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
      bench.clock.advance(10_000);
      actor.send({ type: 'mdns.close' });
      expect(actor.getSnapshot()).toMatchObject({ value: 'closed', status: 'done' });
      expect(take('publication.withdrawn')).toMatchObject([{ id: 'p' }]);
      expect(take('log').filter(({ level }) => level === 'error')).toHaveLength(1);
    });

    it('refuses a command that makes it throw, and goes on', () => {
      const { bench, actor, take } = setup({ logic: guardedSupervisor });
      actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
      bench.clock.advance(5_000);
      const spy = breakBook('publication.publish');
      actor.send({ type: 'publication.publish', id: 'q', request: { ...REQUEST, instance: 'J' } });
      spy.mockRestore();
      expect(take('publication.failed')).toEqual([
        { type: 'publication.failed', id: 'q', code: 'invalid', name: '', message: 'a bug' },
      ]);
      actor.send({ type: 'publication.publish', id: 'q', request: { ...REQUEST, instance: 'J' } });
      bench.clock.advance(5_000);
      expect(take('publication.announced')).toMatchObject([{ id: 'p' }, { id: 'q' }]);
    });

    it('withdraws what a command had begun when it threw', () => {
      const { bench, actor, take, messages } = setup({ logic: guardedSupervisor });
      bench.clock.advance(1);
      const spy = vi.spyOn(KeepAlive.prototype, 'note').mockImplementationOnce(() => {
        throw new Error('a bug');
      });
      actor.send({ type: 'publication.publish', id: 'q', request: REQUEST });
      spy.mockRestore();
      expect(take('publication.failed')).toMatchObject([{ id: 'q', code: 'invalid', message: 'a bug' }]);
      bench.clock.advance(5_000);
      expect(messages().flatMap(({ answers }) => answers.map(({ name }) => name))).not.toContain('I._t._tcp.local');
      actor.send({ type: 'publication.publish', id: 'q', request: REQUEST });
      bench.clock.advance(5_000);
      expect(take('publication.announced')).toMatchObject([{ id: 'q', name: 'I' }]);
    });

    it('ends with a reason when an event of its own makes it throw, and leaves nothing behind', () => {
      const { bench, host, actor, take } = setup({ logic: guardedSupervisor });
      actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
      bench.clock.advance(5_000);
      const spy = breakBook('place.changed');
      host.failWith('eth0', 'ENETUNREACH');
      bench.clock.advance(100);
      spy.mockRestore();
      expect(take('system.broke')).toMatchObject([{ message: expect.stringMatching(/a bug.*create another/) }]);
      expect(take('status.changed').at(-1)?.status).toMatchObject({
        state: 'closed',
        reason: expect.stringMatching(/a bug/),
      });
      expect(actor.getSnapshot()).toMatchObject({ value: 'broken', status: 'done' });
      expect([host.openLinks, bench.clock.pending]).toEqual([0, 0]);
    });

    it('closes all the same', () => {
      let broken = false;
      const { bench, host, actor } = setup({
        spoil: (network) => ({
          openLink: (options, handlers) => {
            const link = network.openLink(options, handlers);
            return {
              send: link.send.bind(link),
              close: (closed) => {
                if (broken) throw new Error('a bug');
                link.close(closed);
              },
            };
          },
        }),
      });
      bench.clock.advance(10_000);
      broken = true;
      actor.send({ type: 'mdns.close' });
      bench.clock.advance(1_500);
      expect(actor.getSnapshot().value).toBe('closed');
      expect(host.openLinks).toBe(1);
    });
  });

  afterAll(() => {
    expect(coverage.missingStates).toEqual([]);
    expect(coverage.missingTransitions).toEqual([]);
  });
});
