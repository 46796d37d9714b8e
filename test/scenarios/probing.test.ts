/** Claiming names (RFC 6762 section 8.1). */
import { describe, expect, it } from 'vitest';
import { conflictsWith, startService, untilFirstProbe } from '../support/actions.js';
import type { SentPacket } from '../support/packet-log.js';
import { address, nsec, question, txt } from '../support/records.js';
import { scenario, scenarioForSeeds } from '../support/scenario.js';
import { QUIET, World } from '../support/world.js';

const INSTANCE = 'I._t._tcp.local';
const HOST = 'h1.local';

describe('probing', () => {
  scenario('PRB-01 after a flap probes and announces again, on that link only', (world) => {
    const other = world.newLan('other');
    const h1 = world.host('h1', { nics: { eth1: { lan: other, addresses: ['198.19.0.1/24'], index: 7 } } });
    startService(h1);
    world.advance(QUIET);
    expect(h1.sent({ kind: 'probe', interface: 'eth1' })).toHaveLength(3);

    h1.network.unplug('eth1');
    world.advance(3_000);
    const back = world.now;
    h1.network.plug('eth1', other, { addresses: ['198.19.0.1/24'], index: 7 });
    world.advance(QUIET);

    expect(h1.sent({ kind: 'probe', interface: 'eth1', since: back })).toHaveLength(3);
    expect(h1.sent({ kind: 'response', interface: 'eth1', since: back })).toHaveLength(2);
    expect(h1.sent({ interface: 'eth0', since: back })).toEqual([]);
  });

  scenario('PRB-01 CFL-07 after an hour offline probes before it announces', (world) => {
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    h1.network.unplug('eth0');
    world.advance(3_600_000);
    const back = world.now;
    h1.network.plug('eth0', world.lan, { addresses: ['198.18.0.1/24'] });
    world.advance(QUIET);
    const kinds = h1.sent({ since: back }).map(({ message }) => (message.response ? 'response' : 'probe'));
    expect(kinds).toEqual(['probe', 'probe', 'probe', 'response', 'response']);
  });

  scenario('PRB-02 asks for all names in one packet: type ANY, class IN, QU', (world) => {
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    for (const { message } of h1.sent({ kind: 'probe' })) {
      expect(message.questions).toEqual([question(HOST, 'ANY', { qu: true }), question(INSTANCE, 'ANY', { qu: true })]);
    }
  });

  scenarioForSeeds('PRB-03 waits 0 to 250 ms, then 3 probes 250 ms apart and 250 ms more', 100, (world) => {
    const h1 = world.host('h1');
    world.advance(2_000);
    const [first, second, third, ...more] = h1.sent({ kind: 'probe' }).map(({ time }) => time);
    const [announced] = h1.sent({ kind: 'response' });
    expect(more).toEqual([]);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(first).toBeLessThanOrEqual(250);
    expect(second).toBeCloseTo(Number(first) + 250, 6);
    expect(third).toBeCloseTo(Number(first) + 500, 6);
    expect(announced?.time).toBeCloseTo(Number(first) + 750, 6);
  });

  it('PRB-03 the first wait is spread evenly', () => {
    const quarters = [0, 0, 0, 0];
    for (let seed = 1; seed <= 200; seed++) {
      const world = new World(seed);
      const h1 = world.host('h1');
      world.advance(251);
      const quarter = Math.floor((h1.sent({ kind: 'probe' })[0]?.time ?? Infinity) / 62.5);
      quarters[quarter] = (quarters[quarter] ?? 0) + 1;
    }
    for (const count of quarters) {
      expect(count).toBeGreaterThan(30);
      expect(count).toBeLessThan(70);
    }
    expect(quarters).toHaveLength(4);
  });

  scenario('PRB-04 proposes all unique records of each name, without the cache-flush bit', (world) => {
    const h1 = world.host('h1', { addresses: ['198.18.0.1/24', '198.18.1.1/24', 'fe80::1/64'] });
    startService(h1);
    world.advance(QUIET);
    for (const { message } of h1.sent({ kind: 'probe' })) {
      expect(message.authorities.map(({ name, type, cacheFlush }) => `${name} ${type} ${cacheFlush}`).sort()).toEqual([
        'I._t._tcp.local SRV false',
        'I._t._tcp.local TXT false',
        'h1.local A false',
        'h1.local A false',
        'h1.local AAAA false',
      ]);
      expect(message.authorities).toContainEqual(address(HOST, '198.18.0.1', { flush: false }));
      expect(message.authorities).toContainEqual(txt(INSTANCE, ['a=1'], { flush: false }));
    }
  });

  scenario('PRB-05 does not believe its cache: only what is heard while probing counts', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', { announceHost: false });
    world.advance(1_000);
    peer.say([address(HOST, '198.18.0.99')]);
    world.advance(1_000);
    startService(h1);
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe(HOST);
  });

  for (const [when, offset] of [
    ['at once after the first probe', 1],
    ['just before the verdict', 748],
  ] as const) {
    scenario(`PRB-06 yields to a holder that answers ${when}, and takes another name`, (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      const first = untilFirstProbe(world, 'h1');
      world.runUntil(first.time + offset);
      peer.say([address(HOST, '198.18.0.99')]);
      world.advance(QUIET);
      expect(h1.mdns.hostname).toBe('h1-2.local');
      expect(h1.sent({ kind: 'response', about: HOST })).toEqual([]);
    });
  }

  scenario('PRB-06 after the verdict a conflict leads back to probing for the same name', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const first = untilFirstProbe(world, 'h1');
    world.runUntil(first.time + 750);
    peer.say([address(HOST, '198.18.0.99')]);
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe(HOST);
    expect(h1.sent({ kind: 'probe', about: HOST })).toHaveLength(6);
  });

  scenario('PRB-07 what comes before the first probe is ignored', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    peer.say([address(HOST, '198.18.0.99')]);
    const heardAt = world.now + 1;
    world.advance(QUIET);
    expect(h1.sent({ kind: 'probe' })).toHaveLength(3);
    expect(h1.sent()[0]?.time).toBeGreaterThan(heardAt);
    expect(h1.mdns.hostname).toBe(HOST);
  });

  for (const [what, record, isConflict] of [
    ['a record of another type', txt(HOST, ['x']), true],
    ['a record without the cache-flush bit', address(HOST, '198.18.0.99', { flush: false }), true],
    ['a record in other letters', address('H1.LOCAL', '198.18.0.99'), true],
    ['our own data', address(HOST, '198.18.0.1'), false],
    ['a goodbye', address(HOST, '198.18.0.99', { ttl: 0 }), false],
    ['a denial', nsec(HOST, ['HINFO']), false],
  ] as const) {
    scenario(`PRB-08 ${what} is ${isConflict ? 'a' : 'no'} conflict while probing`, (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      untilFirstProbe(world, 'h1');
      peer.say([record]);
      world.advance(QUIET);
      expect(h1.mdns.hostname).toBe(isConflict ? 'h1-2.local' : HOST);
    });
  }

  scenario('PRB-09 after 15 conflicts each further attempt waits 5 s', (world) => {
    const peer = world.peer();
    const stop = conflictsWith(peer, () => true);
    const h1 = world.host('h1');
    world.advance(60_000);
    const attempts = firstProbes(h1.sent({ kind: 'probe' }));
    expect(attempts.length).toBeGreaterThan(16);
    for (const [i, { time }] of attempts.entries()) {
      const gap = time - (attempts[i - 1]?.time ?? -Infinity);
      if (i >= 15) expect(gap, `before attempt ${i + 1}`).toBeGreaterThanOrEqual(5_000);
    }
    expect((attempts[14]?.time ?? 0) - (attempts[0]?.time ?? 0)).toBeLessThan(10_000);
    stop();
    world.advance(QUIET);
    expect(h1.mdns.hostname).toMatch(/^h1-\d+\.local$/);
    expect(h1.sent({ kind: 'response', about: h1.mdns.hostname })).not.toEqual([]);
  });

  scenario('PRB-10 NAM-09 reverse mappings are not probed for', (world) => {
    const h1 = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64'] });
    world.advance(QUIET);
    const names = h1.sent({ kind: 'probe' }).flatMap(({ message }) => message.questions.map(({ name }) => name));
    expect(new Set(names)).toEqual(new Set([HOST]));
    expect(h1.sent({ about: '1.0.18.198.in-addr.arpa' })).not.toEqual([]);
  });

  scenario('PRB-11 A-16 defends its name within 10 ms, though other questions and known answers follow', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    const asked = world.now;
    peer.ask({
      questions: [question(HOST, 'ANY', { qu: true }), question('_t._tcp.local', 'PTR')],
      authorities: [address(HOST, '198.18.0.99', { flush: false })],
      truncated: true,
    });
    world.advance(11);
    const [defence] = peer.unicastHeard();
    expect(defence?.time).toBeLessThanOrEqual(asked + 11);
    expect(defence?.message.answers).toContainEqual(address(HOST, '198.18.0.1'));
  });

  scenario('PRB-12 says nothing about names that are not yet claimed', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    const first = untilFirstProbe(world, 'h1');
    for (const type of ['PTR', 'ANY'] as const) peer.ask({ questions: [question('_t._tcp.local', type)] });
    peer.ask({ questions: [question(INSTANCE, 'SRV')] });
    peer.ask({ questions: [question(HOST, 'AAAA')] });
    peer.ask({ questions: [question('1.0.18.198.in-addr.arpa', 'PTR')] });
    world.runUntil(first.time + 749);
    expect(h1.sent({ kind: 'response' })).toEqual([]);
  });
});

/** The first probe for each name. */
function firstProbes(probes: readonly SentPacket[]): SentPacket[] {
  const names = new Set<string>();
  return probes.filter(({ message }) => {
    const name = message.questions[0]?.name ?? '';
    return !names.has(name) && names.add(name);
  });
}
