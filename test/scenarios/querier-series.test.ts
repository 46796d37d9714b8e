/** When a question is asked, how often, and with which others (RFC 6762 sections 5.1 to 5.4 and 18.1). */
import { describe, expect } from 'vitest';
import { IDLE } from '../support/peer-service.js';
import { askedAt, expectUniform, gapsOf, queriesFor, questionsOf } from '../support/questions.js';
import { address, nameAndType, ptr, question, service, srv, txt } from '../support/records.js';
import { scenario, scenarioForSeeds } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const TYPE = '_t._tcp.local';
/** A host that publishes nothing, and looks at its interfaces only now and then: for long runs. */

describe('the series of a question', () => {
  scenario(
    'QRY-01 QRY-02 a lookup is asked by the full querier, from port 5353, and ends within 3 s',
    async (world) => {
      const h1 = world.host('h1', IDLE);
      world.advance(1_000);
      const asked = world.now;
      const lookup = h1.mdns.lookup('nobody');
      await expect(world.settle(lookup)).rejects.toMatchObject({ code: 'timeout' });
      expect(world.now - asked).toBeLessThanOrEqual(3_010);
      const queries = queriesFor(h1, 'nobody.local', 'A');
      expect(queries.length).toBeGreaterThan(1);
      expect(new Set(h1.sent().map(({ source }) => source.port))).toEqual(new Set([5353]));
    },
  );

  scenario(
    'QRY-01 a lookup hears answers to others meanwhile, as one that does not listen could not',
    async (world) => {
      const peer = world.peer();
      const h1 = world.host('h1', IDLE);
      world.advance(1_000);
      const lookup = h1.mdns.lookup('x');
      world.advance(5);
      peer.say([address('x.local', '198.18.0.77')]);
      await expect(world.settle(lookup)).resolves.toMatchObject({ addresses: [{ address: '198.18.0.77' }] });
      expect(queriesFor(h1, 'x.local', 'A').length).toBeLessThanOrEqual(1);
    },
  );

  scenario('QRY-02 a browse asks from port 5353, and hears what comes to the group', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    const browse = world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(5_000);
    peer.say([ptr(TYPE, `I.${TYPE}`)]);
    world.advance(5);
    expect(browse.events).toMatchObject([{ event: 'up', instance: { name: 'I' } }]);
    for (const { source, destination } of h1.sent()) expect([source.port, destination.port]).toEqual([5353, 5353]);
    browse.stop();
  });

  scenario(
    'QRY-03 the first query leaves 20 to 120 ms after the question, evenly spread',
    (world) => {
      const h1 = world.host('h1', IDLE);
      world.advance(1_000);
      const delays: number[] = [];
      for (let i = 0; i < 1_000; i++) {
        const opened = world.now;
        const browse = world.record(h1.mdns.browse(`t${i}`, { resolve: false }));
        world.advance(121);
        browse.stop();
        delays.push((askedAt(h1, `_t${i}._tcp.local`, 'PTR', { since: opened })[0] ?? Number.NaN) - opened);
      }
      expectUniform(delays, 20, 120);
    },
    { once: true },
  );

  scenario('QRY-04 the second query follows after 1 s, and every gap is twice the one before', (world) => {
    const h1 = world.host('h1', IDLE);
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(3 * 3_600_000);
    browse.stop();
    const gaps = gapsOf(askedAt(h1, TYPE, 'PTR'));
    expect(gaps.length).toBeGreaterThanOrEqual(13);
    for (const [i, gap] of gaps.slice(0, 12).entries()) expect(gap).toBeCloseTo(1_000 * 2 ** i, 3);
  });

  scenario('QRY-05 from an hour on the gaps stay at an hour', (world) => {
    const h1 = world.host('h1', IDLE);
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(24 * 3_600_000);
    browse.stop();
    const tail = gapsOf(askedAt(h1, TYPE, 'PTR')).slice(12);
    expect(tail.length).toBeGreaterThan(20);
    for (const gap of tail) expect(gap).toBeCloseTo(3_600_000, 3);
  });

  scenario('QRY-06 every repeated query lists all live answers, and what is gone no longer', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const browse = world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(200);
    const names = ['A', 'B', 'C'].map((label) => `${label}.${TYPE}`);
    peer.say(names.map((name) => ptr(TYPE, name)));
    world.advance(8_000);
    peer.say([ptr(TYPE, `B.${TYPE}`, { ttl: 0 })]);
    world.advance(60_000);
    browse.stop();
    const listed = queriesFor(h1, TYPE, 'PTR').map(({ message }) =>
      message.answers.map((record) => (record.type === 'PTR' ? record.target : record.type)).sort(),
    );
    const both = [names[0], names[2]];
    expect(listed).toEqual([[], names, names, names, both, both, both]);
  });

  scenario('QRY-07 an answer does not end the series: a host that answers half a minute later is found', (world) => {
    const [early, late] = [world.peer(), world.peer({ address: '198.18.0.201', name: 'late' })];
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const browse = world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(150);
    early.say([ptr(TYPE, `Early.${TYPE}`)]);
    world.advance(29_000);
    late.onHeard(({ message }) => {
      if (!message.response) late.say([ptr(TYPE, `Late.${TYPE}`)]);
    });
    world.advance(10_000);
    browse.stop();
    expect(browse.events.map(({ instance }) => instance.name)).toEqual(['Early', 'Late']);
  });

  scenario('QRY-12 questions that are asked together share one packet', (world) => {
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const browses = [1, 2, 3, 4, 5].map((i) => world.record(h1.mdns.browse(`t${i}`, { resolve: false })));
    world.advance(800);
    const [packet, ...more] = h1.sent({ kind: 'query' });
    expect(more).toEqual([]);
    expect(packet && questionsOf(packet)).toEqual([1, 2, 3, 4, 5].map((i) => `_t${i}._tcp.local PTR`));
    for (const browse of browses) browse.stop();
  });

  scenario('QRY-12 the follow-up questions about a hundred instances share packets, too', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(10);
    peer.say(Array.from({ length: 100 }, (_, i) => ptr(TYPE, `I${i}.${TYPE}`)));
    world.advance(900);
    browse.stop();
    const queries = h1.sent({ kind: 'query' });
    expect(queries.flatMap(questionsOf)).toHaveLength(201);
    expect(queries.length).toBeLessThanOrEqual(5);
  });

  scenario('QRY-13 answers count whatever their ID, flags, questions or section', async (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const odd = {
      id: 0x1234,
      truncated: true,
      authoritative: false,
      questions: [question('something.else.local', 'ANY')],
      authorities: [address('y.local', '198.18.0.78')],
      additionals: [address('z.local', '198.18.0.79')],
    };
    const lookups = ['x', 'y', 'z'].map((name) => h1.mdns.lookup(name));
    world.advance(1);
    peer.say([address('x.local', '198.18.0.77')], odd);
    const found = await world.settle(Promise.all(lookups), 1_000);
    expect(found.map(({ addresses }) => addresses.map((each) => each.address))).toEqual([
      ['198.18.0.77'],
      ['198.18.0.78'],
      ['198.18.0.79'],
    ]);
  });

  scenario('QRY-13 an announcement completes what waits for it', async (world) => {
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const resolved = h1.mdns.resolve('I', 't', { timeout: 10_000 });
    world.advance(500);
    const h2 = world.host('h2');
    h2.mdns.publish({ name: 'I', type: 't', port: 8085 });
    await expect(world.settle(resolved)).resolves.toMatchObject({ host: 'h2.local', port: 8085 });
  });
});

describe('questions that welcome unicast', () => {
  scenario('QU-02 only the first query after the link came up', (world) => {
    const h1 = world.host('h1', IDLE);
    const first = world.record(h1.mdns.browse('first'));
    world.advance(5_000);
    const later = world.record(h1.mdns.browse('later'));
    world.advance(5_000);
    const asked = (name: string) =>
      queriesFor(h1, name, 'PTR').map((packet) => questionsOf(packet).includes(`${name} PTR QU`));
    expect(asked('_first._tcp.local')).toEqual([true, false, false, false]);
    expect(asked('_later._tcp.local')).toEqual([false, false, false]);
    first.stop();
    later.stop();
  });

  scenarioForSeeds('QU-02 after an interruption the first query of everything that is open, once', 20, (world) => {
    const h1 = world.host('h1', { announceHost: false });
    const browses = ['one', 'two'].map((type) => world.record(h1.mdns.browse(type)));
    world.advance(QUIET);
    h1.network.unplug('eth0');
    world.advance(3_000);
    h1.network.plug('eth0', world.lan, { addresses: ['198.18.0.1/24'] });
    const back = world.now;
    world.advance(QUIET);
    const asked = h1.sent({ kind: 'query', since: back }).map(questionsOf);
    expect(asked[0]).toEqual(['_one._tcp.local PTR QU', '_two._tcp.local PTR QU']);
    expect(
      asked
        .slice(1)
        .flat()
        .filter((text) => text.endsWith('QU')),
    ).toEqual([]);
    expect(asked.length).toBeGreaterThan(2);
    for (const browse of browses) browse.stop();
  });

  for (const [after, counts] of [
    [1_900, true],
    [2_100, false],
  ] as const) {
    scenario(`QU-07 the same unicast response ${after} ms later is ${counts ? 'believed' : 'ignored'}`, (world) => {
      const peer = world.peer();
      const h1 = world.host('h1', IDLE);
      const browse = world.record(h1.mdns.browse('t'));
      world.advance(1_000);
      const [asked] = askedAt(h1, TYPE, 'PTR');
      world.runUntil(Number(asked) + after);
      const records = service('I', TYPE, 'peer.local', 80, { addresses: ['198.18.0.200'] });
      peer.say(records, { to: { address: '198.18.0.1', port: 5353 } });
      world.advance(50);
      expect(browse.events).toHaveLength(counts ? 1 : 0);
      browse.stop();
    });
  }

  scenario('QU-07 DAS-01 what came by unicast has told nobody else: our own answer still leaves', (world) => {
    const [asker, other] = [world.peer(), world.peer({ address: '198.18.0.201', name: 'other' })];
    const list = '_services._dns-sd._udp.local';
    const h1 = world.host('h1');
    h1.mdns.publish({ name: 'I', type: 't', port: 80 });
    const types = world.record(h1.mdns.browse());
    world.runUntil(2_000);
    expect(h1.sent({ kind: 'query' }).flatMap(questionsOf)).toContain(`${list} PTR QU`);
    const asked = world.now;
    asker.ask({ questions: [question(list, 'PTR')] });
    world.advance(5);
    other.say([ptr(list, TYPE)], { to: { address: '198.18.0.1', port: 5353 } });
    world.advance(3_000);
    types.stop();
    const answers = h1
      .sent({ kind: 'response', to: 'group', since: asked + 5 })
      .flatMap(({ message }) => message.answers);
    expect(answers.map(({ name }) => name)).toContain(list);
  });

  scenario('QU-09 SMH-02 never where another process had the port before us', (world) => {
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const second = h1.start({ network: h1.network.process(), ipv6: false, hostname: 'second' });
    const since = world.now;
    const browse = world.record(second.browse('t'));
    second.publish({ name: 'I', type: 'u', port: 80 });
    world.advance(QUIET);
    const questions = h1.sent({ since }).flatMap(questionsOf);
    expect(questions).toContain('_t._tcp.local PTR');
    expect(questions).toContain('second.local ANY');
    expect(questions.filter((text) => text.endsWith('QU'))).toEqual([]);
    browse.stop();
  });

  scenario('QU-01 each question of a packet is judged by its own bit, which is no part of the class', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    h1.mdns.publish({ name: 'I', type: 't', port: 8085 });
    world.advance(QUIET);
    const asked = world.now;
    peer.ask({ questions: [question(`I.${TYPE}`, 'SRV', { qu: true }), question(`I.${TYPE}`, 'TXT')] });
    world.advance(200);
    const answers = (to: 'group' | 'unicast') =>
      h1.sent({ kind: 'response', to, since: asked }).flatMap(({ message }) => message.answers.map(({ type }) => type));
    expect(answers('unicast')).toEqual(['SRV']);
    expect(answers('group')).toEqual(['TXT']);
  });

  scenario('QU-05 a unicast response says what the multicast one does, byte for byte', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    h1.mdns.publish({ name: 'I', type: 't', port: 8085, txt: ['a=1'] });
    world.advance(QUIET);
    for (const type of ['SRV', 'TXT'] as const) {
      const since = world.now;
      peer.ask({ questions: [question(`I.${TYPE}`, type)] });
      world.advance(2_000);
      peer.ask({ questions: [question(`I.${TYPE}`, type, { qu: true })] });
      world.advance(2_000);
      const [multicast] = h1.sent({ kind: 'response', to: 'group', since });
      const [unicast] = peer.unicastHeard().filter(({ time }) => time >= since);
      expect(unicast?.destination).toEqual({ address: '198.18.0.200', port: 5353 });
      expect(unicast?.message).toEqual(multicast?.message);
      expect(unicast && Buffer.from(unicast.bytes)).toEqual(multicast && Buffer.from(multicast.bytes));
    }
  });

  scenario('QU-05 shared answers wait 20 to 120 ms there as well', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    h1.mdns.publish({ name: 'I', type: 't', port: 8085 });
    world.advance(QUIET);
    for (let i = 0; i < 50; i++) {
      const since = world.now;
      peer.ask({ questions: [question(TYPE, 'PTR', { qu: true })] });
      world.advance(1_000);
      const delays = peer
        .unicastHeard()
        .filter(({ time }) => time >= since)
        .map(({ time }) => time - since - 1);
      expect(delays).toHaveLength(1);
      expect(delays[0]).toBeGreaterThanOrEqual(20);
      expect(delays[0]).toBeLessThanOrEqual(120);
    }
  });
});

describe('refreshing', () => {
  scenario(
    'QRY-08 what somebody wants is asked for at 80, 85, 90 and 95 % of its life, and removed at its end',
    (world) => {
      const peer = world.peer();
      const h1 = world.host('h1', IDLE);
      world.advance(1_000);
      const browse = world.record(h1.mdns.browse('t', { resolve: false }));
      world.advance(1_500);
      const heard = world.now + 1;
      peer.say([ptr(TYPE, `I.${TYPE}`, { ttl: 100 })]);
      world.advance(110_000);
      browse.stop();
      const asked = askedAt(h1, TYPE, 'PTR', { since: heard + 75_000, before: heard + 105_000 });
      expect(asked).toHaveLength(4);
      for (const [i, time] of asked.entries()) {
        expect(time - heard).toBeGreaterThanOrEqual(80_000 + 5_000 * i);
        expect(time - heard).toBeLessThanOrEqual(82_000 + 5_000 * i);
      }
      expect(browse.events).toMatchObject([{ event: 'up' }, { event: 'down', reason: 'expired', at: heard + 100_000 }]);
    },
  );

  scenario('QRY-08 an answer to one of these begins the new life', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const browse = world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(1_500);
    const heard = world.now + 1;
    peer.say([ptr(TYPE, `I.${TYPE}`, { ttl: 100 })]);
    world.runUntil(heard + 87_500);
    peer.say([ptr(TYPE, `I.${TYPE}`, { ttl: 200 })]);
    world.runUntil(heard + 87_500 + 150_000);
    browse.stop();
    expect(browse.events).toMatchObject([{ event: 'up' }]);
    // The next query after those two is one of the series, which goes on apart from the refreshing.
    expect(askedAt(h1, TYPE, 'PTR', { since: heard + 87_500, before: heard + 120_000 })).toEqual([]);
  });

  scenario(
    'QRY-09 each of the four points is put off by 0 to 2 % of the life, evenly spread',
    (world) => {
      const peer = world.peer();
      const h1 = world.host('h1', IDLE);
      world.advance(1_000);
      const browse = world.record(h1.mdns.browse('t'));
      world.advance(200);
      const names = Array.from({ length: 250 }, (_, i) => `I${i}.${TYPE}`);
      // So far apart that none goes along with another.
      const heard = new Map<string, number>();
      for (const name of names) {
        world.advance(30_000);
        heard.set(name, world.now + 1);
        peer.say([ptr(TYPE, name), txt(name), srv(name, '.', 80, { ttl: 100 })]);
      }
      world.advance(99_000);
      browse.stop();
      const offsets: number[] = [];
      for (const { time, message } of h1.sent({ kind: 'query' })) {
        for (const { name, type } of message.questions) {
          const age = time - (heard.get(name) ?? Infinity);
          if (type === 'SRV' && age >= 70_000 && age < 99_000) offsets.push(age % 5_000);
        }
      }
      expect(offsets).toHaveLength(1_000);
      expectUniform(offsets, 0, 2_000);
    },
    { once: true },
  );

  scenario('A-52 records that age together are asked for together', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const browse = world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(1_500);
    const heard = world.now + 1;
    peer.say(Array.from({ length: 40 }, (_, i) => ptr(TYPE, `I${i}.${TYPE}`, { ttl: 100 })));
    world.advance(99_500);
    browse.stop();
    expect(askedAt(h1, TYPE, 'PTR', { since: heard + 75_000, before: heard + 99_000 })).toHaveLength(4);
  });

  scenario('QRY-10 what nobody wants is not asked for again, and is gone at the end of its life', async (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const browse = world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(200);
    peer.say([ptr(TYPE, `I.${TYPE}`, { ttl: 100 })]);
    world.advance(10);
    browse.stop();
    const since = world.now;
    world.advance(110_000);
    expect(h1.sent({ since })).toEqual([]);
    const again = world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(10);
    expect(again.events).toEqual([]);
    again.stop();
  });

  scenario('QRY-11 a unique answer ends the series: the next query comes at 80 to 82 % of its life', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    peer.onHeard(({ message }) => {
      const asked = new Set(message.questions.map(nameAndType));
      const all = [
        ptr(TYPE, `I.${TYPE}`),
        srv(`I.${TYPE}`, 'p.local', 80),
        txt(`I.${TYPE}`, ['a=1']),
        address('p.local', '198.18.0.200'),
        address('p.local', 'fe80::200'),
      ];
      const answers = all.filter((record) => asked.has(nameAndType(record)));
      if (answers.length > 0 && world.now < 5_000) peer.say(answers);
    });
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(100_000);
    browse.stop();
    expect(browse.events).toMatchObject([{ event: 'up' }]);
    for (const [name, type] of [
      [`I.${TYPE}`, 'SRV'],
      ['p.local', 'A'],
      ['p.local', 'AAAA'],
    ] as const) {
      const [first, second, ...more] = askedAt(h1, name, type);
      expect(more).toEqual([]);
      // Heard two hops after it was asked.
      expect(Number(second) - Number(first) - 2).toBeGreaterThanOrEqual(96_000);
      expect(Number(second) - Number(first) - 2).toBeLessThanOrEqual(98_400);
    }
    expect(askedAt(h1, `I.${TYPE}`, 'TXT')).toHaveLength(1);
  });
});
