/** What happens to interfaces in real life, one story each; `interfaces.test.ts` has every order of such events. */
import { describe, expect } from 'vitest';
import type { Status } from '../../src/index.js';
import { startService } from '../support/actions.js';
import { isProbe, type SentPacket } from '../support/packet-log.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type World } from '../support/world.js';

const BOTH = ['198.18.0.1/24', 'fe80::1/64'];
/** Milliseconds: the next scan, and the pause in which an interface may change again. */
const NOTICE = 2_600;

describe('interfaces in real life', () => {
  scenario('IFC-04 a tentative IPv6 address is used once it is valid', (world) => {
    const h1 = world.host('h1', { addresses: ['198.18.0.1/24'], ipv6: '[ff02::fb]:5353' });
    world.advance(QUIET);
    const [seen, stop] = statuses(h1);
    h1.network.setAddresses('eth0', BOTH);
    // Duplicate address detection: the address is listed, and cannot be bound to.
    failIpv6For(world, h1, 1_700);
    world.advance(10_000);
    stop();
    const tentative = seen.find(({ links }) => links.some(({ fault }) => fault !== undefined));
    expect(tentative?.reason).toMatch(/^eth0\/ipv6: EADDRNOTAVAIL: .*takes a second or two/);
    expect(h1.mdns.status.state).toBe('up');
    expect(h1.mdns.metrics()['eth0/ipv4']?.opened).toBe(1);
  });

  for (const [code, advice] of [
    ['ENETUNREACH', /ip -4 route add 224\.0\.0\.0\/4 dev eth0/],
    ['EPERM', /firewall/],
    ['EADDRINUSE', /another program has bound UDP port 5353 exclusively/],
    ['EMFILE', /ulimit/],
  ] as const) {
    scenario(`IFC-04 ${code} on one interface is reported with advice, and the other works`, (world) => {
      const h1 = twoInterfaces(world);
      startService(h1);
      world.advance(QUIET);
      h1.network.failWith('eth0', code, code === 'EPERM' ? 'send' : 'link');
      world.peer().ask({ questions: [{ name: 'h1.local', type: 'A', class: 1, unicastResponse: false }] });
      world.advance(100);
      const [seen, stop] = statuses(h1);
      const at = world.now;
      world.advance(300_000);
      // For good: tried again and again, and neither up nor starting in between.
      expect(new Set(seen.map(({ state }) => state))).toEqual(new Set(['degraded']));
      expect(h1.mdns.status.reason).toMatch(advice);
      expect(h1.mdns.metrics()['eth0/ipv4']?.opened).toBeLessThan(25);
      expect(h1.mdns.metrics()['eth1/ipv4']?.opened).toBe(1);
      expect(h1.sent({ interface: 'eth1', since: at })).toEqual([]);
      h1.network.heal('eth0');
      world.advance(35_000);
      expect(seen.at(-1)).toMatchObject({ state: 'up', reason: undefined });
      stop();
    });
  }

  scenario('PRB-01 CFL-07 after sleep everything is probed for, asked and cached again', (world) => {
    const h1 = twoInterfaces(world);
    const h2 = world.host('h2');
    const gone = world.host('gone');
    startService(h1);
    startService(h2, { name: 'stays' });
    startService(gone, { name: 'goes' });
    const seen = world.record(h1.mdns.browse('t'));
    world.advance(QUIET);
    h1.network.sleep();
    world.advance(30_000);
    gone.network.unplug('eth0');
    world.advance(30_000);
    h1.network.wake();
    const at = world.now;
    world.advance(1_500 + 5_000 + 100);
    for (const nic of ['eth0', 'eth1']) expect(probes(h1.sent({ interface: nic, since: at })), nic).toHaveLength(3);
    const [question] = h1.sent({ interface: 'eth0', since: at, kind: 'query' });
    expect(question?.message.questions[0]?.unicastResponse).toBe(true);
    const told = seen.events.filter(({ at: time }) => time >= at);
    expect(told.map(({ event, instance }) => `${event} ${instance.name}`)).toEqual(['down goes']);
    expect(h1.mdns.status.state).toBe('up');
  });

  scenario('TOP-01 an interface that gets another name is another link', (world) => {
    const h1 = twoInterfaces(world);
    startService(h1);
    world.advance(QUIET);
    const at = world.now;
    const index = h1.network.interfaces().find(({ name }) => name === 'eth1')?.index ?? 0;
    h1.network.unplug('eth1');
    h1.network.plug('lan1', otherLan(world), { addresses: ['198.19.0.1/24'], index });
    world.advance(QUIET);
    expect(h1.mdns.status.links.filter(({ state }) => state === 'up').map((link) => link.interface)).toEqual([
      'eth0',
      'lan1',
    ]);
    expect(probes(h1.sent({ interface: 'lan1', since: at }))).toHaveLength(3);
    expect(h1.network.openLinks).toBe(2);
    expect(h1.sent({ interface: 'eth0', since: at })).toEqual([]);
  });

  scenario(
    'PRB-01 on an interface that is replaced by one with its name everything is probed again, on no other',
    (world) => {
      const h1 = twoInterfaces(world);
      startService(h1);
      world.advance(QUIET);
      const at = world.now;
      h1.network.unplug('eth1');
      h1.network.plug('eth1', otherLan(world), { addresses: ['198.19.0.1/24'] });
      world.advance(QUIET);
      expect(probes(h1.sent({ interface: 'eth1', since: at }))).toHaveLength(3);
      expect(h1.sent({ interface: 'eth0', since: at })).toEqual([]);
    },
  );

  scenario('CFL-07 with another address the interface may be on another network', (world) => {
    const h1 = twoInterfaces(world);
    const seen = world.record(h1.mdns.browse('t'));
    const h2 = world.host('h2');
    startService(h2, { name: 'of the old network' });
    startService(h1);
    world.advance(QUIET);
    const elsewhere = world.newLan('elsewhere');
    const { index = 0 } = h1.network.interfaces()[0] ?? {};
    h1.network.unplug('eth0');
    h1.network.plug('eth0', elsewhere, { addresses: ['10.0.0.5/24'], index });
    const at = world.now;
    world.advance(NOTICE + 5_000);
    expect(probes(h1.sent({ interface: 'eth0', since: at }))).toHaveLength(3);
    expect(seen.events.filter(({ event }) => event === 'down').map(({ instance }) => instance.name)).toEqual([
      'of the old network',
    ]);
    expect(h1.sent({ interface: 'eth1', since: at }).filter(({ message }) => message.response)).toEqual([]);
  });

  scenario('UPD-01 one more address is announced, without probing or asking on the other family', (world) => {
    const h1 = world.host('h1', { addresses: BOTH });
    startService(h1);
    world.record(h1.mdns.browse('t'));
    world.advance(QUIET);
    const at = world.now;
    h1.network.setAddresses('eth0', [...BOTH, 'fd00::1/64']);
    world.advance(NOTICE);
    expect(probes(h1.sent({ since: at }))).toEqual([]);
    for (const family of ['ipv4', 'ipv6'] as const) {
      const answers = h1.sent({ since: at, family, kind: 'response' }).flatMap(({ message }) => message.answers);
      expect(answers, family).toContainEqual(expect.objectContaining({ type: 'AAAA', address: 'fd00::1' }));
    }
    expect(h1.mdns.metrics()['eth0/ipv4']?.opened).toBe(1);
    expect(h1.mdns.metrics()['eth0/ipv6']?.opened).toBe(2);
  });

  scenario('IFC-04 without any network it waits, reports it, and starts when there is one', (world) => {
    const h1 = world.host('h1');
    h1.network.unplug('eth0');
    startService(h1);
    world.advance(60_000);
    expect(h1.mdns.status).toEqual({ state: 'down', reason: expect.stringContaining('No interface'), links: [] });
    h1.network.plug('eth0', world.lan, { addresses: ['198.18.0.1/24'] });
    world.advance(NOTICE);
    expect(h1.mdns.status.state).toBe('up');
    world.advance(QUIET);
    expect(h1.sent({ kind: 'response' })).toHaveLength(2);
  });

  scenario('IFC-04 a hundred interfaces, a third of which vanishes and comes back', (world) => {
    const names = Array.from({ length: 100 }, (_, i) => `eth${i + 1}`);
    const own = (name: string) => ({ addresses: [`10.${name.slice(3)}.0.1/24`] });
    const nics = Object.fromEntries(names.map((name) => [name, { lan: world.newLan(name), ...own(name) }]));
    const h1 = world.host('h1', { nics });
    startService(h1);
    world.advance(QUIET);
    expect(h1.mdns.status.state).toBe('up');
    expect(h1.network.openLinks).toBe(101);
    const moved = names.filter((_, i) => i % 3 === 0);
    for (const name of moved) h1.network.unplug(name);
    world.advance(QUIET);
    expect(h1.network.openLinks).toBe(101 - moved.length);
    const at = world.now;
    for (const name of moved) h1.network.plug(name, nics[name]?.lan ?? world.lan, own(name));
    world.advance(QUIET);
    const probing = new Set(probes(h1.sent({ since: at })).map(({ from }) => from));
    expect([...probing].sort()).toEqual(moved.map((name) => `h1/${name}`).sort());
    expect(h1.network.openLinks).toBe(101);
  });

  scenario('IFC-04 tunnels and container bridges are left out, with the reason, unless they are chosen', (world) => {
    const lan = otherLan(world);
    const nics = {
      tun0: { lan, addresses: ['10.8.0.2/32'], pointToPoint: true },
      docker0: { lan, addresses: ['172.17.0.1/16'] },
      'br-0123456789ab': { lan, addresses: ['172.18.0.1/16'] },
      wg0: { lan, addresses: ['10.9.0.2/24'], multicast: false, pointToPoint: true },
      br0: { lan, addresses: ['198.19.0.1/24'] },
    };
    const h1 = world.host('h1', { nics });
    world.advance(100);
    const used = (host: TestHost) => host.mdns.status.links.filter(({ state }) => state === 'up');
    expect(used(h1).map((link) => link.interface)).toEqual(['br0', 'eth0']);
    const reason = (name: string) => h1.mdns.status.links.find((link) => link.interface === name)?.reason;
    expect(reason('tun0')).toMatch(/point-to-point.*choose it by name/);
    expect(reason('docker0')).toMatch(/containers.*choose it by name/);
    expect(reason('wg0')).toMatch(/does not support multicast; choose it by name/);
    const chosen = world.host('h2', { nics, interfaces: ['tun0', 'docker0', 'wg0'] });
    world.advance(100);
    expect(used(chosen).map((link) => link.interface)).toEqual(['docker0', 'tun0', 'wg0']);
    expect(chosen.mdns.status.state).toBe('up');
  });
});

function probes(packets: readonly SentPacket[]): SentPacket[] {
  return packets.filter(({ message }) => isProbe(message));
}

/** Every status from now on, until the returned function is called. */
function statuses(host: TestHost): [seen: Status[], stop: () => void] {
  const seen: Status[] = [];
  const subscription = host.mdns.status$.subscribe((status) => seen.push(status));
  return [seen, () => subscription.unsubscribe()];
}

/** For some milliseconds nothing can be opened over IPv6. */
function failIpv6For(world: World, { network }: TestHost, ms: number): void {
  const open = network.openLink.bind(network);
  const until = world.now + 1_500 + ms;
  network.openLink = (options, handlers) => {
    if (options.family !== 'ipv6' || world.now > until) return open(options, handlers);
    return open({ ...options, interface: { ...options.interface, addresses: [] } }, handlers);
  };
}

const lans = new WeakMap<World, ReturnType<World['newLan']>>();

/** The second LAN of a world. */
function otherLan(world: World): ReturnType<World['newLan']> {
  const known = lans.get(world) ?? world.newLan('other');
  lans.set(world, known);
  return known;
}

function twoInterfaces(world: World): TestHost {
  return world.host('h1', { nics: { eth1: { lan: otherLan(world), addresses: ['198.19.0.1/24'] } } });
}
