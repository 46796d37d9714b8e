/** A service is announced at a host name that is ours, and at no other (RFC 6762 sections 8 and 9). */
import { describe, expect } from 'vitest';
import { conflictsWith, startService } from '../support/actions.js';
import { isGoodbye, isProbe, recordsOf } from '../support/packet-log.js';
import { address, nameAndType, question, srv } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type TestPeer, type World } from '../support/world.js';

const INSTANCE = 'I._t._tcp.local';

describe('a service waits for its host', () => {
  for (const family of ['ipv4', 'both'] as const) {
    scenario(`PRB-12 A-12 TIE-04 two machines of one name that start together, ${family}`, (world) => {
      const watching = world.host('watching');
      const seen = world.record(watching.mdns.browse('t'));
      const [one, two] = ['A', 'B'].map((name, n) => {
        const addresses = [`198.18.0.${n + 10}/24`, ...(family === 'both' ? [`fe80::${n + 10}/64`] : [])];
        const host = world.host(name, { hostname: 'cam', addresses });
        return { host, service: host.mdns.publish({ name: `of ${addresses[0]}`, type: 't', port: 1 }) };
      });
      world.advance(QUIET);
      expect(new Set([one?.host.mdns.hostname, two?.host.mdns.hostname])).toEqual(
        new Set(['cam.local', 'cam-2.local']),
      );
      expect(seen.events.filter(({ event }) => event === 'up')).toHaveLength(2);
      for (const { instance } of seen.events) {
        expect(`of ${instance.addresses[0]?.address}/24`, JSON.stringify(instance)).toBe(instance.name);
      }
      for (const each of [one, two]) expectHeldTargets(each?.host);
    });
  }

  scenario('PRB-02 PRB-12 host and service share their probes, and their first announcement', (world) => {
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    expect(h1.sent({ kind: 'probe' }).map(({ message }) => message.questions.length)).toEqual([2, 2, 2]);
    const [first] = h1.sent({ kind: 'response' });
    expect(first?.message.answers.map(({ name }) => name)).toEqual(expect.arrayContaining(['h1.local', INSTANCE]));
  });

  scenario('PRB-12 TIE-04 a host name that is deferred holds its services back, and nothing else', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const service = startService(h1);
    const elsewhere = startService(h1, { name: 'J', host: 'alias' });
    world.advance(300);
    peer.ask({
      questions: [question('h1.local', 'ANY')],
      authorities: [address('h1.local', '198.18.0.200', { flush: false })],
    });
    world.advance(900);
    const early = h1.sent({ kind: 'response' }).flatMap(({ message }) => message.answers.map(({ name }) => name));
    expect(early).toContain('J._t._tcp.local');
    expect(early).not.toContain(INSTANCE);
    peer.ask({ questions: [question('_t._tcp.local', 'PTR'), question(INSTANCE, 'ANY')] });
    world.advance(QUIET);
    expect([service.name, elsewhere.name, h1.mdns.hostname]).toEqual(['I', 'J', 'h1.local']);
    expectHeldTargets(h1);
  });

  const hosts = [
    ['its own host', {}, 'h1', '198.18.0.1'],
    ['an alias', { host: 'alias' }, 'alias', '198.18.0.1'],
    ['another machine', { host: 'printer', addresses: ['198.18.0.77'] }, 'printer', '198.18.0.77'],
  ] as const;
  for (const [what, options, label, own] of hosts) {
    scenario(
      `CNF-01 CNF-03 PRB-12 a service of ${what}, whose name is lost later, follows within two seconds`,
      (world) => {
        const { h1, seen, at } = establishedThen(world, options, (peer) => {
          conflictsWith(peer, (name) => name === `${label}.local`);
          peer.say([address(`${label}.local`, '198.18.0.200')]);
        });
        expect(seen.events.map(({ event }) => event).filter((event) => event !== 'changed')).toEqual(['up']);
        const last = seen.events.at(-1);
        expect(last).toMatchObject({ event: 'changed', instance: { host: `${label}-2.local` } });
        expect(last?.instance.addresses.map((each) => each.address)).toEqual([own]);
        expectHeldTargets(h1);
        const [back] = h1
          .sent({ since: at, kind: 'response' })
          .filter(({ message }) =>
            recordsOf(message).some((record) => record.type === 'SRV' && record.name === INSTANCE),
          );
        expect((back?.time ?? Infinity) - at).toBeLessThan(1_200);
        expect(recordsOf(back?.message as never)).toContainEqual(srv(INSTANCE, `${label}-2.local`, 8085));
      },
    );
  }

  scenario('CNF-01 a dispute that is won costs no flap and no announcement of services', (world) => {
    const { h1, seen, at, peer } = establishedThen(world, {}, (rival) => {
      rival.say([address('h1.local', '198.18.0.200')]);
      world.advance(300);
      rival.ask({ questions: [question(INSTANCE, 'SRV'), question('_t._tcp.local', 'PTR')] });
    });
    expect(seen.events.map(({ event }) => event).filter((event) => event !== 'changed')).toEqual(['up']);
    expect(seen.events.at(-1)?.instance.addresses.map((each) => each.address)).toEqual(['198.18.0.1']);
    const answers = h1.sent({ since: at, kind: 'response' }).flatMap(({ message }) => message.answers);
    expect(answers.filter(({ name }) => name === INSTANCE)).toEqual([]);
    peer.ask({ questions: [question(INSTANCE, 'SRV')] });
    world.advance(100);
    expect(h1.sent({ kind: 'response' }).at(-1)?.message.answers).toEqual([srv(INSTANCE, 'h1.local', 8085)]);
  });

  scenario('UPD-01 CNF-01 an update while the host is being claimed is announced when it is', (world) => {
    const { h1, seen, service } = establishedThen(world, {}, (rival, published) => {
      rival.say([address('h1.local', '198.18.0.200')]);
      world.advance(300);
      published.update({ port: 9 });
    });
    expect(service.port).toBe(9);
    expect(seen.events.at(-1)?.instance.port).toBe(9);
    expectHeldTargets(h1);
  });

  for (const how of ['is withdrawn', 'is renamed', 'ends with everything else'] as const) {
    scenario(`GBY-01 CNF-01 a service that ${how} while it waits for its host says goodbye`, async (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      const watching = world.host('watching');
      const seen = world.record(watching.mdns.browse('t'));
      const service = startService(h1);
      startService(h1, { name: 'J' });
      world.advance(QUIET);
      peer.say([address('h1.local', '198.18.0.200')]);
      world.advance(300);
      const at = world.now;
      if (how === 'is renamed') service.update({ name: 'K' });
      else await world.settle(how === 'is withdrawn' ? service.withdraw() : h1.mdns.close());
      world.advance(5_000);
      const gone = h1.sent({ since: at }).filter(({ message }) => isGoodbye(message));
      const names = new Set(gone.flatMap(({ message }) => message.answers.map(nameAndType)));
      expect(names).toContain(`${INSTANCE} SRV`);
      const enumeration = '_services._dns-sd._udp.local PTR';
      expect(names.has(enumeration), 'what another service needs stays').toBe(how === 'ends with everything else');
      const down = seen.events.filter(({ event }) => event === 'down').map(({ instance }) => instance.name);
      expect(down).toEqual(how === 'ends with everything else' ? expect.arrayContaining(['I', 'J']) : ['I']);
    });
  }

  scenario('CNF-01 a service whose own name is disputed while it waits probes for it', (world) => {
    const { h1, service } = establishedThen(world, {}, (rival) => {
      conflictsWith(rival, (name) => name === INSTANCE);
      rival.say([address('h1.local', '198.18.0.200')]);
      world.advance(300);
      rival.say([srv(INSTANCE, 'rival.local', 1)]);
    });
    expect(service.name).toBe('I (2)');
    expectHeldTargets(h1);
  });

  scenario('CNF-05 a host that is not renamed takes its services with it', (world) => {
    const peer = world.peer();
    conflictsWith(peer, (name) => name === 'alias.local');
    const h1 = world.host('h1');
    const alias = world.record(h1.mdns.publishHost({ name: 'alias', onConflict: 'fail' }).changes$);
    const service = world.record(startService(h1, { host: 'alias' }).changes$);
    world.advance(QUIET);
    expect(alias.events.map(({ event }) => event)).toEqual(['probing', 'failed', 'withdrawn']);
    expect(service.events.map(({ event }) => event)).toEqual(['probing', 'failed', 'withdrawn']);
    expect(h1.sent({ kind: 'response', about: INSTANCE })).toEqual([]);
  });

  scenario('CNF-05 a host for which its user chooses no name gets the next one, since services need it', (world) => {
    const peer = world.peer();
    conflictsWith(peer, (name) => name === 'alias.local');
    const h1 = world.host('h1');
    const alias = h1.mdns.publishHost({ name: 'alias', onConflict: () => undefined });
    const chosen = world.record(alias.changes$);
    const service = world.record(startService(h1, { host: 'alias' }).changes$);
    world.advance(QUIET);
    expect(chosen.events.map(({ event }) => event)).toEqual(['probing', 'failed', 'withdrawn']);
    expect(service.events.at(-1)).toMatchObject({ event: 'announced', host: 'alias-2.local' });
    expectHeldTargets(h1);
  });

  scenario('PRB-12 a host name that is lost on one link waits on both', (world) => {
    const other = world.newLan('other');
    const peer = world.peer();
    const h1 = world.host('h1', { nics: { eth1: { lan: other, addresses: ['198.19.0.1/24'] } } });
    startService(h1);
    world.advance(QUIET);
    conflictsWith(peer, (name) => name === 'h1.local');
    peer.say([address('h1.local', '198.18.0.200')]);
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe('h1-2.local');
    for (const nic of ['eth0', 'eth1']) expectHeldTargets(h1, nic);
  });
});

function establishedThen(
  world: World,
  options: Parameters<typeof startService>[1],
  disturb: (peer: TestPeer, service: ReturnType<typeof startService>) => void,
) {
  const peer = world.peer();
  const h1 = world.host('h1');
  const watching = world.host('watching');
  const seen = world.record(watching.mdns.browse('t'));
  const service = startService(h1, options);
  world.advance(QUIET);
  const at = world.now;
  disturb(peer, service);
  world.advance(QUIET);
  return { peer, h1, seen, service, at };
}

/** Each SRV record that a host answered or announced led to a name that it held: probed for three times since it was last lost. */
function expectHeldTargets(host: TestHost | undefined, nic = 'eth0'): void {
  const held = new Set<string>();
  const wrong: string[] = [];
  for (const { message, time } of host?.sent({ interface: nic }) ?? []) {
    if (isProbe(message)) for (const { name } of message.questions) held.delete(name);
    if (!message.response) continue;
    const records = recordsOf(message).filter(({ ttl }) => ttl > 0);
    for (const { type, name } of records) if (type === 'A' || type === 'AAAA') held.add(name);
    for (const record of records) {
      if (record.type === 'SRV' && !held.has(record.target)) wrong.push(`${time}: ${record.name} at ${record.target}`);
    }
  }
  expect(wrong, 'SRV records that lead to a name that is not held').toEqual([]);
}
