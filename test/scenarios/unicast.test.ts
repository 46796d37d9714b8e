/** Questions that welcome a unicast response, and such responses (RFC 6762 sections 5.4, 5.5, 6 and 11). */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { address, ptr, question, srv } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type World } from '../support/world.js';

const TYPE = '_t._tcp.local';
const INSTANCE = `I.${TYPE}`;

describe('unicast responses', () => {
  scenario('QU-02 the first questions after the link came up are QU, all others QM', (world) => {
    const h1 = world.host('h1');
    world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(5_000);
    world.record(h1.mdns.browse('u', { resolve: false }));
    world.advance(5_000);
    const asked = h1.sent({ kind: 'query' }).flatMap(({ message }) => message.questions);
    const bits = (name: string) =>
      asked.filter((one) => one.name === name).map(({ unicastResponse }) => unicastResponse);
    expect(bits(TYPE)).toEqual([true, false, false, false]);
    expect(bits('_u._tcp.local')).toEqual([false, false, false]);
  });

  scenario('QU-02 after the link came up again they are QU once more', (world) => {
    const h1 = world.host('h1');
    world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(QUIET);
    h1.network.unplug('eth0');
    world.advance(3_000);
    const at = world.now;
    h1.network.plug('eth0', world.lan, { addresses: ['198.18.0.1/24'] });
    world.advance(5_000);
    const asked = h1.sent({ kind: 'query', since: at }).flatMap(({ message }) => message.questions);
    expect(asked.map(({ unicastResponse }) => unicastResponse)).toEqual([true, false, false]);
  });

  scenario('QU-09 beside another responder of the same machine nothing is QU', (world) => {
    const h1 = world.host('h1');
    world.advance(1_000);
    const at = world.now;
    const second = h1.start({ network: h1.network.process(), hostname: 'second', ipv6: false });
    world.record(second.browse('t', { resolve: false }));
    world.advance(QUIET);
    const asked = h1.sent({ since: at }).flatMap(({ message }) => message.questions);
    expect(asked.some(({ name }) => name === TYPE)).toBe(true);
    expect(asked.filter(({ unicastResponse }) => unicastResponse)).toEqual([]);
  });

  for (const [seconds, to] of [
    [20, 'unicast'],
    [40, 'group'],
  ] as const) {
    scenario(`QU-03 ${seconds} s after its multicast a record of 120 s goes by ${to}`, (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      world.advance(QUIET);
      const last = h1.sent({ kind: 'response' }).at(-1)?.time ?? 0;
      world.runUntil(last + seconds * 1_000);
      const at = world.now;
      peer.ask({ questions: [question('h1.local', 'A', { qu: true })] });
      world.advance(500);
      const sent = h1.sent({ since: at });
      expect(sent).toHaveLength(1);
      expect(sent[0]?.toGroup).toBe(to === 'group');
      expect(sent[0]?.message.answers).toEqual([address('h1.local', '198.18.0.1')]);
    });
  }

  scenario('QU-06 a query to our own address is answered there', (world) => {
    const peer = world.peer();
    world.host('h1');
    world.advance(QUIET);
    peer.ask({ questions: [question('h1.local', 'A')] }, { to: { address: '198.18.0.1', port: 5353 } });
    world.advance(500);
    expect(peer.unicastHeard().flatMap(({ message }) => message.answers)).toEqual([address('h1.local', '198.18.0.1')]);
  });

  scenario('QU-08 a querier of another subnet on our link is answered by multicast', (world) => {
    const stranger = world.peer({ address: '10.9.9.9', name: 'stranger' });
    const h1 = world.host('h1');
    world.advance(QUIET);
    const at = world.now;
    stranger.ask({ questions: [question('h1.local', 'A', { qu: true })] });
    world.advance(500);
    expect(h1.sent({ since: at }).map(({ toGroup }) => toGroup)).toEqual([true]);
  });

  scenario('SRC-02 a multicast response counts wherever it comes from', (world) => {
    const stranger = world.peer({ address: '10.9.9.9', name: 'stranger' });
    const h1 = world.host('h1');
    const seen = world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(500);
    stranger.say([ptr(TYPE, INSTANCE)]);
    world.advance(500);
    expect(seen.events).toHaveLength(1);
  });

  for (const [after, counts] of [
    [1_900, true],
    [2_100, false],
  ] as const) {
    scenario(`QU-07 a unicast response ${after} ms after the question ${counts ? 'counts' : 'is ignored'}`, (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      const seen = world.record(h1.mdns.browse('t', { resolve: false }));
      const asked = untilAsked(world);
      world.runUntil(asked + after - 1);
      peer.say([ptr(TYPE, INSTANCE)], { to: { address: '198.18.0.1', port: 5353 } });
      world.advance(500);
      expect(seen.events).toHaveLength(counts ? 1 : 0);
    });
  }

  scenario('QU-07 a unicast response that nobody asked for is ignored', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const seen = world.record(h1.mdns.browse('t', { resolve: false }));
    const srvs = world.record(h1.mdns.browse('u', { resolve: false }));
    world.advance(QUIET);
    world.record(h1.mdns.browse('v', { resolve: false }));
    world.advance(200);
    for (const type of [TYPE, '_u._tcp.local', '_v._tcp.local']) {
      peer.say([ptr(type, `I.${type}`), srv(`I.${type}`, 'peer.local', 80)], {
        to: { address: '198.18.0.1', port: 5353 },
      });
    }
    world.advance(500);
    expect([...seen.events, ...srvs.events]).toEqual([]);
  });

  scenario('SRC-03 a unicast response from beyond the link is ignored', (world) => {
    const stranger = world.peer({ address: '203.0.113.9', name: 'stranger' });
    const h1 = world.host('h1');
    const seen = world.record(h1.mdns.browse('t', { resolve: false }));
    const asked = untilAsked(world);
    world.runUntil(asked + 100);
    stranger.say([ptr(TYPE, INSTANCE)], { to: { address: '198.18.0.1', port: 5353 } });
    world.advance(500);
    expect(seen.events).toEqual([]);
  });

  scenario('QU-04 a probe is answered by unicast at once, however long ago the last multicast was', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    world.advance(60_000);
    const at = world.now;
    peer.ask({
      questions: [question('h1.local', 'ANY', { qu: true })],
      authorities: [address('h1.local', '198.18.0.9', { flush: false })],
    });
    world.advance(11);
    expect(peer.unicastHeard().flatMap(({ message }) => message.answers)).toEqual([address('h1.local', '198.18.0.1')]);
    world.advance(1_000);
    expect(h1.sent({ since: at, to: 'group' }).length).toBeLessThanOrEqual(1);
  });
});

/** Lets time pass until `h1` has asked for the type. Returns when it did. */
function untilAsked(world: World): number {
  world.advance(200);
  const [first] = world.log.find({ from: 'h1', kind: 'query', about: TYPE });
  if (!first) throw new Error('h1 asks nothing.');
  return first.time;
}
