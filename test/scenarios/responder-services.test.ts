/** What a service consists of on the wire, and what goes along with it (RFC 6763 sections 4 to 9 and 12). */
import { describe, expect } from 'vitest';
import type { ServiceOptions } from '../../src/index.js';
import { txtStringsOf } from '../../src/protocol/txt-strings.js';
import { conflictsWith, startService } from '../support/actions.js';
import { address, nsec, ptr, question, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type TestPeer, type World } from '../support/world.js';

const HOST = 'h1.local';
const TYPE = '_t._tcp.local';
const INSTANCE = `I.${TYPE}`;
const TYPES = '_services._dns-sd._udp.local';
const ADDRESSES = [address(HOST, '198.18.0.1'), address(HOST, 'fe80::1')];

describe('records of a service', () => {
  scenario('PSR-01 TXT-01 without attributes there is a TXT record all the same, of a single zero byte', (world) => {
    const { h1, peer } = settled(world, { txt: {} });
    const at = world.now;
    for (const [name, type] of [
      [TYPE, 'PTR'],
      [INSTANCE, 'ANY'],
    ] as const)
      peer.ask({ questions: [question(name, type)] });
    world.advance(2_000);
    const sent = h1.sent({ since: at });
    const answers = sent.flatMap(({ message }) => message.answers.map(({ type }) => type));
    expect(answers.sort()).toEqual(['PTR', 'SRV', 'TXT']);
    // Type, class, TTL of 4500 s, RDLENGTH 1, and the byte.
    const record = Buffer.from([0, 16, 0x80, 1, 0, 0, 0x11, 0x94, 0, 1, 0]);
    const holders = [...sent, ...h1.sent({ kind: 'response', before: at })].filter(({ bytes }) =>
      Buffer.from(bytes).includes(record),
    );
    expect(holders.length).toBeGreaterThanOrEqual(3);
  });

  scenario('PSR-02 the SRV record has priority 0, weight 0, the port, and a host with addresses', (world) => {
    const { h1, peer } = settled(world);
    const at = world.now;
    peer.ask({ questions: [question(INSTANCE, 'SRV')] });
    world.advance(1_000);
    const [sent] = h1.sent({ since: at });
    expect(sent?.message.answers).toEqual([srv(INSTANCE, HOST, 8085)]);
    // RDLENGTH, priority, weight and port; the target is `h1` and a pointer.
    const rdata = Buffer.from([0, 11, 0, 0, 0, 0, 8085 >> 8, 8085 & 0xff, 2, 0x68, 0x31, 0xc0]);
    expect(Buffer.from(sent?.bytes ?? []).includes(rdata)).toBe(true);
    expect(sent?.message.additionals).toEqual(ADDRESSES);
  });

  scenario('PSR-02 priority and weight can be chosen', (world) => {
    const { h1 } = settled(world, { priority: 3, weight: 7 });
    const answers = h1.sent({ kind: 'response' }).flatMap(({ message }) => message.answers);
    expect(answers).toContainEqual({ ...srv(INSTANCE, HOST, 8085), priority: 3, weight: 7 });
  });

  scenario('TXT-06 TXT-08 attributes are written as they are given: four states, case and order', (world) => {
    const { h1 } = settled(world, {
      txt: {
        Zeta: 'z',
        absent: false,
        PAPER: true,
        empty: '',
        odd: '=x y',
        bytes: Uint8Array.of(0, 0xff, 0x3d),
        n: 1.5,
      },
    });
    const [sent] = h1.sent({ kind: 'response' });
    const strings = sent?.message.answers.flatMap((record) => (record.type === 'TXT' ? txtStringsOf(record) : []));
    expect(strings?.map((string) => Buffer.from(string).toString('latin1'))).toEqual([
      'Zeta=z',
      'PAPER',
      'empty=',
      'odd==x y',
      'bytes=\u0000\u00ff=',
      'n=1.5',
    ]);
  });

  for (const [what, options] of [
    ['a key that is not ASCII', { txt: { é: '1' } }],
    ['a key with an equals sign', { txt: { 'a=b': '1' } }],
    ['an empty key', { txt: { '': '1' } }],
    ['a key twice', { txt: { a: '1', A: '2' } }],
    ['a string of 256 bytes', { txt: { a: 'x'.repeat(254) } }],
    ['a raw string of 256 bytes', { txt: ['x'.repeat(256)] }],
    ['more than fits into any packet', { txt: Array.from({ length: 40 }, () => 'x'.repeat(255)) }],
  ] as const) {
    scenario(`TXT-03 TXT-05 TXT-07 refused, when publishing and when updating: ${what}`, (world) => {
      const h1 = world.host('h1');
      expect(() => startService(h1, options)).toThrow(expect.objectContaining({ code: 'invalid-txt' }));
      const published = startService(h1);
      world.advance(QUIET);
      expect(() => published.update(options)).toThrow(expect.objectContaining({ code: 'invalid-txt' }));
      const at = world.now;
      world.advance(QUIET);
      expect(h1.sent({ since: at })).toEqual([]);
    });
  }

  for (const [what, attributes, about] of [
    ['an attribute that repeats the port', { port: '8085' }, /"port"/],
    ['a key of more than nine characters', { abcdefghij: '1' }, /"abcdefghij"/],
    [
      'a record of more than 1300 bytes',
      Object.fromEntries([0, 1, 2, 3, 4, 5].map((n) => [`k${n}`, 'x'.repeat(240)])),
      /1300/,
    ],
  ] as const) {
    scenario(`TXT-03 TXT-04 TXT-05 published, with a warning in the log: ${what}`, (world) => {
      const { h1 } = settled(world, { txt: attributes });
      expect(h1.sent({ kind: 'response', about: INSTANCE })).not.toEqual([]);
      const warnings = h1.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
      expect(warnings).toEqual([expect.stringMatching(about)]);
    });
  }

  scenario(
    'FLG-01 an SRV record of port 0 points to the host, never to the root, and is claimed like any other',
    (world) => {
      const peer = world.peer();
      conflictsWith(peer, (name) => name === INSTANCE);
      const h1 = world.host('h1');
      const placeholder = startService(h1, { port: 0 });
      world.advance(QUIET);
      expect(placeholder.name).toBe('I (2)');
      const targets = h1
        .sent()
        .flatMap(({ message }) => [...message.answers, ...message.authorities])
        .flatMap((record) =>
          record.type === 'SRV' ? [`${record.priority} ${record.weight} ${record.port} ${record.target}`] : [],
        );
      expect(new Set(targets)).toEqual(new Set([`0 0 0 ${HOST}`]));
    },
  );
});

describe('subtypes and types', () => {
  scenario(
    'SUB-01 SUB-02 each subtype has a record to the same instance, with any label, until the goodbye',
    async (world) => {
      const { h1, peer, published } = settled(world, { subtypes: ['_printer', 'color.laser', 'Größe'] });
      const names = [`_printer._sub.${TYPE}`, `color\\.laser._sub.${TYPE}`, `Größe._sub.${TYPE}`];
      for (const name of [...names, `_PRINTER._sub.${TYPE}`]) {
        const at = world.now;
        peer.ask({ questions: [question(name, 'PTR')] });
        world.advance(2_000);
        expect(h1.sent({ since: at }).map(({ message }) => message.answers)).toEqual([
          [ptr(name === `_PRINTER._sub.${TYPE}` ? (names[0] ?? '') : name, INSTANCE)],
        ]);
      }
      const at = world.now;
      await world.settle(published.withdraw());
      const gone = h1.sent({ since: at }).flatMap(({ message }) => message.answers);
      for (const name of [TYPE, ...names]) expect(gone).toContainEqual(ptr(name, INSTANCE, { ttl: 0 }));
    },
  );

  scenario('ENU-01 SUB-03 the types are enumerated, each once, as shared records, subtypes left out', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1, { subtypes: ['_printer'] });
    startService(h1, { name: 'J' });
    startService(h1, { name: 'K', type: 'u._udp' });
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question(TYPES, 'PTR')] });
    world.advance(1_000);
    const [sent, ...more] = h1.sent({ since: at });
    expect(more).toEqual([]);
    expect(sent?.message.answers).toEqual([ptr(TYPES, TYPE), ptr(TYPES, '_u._udp.local')]);
    expect(sent?.message.additionals).toEqual([]);
    expect((sent?.time ?? 0) - at).toBeGreaterThanOrEqual(21);
    expect((sent?.time ?? 0) - at).toBeLessThanOrEqual(121);
  });

  scenario('ENU-02 a type goes with its last instance, and not before', async (world) => {
    const h1 = world.host('h1');
    const services = [startService(h1), startService(h1, { name: 'J' })];
    world.advance(QUIET);
    const goodbyes = [];
    for (const service of services) {
      const at = world.now;
      await world.settle(service.withdraw());
      const answers = h1.sent({ since: at }).flatMap(({ message }) => message.answers);
      goodbyes.push(answers.some(({ name, ttl }) => name === TYPES && ttl === 0));
    }
    expect(goodbyes).toEqual([false, true]);
  });

  scenario('ENU-04 a host without services claims and defends its name, and is silent about types', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    world.advance(QUIET);
    expect(h1.sent().map(({ message }) => message.response)).toEqual([false, false, false, true, true]);
    const at = world.now;
    for (const name of [TYPES, TYPE])
      for (const type of ['PTR', 'ANY'] as const) peer.ask({ questions: [question(name, type)] });
    world.advance(2_000);
    expect(h1.sent({ since: at })).toEqual([]);
    peer.ask({
      questions: [question(HOST, 'ANY', { qu: true })],
      authorities: [address(HOST, '198.18.0.99', { flush: false })],
    });
    world.advance(20);
    expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toEqual([address(HOST, '198.18.0.1')]);
  });
});

describe('additional records', () => {
  for (const [what, name] of [
    ['a type', TYPE],
    ['a subtype', `_p._sub.${TYPE}`],
  ] as const) {
    scenario(`ADD-01 with the instance of ${what} go SRV, TXT and all addresses`, (world) => {
      const { h1, peer } = settled(world, { subtypes: ['_p'] });
      const at = world.now;
      peer.ask({ questions: [question(name, 'PTR')] });
      world.advance(1_000);
      const [sent] = h1.sent({ since: at });
      expect(sent?.message.additionals).toEqual([srv(INSTANCE, HOST, 8085), txt(INSTANCE, ['a=1']), ...ADDRESSES]);
    });
  }

  for (const [name, type, additionals] of [
    [INSTANCE, 'SRV', ADDRESSES],
    [INSTANCE, 'TXT', []],
    [TYPES, 'PTR', []],
    [HOST, 'A', ADDRESSES.slice(1)],
    ['1.0.18.198.in-addr.arpa', 'PTR', []],
  ] as const) {
    scenario(`ADD-02 what goes along with ${name} ${type}`, (world) => {
      const { h1, peer } = settled(world);
      const at = world.now;
      peer.ask({ questions: [question(name, type)] });
      world.advance(1_000);
      expect(h1.sent({ since: at }).map(({ message }) => message.additionals)).toEqual([additionals]);
    });
  }

  for (const [ttl, isAnswered] of [
    [2_250, false],
    [2_249, true],
  ] as const) {
    scenario(
      `ADD-04 KAS-01 KAS-02 a known answer of ${ttl} s takes ${isAnswered ? 'nothing' : 'all that goes along'} away`,
      (world) => {
        const { h1, peer } = settled(world);
        const at = world.now;
        peer.ask({ questions: [question(TYPE, 'PTR')], answers: [ptr(TYPE, INSTANCE, { ttl })] });
        world.advance(1_000);
        expect(h1.sent({ since: at }).map(({ message }) => message.additionals.length)).toEqual(isAnswered ? [4] : []);
      },
    );
  }

  scenario(
    'ADD-01 ADD-04 what does not fit one packet goes in several, each answer with what belongs to it',
    (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      const strings = Array.from({ length: 4 }, (_, i) => `${i}=`.padEnd(200, 'x'));
      for (const name of ['A', 'B', 'C']) startService(h1, { name, txt: strings });
      world.advance(QUIET);
      const at = world.now;
      peer.ask({ questions: [question(TYPE, 'PTR')] });
      world.advance(2_000);
      const sent = h1.sent({ since: at }).map(({ message }) => message);
      const whole = ['A', 'B', 'C'].map((name) => `${name}.${TYPE}`);
      expect(sent.flatMap(({ answers }) => answers)).toEqual(whole.map((name) => ptr(TYPE, name)));
      for (const { answers, additionals } of sent) {
        for (const answer of answers) {
          const own = additionals.filter(({ name }) => answer.type === 'PTR' && name === answer.target);
          expect(own.map(({ type }) => type)).toEqual(['SRV', 'TXT']);
        }
      }
      const addresses = sent.map(({ additionals }) => additionals.filter(({ name }) => name === HOST));
      expect(addresses).toEqual([[address(HOST, '198.18.0.1'), nsec(HOST, ['A'])], [], []]);
    },
  );

  scenario('ADD-04 a reply to one querier has no more packets than its answers need', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const strings = Array.from({ length: 4 }, (_, i) => `${i}=`.padEnd(200, 'x'));
    for (const name of ['A', 'B', 'C']) startService(h1, { name, txt: strings });
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question(TYPE, 'PTR', { qu: true })] });
    world.advance(2_000);
    const [sent, ...more] = h1.sent({ since: at });
    expect(more).toEqual([]);
    expect(sent?.message.answers).toHaveLength(3);
    expect(sent?.message.additionals.filter(({ type }) => type === 'TXT')).toHaveLength(1);
  });
});

/** A host of both families with one service that has been quiet for a while, and somebody to ask it. */
function settled(world: World, service: Partial<ServiceOptions> = {}) {
  const peer: TestPeer = world.peer();
  const h1: TestHost = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64'] });
  const published = startService(h1, service);
  world.advance(QUIET);
  return { h1, peer, published };
}
