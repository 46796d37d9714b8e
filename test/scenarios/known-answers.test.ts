/** Not saying what is known, and not asking what was asked (RFC 6762 sections 7.1 to 7.4). */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { ptr, question, service, srv } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const TYPE = '_t._tcp.local';
const INSTANCE = `I.${TYPE}`;

describe('known answers', () => {
  for (const [ttl, isAnswered] of [
    [4500, false],
    [2250, false],
    [2249, true],
    [0, true],
  ] as const) {
    scenario(`KAS-01 KAS-02 a known answer of ${ttl} s is ${isAnswered ? 'refreshed' : 'not repeated'}`, (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      startService(h1);
      world.advance(QUIET);
      const at = world.now;
      peer.ask({ questions: [question(TYPE, 'PTR')], answers: [ptr(TYPE, INSTANCE, { ttl })] });
      world.advance(1_000);
      const answers = h1.sent({ since: at }).flatMap(({ message }) => message.answers);
      expect(answers).toEqual(isAnswered ? [ptr(TYPE, INSTANCE)] : []);
    });
  }

  scenario('KAS-06 a known answer in other letters counts', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question('_T._TCP.LOCAL', 'PTR')], answers: [ptr('_T._TCP.local', 'i._t._tcp.LOCAL')] });
    world.advance(1_000);
    expect(h1.sent({ since: at })).toEqual([]);
  });

  scenario('KAS-04 A-40 nothing is learnt from what a query lists', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const seen = world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(QUIET);
    peer.ask({
      questions: [question(TYPE, 'PTR')],
      answers: [ptr(TYPE, INSTANCE)],
      authorities: [ptr(TYPE, `J.${TYPE}`)],
    });
    world.advance(QUIET);
    expect(seen.events).toEqual([]);
  });

  scenario('QRY-06 KAS-03 KAS-05 every repeated query lists what is known, with the seconds that are left', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(500);
    peer.say([ptr(TYPE, INSTANCE, { ttl: 20 }), srv(INSTANCE, 'peer.local', 80)]);
    world.advance(QUIET);
    const asked = h1.sent({ kind: 'query' });
    expect(asked.map(({ message }) => message.answers)).toEqual([
      [],
      [ptr(TYPE, INSTANCE, { ttl: 19 })],
      [ptr(TYPE, INSTANCE, { ttl: 17 })],
      [ptr(TYPE, INSTANCE, { ttl: 13 })],
    ]);
    // Half of its life is over: it is asked for again rather than listed.
    world.advance(QUIET);
    expect(h1.sent({ kind: 'query', since: 15_000 }).flatMap(({ message }) => message.answers)).toEqual([]);
  });

  scenario('TC-01 more known answers than fit follow in further packets', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(500);
    for (let i = 0; i < 200; i += 50) {
      peer.say(Array.from({ length: 50 }, (_, k) => ptr(TYPE, `Instance number ${i + k}.${TYPE}`)));
    }
    world.advance(1_000);
    const packets = h1.sent({ kind: 'query', since: 500 });
    expect(packets.length).toBeGreaterThan(2);
    expect(packets.map(({ message }) => message.questions.length)).toEqual(packets.map((_, i) => (i === 0 ? 1 : 0)));
    expect(packets.map(({ message }) => message.truncated)).toEqual(packets.map((_, i) => i + 1 < packets.length));
    expect(packets.flatMap(({ message }) => message.answers)).toHaveLength(200);
    expect(new Set(packets.map(({ time }) => time)).size).toBe(1);
  });

  scenario('TC-02 after a truncated query waits for the rest of what is known', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    startService(h1, { name: 'J' });
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question(TYPE, 'PTR')], truncated: true });
    world.advance(100);
    peer.ask({ answers: [ptr(TYPE, INSTANCE)] });
    world.advance(1_000);
    const sent = h1.sent({ since: at });
    expect(sent.flatMap(({ message }) => message.answers)).toEqual([ptr(TYPE, `J.${TYPE}`)]);
    expect(sent[0]?.time).toBeGreaterThanOrEqual(at + 401);
    expect(sent[0]?.time).toBeLessThanOrEqual(at + 501);
  });

  scenario('DQS-01 what another host has just asked need not be asked again', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(1_500);
    expect(h1.sent({ kind: 'query' })).toHaveLength(2);
    const next = (h1.sent({ kind: 'query' })[1]?.time ?? 0) + 2_000;
    world.runUntil(next - 10);
    peer.ask({ questions: [question(TYPE, 'PTR')] });
    world.advance(1_000);
    expect(h1.sent({ kind: 'query' })).toHaveLength(2);
  });

  scenario('DQS-02 A-44 our own question, come back, does not silence us', (world) => {
    const h1 = world.host('h1');
    world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(QUIET);
    expect(h1.sent({ kind: 'query' })).toHaveLength(4);
  });

  scenario('DAS-01 what another host has just answered for us need not be said again', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question(TYPE, 'PTR')] });
    world.advance(10);
    peer.say([ptr(TYPE, INSTANCE)]);
    world.advance(1_000);
    expect(h1.sent({ since: at })).toEqual([]);
  });

  scenario('RSP-01 what others have said is never answered with', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    world.record(h1.mdns.browse('t'));
    world.advance(QUIET);
    peer.say(service('P', TYPE, 'peer.local', 80, { addresses: ['198.18.0.200'] }));
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question(TYPE, 'PTR')] });
    peer.ask({ questions: [question(`P.${TYPE}`, 'SRV')] });
    world.advance(1_000);
    const answers = h1.sent({ since: at, kind: 'response' }).flatMap(({ message }) => message.answers);
    expect(answers).toEqual([ptr(TYPE, INSTANCE)]);
  });
});
