/**
 * Damaged packets against a whole running system: `FUZZ_PACKETS=2000000 npx vitest run test/sim/robustness.test.ts` sends more.
 * Nothing throws, nothing grows without bound, and our own service is answered for afterwards.
 */
import { describe, expect, it } from 'vitest';
import { corruption, type Packet, type ScriptedPeer, seededRandom } from '../../src/testing.js';
import { address, ptr, query, question, response, service } from '../support/records.js';
import { type Move, settingOf } from './moves.js';
import { mutate } from './mutations.js';
import { SimWorld } from './sim-world.js';

const PACKETS = Number(process.env.FUZZ_PACKETS ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** Records that a host may keep of others, per link. */
const CACHE_LIMIT = 10_000;
/** Bytes of responses that a link may remember; what it may leave unread is half of that. */
const BYTES_LIMIT = 2_097_152;
/** Milliseconds of virtual time between two damaged packets, on average. */
const PACE = 2;

const setting = settingOf(SEED, {
  climate: 'rough',
  hosts: 3,
  families: 'ipv4',
  mtu: 1_500,
  ttl: { host: 120, other: 4_500 },
  twins: false,
  drift: 0,
});

function runningWorld(seed = SEED): SimWorld {
  const world = new SimWorld({ ...setting, seed });
  const moves: Exclude<Move, { do: 'settle' }>[] = [
    { do: 'start', host: 0 },
    { do: 'publish', host: 0, slot: 0, name: 'Alpha', onConflict: 'rename' },
    { do: 'publish', host: 0, slot: 1, name: 'Ömega. \\4', onConflict: 'rename' },
    { do: 'watch', host: 0 },
    { do: 'start', host: 1 },
    { do: 'publish', host: 1, slot: 0, name: 'Beta', onConflict: 'rename' },
    { do: 'watch', host: 1 },
    { do: 'wait', ms: 5_000 },
    { do: 'update', host: 0, slot: 0, version: 1 },
    { do: 'wait', ms: 3_000 },
    { do: 'withdraw', host: 0, slot: 1 },
    { do: 'wait', ms: 3_000 },
  ];
  for (const move of moves) world.make(move);
  return world;
}

/** What is damaged: everything that the hosts themselves have said, and what only others say. */
function corpusOf(world: SimWorld): Uint8Array[] {
  return [
    ...world.log.packets.map(({ bytes }) => bytes),
    query({
      questions: [question('_sim._tcp.local', 'PTR', { qu: true })],
      answers: [ptr('_sim._tcp.local', 'Alpha._sim._tcp.local')],
    }),
    query({ questions: [question('Alpha._sim._tcp.local', 'ANY')], truncated: true }),
    query({ id: 7, questions: [question('h0.local', 'A')] }),
    response({
      answers: service('Gamma', '_sim._tcp.local', 'gamma.local', 9, {
        addresses: ['198.18.0.77', 'fe80::77'],
        txt: ['v=1'],
      }),
    }),
    response({ answers: [address('h0.local', '198.18.0.66')] }),
  ];
}

/** Says a packet as this or that kind of neighbour would. */
function say(peers: readonly ScriptedPeer[], bytes: Uint8Array, random: () => number): void {
  const peer = peers[Math.floor(random() * peers.length)];
  const port = random() < 0.1 ? { port: 40_000 } : {};
  if (random() < 0.8) peer?.multicast(bytes, port);
  else peer?.unicast(bytes, { address: `198.18.0.${1 + Math.floor(random() * 2)}`, port: 5353 }, port);
}

describe('a running system', () => {
  it(`stands ${PACKETS} damaged packets and answers for its service afterwards`, { timeout: 3_600_000 }, () => {
    const world = runningWorld();
    const random = seededRandom(`${SEED}/damage`);
    const corpus = corpusOf(world);
    const [lan] = world.lans;
    // A neighbour, one who pretends to be a host of ours, and one from beyond the link.
    const peers = ['198.18.0.88', '198.18.0.2', '203.0.113.5'].map((from) => lan.peer({ address: from }));
    for (let sent = 0; sent < PACKETS; sent++) {
      say(peers, mutate(corpus, random), random);
      world.clock.advance(random() * 2 * PACE);
      for (const peer of peers) peer.takeReceived();
      // What is sent is looked at as it goes, not kept.
      if (world.log.packets.length > 2_000) world.log.packets.splice(0);
    }
    expect(largest(world, (path) => !path.endsWith('.bytes'))).toBeLessThan(CACHE_LIMIT * 4);
    expect(largest(world, (path) => path.endsWith('.bytes'))).toBeLessThanOrEqual(BYTES_LIMIT);
    world.clock.advance(180_000);

    const [host] = world.alive;
    const name = host?.slots.get(0)?.published.name ?? '';
    expect(name).toMatch(/^Alpha( \(\d+\))?$/);
    const asker = lan.peer({ address: '198.18.0.99' });
    asker.multicast(query({ questions: [question(`${name}._sim._tcp.local`, 'SRV')] }));
    world.clock.advance(1_000);
    expect(lan.trace.slice(-6).some((packet) => isAnswerOf(packet, 'h0/'))).toBe(true);
    world.make({ do: 'start', host: 2 });
    world.make({ do: 'watch', host: 2 });
    world.clock.advance(5_000);
    expect(world.hosts[2]?.watch?.seen.get(name)).toMatchObject({ port: 1_000, txt: { v: '1' } });

    closes(world);
  });

  it('gets over an hour of a LAN that damages a third of all packets', () => {
    const world = runningWorld(SEED + 1);
    const [lan] = world.lans;
    const end = lan.addReceiverRule((packet, receiver) =>
      packet.from === receiver ? undefined : corruption(0.3, lan.random)(packet, receiver),
    );
    for (let version = 0; version < 60; version++) {
      world.make({ do: 'update', host: 1, slot: 0, version });
      world.make({ do: 'wait', ms: 60_000 });
    }
    end();
    world.make({ do: 'start', host: 2 });
    world.make({ do: 'watch', host: 2 });
    world.clock.advance(180_000);
    const published = world.alive.flatMap((host) => [...host.slots.values()].map((slot) => slot.published.name));
    expect(published).toHaveLength(2);
    for (const name of published) expect(world.hosts[2]?.watch?.seen.has(name)).toBe(true);
    closes(world);
  });
});

function isAnswerOf({ from, bytes }: Packet, host: string): boolean {
  return from.startsWith(host) && ((bytes[2] ?? 0) & 0x80) !== 0;
}

/** The largest of some tables of any host. */
function largest(world: SimWorld, isMeant: (path: string) => boolean): number {
  const sizes = world.alive.flatMap((host) => Object.entries(host.tables).filter(([path]) => isMeant(path)));
  return Math.max(...sizes.map(([, size]) => size));
}

/** Nobody has logged an error, and everything closes. */
function closes(world: SimWorld): void {
  expect(world.everyHost.flatMap(({ errors }) => errors)).toEqual([]);
  for (const host of world.alive) host.close();
  world.clock.advance(3_000);
  expect(world.everyHost.map(({ network }) => network.openLinks + network.pendingTimers)).toEqual(
    world.everyHost.map(() => 0),
  );
  expect(world.clock.pending).toBe(0);
}
