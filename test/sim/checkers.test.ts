/** Each checker finds what it is there for: worlds that are rigged, and one that is not. */
import { describe, expect, it } from 'vitest';
import { address, query, question, response, txt } from '../support/records.js';
import { nothingLeft } from './checkers/closed.js';
import { silentSince } from './checkers/idle.js';
import { noErrors } from './checkers/log.js';
import { memoryAsAtStart } from './checkers/memory.js';
import { oneHolder } from './checkers/one-holder.js';
import { ownAddresses } from './checkers/own-addresses.js';
import { packetRules } from './checkers/packet-rules.js';
import { inOrder, oneUpForEachArrival } from './checkers/ups-and-downs.js';
import { watchersEqualWorld } from './checkers/watchers-equal-world.js';
import { type Move, settingOf } from './moves.js';
import { reportOf } from './report.js';
import { run } from './run.js';
import { shrink } from './shrink.js';
import { SimWorld } from './sim-world.js';

const setting = settingOf(1, {
  climate: 'calm',
  hosts: 2,
  families: 'ipv4',
  mtu: 1_500,
  ttl: { host: 120, other: 4_500 },
  twins: false,
  drift: 0,
});

/** A world in which the first host publishes `Alpha` and the second one watches. */
function worldAfter(...moves: readonly Exclude<Move, { do: 'settle' }>[]): SimWorld {
  const world = new SimWorld(setting);
  world.make({ do: 'start', host: 0 });
  world.make({ do: 'start', host: 1 });
  world.make({ do: 'watch', host: 1 });
  world.make({ do: 'publish', host: 0, slot: 0, name: 'Alpha', onConflict: 'rename' });
  world.make({ do: 'wait', ms: 8_000 });
  for (const move of moves) world.make(move);
  return world;
}

describe('checkers', () => {
  it('find a service that was shown at the addresses of another host', () => {
    const world = worldAfter();
    expect(ownAddresses(world)).toEqual([]);
    const [, watcher] = world.alive;
    const [sighting] = watcher?.watches[0]?.sightings ?? [];
    if (!watcher || !sighting) throw new Error('It has not seen the service.');
    const addresses = sighting.instance.addresses.map((each) => ({ ...each, address: '198.18.0.2' }));
    watcher.watches[0]?.sightings.push({ ...sighting, instance: { ...sighting.instance, addresses } });
    expect(ownAddresses(world)).toEqual([expect.stringContaining('was shown "Alpha" at 198.18.0.2')]);
  });

  it.each([
    ['a living host', undefined, 1],
    ['a host that has crashed', { do: 'crash', host: 0 }, 0],
  ] as const)('find a service at the address of another host with its host name, taken from %s', (_, move, found) => {
    const world = worldAfter({ do: 'publish', host: 0, slot: 2, name: 'Beta', onConflict: 'rename' });
    world.make({ do: 'wait', ms: 8_000 });
    const [, watcher] = world.alive;
    const sighting = watcher?.watches[0]?.sightings.find(({ instance }) => instance.name === 'Beta');
    if (!watcher || !sighting) throw new Error('It has not seen the service.');
    if (move) world.make(move);
    const addresses = sighting.instance.addresses.map((each) => ({ ...each, address: watcher.addresses[0] ?? '' }));
    const instance = { ...sighting.instance, addresses };
    watcher.watches[0]?.sightings.push({ ...sighting, at: world.now, instance });
    expect(ownAddresses(world)).toHaveLength(found);
  });

  it('have nothing to say of a world in which all is well', () => {
    const world = worldAfter();
    for (const check of [oneHolder, watchersEqualWorld, inOrder, oneUpForEachArrival, packetRules, noErrors]) {
      expect(check(world)).toEqual([]);
    }
  });

  it('tell of a name with two holders', () => {
    const world = worldAfter(
      { do: 'partition', hosts: [0] },
      { do: 'publish', host: 1, slot: 0, name: 'alpha', onConflict: 'rename' },
    );
    world.make({ do: 'wait', ms: 8_000 });
    expect(oneHolder(world)).toEqual(['service alpha is held by h0 and h1']);
  });

  it('tell of what a watcher does not see, sees still, or sees otherwise', () => {
    const unseen = worldAfter({ do: 'partition', hosts: [0] });
    unseen.make({ do: 'publish', host: 0, slot: 1, name: 'Beta', onConflict: 'rename' });
    unseen.make({ do: 'update', host: 0, slot: 0, version: 7 });
    unseen.make({ do: 'renumber', host: 0 });
    unseen.make({ do: 'wait', ms: 8_000 });
    const said = watchersEqualWorld(unseen).join('\n');
    expect(said).toContain('h1 does not see "Beta" of h0');
    expect(said).toContain('h1 sees "Alpha" of h0 with TXT v=0, not 7');
    expect(said).toContain('addresses 198.18.0.1, which it has not');
    const extended = worldAfter({ do: 'extend', host: 0, flag: '' }, { do: 'wait', ms: 15_000 });
    expect(watchersEqualWorld(extended)).toEqual([]);
    extended.make({ do: 'extend', host: 0, flag: 'deprecated' });
    expect(watchersEqualWorld(extended)).toEqual([
      'h1 sees "Alpha" of h0 with addresses 198.18.0.201, which it has not',
    ]);
    extended.make({ do: 'wait', ms: 15_000 });
    expect(watchersEqualWorld(extended)).toEqual([]);
    const crashed = worldAfter({ do: 'crash', host: 0 });
    expect(watchersEqualWorld(crashed)).toEqual(['h1 still sees "Alpha"']);
  });

  it('tell of ups and downs that no arrival or departure explains', () => {
    const world = worldAfter();
    const watch = world.hosts[1]?.watch;
    const [up] = watch?.sightings ?? [];
    if (!watch || up?.event !== 'up') throw new Error('Nothing was seen.');
    watch.sightings.push({ ...up, event: 'down' }, up);
    expect(inOrder(world)).toEqual([]);
    expect(oneUpForEachArrival(world)).toEqual(['h1 saw "Alpha" come 2 times, not 1 to 1 times']);
    watch.sightings.push(up);
    expect(inOrder(world)).toHaveLength(1);
  });

  it('tell of packets that are too large, and of records multicast twice within a second', () => {
    const large = worldAfter();
    const peer = large.lans[0].peer({ address: '198.18.0.99' });
    const text = 'x'.repeat(250);
    peer.multicast(response({ answers: [1, 2, 3, 4, 5, 6, 7].map((n) => txt(`t${n}.local`, [text])) }));
    expect(packetRules(large).join()).toContain('SIZ-01');

    const twice = worldAfter();
    const hasty = twice.lans[0].peer({ address: '198.18.0.99' });
    const answer = response({ answers: [address('p.local', '198.18.0.99')] });
    hasty.multicast(query({ questions: [question('p.local', 'A')] }));
    hasty.multicast(answer);
    twice.make({ do: 'wait', ms: 800 });
    hasty.multicast(answer);
    expect(packetRules(twice).join()).toContain('RSP-11');
  });

  it('tell of errors in the log, and of packets while all is idle', () => {
    const world = worldAfter();
    world.hosts[0]?.errors.push('oh');
    expect(noErrors(world)).toEqual(['h0 logged an error: oh']);
    expect(silentSince(8_000)(world)).toEqual([]);
    world.lans[1].peer({ address: '198.18.1.99' }).multicast(query({}));
    expect(silentSince(8_000)(world)).toHaveLength(1);
  });

  it('tell of memory that is not given back, and of what is armed or open', () => {
    const world = worldAfter();
    const empty = worldAfter(
      { do: 'withdraw', host: 0, slot: 0 },
      { do: 'unwatch', host: 1 },
      { do: 'wait', ms: 3_000 },
    );
    const kept = memoryAsAtStart((host) => empty.alive.find(({ label }) => label === host)?.tables)(world).join('\n');
    expect(kept).toContain('h0 keeps 2 in mdns book.publications, 1 at its start');
    expect(kept).toMatch(
      /h1 keeps \d+ in mdns\/place.eth0\/ipv4\/link.eth0\/ipv4\/record-cache askers\.questions, 0 at its start/,
    );
    expect(nothingLeft(world).join('\n')).toMatch(
      /h0 has 1 links open\nh0 has \d+ timers armed\nh0 says that it is up/,
    );
  });
});

describe('a rough run', () => {
  it('has not settled while watchers see what ran out unconfirmed (RFC 6762 section 5.2)', () => {
    const rough = settingOf(1, { climate: 'rough', hosts: 2, families: 'ipv4', ttl: { host: 120, other: 300 } });
    const { violations, settlingTimes } = run(rough, [
      { do: 'start', host: 0 },
      { do: 'start', host: 1 },
      { do: 'watch', host: 1 },
      { do: 'wait', ms: 150_000 },
      { do: 'publish', host: 0, slot: 0, name: 'Alpha', onConflict: 'rename' },
      // From before the first refresh of the pointer until after the last one.
      { do: 'wait', ms: 230_000 },
      { do: 'partition', hosts: [0] },
      { do: 'wait', ms: 70_000 },
      { do: 'settle' },
    ]);
    expect(violations).toEqual([]);
    // The series has come to gaps of several minutes.
    expect(settlingTimes[0]).toBeGreaterThan(400_000);
  });
});

describe('a failed run', () => {
  it('shrinks to the moves that it takes', () => {
    const numbers = Array.from({ length: 100 }, (_, n) => n);
    let runs = 0;
    const fails = (some: readonly number[]) => {
      runs++;
      return some.includes(17) && some.includes(83) && some.indexOf(17) < some.indexOf(83);
    };
    expect(shrink(numbers, fails)).toEqual([17, 83]);
    expect(runs).toBeLessThan(100);
  });

  it('is told with its seed, a short list of moves, and the packets', () => {
    const broken = { ...setting, ttl: { host: 30, other: 75 }, moves: 1, seed: 5 };
    const result = { ...run(broken, [{ do: 'start', host: 0 }]), violations: ['h0 does what it should not'] };
    const report = reportOf(result);
    expect(report).toContain('seed 5 at commit');
    expect(report).toContain('npm run simulate -- --seed 5 --hosts 2 --moves 1');
    expect(report).toContain('h0 does what it should not');
  });
});
