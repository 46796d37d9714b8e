/** What is answered, to whom, and what is met with silence (RFC 6762 sections 2, 6, 10.2 and 12). */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { recordsOf } from '../support/packet-log.js';
import { address, nameAndType, nsec, ptr, question, srv } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type TestPeer, type World } from '../support/world.js';

const HOST = 'h1.local';
const TYPE = '_t._tcp.local';
const INSTANCE = `I.${TYPE}`;
const IN = 1;
const CHAOS = 3;
const ANY_CLASS = 255;
const SRV = `${INSTANCE} SRV`;
const TXT = `${INSTANCE} TXT`;

describe('what matches a question', () => {
  for (const [name, type, cls, expected] of [
    [INSTANCE, 'SRV', IN, [SRV]],
    ['i._T._tCP.LoCaL', 'SRV', IN, [SRV]],
    [INSTANCE, 'SRV', ANY_CLASS, [SRV]],
    [INSTANCE, 'SRV', CHAOS, []],
    [INSTANCE, 'PTR', CHAOS, []],
    [TYPE, 'PTR', IN, [`${TYPE} PTR`]],
    [TYPE, 'SRV', IN, []],
    ['J._t._tcp.local', 'SRV', IN, []],
    ['local', 'PTR', IN, []],
  ] as const) {
    scenario(`RSP-02 ${name} ${type}, class ${cls}: ${expected.join(', ') || 'silence'}`, (world) => {
      const { h1, peer } = settled(world);
      peer.ask({ questions: [{ name, type, class: cls, unicastResponse: false }] });
      expect(answered(world, h1)).toEqual(expected);
    });
  }

  for (const [what, name, cls, expected] of [
    ['an instance', INSTANCE, IN, [SRV, TXT]],
    ['a host, every address', HOST, IN, [`${HOST} A`, `${HOST} A`, `${HOST} AAAA`]],
    ['a type, its instances', TYPE, IN, [`${TYPE} PTR`, `${TYPE} PTR`]],
    ['any class as well', INSTANCE, ANY_CLASS, [SRV, TXT]],
  ] as const) {
    scenario(`ANY-01 A-27 type ANY gets all records of the name: ${what}`, (world) => {
      const { h1, peer } = settled(world);
      startService(h1, { name: 'J' });
      world.advance(QUIET);
      peer.ask({ questions: [{ name, type: 'ANY', class: cls, unicastResponse: false }] });
      expect(answered(world, h1).sort()).toEqual([...expected]);
    });
  }

  scenario('QU-01 the QU bit is no part of the class, and is judged per question', (world) => {
    const { h1, peer } = settled(world);
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question(HOST, 'A', { qu: true }), question(TYPE, 'PTR')] });
    world.advance(2_000);
    const sent = h1.sent({ since: at });
    const names = (toGroup: boolean) =>
      sent
        .filter((packet) => packet.toGroup === toGroup)
        .flatMap(({ message }) => message.answers.map(({ name }) => name));
    expect(names(false)).toEqual([HOST, HOST]);
    expect(names(true)).toEqual([TYPE]);
  });
});

describe('silence', () => {
  for (const [what, questions] of [
    [
      'names that nobody has',
      [question('x.local', 'A'), question(`X.${TYPE}`, 'SRV'), question('_x._tcp.local', 'PTR')],
    ],
    ['the zone itself', [question('local', 'SOA'), question('local', 'NS'), question('local', 'ANY')]],
    ['names below our own', [question(`y.${HOST}`, 'A'), question(`y.${INSTANCE}`, 'SRV')]],
    ['a zone transfer', [question('local', 'TYPE252'), question(TYPE, 'TYPE252')]],
    [
      'domains to browse and register in',
      ['b', 'db', 'r', 'dr', 'lb'].map((name) => question(`${name}._dns-sd._udp.local`, 'PTR')),
    ],
  ] as const) {
    scenario(`RSP-03 NAM-07 DOM-03 nothing is said about ${what}`, (world) => {
      const { h1, peer } = settled(world);
      const at = world.now;
      for (const one of questions) {
        peer.ask({ questions: [one] });
        peer.ask({ questions: [one] }, { port: 40_000 });
      }
      world.advance(QUIET);
      expect(h1.sent({ since: at })).toEqual([]);
    });
  }

  scenario(
    'DOM-02 nor is anything asked about domains that are made of addresses, link-local or not',
    (world) => {
      const h1 = world.host('h1', { addresses: ['169.254.7.7/16', 'fe80::1/64'] });
      world.record(h1.mdns.browse());
      world.record(h1.mdns.browse('t'));
      world.advance(3_600_000);
      const asked = h1.sent({ kind: 'query' }).flatMap(({ message }) => message.questions.map(({ name }) => name));
      expect(new Set(asked)).toEqual(new Set(['_services._dns-sd._udp.local', TYPE]));
    },
    { once: true },
  );

  scenario('NAM-07 at our own name there is no SOA and no NS either: that is denied', (world) => {
    const { h1, peer } = settled(world);
    for (const type of ['SOA', 'NS'] as const) {
      const at = world.now;
      peer.ask({ questions: [question(HOST, type)] });
      world.advance(2_000);
      expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toEqual([nsec(HOST, ['A', 'AAAA'])]);
    }
  });

  scenario('NAM-06 no unique name is used before it is claimed, and each is unique or shared for good', (world) => {
    const { h1 } = settled(world);
    const [first] = h1.sent({ kind: 'response' });
    expect(h1.sent({ kind: 'probe', before: first?.time ?? 0 })).toHaveLength(6);
    const kinds = new Set(
      h1
        .sent({ kind: 'response' })
        .flatMap(({ message }) => message.answers.map(({ name, type, cacheFlush }) => `${name} ${type} ${cacheFlush}`)),
    );
    expect([...kinds].filter((kind) => !kind.includes('.arpa')).sort()).toEqual(
      [
        `${INSTANCE} SRV true`,
        `${INSTANCE} TXT true`,
        '_services._dns-sd._udp.local PTR false',
        `${TYPE} PTR false`,
        `${HOST} A true`,
        `${HOST} AAAA true`,
      ].sort(),
    );
  });
});

describe('responses', () => {
  scenario('RSP-10 RSP-09 go to the group, and by unicast to those alone who asked for that', (world) => {
    const { h1, peer } = settled(world);
    const ask = (parts: { qu?: boolean; port?: number; direct?: boolean }) => {
      const at = world.now;
      peer.ask(
        { questions: [question(INSTANCE, 'SRV', { qu: parts.qu ?? false })] },
        { port: parts.port ?? 5353, ...(parts.direct && { to: { address: '198.18.0.1', port: 5353 } }) },
      );
      world.advance(2_000);
      return h1
        .sent({ since: at })
        .map(({ source, destination }) => `${source.port} > ${destination.address}:${destination.port}`);
    };
    expect(ask({})).toEqual(['5353 > 224.0.0.251:5353']);
    expect(ask({ qu: true })).toEqual(['5353 > 198.18.0.200:5353']);
    expect(ask({ direct: true })).toEqual(['5353 > 198.18.0.200:5353']);
    expect(ask({ port: 40_000 })).toEqual(['5353 > 198.18.0.200:40000']);
  });

  scenario('QU-05 by unicast look as by multicast, and wait as long', (world) => {
    const { h1, peer } = settled(world);
    const exchange = (qu: boolean) => {
      const at = world.now;
      peer.ask({ id: 77, questions: [question(TYPE, 'PTR', { qu })] });
      world.advance(2_000);
      const [sent] = h1.sent({ since: at });
      expect((sent?.time ?? 0) - at).toBeGreaterThanOrEqual(21);
      expect((sent?.time ?? 0) - at).toBeLessThanOrEqual(121);
      return sent;
    };
    const [multicast, unicast] = [exchange(false), exchange(true)];
    expect([multicast?.toGroup, unicast?.toGroup]).toEqual([true, false]);
    expect(unicast?.bytes).toEqual(multicast?.bytes);
    expect(unicast?.message).toMatchObject({ id: 0, authoritative: true, questions: [] });
  });

  scenario('RSP-16 hold no record twice, asked for twice or going along as well', (world) => {
    const { h1, peer } = settled(world);
    const all = [question(TYPE, 'PTR'), question(INSTANCE, 'ANY'), question(HOST, 'ANY'), question(INSTANCE, 'SRV')];
    const at = world.now;
    peer.ask({ questions: [...all, ...all] });
    world.advance(2_000);
    const sent = h1.sent({ since: at });
    expect(sent).toHaveLength(1);
    const texts = sent.flatMap(({ message }) => recordsOf(message)).map((record) => JSON.stringify(record));
    expect(new Set(texts).size).toBe(texts.length);
    expect(sent[0]?.message.answers).toHaveLength(6);
  });

  scenario('CFL-03 hold a unique set whole, whichever of it is asked for', (world) => {
    const { h1, peer } = settled(world);
    const at = world.now;
    peer.ask({ questions: [question(HOST, 'A')], answers: [address(HOST, '198.18.0.1', { flush: false })] });
    world.advance(2_000);
    expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toEqual([
      address(HOST, '198.18.0.1'),
      address(HOST, '198.18.0.3'),
    ]);
  });

  scenario(
    'CFL-03 SIZ-03 hold in one burst a set that no packet holds',
    (world) => {
      const lan = world.newLan('small', { mtu: 600 });
      const peer = world.peer({ lan });
      const h1 = world.host('h1', { lan });
      h1.mdns.publishHost({ name: 'many', addresses: Array.from({ length: 40 }, (_, i) => `fd00::${i + 1}`) });
      world.advance(QUIET);
      const at = world.now;
      peer.ask({ questions: [question('many.local', 'AAAA')] });
      world.advance(2_000);
      const sent = h1.sent({ since: at });
      expect(sent.length).toBeGreaterThan(2);
      expect(sent.flatMap(({ message }) => message.answers)).toHaveLength(40);
      expect(new Set(sent.map(({ time }) => time))).toEqual(new Set([at + 1]));
    },
    { once: true },
  );

  scenario('CFL-04 A-24 have the cache-flush bit on unique records alone, and not in legacy replies', (world) => {
    const { h1, peer } = settled(world);
    const ask = (port: number) => {
      const at = world.now;
      peer.ask({ questions: [question(TYPE, 'PTR')] }, { port });
      world.advance(2_000);
      return h1
        .sent({ since: at })
        .flatMap(({ message }) => recordsOf(message).map(({ type, cacheFlush }) => [type, cacheFlush]));
    };
    expect(ask(5353)).toEqual([['PTR', false], ...['SRV', 'TXT', 'A', 'A', 'AAAA'].map((type) => [type, true])]);
    expect(ask(40_000)).toEqual(['PTR', 'SRV', 'TXT', 'A', 'A', 'AAAA'].map((type) => [type, false]));
  });
});

describe('copies of our records from elsewhere', () => {
  for (const [ttl, isRepeated] of [
    [120, false],
    [60, false],
    [59, true],
    [0, true],
  ] as const) {
    scenario(`COP-02 with a TTL of ${ttl} of 120 s ${isRepeated ? 'are corrected' : 'are fine'}`, (world) => {
      const { h1, peer } = settled(world);
      const at = world.now;
      peer.say([srv(INSTANCE, HOST, 8085, { ttl })]);
      world.advance(QUIET);
      expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toEqual(
        isRepeated ? [srv(INSTANCE, HOST, 8085)] : [],
      );
    });
  }

  scenario('COP-01 other shared data is welcome, other unique data is a conflict', (world) => {
    const { h1, peer } = settled(world);
    const at = world.now;
    peer.say([ptr(TYPE, `J.${TYPE}`)]);
    world.advance(QUIET);
    expect(h1.sent({ since: at })).toEqual([]);
    peer.say([srv(INSTANCE, 'peer.local', 1)]);
    world.advance(QUIET);
    expect(h1.sent({ since: at, kind: 'probe' })).toHaveLength(3);
  });
});

/** A host of both families with one service that has been quiet for a while, and somebody to ask it. */
function settled(world: World): { h1: TestHost; peer: TestPeer } {
  const peer = world.peer();
  const h1 = world.host('h1', { addresses: ['198.18.0.1/24', '198.18.0.3/24', 'fe80::1/64'] });
  startService(h1);
  world.advance(QUIET);
  return { h1, peer };
}

/** Name and type of what is answered within a second. */
function answered(world: World, h1: TestHost): string[] {
  const at = world.now;
  world.advance(1_000);
  return h1.sent({ since: at }).flatMap(({ message }) => message.answers.map(nameAndType));
}
