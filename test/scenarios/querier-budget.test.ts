/** How much others can make us ask: in any ten seconds no more than they sent, and a fixed allowance. */
import { describe, expect } from 'vitest';
import { Crowd } from '../support/crowd.js';
import { IDLE } from '../support/peer-service.js';
import { ptr } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import type { TestHost, World } from '../support/world.js';

const TYPE = '_t._tcp.local';
const ALLOWANCE = 16_384;
const WINDOW = 10_000;
const PER_PACKET = 60;

/** Says that there are so many instances, none of which exists, a packet each `everyMs`. */
function lie(world: World, count: number, { sources, everyMs }: { sources: number; everyMs: number }): void {
  const liars = Array.from({ length: sources }, (_, i) =>
    world.peer({ address: `198.18.2.${i + 1}`, name: `liar ${i}` }),
  );
  for (let from = 0, i = 0; from < count; from += PER_PACKET, i++) {
    const records = Array.from({ length: Math.min(PER_PACKET, count - from) }, (_, n) =>
      ptr(TYPE, `Invented ${from + n}.${TYPE}`),
    );
    world.clock.setTimeout(() => liars[i % sources]?.say(records), i * everyMs);
  }
}

/** The most by which questions exceeded, in any ten seconds, what was received in these. */
function mostBeyond(world: World, host: TestHost): number {
  const isOurs = (from: string) => from.startsWith(`${host.name}/`);
  const packets = world.log.find({ family: 'ipv4', to: 'group' });
  let most = 0;
  for (const [i, { time }] of packets.entries()) {
    let beyond = 0;
    for (let j = i; j < packets.length; j++) {
      const packet = packets[j];
      if (!packet || packet.time > time + WINDOW) break;
      beyond += isOurs(packet.from) ? packet.bytes.length : -packet.bytes.length;
      most = Math.max(most, beyond);
    }
  }
  return most;
}

describe('A4 questions about what does not exist', () => {
  for (const count of [2_000, 20_000]) {
    scenario(
      `A4 ${count} invented instances make us ask no more than they cost, and a real one is up within a second`,
      (world) => {
        const h1 = world.host('h1', { ...IDLE, addresses: ['198.18.0.1/16'] });
        world.advance(1_000);
        lie(world, count, { sources: 1, everyMs: 1 });
        const browse = world.record(h1.mdns.browse('t'));
        world.advance(500);
        new Crowd(world, { count: 1, type: TYPE, families: ['ipv4'] }).announcePointers();
        const [before, last] = [world.now, 120_000];
        world.advance(last);
        const real = browse.events.find(({ instance }) => instance.name === 'S0');
        expect((real?.at ?? Infinity) - before).toBeLessThanOrEqual(1_000);
        expect(mostBeyond(world, h1)).toBeLessThanOrEqual(ALLOWANCE);
        // Only some 500 names of one source are asked about.
        expect(h1.mdns.metrics()['eth0/ipv4']?.heldBack).toBeGreaterThan(Math.min(count / 4, 1_000));
        browse.stop();
      },
      { once: true },
    );
  }
});
