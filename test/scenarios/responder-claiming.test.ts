/** Claiming names, against others and again after an absence (RFC 6762 sections 8, 8.2, 9 and 15). */
import { describe, expect } from 'vitest';
import type { ResourceRecord } from '../../src/protocol/record.js';
import { conflictsWith, startService, untilFirstProbe } from '../support/actions.js';
import type { SentPacket } from '../support/packet-log.js';
import { address, ptr, question, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const HOST = 'h1.local';
const TYPE = '_t._tcp.local';
const INSTANCE = `I.${TYPE}`;
const bare = { flush: false };

const sameTxt = txt(INSTANCE, ['a=1'], bare);
const sameSrv = srv(INSTANCE, HOST, 8085, bare);
const odd: ResourceRecord = { ...sameTxt, type: 'TYPE65280', rdata: Uint8Array.of(0) };

describe('tie-break', () => {
  for (const [what, proposed, outcome] of [
    ['a greater address, as unsigned bytes', [address(HOST, '198.18.0.200', bare)], 'lose'],
    ['a smaller address', [address(HOST, '198.18.0.99', bare)], 'win'],
    ['a higher type, whatever its data', [txt(HOST, [''], bare)], 'lose'],
    ['a lower type, whatever its data', [{ ...odd, name: INSTANCE, type: 'TYPE10' } as ResourceRecord], 'win'],
    ['our address and one more', [address(HOST, '198.18.0.100', bare), address(HOST, '198.18.0.101', bare)], 'lose'],
    ['our data, in another order and in other letters', [sameSrv, { ...sameTxt, name: 'i._T._TCP.local' }], 'equal'],
    ['our data, twice', [sameTxt, sameSrv, sameTxt, sameSrv], 'equal'],
    [
      'our data with the cache-flush bit',
      [
        { ...sameTxt, cacheFlush: true },
        { ...sameSrv, cacheFlush: true },
      ],
      'equal',
    ],
    ['a part of our data', [sameTxt], 'win'],
    ['our data and a record more', [sameTxt, sameSrv, odd], 'lose'],
    ['the same TXT data and a higher port', [srv(INSTANCE, HOST, 8086, bare), sameTxt], 'lose'],
    ['the same TXT data and a lower port', [srv(INSTANCE, HOST, 8084, bare), sameTxt], 'win'],
    [
      'earlier TXT data, which comes before any port',
      [srv(INSTANCE, HOST, 9999, bare), txt(INSTANCE, ['a=0'], bare)],
      'win',
    ],
    ['later TXT data, which is longer', [srv(INSTANCE, HOST, 1, bare), txt(INSTANCE, ['a=1', ''], bare)], 'lose'],
    ['a target in capitals, which come before small letters', [sameTxt, srv(INSTANCE, 'H1.local', 8085, bare)], 'win'],
  ] as const) {
    scenario(
      `TIE-02 TIE-03 A-04 A-05 we ${outcome === 'equal' ? 'have no contest' : outcome} against ${what}`,
      (world) => {
        const peer = world.peer();
        const h1 = world.host('h1', { addresses: ['198.18.0.100/24'] });
        const published = startService(h1);
        const first = untilFirstProbe(world, 'h1');
        const name = proposed[0].name;
        peer.ask({ questions: [question(name, 'ANY', { qu: true })], authorities: proposed });
        world.advance(QUIET);
        const times = probesFor(h1.sent({ kind: 'probe' }), name).map(({ time }) => Math.round(time - first.time));
        expect(times).toEqual(outcome === 'lose' ? [0, 1_001, 1_251, 1_501] : [0, 250, 500]);
        expect([h1.mdns.hostname, published.name]).toEqual([HOST, 'I']);
      },
    );
  }

  scenario(
    'TIE-04 A-02 A-09 during the pause and before it nothing counts but a response to the second attempt',
    (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      untilFirstProbe(world, 'h1');
      const rival = { questions: [question(HOST, 'ANY')], authorities: [address(HOST, '198.18.0.9', bare)] };
      for (let i = 0; i < 5; i++) {
        peer.ask(rival);
        world.advance(150);
        peer.say([address(HOST, '198.18.0.9')]);
      }
      world.advance(QUIET);
      expect(h1.mdns.hostname).toBe(HOST);
      expect(h1.sent({ kind: 'probe' })).toHaveLength(4);
    },
  );
});

describe('claiming', () => {
  scenario('PRB-01 CFL-07 after sleep everything is probed for again, then announced', (world) => {
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    h1.network.sleep();
    world.advance(3_600_000);
    const at = world.now;
    h1.network.wake();
    world.advance(QUIET);
    const kinds = h1.sent({ since: at }).map(({ message }) => (message.response ? 'response' : 'probe'));
    expect(kinds).toEqual(['probe', 'probe', 'probe', 'response', 'response']);
    expect(probesFor(h1.sent({ since: at }), HOST)).toHaveLength(3);
    expect(probesFor(h1.sent({ since: at }), INSTANCE)).toHaveLength(3);
  });

  scenario('PRB-01 ANN-02 what was to be announced when sleep came is probed for again first', (world) => {
    const h1 = world.host('h1');
    startService(h1);
    // The first announcement has left, the second has not.
    world.advance(1_500);
    h1.network.sleep();
    world.advance(60_000);
    const at = world.now;
    h1.network.wake();
    world.advance(QUIET);
    const kinds = h1.sent({ since: at }).map(({ message }) => (message.response ? 'response' : 'probe'));
    expect(kinds).toEqual(['probe', 'probe', 'probe', 'response', 'response']);
  });

  scenario('PRB-01 CNF-03 who slept while another host took its name wakes up to another name', (world) => {
    const h1 = world.host('h1', { hostname: 'same' });
    const published = startService(h1);
    world.advance(QUIET);
    h1.network.sleep();
    world.advance(60_000);
    const h2 = world.host('h2', { hostname: 'same' });
    const taken = startService(h2);
    world.advance(QUIET);
    h1.network.wake();
    world.advance(3 * QUIET);
    expect([h2.mdns.hostname, taken.name]).toEqual(['same.local', 'I']);
    expect([h1.mdns.hostname, published.name]).toEqual(['same-2.local', 'I (2)']);
  });

  scenario('PRB-02 what is published later is probed for by itself', (world) => {
    const h1 = world.host('h1');
    world.advance(QUIET);
    const at = world.now;
    startService(h1);
    world.advance(QUIET);
    for (const { message } of h1.sent({ since: at, kind: 'probe' })) {
      expect(message.questions).toEqual([question(INSTANCE, 'ANY', { qu: true })]);
    }
    const announced = h1.sent({ since: at, kind: 'response' }).flatMap(({ message }) => message.answers);
    expect(announced.filter(({ name }) => name === HOST)).toEqual([]);
  });

  scenario(
    'PRB-06 A-11 host and service are probed for at the same time; each that is taken is renamed by itself',
    (world) => {
      const peer = world.peer();
      conflictsWith(peer, (name) => name === HOST || name === INSTANCE);
      const h1 = world.host('h1');
      const services = ['I', 'J'].map((name) => startService(h1, { name }));
      world.advance(QUIET);
      const [first] = h1.sent({ kind: 'probe' });
      expect(first?.message.questions.map(({ name }) => name)).toEqual([HOST, INSTANCE, `J.${TYPE}`]);
      expect(h1.mdns.hostname).toBe('h1-2.local');
      expect(services.map(({ name }) => name)).toEqual(['I (2)', 'J']);
      const announced = h1.sent({ kind: 'response' }).flatMap(({ message }) => message.answers);
      expect(announced.flatMap((record) => (record.type === 'SRV' ? [record.target] : []))).not.toContain(HOST);
      expect(announced).toContainEqual(srv(`I (2).${TYPE}`, 'h1-2.local', 8085));
    },
  );

  scenario('PRB-06 A-08 alternating denials, with the cache-flush bit and without, are denials', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    let denials = 0;
    peer.onHeard(({ message }) => {
      const [asked] = message.questions;
      if (message.response || message.authorities.length === 0 || !asked || denials === 6) return;
      peer.say([address(asked.name.toUpperCase(), '0.0.0.0', { ttl: 60, flush: denials++ % 2 === 0 })]);
    });
    world.advance(2 * QUIET);
    expect(h1.mdns.hostname).toBe('h1-7.local');
  });

  scenario('PRB-11 A-14 a probe without QU is answered by multicast, at once', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question(INSTANCE, 'ANY')], authorities: [srv(INSTANCE, 'peer.local', 1, bare)] });
    world.advance(1_000);
    const [defence, ...more] = h1.sent({ since: at });
    expect(more).toEqual([]);
    expect(defence).toMatchObject({ time: at + 1, toGroup: true });
    expect(defence?.message.answers).toEqual([srv(INSTANCE, HOST, 8085), txt(INSTANCE, ['a=1'])]);
  });

  scenario('PRB-12 of the instances of a type only those that are claimed are answered with', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    const at = world.now;
    startService(h1, { name: 'J' });
    world.advance(300);
    const [first] = h1.sent({ since: at, kind: 'probe' });
    peer.ask({ questions: [question(TYPE, 'PTR')] });
    world.runUntil((first?.time ?? 0) + 749);
    expect(h1.sent({ since: at, kind: 'response' }).flatMap(({ message }) => message.answers)).toEqual([
      ptr(TYPE, INSTANCE),
    ]);
  });

  scenario('CNF-07 GBY-01 A-21 a goodbye after a rename has the name that others know', async (world) => {
    const peer = world.peer();
    conflictsWith(peer, (name) => name === INSTANCE);
    const h1 = world.host('h1');
    const published = startService(h1);
    world.advance(QUIET);
    const at = world.now;
    await world.settle(published.withdraw());
    const gone = h1.sent({ since: at }).flatMap(({ message }) => message.answers);
    expect(gone).toContainEqual(ptr(TYPE, `I (2).${TYPE}`, { ttl: 0 }));
    expect(gone.filter(({ name }) => name === INSTANCE)).toEqual([]);
  });

  scenario('SMH-01 A-74 two processes of one host both hear and answer what concerns them', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const second = h1.start({ network: h1.network.process(), hostname: 'second', ipv6: false });
    second.publish({ name: 'J', type: 't', port: 2 });
    const [first] = h1.all;
    first?.publish({ name: 'I', type: 't', port: 1 });
    world.advance(QUIET);
    expect([first?.hostname, second.hostname]).toEqual([HOST, 'second.local']);
    const at = world.now;
    peer.ask({ questions: [question(TYPE, 'PTR')] });
    world.advance(1_000);
    const answers = h1.sent({ since: at }).flatMap(({ message }) => message.answers);
    expect(new Set(answers.map((record) => (record.type === 'PTR' ? record.target : '')))).toEqual(
      new Set([INSTANCE, `J.${TYPE}`]),
    );
  });
});

function probesFor(packets: readonly SentPacket[], name: string): SentPacket[] {
  return packets.filter(({ message }) => !message.response && message.questions.some((asked) => asked.name === name));
}
