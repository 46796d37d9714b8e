/** How much is said: the packets of the first minute, counted. `npm run --prefix bench traffic` counts them on a real wire. */
import { describe, expect } from 'vitest';
import type { SentPacket } from '../support/packet-log.js';
import { scenarioForSeeds } from '../support/scenario.js';
import type { TestHost, World } from '../support/world.js';

const MINUTE = 60_000;
const SEEDS = 10;
const ADDRESSES = {
  publisher: ['198.18.0.1/24', 'fd00:6d64:6e73::1/64', 'fe80::ff:fe00:1/64'],
  browser: ['198.18.0.2/24', 'fd00:6d64:6e73::2/64', 'fe80::ff:fe00:2/64'],
};

/** Headers of IP and UDP included. */
function bytesOf(packets: readonly SentPacket[]): number {
  return packets.reduce((sum, { bytes, family }) => sum + bytes.length + (family === 'ipv4' ? 28 : 48), 0);
}

/** A host under the name that it has by itself, as a program without options is. */
function unnamed(world: World, name: keyof typeof ADDRESSES): TestHost {
  const host = world.host(name, { addresses: ADDRESSES[name], interfaces: ['none'], announceHost: false });
  host.start();
  return host;
}

function publish(world: World): void {
  const { mdns } = unnamed(world, 'publisher');
  mdns.publish({ name: 'Living Room', type: '_http._tcp', port: 8080, txt: { path: '/index.html' } });
}

function browse(world: World): { readonly found: number } {
  const { events } = world.record(unnamed(world, 'browser').mdns.browse('_http._tcp'));
  return {
    get found() {
      return events.filter(({ event }) => event === 'up').length;
    },
  };
}

describe('the first minute', () => {
  scenarioForSeeds(
    'of a publisher and a browser that start together: at most 24 packets and 4,500 bytes',
    SEEDS,
    (world) => {
      publish(world);
      const watch = browse(world);
      world.advance(MINUTE);
      expect(watch.found).toBe(1);
      expect(world.log.packets.length).toBeLessThanOrEqual(24);
      expect(bytesOf(world.log.packets)).toBeLessThanOrEqual(4_500);
    },
  );

  for (const [what, publisherFirst, gap] of [
    ['a browser that starts three seconds later', true, 3_000],
    ['a browser that starts a second earlier', false, 1_000],
  ] as const) {
    scenarioForSeeds(`with ${what}: at most 24 packets`, SEEDS, (world) => {
      if (publisherFirst) publish(world);
      const early = publisherFirst ? undefined : browse(world);
      world.advance(gap);
      if (!publisherFirst) publish(world);
      const watch = early ?? browse(world);
      world.advance(MINUTE);
      expect(watch.found).toBe(1);
      expect(world.log.packets.length).toBeLessThanOrEqual(24);
    });
  }

  scenarioForSeeds('QRY-04 of a browser alone: six questions of each family, and nothing else', SEEDS, (world) => {
    browse(world);
    world.advance(MINUTE);
    expect(world.log.packets.every(({ message }) => !message.response && message.authorities.length === 0)).toBe(true);
    const count = (family: SentPacket['family']) => world.log.find({ family }).length;
    expect([count('ipv4'), count('ipv6')]).toEqual([6, 6]);
  });

  scenarioForSeeds(
    'of a publisher alone: three probes and two announcements of each family, and nothing else',
    SEEDS,
    (world) => {
      publish(world);
      world.advance(MINUTE);
      for (const family of ['ipv4', 'ipv6'] as const) {
        expect(world.log.find({ family, kind: 'probe' })).toHaveLength(3);
        expect(world.log.find({ family, kind: 'response' })).toHaveLength(2);
        expect(world.log.find({ family })).toHaveLength(5);
      }
    },
  );
});
