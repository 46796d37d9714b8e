/** Leaving (RFC 6762 section 10.1). */
import { describe, expect } from 'vitest';
import { deaf } from '../../src/net/simulated/index.js';
import { startService } from '../support/actions.js';
import { answeringDevice } from '../support/device.js';
import { IDLE } from '../support/peer-service.js';
import { address, goodbye, nameAndType, ptr, question, service, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type World } from '../support/world.js';

const HOST = 'h1.local';
const INSTANCE = 'I._t._tcp.local';

describe('goodbyes', () => {
  scenario(
    'GBY-01 A-23 a service that is withdrawn says goodbye with the data that was announced, twice',
    async (world) => {
      const h1 = world.host('h1');
      const published = startService(h1);
      world.advance(QUIET);
      const at = world.now;
      await world.settle(published.withdraw());
      expect(world.now - at, 'the second goodbye is not waited for').toBeLessThan(100);
      world.advance(QUIET);
      const sent = h1.sent({ since: at });
      expect(sent.map(({ time }) => time - at)).toEqual([0, 1_000]);
      expect(sent[1]?.message.answers).toEqual(sent[0]?.message.answers);
      const answers = sent[0]?.message.answers ?? [];
      expect(answers).toHaveLength(4);
      expect(answers).toEqual(
        expect.arrayContaining(
          goodbye([
            ptr('_t._tcp.local', INSTANCE),
            ptr('_services._dns-sd._udp.local', '_t._tcp.local'),
            srv(INSTANCE, HOST, 8085),
            txt(INSTANCE, ['a=1']),
          ]),
        ),
      );
    },
  );

  scenario('GBY-01 ENU-02 A-22 what another service needs stays', (world) => {
    const h1 = world.host('h1');
    const first = startService(h1);
    startService(h1, { name: 'J' });
    world.advance(QUIET);
    const at = world.now;
    void first.withdraw();
    world.advance(QUIET);
    const gone = h1.sent({ since: at }).flatMap(({ message }) => message.answers.map(nameAndType));
    expect([...new Set(gone)].sort()).toEqual([`${INSTANCE} SRV`, `${INSTANCE} TXT`, '_t._tcp.local PTR'].sort());
  });

  scenario('GBY-01 A-22 what another host announced long before stays', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    // Nobody asks, so it is unread until h1 publishes a service of that type itself.
    peer.say([...service('P', '_t._tcp.local', 'p.local', 80), ptr('_services._dns-sd._udp.local', '_t._tcp.local')]);
    world.advance(1_000);
    expect(h1.mdns.metrics()['eth0/ipv4']).toMatchObject({ irrelevant: 1, readLater: 0 });
    const published = startService(h1);
    world.advance(QUIET);
    expect(h1.mdns.metrics()['eth0/ipv4']).toMatchObject({ readLater: 1 });
    const at = world.now;
    void published.withdraw();
    world.advance(QUIET);
    const gone = h1.sent({ since: at }).flatMap(({ message }) => message.answers.map(nameAndType));
    expect([...new Set(gone)].sort()).toEqual([`${INSTANCE} SRV`, `${INSTANCE} TXT`, '_t._tcp.local PTR'].sort());
  });

  scenario('GBY-01 closing says goodbye for everything, host included, before the sockets close', async (world) => {
    const h1 = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64'] });
    startService(h1);
    world.advance(QUIET);
    const at = world.now;
    await world.settle(h1.mdns.close());
    expect(world.now - at).toBeLessThan(1_500);
    for (const family of ['ipv4', 'ipv6'] as const) {
      const sent = h1.sent({ since: at, family });
      expect(sent).toHaveLength(1);
      const answers = sent[0]?.message.answers ?? [];
      expect(answers.every(({ ttl }) => ttl === 0)).toBe(true);
      expect(answers).toContainEqual(address(HOST, '198.18.0.1', { ttl: 0 }));
      expect(answers).toContainEqual(address(HOST, 'fe80::1', { ttl: 0 }));
      expect(answers).toContainEqual(ptr('_t._tcp.local', INSTANCE, { ttl: 0 }));
    }
  });

  scenario('GBY-01 A-23 a watcher that misses a goodbye hears the second one', (world) => {
    const h1 = world.host('h1');
    const watching = world.host('watching');
    const seen = world.record(watching.mdns.browse('t'));
    const published = startService(h1);
    world.advance(QUIET);
    const at = world.now;
    const mend = world.lan.addReceiverRule(deaf('watching'));
    void published.withdraw();
    world.advance(500);
    mend();
    world.advance(QUIET);
    expect(seen.events.at(-1)).toMatchObject({ event: 'down', reason: 'goodbye' });
    expect((seen.events.at(-1)?.at ?? 0) - at).toBeCloseTo(2_001, 6);
  });

  scenario('GBY-02 a watcher hears of a goodbye a second later', (world) => {
    const h1 = world.host('h1');
    const watching = world.host('watching');
    const seen = world.record(watching.mdns.browse('t'));
    const published = startService(h1);
    world.advance(QUIET);
    const at = world.now;
    void published.withdraw();
    world.advance(QUIET);
    const down = seen.events.at(-1);
    expect(down).toMatchObject({ event: 'down', reason: 'goodbye', instance: { name: 'I' } });
    expect((down?.at ?? 0) - at).toBeCloseTo(1_001, 6);
  });

  scenario('GBY-02 A-51 an answer within that second rescues the record, and nobody hears of it', (world) => {
    const peer = world.peer();
    const watching = world.host('watching');
    const records = service('I', '_t._tcp.local', 'peer.local', 80, { addresses: ['198.18.0.200'] });
    const seen = world.record(watching.mdns.browse('t'));
    world.advance(1_000);
    peer.say(records);
    world.advance(1_000);
    peer.say(goodbye(records));
    world.advance(900);
    peer.say(records);
    world.advance(QUIET);
    expect(seen.events.map(({ event }) => event)).toEqual(['up']);
  });

  scenario('GBY-02 A-50 a second goodbye does not prolong the life of a record', (world) => {
    const peer = world.peer();
    const watching = world.host('watching');
    const records = service('I', '_t._tcp.local', 'peer.local', 80, { addresses: ['198.18.0.200'] });
    const seen = world.record(watching.mdns.browse('t'));
    world.advance(1_000);
    peer.say(records);
    world.advance(1_000);
    const at = world.now;
    peer.say(goodbye(records));
    world.advance(900);
    peer.say(goodbye(records));
    world.advance(QUIET);
    expect(seen.events.map(({ event }) => event)).toEqual(['up', 'down']);
    expect((seen.events.at(-1)?.at ?? 0) - at).toBeCloseTo(1_001, 6);
  });

  scenario('GBY-03 what was never announced needs no goodbye', async (world) => {
    const h1 = world.host('h1');
    const published = startService(h1);
    world.advance(400);
    expect(h1.sent({ kind: 'probe' })).not.toEqual([]);
    await world.settle(published.withdraw());
    await world.settle(h1.mdns.close());
    expect(h1.sent({ kind: 'response' })).toEqual([]);
  });

  scenario('GBY-03 A-23 closing right after the announcement says goodbye all the same', async (world) => {
    const h1 = world.host('h1');
    startService(h1);
    world.advance(1_100);
    expect(h1.sent({ kind: 'response' })).toHaveLength(1);
    await world.settle(h1.mdns.close());
    expect(h1.sent({ kind: 'goodbye' })).toHaveLength(1);
  });

  scenario('GBY-03 after the goodbye the records are neither answered nor defended', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const published = startService(h1);
    world.advance(QUIET);
    // The answer to this is still waiting when the service goes.
    peer.ask({ questions: [question('_t._tcp.local', 'PTR')] });
    world.advance(2);
    void published.withdraw();
    world.advance(1);
    const at = world.now;
    peer.ask({ questions: [question('_t._tcp.local', 'PTR'), question(INSTANCE, 'SRV')] });
    peer.ask({
      questions: [question(INSTANCE, 'ANY', { qu: true })],
      authorities: [srv(INSTANCE, 'peer.local', 1, { flush: false })],
    });
    world.advance(QUIET);
    const records = h1.sent({ since: at }).flatMap(({ message }) => message.answers);
    expect(records.filter(({ ttl }) => ttl > 0)).toEqual([]);
  });

  scenario('GBY-01 a service can be published again right after its goodbye', (world) => {
    const h1 = world.host('h1');
    const watching = world.host('watching');
    const seen = world.record(watching.mdns.browse('t'));
    const first = startService(h1);
    world.advance(QUIET);
    void first.withdraw();
    const second = startService(h1, { port: 9 });
    world.advance(QUIET);
    expect(second.name).toBe('I');
    expect(seen.events.at(-1)?.instance).toMatchObject({ name: 'I', port: 9 });
  });

  scenario('COP-02 A-22 somebody else says goodbye for our record: we say that it lives', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    const at = world.now;
    peer.say([ptr('_t._tcp.local', INSTANCE, { ttl: 0 })]);
    world.advance(1_000);
    expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toContainEqual(
      ptr('_t._tcp.local', INSTANCE),
    );
  });
});

describe('the list of types has many holders', () => {
  const TYPES = '_services._dns-sd._udp.local';
  const listed = ptr(TYPES, '_t._tcp.local');

  /** A host that browses, and a device that answers for a service of the type and does nothing else. */
  function listening(world: World, hears = true) {
    const watching = world.host('watching');
    const records = service('esp', '_t._tcp.local', 'esp.local', 80, { addresses: ['198.18.0.9'] });
    answeringDevice(world, '198.18.0.9', hears ? [...records, listed] : []);
    const types = world.record(watching.mdns.browse());
    const browse = world.record(watching.mdns.browse('t'));
    world.advance(QUIET);
    return {
      watching,
      seen: () => types.events.map(({ event, type }) => `${event} ${type}`),
      found: () => browse.events.map(({ event, instance }) => `${event} ${instance.name}`),
    };
  }

  scenario('GBY-02 the goodbye of one of them takes a type away from nobody else', (world) => {
    const { seen, found, watching } = listening(world);
    const rude = world.peer({ address: '198.18.0.10', name: 'rude' });
    const records = service('mine', '_t._tcp.local', 'rude.local', 80, { addresses: ['198.18.0.10'] });
    rude.say([...records, listed]);
    world.advance(2_100_000);
    const at = world.now;
    rude.say(goodbye([...records, listed]));
    world.advance(3_600_000);
    expect(seen()).toEqual(['up _t._tcp']);
    expect(found()).toEqual(['up esp', 'up mine', 'down mine']);
    const asked = watching
      .sent({ since: at, kind: 'query' })
      .filter(({ time, message }) => time < at + 2_000 && message.questions.some(({ name }) => name === TYPES));
    expect(asked).toHaveLength(1);
  });

  scenario('GBY-02 the goodbye of the last one takes it away within two seconds', (world) => {
    const { seen } = listening(world, false);
    const last = world.peer({ address: '198.18.0.10', name: 'last' });
    const records = service('mine', '_t._tcp.local', 'last.local', 80, { addresses: ['198.18.0.10'] });
    last.say([...records, listed]);
    world.advance(60_000);
    last.say(goodbye([listed]));
    world.advance(500);
    last.say(goodbye(records));
    world.advance(1_500);
    expect(seen()).toEqual(['up _t._tcp', 'down _t._tcp']);
  });

  for (const how of ['withdraws', 'closes'] as const) {
    for (const wasThere of [true, false]) {
      const what = wasThere ? 'has heard' : 'has not heard';
      scenario(
        `GBY-01 ENU-02 a host that ${how} takes no type away that another one has, which it ${what}`,
        (world) => {
          const early = wasThere ? world.host('h2') : undefined;
          const { seen } = listening(world);
          const h2 = early ?? world.host('h2');
          const published = ['t', 'u'].map((type) => startService(h2, { name: 'mine', type }));
          world.advance(2_100_000);
          const at = world.now;
          if (how === 'closes') void h2.mdns.close();
          else for (const each of published) void each.withdraw();
          world.advance(3_600_000);
          const said = h2.sent({ since: at }).flatMap(({ message }) => message.answers.filter(({ ttl }) => ttl === 0));
          const fromList = said.flatMap((record) =>
            record.name === TYPES && record.type === 'PTR' ? record.target : [],
          );
          expect([...new Set(fromList)].sort()).toEqual(
            wasThere ? ['_u._tcp.local'] : ['_t._tcp.local', '_u._tcp.local'],
          );
          expect(said.map(({ name }) => name)).toContain('_t._tcp.local');
          expect(seen()).toEqual(['up _t._tcp', 'up _u._tcp', 'down _u._tcp']);
        },
      );
    }
  }
});
