/** The rules for every packet can be broken, and notice it. */
import { describe, expect, it } from 'vitest';
import { SimulatedLan } from '../../src/net/simulated/index.js';
import type { Message } from '../../src/protocol/record.js';
import { encodeMessage } from '../../src/protocol/wire/encode.js';
import { globalViolations } from './global-asserts.js';
import { PacketLog } from './packet-log.js';
import { address, ptr, query, question, response, srv, txt } from './records.js';

const A = address('h.local', '198.18.0.1');
const AAAA = address('h.local', 'fe80::1');
const SRV = srv('I._t._tcp.local', 'h.local', 1);
const POINTER = ptr('_t._tcp.local', 'I._t._tcp.local');

/** A host of ours that says what no host of ours says, and a neighbour. */
function setup() {
  const lan = new SimulatedLan();
  const log = new PacketLog();
  log.follow(lan, 'lan');
  const ours = lan.peer({ address: '198.18.0.1', name: 'h/eth0' });
  const neighbour = lan.peer({ address: '198.18.0.9', name: 'neighbour' });
  const violations = () =>
    globalViolations(log.packets, (from) => from === 'h/eth0').map((what) => what.split(':')[0] ?? '');
  return { lan, ours, neighbour, violations };
}

function raw(change: (bytes: Uint8Array) => void, bytes = response({ answers: [A] })): Uint8Array {
  const copy = new Uint8Array(bytes);
  change(copy);
  return copy;
}

const message = (parts: Partial<Message>): Uint8Array =>
  encodeMessage({
    id: 0,
    response: true,
    opcode: 0,
    rcode: 0,
    authoritative: true,
    truncated: false,
    questions: [],
    answers: [],
    authorities: [],
    additionals: [],
    ...parts,
  });

describe('rules for every packet', () => {
  it('let pass what is right', () => {
    const { ours, neighbour, violations, lan } = setup();
    ours.multicast(
      query({ questions: [question('h.local', 'ANY', { qu: true })], authorities: [{ ...A, cacheFlush: false }] }),
    );
    ours.multicast(response({ answers: [POINTER, SRV], additionals: [A] }));
    lan.clock.advance(2_000);
    neighbour.multicast(query({ questions: [question('h.local', 'A', { qu: true })] }));
    neighbour.multicast(query({ id: 7, questions: [question('h.local', 'A')] }), { port: 40_000 });
    lan.clock.advance(5);
    ours.unicast(response({ answers: [A] }), { address: '198.18.0.9', port: 5353 });
    const legacy = { ...A, cacheFlush: false, ttl: 10 };
    ours.unicast(message({ id: 7, questions: [question('h.local', 'A')], answers: [legacy] }), {
      address: '198.18.0.9',
      port: 40_000,
    });
    ours.multicast(response({ answers: [{ ...A, ttl: 0 }] }));
    expect(violations()).toEqual([]);
  });

  for (const [rule, what, bytes] of [
    ['SEC-03', 'a packet that cannot be read', response({ answers: [A] }).subarray(0, 30)],
    ['HDR-01', 'an id', message({ id: 5, answers: [A] })],
    ['HDR-02..07', 'a response without AA', message({ authoritative: false, answers: [A] })],
    ['HDR-02..07', 'a query with AA', message({ response: false, questions: [question('x.local', 'A')] })],
    ['HDR-02..07', 'TC in a response', message({ truncated: true, answers: [A] })],
    ['HDR-02..07', 'an operation', message({ opcode: 1, answers: [A] })],
    ['HDR-02..07', 'an error', message({ rcode: 3, answers: [A] })],
    ['HDR-02..07', 'RD', raw((bytes) => bytes.fill(0x85, 2, 3))],
    ['RSP-04', 'a question in a response', response({ questions: [question('h.local', 'A')], answers: [A] })],
    ['RSP-16', 'a record twice', response({ answers: [A], additionals: [A] })],
    ['CFL-04', 'a shared record with the bit', response({ answers: [{ ...POINTER, cacheFlush: true }] })],
    ['CFL-04', 'a unique record without it', response({ answers: [{ ...SRV, cacheFlush: false }] })],
    ['CFL-04', 'a known answer with it', query({ questions: [question('h.local', 'A')], answers: [A] })],
    ['CFL-04', 'a proposed record with it', query({ questions: [question('h.local', 'ANY')], authorities: [A] })],
    ['UTF-01', 'a name that is not composed', response({ answers: [address('e\u0301.local', '198.18.0.1')] })],
    ['UTF-01', 'a name in Punycode', response({ answers: [address('xn--9ca.local', '198.18.0.1')] })],
    ['UTF-01', 'a target that is no UTF-8', response({ answers: [srv('I._t._tcp.local', '\\255.local', 1)] })],
    [
      'SIZ-01',
      'two records in a large packet',
      response({
        answers: [txt('a.local', Array(5).fill('x'.repeat(250))), txt('b.local', Array(5).fill('x'.repeat(250)))],
      }),
    ],
  ] as const) {
    it(`${rule} ${what}`, () => {
      const { ours, neighbour, violations } = setup();
      neighbour.multicast(bytes);
      expect(violations()).toEqual([]);
      ours.multicast(bytes);
      expect(violations()).toContain(rule);
    });
  }

  it('SIZ-01 lets a record that is too large pass alone', () => {
    const { ours, violations } = setup();
    ours.multicast(response({ answers: [txt('a.local', Array(8).fill('x'.repeat(250)))] }));
    expect(violations()).toEqual([]);
  });

  it('RSP-10 a unicast response to nobody, and a unicast query', () => {
    const { ours, neighbour, violations } = setup();
    neighbour.multicast(query({ questions: [question('h.local', 'A')] }));
    ours.unicast(response({ answers: [A] }), { address: '198.18.0.9', port: 5353 });
    ours.unicast(query({ questions: [question('h.local', 'A')] }), { address: '198.18.0.9', port: 5353 });
    expect(violations()).toEqual(['RSP-10', 'RSP-10']);
  });

  for (const [what, ms, isProbe, section, isViolation] of [
    ['an answer 999 ms after the last', 999, false, 'answers', true],
    ['an answer a second after the last', 1_000, false, 'answers', false],
    ['an additional record 999 ms after the last', 999, false, 'additionals', true],
    ['a defence 250 ms after the last', 250, true, 'answers', false],
    ['a defence 249 ms after the last', 249, true, 'answers', true],
  ] as const) {
    it(`RSP-11 ${what} is ${isViolation ? 'too early' : 'right'}`, () => {
      const { lan, ours, neighbour, violations } = setup();
      ours.multicast(response({ answers: [A] }));
      lan.clock.advance(ms - 10);
      const questions = [question('h.local', 'ANY'), question('h.local', 'A')];
      const authorities = isProbe ? [{ ...A, cacheFlush: false, address: '198.18.0.9' }] : [];
      neighbour.multicast(query({ questions, authorities: authorities as (typeof A)[] }));
      lan.clock.advance(10);
      ours.multicast(
        response({ answers: section === 'answers' ? [A] : [POINTER], additionals: section === 'answers' ? [] : [A] }),
      );
      expect(violations()).toEqual(isViolation ? ['RSP-11'] : []);
    });
  }

  for (const [what, news, isViolation] of [
    ['a set with a new record', [A, address('h.local', '198.18.0.7')], false],
    ['a set with news of the other family', [A, AAAA], false],
    ['a set without one of its records', [A], true],
  ] as const) {
    it(`RSP-11 ${what}, asked for, is ${isViolation ? 'too early' : 'right'} half a second after the last`, () => {
      const { lan, ours, neighbour, violations } = setup();
      ours.multicast(response({ answers: isViolation ? [A, AAAA] : [A] }));
      lan.clock.advance(400);
      neighbour.multicast(query({ questions: [question('h.local', 'A')] }));
      lan.clock.advance(100);
      ours.multicast(response({ answers: news }));
      expect(violations()).toEqual(isViolation ? ['RSP-11'] : []);
    });
  }

  it.each([
    ['an announcement of another address', [A, address('h.local', '198.18.0.2')], []],
    ['an announcement of another host', [A, address('other.local', '198.18.0.1')], ['RSP-11']],
    ['a defence', [A], ['RSP-11']],
  ] as const)('RSP-11 %s, 100 ms after a defence', (_, answers, expected) => {
    const { lan, ours, neighbour, violations } = setup();
    const authorities = [{ ...A, cacheFlush: false, address: '198.18.0.9' }] as (typeof A)[];
    neighbour.multicast(query({ questions: [question('h.local', 'ANY')], authorities }));
    ours.multicast(response({ answers: [A] }));
    lan.clock.advance(100);
    ours.multicast(response({ answers: [...answers] }));
    expect(violations()).toEqual(expected);
  });

  it('RSP-11 an announcement, which answers nobody, may come sooner', () => {
    const { lan, ours, violations } = setup();
    ours.multicast(response({ answers: [A] }));
    lan.clock.advance(500);
    ours.multicast(response({ answers: [A] }));
    expect(violations()).toEqual([]);
  });
});
