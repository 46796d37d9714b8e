/** The bytes of what is sent, and bytes that should not have been (RFC 6762 sections 16 to 18). */
import { describe, expect } from 'vitest';
import type { ResourceRecord } from '../../src/protocol/record.js';
import { seededRandom } from '../../src/testing.js';
import { startService } from '../support/actions.js';
import { address, ptr, query, question, response, srv, txt } from '../support/records.js';
import { scenario, scenarioForSeeds } from '../support/scenario.js';
import { QUIET, type TestHost, type TestPeer, type World } from '../support/world.js';

const HOST = 'h1.local';
const TYPE = '_t._tcp.local';
const INSTANCE = `I.${TYPE}`;

describe('headers', () => {
  scenario('HDR-03 HDR-07 queries and responses with an opcode or an rcode are ignored', (world) => {
    const { h1, peer } = settled(world);
    const at = world.now;
    for (let code = 1; code < 16; code++) {
      for (const odd of [{ opcode: code }, { rcode: code }]) {
        peer.ask({ questions: [question(INSTANCE, 'SRV')], ...odd });
        peer.say([srv(INSTANCE, 'peer.local', 1)], odd);
      }
    }
    world.advance(QUIET);
    expect(h1.sent({ since: at })).toEqual([]);
    expect(h1.mdns.metrics()['eth0/ipv4']?.ignored).toBe(60);
  });

  scenario('HDR-01 HDR-06 RD, RA, Z, AD, CD and the id of a query play no part', (world) => {
    const { h1, peer } = settled(world);
    const bytes = query({ id: 0x1234, questions: [question(INSTANCE, 'SRV')] });
    bytes.set([0x01, 0xf0], 2);
    const at = world.now;
    peer.send(bytes);
    world.advance(QUIET);
    const [sent] = h1.sent({ since: at });
    expect(sent?.message.answers).toEqual([srv(INSTANCE, HOST, 8085)]);
    expect([...(sent?.bytes.subarray(0, 4) ?? [])]).toEqual([0, 0, 0x84, 0]);
  });

  scenario('RSP-04 HDR-01 HDR-04 HDR-05 HDR-06 nor do id, AA, TC and questions of a response', (world) => {
    const { h1, peer } = settled(world);
    const seen = world.record(h1.mdns.browse('t', { resolve: false }));
    const at = world.now;
    const bytes = response({ id: 0x1234, questions: [question(INSTANCE, 'SRV')], answers: [ptr(TYPE, `J.${TYPE}`)] });
    // QR and TC, but not AA; RA, Z, AD and CD.
    bytes.set([0x82, 0xf0], 2);
    peer.send(bytes);
    world.advance(QUIET);
    expect(seen.events.map(({ instance }) => instance.name)).toContain('J');
    expect(h1.sent({ since: at, kind: 'response' })).toEqual([]);
  });

  scenario('HDR-01 HDR-02 HDR-03 HDR-04 HDR-05 HDR-06 HDR-07 ours are an id of 0 and 0x0000 or 0x8400', (world) => {
    const { h1, peer } = settled(world);
    world.record(h1.mdns.browse('u'));
    peer.ask({ id: 5, questions: [question(TYPE, 'PTR'), question(INSTANCE, 'SRV', { qu: true })] });
    world.advance(QUIET);
    for (const { bytes, message } of h1.sent()) {
      expect([...bytes.subarray(0, 4)]).toEqual([0, 0, message.response ? 0x84 : 0, 0]);
    }
    const kinds = h1.sent().map(({ message, toGroup }) => `${message.response ? 'response' : 'query'} ${toGroup}`);
    expect(new Set(kinds)).toEqual(new Set(['query true', 'response true', 'response false']));
  });

  scenario('HDR-08 CFL-05 the top bit of a class is QU in questions and cache-flush in responses', (world) => {
    const { h1, peer } = settled(world);
    const at = world.now;
    peer.ask({ questions: [question(INSTANCE, 'TXT', { qu: true })] });
    world.advance(1_000);
    const [sent] = h1.sent({ since: at });
    expect(sent?.toGroup).toBe(false);
    // Header and name, then type TXT and class IN with the bit.
    expect(Buffer.from(sent?.bytes ?? []).indexOf(Buffer.from([0, 16, 0x80, 1]))).toBe(12 + INSTANCE.length + 2);
    expect(sent?.message.answers).toEqual([txt(INSTANCE, ['a=1'])]);
  });
});

describe('compression', () => {
  scenario('CMP-01 CMP-02 in everything that we send a label is written once, in owner names and in data', (world) => {
    const { h1, peer } = settled(world);
    world.record(h1.mdns.browse('u'));
    world.record(h1.mdns.browse('v'));
    peer.ask({ questions: [question(TYPE, 'PTR'), question(INSTANCE, 'SRV')] });
    world.advance(QUIET);
    expect(h1.sent({ kind: 'probe' })).not.toEqual([]);
    expect(h1.sent({ kind: 'query' })).not.toEqual([]);
    for (const { bytes, toGroup } of h1.sent()) {
      expect(toGroup).toBe(true);
      for (const label of ['\u0005local', '\u0004_tcp', '\u0002h1']) {
        expect(occurrences(bytes, label), JSON.stringify(label)).toBeLessThanOrEqual(1);
      }
    }
  });

  scenario('CMP-02 data of other types is left as it is', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    // Priority, target, and no parameters: SVCB has a name that is never compressed.
    const rdata = Buffer.from([0, 1, 2, 0x68, 0x31, 5, 0x6c, 0x6f, 0x63, 0x61, 0x6c, 0]);
    startService(h1, { records: [{ type: 'SVCB', data: rdata }] });
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question(INSTANCE, 'SVCB')] });
    world.advance(1_000);
    const [sent] = h1.sent({ since: at });
    expect(sent?.message.answers).toHaveLength(1);
    expect(Buffer.from(sent?.bytes ?? []).includes(rdata)).toBe(true);
  });

  scenario('CMP-03 KAS-06 compressed names in the data of others are understood', (world) => {
    const { h1, peer } = settled(world);
    const at = world.now;
    const bytes = query({ questions: [question(TYPE, 'PTR')], answers: [ptr(TYPE, INSTANCE)] });
    expect(occurrences(bytes, '\u0002_t')).toBe(1);
    peer.send(bytes);
    world.advance(1_000);
    expect(h1.sent({ since: at })).toEqual([]);
  });
});

describe('bytes that are no message', () => {
  const asksForUs = query({ questions: [question(INSTANCE, 'SRV')] });
  const head = asksForUs.subarray(0, 12);
  const tail = [0, 33, 0, 1];
  for (const [what, bytes] of [
    ['nothing', []],
    ['half a header', head.subarray(0, 6)],
    ['a pointer to itself', [...head, 0xc0, 12, ...tail]],
    ['a pointer forwards', [...head, 0xc0, 14, 0xc0, 12, ...tail]],
    ['a loop', [...head, 1, 0x61, 0xc0, 12, ...tail]],
    ['a label of kind 0x40', [...head, 0x41, 0x61, 0, ...tail]],
    ['a label of kind 0x80', [...head, 0x81, 0x61, 0, ...tail]],
    ['a name without an end', [...head, 63, 0x61]],
    ['no class', asksForUs.subarray(0, -2)],
  ] as const) {
    scenario(`CMP-04 SEC-03 ${what}: no harm, no answer`, (world) => {
      const { h1, peer } = settled(world);
      const at = world.now;
      peer.send(Uint8Array.from(bytes));
      world.advance(2_000);
      expect(h1.sent({ since: at })).toEqual([]);
      stillAnswers(world, h1, peer);
    });
  }

  scenario('SEC-03 a record with bad data costs itself only', (world) => {
    const { h1, peer } = settled(world);
    const seen = world.record(h1.mdns.browse('t', { resolve: false }));
    const odd: ResourceRecord = {
      ...address('x.local', '198.18.0.9'),
      type: 'TYPE65280',
      rdata: Uint8Array.of(198, 18, 0),
    };
    const bytes = response({ answers: [odd, ptr(TYPE, `J.${TYPE}`)] });
    // An address of three bytes, which cannot be written otherwise.
    bytes.set([0, 1], Buffer.from(bytes).indexOf(Buffer.from([0xff, 0, 0x80, 1])));
    peer.send(bytes);
    world.advance(1_000);
    expect(seen.events.map(({ instance }) => instance.name)).toContain('J');
    expect(h1.mdns.metrics()['eth0/ipv4']?.malformed).toBe(1);
  });

  const anyPacket = (world: World) => {
    const { h1, peer } = settled(world);
    const random = seededRandom(String(h1.sent().at(-1)?.time));
    const originals = [
      asksForUs,
      query({ questions: [question(HOST, 'ANY')], authorities: [address(HOST, '198.18.0.99', { flush: false })] }),
      query({ questions: [question(TYPE, 'PTR')], answers: [ptr(TYPE, INSTANCE)], truncated: true }),
      response({ answers: [ptr(TYPE, `J.${TYPE}`), srv(`J.${TYPE}`, 'peer.local', 9), txt(`J.${TYPE}`, ['b=2'])] }),
    ];
    world.record(h1.mdns.browse('t'));
    for (let i = 0; i < 200; i++) {
      const bytes = Uint8Array.from(originals[i % originals.length] ?? []);
      for (let n = 0; n < 3; n++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      peer.send(random() < 0.3 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes);
      world.advance(20);
    }
    world.advance(QUIET);
    stillAnswers(world, h1, peer);
  };
  // What others call themselves is asked for as it came, UTF-8 or not.
  const except = ['UTF-01'] as const;
  scenarioForSeeds('SEC-03 CMP-04 whatever becomes of a packet on its way, nobody is harmed', 5, anyPacket, { except });
});

/** A host with one service that has been quiet for a while, and somebody to ask it. */
function settled(world: World): { h1: TestHost; peer: TestPeer } {
  const peer = world.peer();
  const h1 = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64'] });
  startService(h1);
  world.advance(QUIET);
  return { h1, peer };
}

function stillAnswers(world: World, h1: TestHost, peer: TestPeer): void {
  const at = world.now;
  peer.ask({ questions: [question(h1.mdns.hostname, 'A')] });
  world.advance(2_000);
  expect(h1.sent({ since: at, kind: 'response', about: h1.mdns.hostname })).not.toEqual([]);
}

function occurrences(bytes: Uint8Array, text: string): number {
  return Buffer.from(bytes).toString('latin1').split(text).length - 1;
}
