/** When answers leave: at once, by chance, together, put off (RFC 6762 sections 6, 6.3 and 6.4). */
import { describe, expect } from 'vitest';
import type { ResourceRecord } from '../../src/protocol/record.js';
import { startService } from '../support/actions.js';
import { recordsOf, type SentPacket } from '../support/packet-log.js';
import { expectUniform } from '../support/questions.js';
import { address, ptr, question, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type TestPeer, type World } from '../support/world.js';

const HOST = 'h1.local';
const TYPE = '_t._tcp.local';
const OTHER_TYPE = '_u._tcp.local';
const INSTANCE = `I.${TYPE}`;
/** Milliseconds that a packet travels. */
const WIRE = 1;

describe('answering', () => {
  for (const [type, records] of [
    ['SRV', [srv(INSTANCE, HOST, 8085)]],
    ['TXT', [txt(INSTANCE, ['a=1'])]],
  ] as const) {
    scenario(`RSP-05 A-80 a unique answer to a single question leaves within 10 ms: ${type}`, (world) => {
      const { h1, peer } = settled(world);
      const at = world.now;
      peer.ask({ questions: [question(INSTANCE, type)] });
      world.advance(2_000);
      const [sent, ...more] = h1.sent({ since: at });
      expect(more).toEqual([]);
      expect(sent?.message.answers).toEqual(records);
      expect((sent?.time ?? 0) - at).toBeLessThanOrEqual(WIRE + 10);
    });
  }

  scenario(
    'RSP-06 A-72 a shared answer waits 20 to 120 ms by chance, evenly spread',
    (world) => {
      const { h1, peer } = settled(world);
      expectUniform(
        delays(world, h1, 1_000, () => peer.ask({ questions: [question(TYPE, 'PTR')] })),
        20,
        120,
      );
    },
    { once: true },
  );

  scenario(
    'RSP-07 after a truncated query an answer waits 400 to 500 ms, evenly spread',
    (world) => {
      const { h1, peer } = settled(world);
      const ask = () => peer.ask({ questions: [question(INSTANCE, 'SRV')], truncated: true });
      expectUniform(delays(world, h1, 1_000, ask), 400, 500);
    },
    { once: true },
  );

  for (const [what, questions] of [
    ['a shared one among them', [question(HOST, 'A'), question(TYPE, 'PTR')]],
    ['all of them unique', [question(HOST, 'A'), question(INSTANCE, 'SRV')]],
    ['one of them of others', [question(HOST, 'A'), question('elsewhere.local', 'A')]],
  ] as const) {
    scenario(`RSP-08 A-28 several questions are answered, after 20 to 120 ms: ${what}`, (world) => {
      const { h1, peer } = settled(world);
      const expected = questions.filter(({ name }) => name !== 'elsewhere.local').length;
      const samples = delays(
        world,
        h1,
        40,
        () => peer.ask({ questions }),
        (sent) => {
          expect(sent.message.answers).toHaveLength(expected);
        },
      );
      expect(Math.min(...samples)).toBeGreaterThanOrEqual(20);
      expect(Math.max(...samples)).toBeLessThanOrEqual(120);
      expect(Math.max(...samples) - Math.min(...samples)).toBeGreaterThan(60);
    });
  }

  scenario('RSP-06 A-27 ANY with a shared record at the name waits as well', (world) => {
    const { h1, peer } = settled(world);
    const samples = delays(world, h1, 10, () => peer.ask({ questions: [question(TYPE, 'ANY')] }));
    expect(Math.min(...samples)).toBeGreaterThanOrEqual(20);
  });

  scenario(
    'RSP-11 of twenty queries within a second a record is multicast once, and once more a second later',
    (world) => {
      const { h1, peer } = settled(world);
      const at = world.now;
      for (let i = 0; i < 20; i++) {
        peer.ask({ questions: [question(TYPE, 'PTR')] });
        world.advance(50);
      }
      world.advance(QUIET);
      const [first, second, ...more] = h1.sent({ since: at }).map(({ time }) => time);
      expect(more).toEqual([]);
      expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(1_000);
      expect(Number(second) - Number(first)).toBeLessThanOrEqual(1_001);
    },
  );

  scenario('RSP-11 A-19 a record that went along as an additional one counts, too, for itself alone', (world) => {
    const { h1, peer } = settled(world);
    peer.ask({ questions: [question(TYPE, 'PTR')] });
    world.advance(200);
    const [along] = h1.sent({ since: QUIET });
    expect(along && recordsOf(along.message)).toContainEqual(srv(INSTANCE, HOST, 8085));
    const at = world.now;
    peer.ask({ questions: [question(INSTANCE, 'SRV')] });
    peer.ask({ questions: [question(OTHER_TYPE, 'PTR')] });
    world.advance(QUIET);
    const answered = (name: string) =>
      h1.sent({ since: at, about: name }).find(({ message }) => message.answers[0]?.name === name);
    expect((answered(INSTANCE)?.time ?? 0) - (along?.time ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect((answered(OTHER_TYPE)?.time ?? 0) - at).toBeLessThanOrEqual(WIRE + 120);
  });

  scenario('RSP-12 A-14 in defence against a probe by multicast 250 ms are enough', (world) => {
    const { h1, peer } = settled(world);
    const at = world.now;
    peer.ask({ questions: [question(HOST, 'A')] });
    world.advance(100);
    peer.ask({
      questions: [question(HOST, 'ANY')],
      authorities: [address(HOST, '198.18.0.99', { flush: false })],
    });
    world.advance(5_000);
    const times = h1.sent({ since: at }).map(({ time }) => time - at);
    expect(times).toEqual([WIRE, WIRE + 250]);
  });

  scenario('RSP-13 an answer that comes too soon is put off to the end of the second, not lost', (world) => {
    const { h1, peer } = settled(world);
    peer.ask({ questions: [question(HOST, 'A')] });
    world.advance(300);
    peer.ask({ questions: [question(HOST, 'A')] });
    peer.ask({ questions: [question(TYPE, 'PTR')] });
    world.advance(5_000);
    const about = h1.sent({ since: QUIET }).filter(({ message }) => message.answers.some(({ name }) => name === HOST));
    expect(about.map(({ time }) => time - QUIET)).toEqual([WIRE, WIRE + 1_000]);
  });

  scenario('RSP-14 ANY without proposed records is an ordinary question, for the rate limit too', (world) => {
    const { h1, peer } = settled(world);
    peer.ask({ questions: [question(HOST, 'A')] });
    world.advance(300);
    peer.ask({ questions: [question(HOST, 'ANY')] });
    peer.ask({
      questions: [question(HOST, 'ANY')],
      authorities: [address('elsewhere.local', '198.18.0.99', { flush: false })],
    });
    world.advance(5_000);
    expect(h1.sent({ since: QUIET }).map(({ time }) => time - QUIET)).toEqual([WIRE, WIRE + 1_000]);
  });

  scenario('RSP-15 answers to two queries that come together leave in one packet', (world) => {
    const { h1, peer } = settled(world);
    for (let i = 0; i < 40; i++) {
      const at = world.now;
      peer.ask({ questions: [question(TYPE, 'PTR')] });
      world.advance(5);
      peer.ask({ questions: [question(OTHER_TYPE, 'PTR')] });
      world.advance(3_000);
      const sent = h1.sent({ since: at });
      expect(sent.map(({ message }) => message.answers)).toEqual([
        [ptr(TYPE, INSTANCE), ptr(OTHER_TYPE, `K.${OTHER_TYPE}`)],
      ]);
      expect(sent[0]?.time).toBeGreaterThanOrEqual(at + 5 + WIRE + 20);
    }
  });

  scenario('RSP-15 however many follow, none waits more than 620 ms', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const types = Array.from({ length: 60 }, (_, i) => `t${i}`);
    for (const type of types) startService(h1, { type });
    world.advance(QUIET);
    const asked = new Map<string, number>();
    for (const type of types) {
      const name = `_${type}._tcp.local`;
      asked.set(name, world.now);
      peer.ask({ questions: [question(name, 'PTR')] });
      world.advance(15);
    }
    world.advance(2_000);
    const sent = h1.sent({ since: QUIET });
    const waits = sent.flatMap(({ time, message }) => message.answers.map(({ name }) => time - (asked.get(name) ?? 0)));
    expect(waits).toHaveLength(60);
    expect(Math.max(...waits)).toBeLessThanOrEqual(WIRE + 620);
    expect(sent.length).toBeLessThanOrEqual(30);
  });

  scenario('RSP-15 A-37 askers by unicast and by multicast get one response, by multicast', (world) => {
    const { h1, peer } = settled(world);
    const other = world.peer({ address: '198.18.0.201', name: 'other' });
    const at = world.now;
    other.ask({ questions: [question(TYPE, 'PTR')] });
    world.advance(2);
    peer.ask({ questions: [question(TYPE, 'PTR', { qu: true })] });
    world.advance(2_000);
    expect(h1.sent({ since: at }).map(({ toGroup }) => toGroup)).toEqual([true]);
  });

  scenario('RSP-15 PRB-11 the defence of a name does not wait for what is gathering', (world) => {
    const { h1, peer } = settled(world);
    const at = world.now;
    peer.ask({ questions: [question(TYPE, 'PTR')] });
    peer.ask({
      questions: [question(HOST, 'ANY', { qu: true })],
      authorities: [address(HOST, '198.18.0.99', { flush: false })],
    });
    world.advance(WIRE);
    const [defence] = h1.sent({ since: at });
    expect(defence?.message.answers).toEqual([address(HOST, '198.18.0.1')]);
    expect(defence?.time).toBe(at + WIRE);
  });
});

describe('answering truncated queries', () => {
  scenario('TC-03 each further truncated packet starts the wait anew', (world) => {
    const { h1, peer } = settled(world);
    const at = world.now;
    peer.ask({ questions: [question(TYPE, 'PTR')], truncated: true });
    for (let i = 0; i < 2; i++) {
      world.advance(300);
      peer.ask({ answers: [ptr(TYPE, `Other ${i}.${TYPE}`)], truncated: true });
    }
    world.advance(5_000);
    const [answer, ...more] = h1.sent({ since: at });
    expect(more).toEqual([]);
    expect((answer?.time ?? 0) - at - WIRE).toBeGreaterThanOrEqual(1_000);
    expect((answer?.time ?? 0) - at - WIRE).toBeLessThanOrEqual(1_100);
  });

  scenario('TC-03 A-43 but not for ever', (world) => {
    const { h1, peer } = settled(world);
    const at = world.now;
    peer.ask({ questions: [question(TYPE, 'PTR')], truncated: true });
    for (let i = 0; i < 30; i++) {
      world.advance(300);
      peer.ask({ answers: [ptr(TYPE, `Other ${i}.${TYPE}`)], truncated: true });
    }
    const answered = h1.sent({ since: at });
    expect(answered).toHaveLength(1);
    expect((answered[0]?.time ?? 0) - at).toBeLessThanOrEqual(2_500);
  });

  for (const [what, address, isStruck] of [
    ['of the same source is part of the query, whatever its id', '198.18.0.200', true],
    ['of another source is not', '198.18.0.201', false],
  ] as const) {
    scenario(`TC-04 what is known ${what}`, (world) => {
      const { h1, peer } = settled(world);
      const more = world.peer({ address, name: 'more' });
      const at = world.now;
      peer.ask({ id: 1, questions: [question(TYPE, 'PTR')], truncated: true });
      world.advance(50);
      more.ask({ id: 2, answers: [ptr(TYPE, INSTANCE)] });
      world.advance(2_000);
      expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toEqual(
        isStruck ? [] : [ptr(TYPE, INSTANCE)],
      );
    });
  }

  scenario('LEG-01 A-36 a simple resolver is not waited for, and what it knows is left out', (world) => {
    const { h1, peer } = settled(world);
    const ask = (answers: readonly ResourceRecord[]) => {
      const at = world.now;
      peer.ask({ questions: [question(TYPE, 'PTR')], answers, truncated: true }, { port: 40_000 });
      world.advance(20);
      return h1.sent({ since: at }).flatMap(({ message }) => message.answers);
    };
    expect(ask([])).toEqual([ptr(TYPE, INSTANCE, { ttl: 10 })]);
    expect(ask([ptr(TYPE, INSTANCE)])).toEqual([]);
  });

  scenario('TC-02 A-42 what one knows is answered all the same when another one waits for it', (world) => {
    const { h1, peer } = settled(world);
    const other = world.peer({ address: '198.18.0.201', name: 'other' });
    const at = world.now;
    peer.ask({ questions: [question(TYPE, 'PTR')], truncated: true });
    other.ask({ questions: [question(TYPE, 'PTR')], truncated: true });
    world.advance(50);
    peer.ask({ answers: [ptr(TYPE, INSTANCE)] });
    world.advance(2_000);
    expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toEqual([ptr(TYPE, INSTANCE)]);
  });
});

/** A host with two services that has been quiet for a while, and somebody to ask it. */
function settled(world: World): { h1: TestHost; peer: TestPeer } {
  const peer = world.peer();
  const h1 = world.host('h1');
  startService(h1);
  startService(h1, { name: 'K', type: 'u' });
  world.advance(QUIET);
  return { h1, peer };
}

/** Asks so many times, far apart, and returns how long each answer took from when the query was heard. */
function delays(
  world: World,
  h1: TestHost,
  times: number,
  ask: () => void,
  check: (sent: SentPacket) => void = () => {},
) {
  return Array.from({ length: times }, () => {
    const at = world.now;
    ask();
    world.advance(2_000);
    const [sent, ...more] = h1.sent({ since: at });
    expect(more).toEqual([]);
    if (!sent) throw new Error('There is no answer.');
    check(sent);
    return sent.time - at - WIRE;
  });
}
